"""Files that tell web servers and content delivery networks which headers an export needs. The
headers are those of the site itself."""

from collections.abc import Iterator, Mapping, Sequence

from protect.site.export.earlier_export import RECORD

type Headers = Mapping[str, str]

HIDDEN = ("servers/", RECORD.replace(".", r"\."))  # regular expressions: no pages
NGINX = """# Include this file in the server block of a host of its own, whose root is the export.
access_log off;
absolute_redirect off;
charset utf-8;
etag off;
if_modified_since off;
gzip_static on;
# With the module ngx_brotli: brotli_static on;
add_header Last-Modified "" always;
{headers}
error_page 404 /404.html;
error_page 410 /410.html;
error_page 500 502 503 504 /500.html;
location / {{ try_files $uri/index.html $uri =404; }}
location ~ "^/(?:{hidden})" {{ return 404; }}
{gone}
{languages}
"""
NGINX_LANGUAGE = """location ^~ /{tag}/ {{
  error_page 404 /{tag}/404.html;
  error_page 410 /{tag}/410.html;
  {gone}
  try_files $uri/index.html $uri =404;
}}"""
NGINX_GONE = 'location ~ "^{sealed}" {{ return 410; }}'
CADDY_GONE = """@sealed path_regexp "^{sealed}"
error @sealed 410"""
APACHE_GONE = 'RewriteRule "{sealed}" - [G,L]'
CADDY = """# Import this file in the block of a host of its own, after `root * …` names the export.
{headers}
@hidden path_regexp "^/(?:{hidden})"
error @hidden 404
{gone}
try_files {{path}}/index.html {{path}}
file_server {{
  precompressed br gzip
}}
handle_errors {{
{headers}
  @language path_regexp tag "^/({tags})/"
  rewrite @language /{{re.tag.1}}/{{err.status_code}}.html
  @other not path_regexp "^/({tags})/"
  rewrite @other /{{err.status_code}}.html
  file_server {{
    precompressed br gzip
  }}
}}
"""
CADDY_HEADERS = """header {{
{headers}
  -Last-Modified
  -Etag
}}"""
APACHE_LANGUAGE = """<If "%{{REQUEST_URI}} =~ m#^/{tag}/#">
  ErrorDocument 404 /{tag}/404.html
  ErrorDocument 410 /{tag}/410.html
</If>"""
APACHE = """# Read by Apache where `AllowOverride All` holds for the export, which is the root of a
# host of its own. It needs the modules headers and rewrite. Its access log is turned off in
# the configuration of the server.
Options -Indexes -MultiViews
AddDefaultCharset utf-8
FileETag None
DirectorySlash Off
ErrorDocument 404 /404.html
ErrorDocument 410 /410.html
ErrorDocument 500 /500.html
{languages}
{headers}
Header unset Last-Modified
RewriteEngine On
RewriteRule "^(?:{hidden})" - [R=404,L]
{gone}
RewriteCond %{{HTTP:Accept-Encoding}} br
RewriteCond %{{DOCUMENT_ROOT}}/$1/index.html.br -f
RewriteRule "^(.*?)/?$" "/$1/index.html.br" [L,E=no-gzip:1]
RewriteCond %{{HTTP:Accept-Encoding}} gzip
RewriteCond %{{DOCUMENT_ROOT}}/$1/index.html.gz -f
RewriteRule "^(.*?)/?$" "/$1/index.html.gz" [L,E=no-gzip:1]
RewriteCond %{{DOCUMENT_ROOT}}/$1/index.html -f
RewriteRule "^(.*?)/?$" "/$1/index.html" [L]
<FilesMatch "\\.html\\.br$">
  ForceType "text/html; charset=utf-8"
  Header set Content-Encoding br
</FilesMatch>
<FilesMatch "\\.html\\.gz$">
  ForceType "text/html; charset=utf-8"
  Header set Content-Encoding gzip
</FilesMatch>
"""


def server_files(headers: Headers, sealed: str, tags: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the names and texts of the files. `sealed`: regular expression of the paths that are
    gone, "" for none; `tags`: languages, which have error pages of their own."""
    hidden = "|".join(HIDDEN)
    gone = NGINX_GONE.format(sealed=sealed) if sealed else ""
    by_language = (NGINX_LANGUAGE.format(tag=tag, gone=gone) for tag in tags)
    yield (
        "servers/nginx.conf",
        NGINX.format(
            headers=_lines('add_header {name} "{value}" always;', headers),
            hidden=hidden,
            gone=gone,
            languages="\n".join(by_language),
        ),
    )
    caddy = CADDY_HEADERS.format(headers=_lines('  {name} "{value}"', headers))
    codes = "|".join(tags)
    gone = CADDY_GONE.format(sealed=sealed) if sealed else ""
    named = {"headers": caddy, "hidden": hidden, "gone": gone, "tags": codes}
    yield "servers/Caddyfile", CADDY.format(**named)
    apache = _lines('Header always set {name} "{value}"', headers)
    without_slash = f"^{sealed.removeprefix('/')}"  # Apache compares without it in folders
    gone = APACHE_GONE.format(sealed=without_slash) if sealed else ""
    named = {"headers": apache, "hidden": hidden, "gone": gone}
    named["languages"] = "\n".join(APACHE_LANGUAGE.format(tag=tag) for tag in tags)
    yield ".htaccess", APACHE.format(**named)
    yield "_headers", "/*\n" + _lines("  {name}: {value}", headers) + "\n"


def _lines(line: str, headers: Headers) -> str:
    return "\n".join(line.format(name=name, value=value) for name, value in headers.items())

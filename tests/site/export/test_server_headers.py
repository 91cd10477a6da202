"""The files for web servers carry the headers of the site itself."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from protect.findhelp import addresses
from protect.site import zones
from tests.serving import free_port, wait_for

PROGRAMS = {
    name: shutil.which(name, path="/usr/sbin:/usr/bin") for name in ("nginx", "caddy", "apache2")
}
NGINX = PROGRAMS["nginx"]
ARGUMENTS = {
    "nginx": ["-c", "{config}"],
    "caddy": ["run", "--adapter", "caddyfile", "--config", "{config}"],
    "apache2": ["-D", "FOREGROUND", "-f", "{config}"],
}
CONFIGS = {
    "nginx": """daemon off; pid {work}/pid; error_log {work}/errors; user root; events {{}}
http {{
  types {{ text/html html; text/plain txt; }} sendfile on;
  client_body_temp_path {work}; proxy_temp_path {work}; fastcgi_temp_path {work};
  uwsgi_temp_path {work}; scgi_temp_path {work};
  server {{ listen 127.0.0.1:{port}; root {folder}; include {folder}/servers/nginx.conf; }}
}}
""",
    "caddy": """{{
  admin off
  auto_https off
  log {{
    output discard
  }}
}}
http://127.0.0.1:{port} {{
  root * {folder}
  import {folder}/servers/Caddyfile
}}
""",
    "apache2": """ServerRoot /usr/lib/apache2
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {work}/pid
ErrorLog {work}/errors
LoadModule mpm_event_module modules/mod_mpm_event.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule dir_module modules/mod_dir.so
LoadModule mime_module modules/mod_mime.so
LoadModule headers_module modules/mod_headers.so
LoadModule rewrite_module modules/mod_rewrite.so
TypesConfig /etc/mime.types
DocumentRoot {folder}
<Directory {folder}>
  Require all granted
  AllowOverride All
</Directory>
""",
}
OWN_HEADERS = {"Server"}  # that the operator's server sends
LINES = {
    "servers/nginx.conf": r'^add_header ([\w-]+) "(.+)" always;$',
    "servers/Caddyfile": r'^  ([\w-]+) "(.+)"$',
    ".htaccess": r'^Header always set ([\w-]+) "(.+)"$',
    "_headers": r"^  ([\w-]+): (.+)$",
}


@pytest.mark.parametrize("name", LINES)
def test_each_file_sets_the_headers_of_the_public_zone(valletta: Path, name: str):
    text = (valletta / name).read_text("utf-8")
    wanted = {key: value for key, value in zones.PUBLIC_HEADERS.items() if key not in OWN_HEADERS}

    assert dict(re.findall(LINES[name], text, re.MULTILINE)) == {
        **wanted,
        "X-Robots-Tag": "noindex",  # of a demonstration
    }


@contextmanager
def server_on(program: str, folder: Path, work: Path) -> Iterator[str]:
    """Serve an export as docs/export.md says, by a server of `CONFIGS`; yield the address."""
    port = free_port()
    config = work / f"{program}.conf"
    config.write_text(CONFIGS[program].format(work=work, port=port, folder=folder))
    arguments = [each.format(config=config) for each in ARGUMENTS[program]]
    environ = {**os.environ, "HOME": str(work)}
    with subprocess.Popen([PROGRAMS[program], *arguments], env=environ) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/en")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def nginx_on(folder: Path, work: Path) -> AbstractContextManager[str]:
    return server_on("nginx", folder, work)


def ask(address: str, encoding: str = "gzip") -> tuple[int, dict[str, str], bytes]:
    try:
        with urlopen(Request(address, headers={"Accept-Encoding": encoding})) as response:
            return response.status, dict(response.headers), response.read()
    except HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


@pytest.fixture(params=["nginx", "caddy", "apache2"])
def server(request: pytest.FixtureRequest, valletta: Path, tmp_path: Path) -> Iterator[str]:
    """The address of each server that is installed, with an export and its header file."""
    if PROGRAMS[request.param] is None:
        pytest.skip(f"{request.param} is not installed")
    with server_on(request.param, valletta, tmp_path) as address:
        yield address


@pytest.mark.parametrize("encoding", ["gzip", "br", "identity"])
def test_servers_send_pages_without_a_redirect_with_the_headers(
    server: str, valletta: Path, request: pytest.FixtureRequest, encoding: str
):
    whole = f"/en/{addresses.anywhere_in('MT').code}"
    has_brotli = "nginx" not in request.node.name  # Debian's nginx has no such module
    sent = encoding if encoding == "gzip" or (encoding == "br" and has_brotli) else ""
    for path in ("/", "/en", whole, f"{whole}/q"):
        status, headers, body = ask(f"{server}{path}", encoding)
        assert status == 200, path
        assert headers.get("Content-Encoding", "") == sent, path
        ending = {"gzip": ".gz", "br": ".br", "": ""}[sent]
        assert body == (valletta / path.strip("/") / f"index.html{ending}").read_bytes(), path
        assert headers["Content-Type"].lower() == "text/html; charset=utf-8"
        for name, value in zones.PUBLIC_HEADERS.items():
            assert name in OWN_HEADERS or headers[name] == value, name
        assert not {"Last-Modified", "ETag", "Etag", "Set-Cookie", "Location"} & headers.keys()


def test_servers_answer_what_is_no_page_with_an_error_page(server: str, valletta: Path):
    for path, wanted, page in (
        ("/en/zzzzzz", 404, "en/404.html"),
        ("/zz/zzzzzz", 404, "404.html"),
        ("/en/r/sealed", 410, "en/410.html"),
        ("/record.json.gz", 404, "404.html"),
        ("/servers/nginx.conf", 404, "404.html"),
    ):
        status, headers, body = ask(f"{server}{path}", "identity")
        assert (status, body) == (wanted, (valletta / page).read_bytes()), path
        assert headers["Content-Security-Policy"], path

"""The files for web servers carry the headers of the site itself."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from protect.findhelp import addresses
from protect.site import zones
from tests.serving import free_port, wait_for

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin")
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
def nginx_on(folder: Path, work: Path) -> Iterator[str]:
    """Serve an export as docs/export.md says; yield the address."""
    port = free_port()
    config = work / "nginx.conf"
    config.write_text(
        f"daemon off; pid {work}/pid; error_log {work}/errors; user root;\n"
        "events {}\nhttp { types { text/html html; text/plain txt; } sendfile on;\n"
        f"client_body_temp_path {work}; proxy_temp_path {work}; fastcgi_temp_path {work};\n"
        f"uwsgi_temp_path {work}; scgi_temp_path {work};\n"
        f"server {{ listen 127.0.0.1:{port}; root {folder}; include {folder}/servers/nginx.conf; }}"
        "}\n"
    )
    with subprocess.Popen([NGINX, "-c", str(config)]) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/en")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def ask(address: str, encoding: str = "gzip") -> tuple[int, dict[str, str], bytes]:
    try:
        with urlopen(Request(address, headers={"Accept-Encoding": encoding})) as response:
            return response.status, dict(response.headers), response.read()
    except HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
def test_nginx_sends_pages_without_a_redirect_with_the_headers(valletta: Path, tmp_path: Path):
    whole = f"/en/{addresses.anywhere_in('MT').code}"
    with nginx_on(valletta, tmp_path) as site:
        for path in ("/", "/en", whole, f"{whole}/q"):
            status, headers, body = ask(f"{site}{path}")
            assert status == 200, path
            assert headers["Content-Encoding"] == "gzip", path
            assert body == (valletta / path.strip("/") / "index.html.gz").read_bytes()
            assert headers["Content-Type"] == "text/html; charset=utf-8"
            for name, value in zones.PUBLIC_HEADERS.items():
                assert name in OWN_HEADERS or headers[name] == value, name
            assert not {"Last-Modified", "ETag", "Set-Cookie", "Location"} & headers.keys()

        for path, wanted, page in (
            ("/en/zzzzzz", 404, "en/404.html"),
            ("/zz/zzzzzz", 404, "404.html"),
            ("/en/r/sealed", 410, "en/410.html"),
            ("/record.json.gz", 404, "404.html"),
            ("/servers/nginx.conf", 404, "404.html"),
        ):
            status, headers, body = ask(f"{site}{path}", "identity")
            assert (status, body) == (wanted, (valletta / page).read_bytes()), path
            assert headers["Content-Security-Policy"], path

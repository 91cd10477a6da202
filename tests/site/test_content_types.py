"""A header that names a codec of Python's reaches no codec."""

from io import BytesIO

import pytest
from hypothesis import given, strategies as st

from protect.site.server.pagecache import drop_charset
from protect.site.server.wsgi import application
from protect.site.zones import PUBLIC_HEADERS, STAFF_HEADERS

DESK, PUBLIC = "localhost", "127.0.0.1"
FORM = b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n\xc3\xa9\r\n--x--\r\n'
HEADERS = [
    *(f"text/plain; charset={codec}" for codec in ("zlib", "hex", "rot13", "undefined", "idna")),
    *(f"multipart/form-data; boundary=x; charset={codec}" for codec in ("zlib", "idna", "utf-16")),
    "application/x-www-form-urlencoded; Charset=unicode_escape",
    "text/plain; charset*=undefined''utf-8",
    "text/plain; other*=undefined''x",
    "text/plain; charset*0=zl; charset*1=ib",
    "text/plain; x=" + "a" * 20_000,
    ";charset=zlib",
]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter", "one_connection")]


def send(host: str, method: str, content_type: str) -> tuple[str, dict[str, str]]:
    """Ask the callable that a server runs."""
    started: list[tuple[str, dict[str, str]]] = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": "/sign-in" if host == DESK else "/en",
        "QUERY_STRING": "next=%C3%A9",
        "SERVER_NAME": host,
        "SERVER_PORT": "80",
        "HTTP_HOST": host,
        "HTTP_SEC_FETCH_SITE": "same-origin",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(FORM)) if method == "POST" else "",
        "wsgi.input": BytesIO(FORM),
        "wsgi.errors": BytesIO(),
        "wsgi.url_scheme": "http",
    }
    application(environ, lambda status, headers, *_: started.append((status, dict(headers))))
    return started[0]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("host", [DESK, PUBLIC])
@pytest.mark.parametrize("content_type", HEADERS)
def test_a_character_set_in_a_header_breaks_no_page(content_type, host, method):
    status, headers = send(host, method, content_type)

    expected = STAFF_HEADERS if host == DESK else PUBLIC_HEADERS
    assert int(status[:3]) < 500
    assert "Content-Security-Policy" in headers
    assert set(expected) <= set(headers)


def test_a_form_of_many_parts_keeps_its_boundary():
    environ = {"CONTENT_TYPE": 'multipart/form-data; charset=utf-8; Boundary="a b"'}

    drop_charset(environ)

    assert environ["CONTENT_TYPE"] == 'multipart/form-data; Boundary="a b"'


@given(st.text(st.characters(max_codepoint=255)))
def test_only_the_boundary_parameter_is_kept_for_any_header(text):
    environ = {"CONTENT_TYPE": text}

    drop_charset(environ)

    _, *parameters = environ["CONTENT_TYPE"].split(";")
    assert {each.partition("=")[0].strip().lower() for each in parameters} <= {"boundary"}

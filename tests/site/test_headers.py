"""Every response carries the security headers of its zone, whatever its status and its origin."""

import os
import re
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPResponse

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client
from django.utils.csp import build_policy
from django.utils.module_loading import import_string

from protect.kernel import limits
from protect.site.zones import PUBLIC_HEADERS, STAFF_HEADERS
from protect.trainings.views import own_page
from protect.ui.assets import OPEN_POLICIES, PUBLIC_CSP
from protect.vault.sessions import authentication
from tests.serving import PROTECT, free_port, wait_for

DESK, PUBLIC = "localhost", "127.0.0.1"
POLICY, NONCE = "Content-Security-Policy", re.compile(r"'nonce-([^']+)'")
FORM = "application/x-www-form-urlencoded"
TOO_MANY_FIELDS = "a=1&" * settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + "a=1"
LARGE = "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
CHUNKED = {"HTTP_TRANSFER_ENCODING": "chunked"}
VISITOR = {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "192.0.2.1"}
CASES = [
    (DESK, 200, "GET", "/sign-in", {}),
    (DESK, 302, "GET", "/", {}),
    (DESK, 400, "POST", "/sign-in", {"data": TOO_MANY_FIELDS}),
    (DESK, 404, "GET", "/none", {}),
    (DESK, 405, "GET", "/sign-out", {}),
    (DESK, 410, "GET", f"/invited/{'A' * 43}", {}),
    (DESK, 411, "POST", "/sign-in", CHUNKED),
    (DESK, 413, "POST", "/sign-in", {"data": LARGE}),
    (DESK, 429, "GET", "/sign-in", VISITOR),
    (PUBLIC, 200, "GET", "/en", {}),
    (PUBLIC, 400, "POST", "/en", {"data": TOO_MANY_FIELDS}),
    (PUBLIC, 403, "POST", "/trainings/en/ask", {"HTTP_SEC_FETCH_SITE": "cross-site"}),
    (PUBLIC, 404, "GET", "/none/none", {}),
    (PUBLIC, 405, "PUT", "/en", {}),
    (PUBLIC, 410, "GET", "/en/r/forged", {}),
    (PUBLIC, 411, "POST", "/en", CHUNKED),
    (PUBLIC, 413, "POST", "/en", {"data": LARGE}),
    (PUBLIC, 429, "GET", "/en", VISITOR),
    (PUBLIC, 302, "GET", "/trainings/", {}),
    (PUBLIC, 200, "GET", "/trainings/en/", {}),
    (PUBLIC, 400, "POST", "/trainings/en/ask", {"data": TOO_MANY_FIELDS}),
    (PUBLIC, 404, "GET", "/trainings/en/own/forged", {}),
    (PUBLIC, 405, "PUT", "/trainings/en/", {}),
    (PUBLIC, 410, "GET", "/trainings/en/s/none", {}),
    (PUBLIC, 411, "POST", "/trainings/en/ask", CHUNKED),
    (PUBLIC, 413, "POST", "/trainings/en/ask", {"data": LARGE}),
    (PUBLIC, 429, "GET", "/trainings/en/", VISITOR),
    (PUBLIC, 404, "GET", "/hsds/services/none", {}),
    (PUBLIC, 405, "GET", "/match", {}),
    (PUBLIC, 411, "POST", "/match", CHUNKED),
    (PUBLIC, 413, "POST", "/match", {"data": LARGE}),
    (PUBLIC, 429, "GET", "/hsds/", VISITOR),
    ("elsewhere.example", 400, "GET", "/", {}),
]
# What of it a server in another process can be asked: all that needs no one's patience.
SERVED = [case for case in CASES if case[1] not in (200, 429)]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter", "one_connection")]


@pytest.fixture(autouse=True)
def _few_requests(monkeypatch):
    monkeypatch.setattr(limits, "RATE_LIMITER", limits.RateLimiter(0))  # of another machine


def missing(host: str, headers: Mapping[str, str], body: str) -> list[str]:
    """Return the names of security headers that a response lacks, or has with another value."""
    expected = STAFF_HEADERS if host == DESK else PUBLIC_HEADERS
    absent = [
        name
        for name, value in expected.items()
        if headers.get(name) != value and name not in ("Cache-Control", POLICY)
    ]
    policy = headers.get(POLICY, "")
    if host == DESK:
        nonces = NONCE.findall(policy)
        plain = build_policy(settings.SECURE_CSP, nonces[0] if nonces else None)
        absent += [] if policy == plain else [POLICY]
        absent += [each for each in re.findall(r'nonce="([^"]*)"', body) if [each] != nonces]
    elif policy not in {PUBLIC_CSP, *OPEN_POLICIES}:
        absent.append(POLICY)
    return absent


def ask(host: str, method: str, address: str, given: dict[str, str]):
    client = Client(headers={"host": host}, raise_request_exception=False)
    return client.generic(method, address, **{"content_type": FORM, **given})


@pytest.mark.parametrize(("host", "status", "method", "address", "given"), CASES)
def test_every_status_carries_the_headers_of_its_zone(host, status, method, address, given):
    response = ask(host, method, address, given)

    assert response.status_code == status
    assert missing(host, response.headers, response.content.decode()) == []


def test_a_form_of_another_site_is_refused_with_the_headers_of_the_desk():
    client = Client(headers={"host": DESK}, enforce_csrf_checks=True)

    response = client.post("/sign-in", {})

    assert response.status_code == 403
    assert missing(DESK, response.headers, response.content.decode()) == []


@pytest.mark.parametrize(("error", "status"), [(LookupError, 500), (OperationalError, 503)])
@pytest.mark.parametrize("host", [DESK, PUBLIC])
def test_a_failure_in_a_view_carries_the_headers_of_its_zone(monkeypatch, host, error, status):
    def fail(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr(authentication, "begin", fail)
    monkeypatch.setattr(own_page.public_calendar, "coming", fail)
    method, address = ("POST", "/sign-in") if host == DESK else ("GET", "/trainings/en/")

    response = ask(host, method, address, {"data": "email=a@demo.example&password=Demo"})

    assert response.status_code == status
    assert missing(host, response.headers, response.content.decode()) == []


@pytest.mark.parametrize(("error", "status"), [(LookupError, 500), (OperationalError, 503)])
@pytest.mark.parametrize("host", [DESK, PUBLIC])
@pytest.mark.parametrize("middleware", settings.MIDDLEWARE[2:])
def test_a_failure_in_a_middleware_carries_the_headers_of_its_zone(
    monkeypatch, middleware, host, error, status
):
    def fail(*args: object) -> None:
        raise error

    monkeypatch.setattr(import_string(middleware), "__call__", fail)

    response = ask(host, "GET", "/sign-in" if host == DESK else "/trainings/en/", {})

    assert response.status_code == status
    assert missing(host, response.headers, response.content.decode()) == []


@pytest.fixture(scope="module")
def served(
    own_database: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    """The site as `protect serve` runs it; returns its port."""
    port = free_port()
    environ = {
        **os.environ,
        "PROTECT_DATABASE_URL": own_database("loaded", "headers"),
        "PROTECT_LEDGER": f"{tmp_path_factory.mktemp('headers')}/ledger.jsonl",
    }
    with subprocess.Popen([PROTECT, "serve", "--port", f"{port}"], env=environ) as server:
        wait_for(f"http://localhost:{port}/sign-in")
        yield port
        server.terminate()


def send(port: int, text: bytes) -> tuple[HTTPResponse, str]:
    """Send bytes as they are, and return what the server answers."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as wire:
        wire.sendall(text)
        response = HTTPResponse(wire)
        response.begin()
        return response, response.read().decode()


def wire_of(host: str, method: str, address: str, given: dict[str, str]) -> bytes:
    body = given.get("data", "")
    length = "Transfer-Encoding: chunked" if given == CHUNKED else f"Content-Length: {len(body)}"
    site = "cross-site" if "HTTP_SEC_FETCH_SITE" in given else "none"
    lines = [
        f"{method} {address} HTTP/1.1",
        f"Host: {host}",
        f"Content-Type: {FORM}",
        f"Sec-Fetch-Site: {site}",
        length,
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", "0\r\n\r\n" if given == CHUNKED else body]).encode()


@pytest.mark.parametrize(("host", "status", "method", "address", "given"), SERVED)
def test_a_running_server_sends_them_as_well(served, host, status, method, address, given):
    response, body = send(served, wire_of(host, method, address, given))

    assert response.status in {status, 403}  # the desk reads no form without its secret
    assert missing(host, response.headers, body) == []


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (b"NONSENSE\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nno header\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 600_000 + b"\r\n\r\n", 431),
    ],
)
def test_malformed_request_is_refused_without_a_body(served, text, status):
    response, body = send(served, text)

    assert (response.status, body) == (status, "")
    assert "Content-Type" not in response.headers

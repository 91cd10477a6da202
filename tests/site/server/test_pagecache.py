import gzip
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO

import brotli
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connections
from django.http import StreamingHttpResponse
from hypothesis import given, strategies as st

from protect.findhelp import addresses
from protect.findhelp.views.frame import UNTIL_HEADER, VALID_INDEFINITELY
from protect.matching import published
from protect.matching.services import store
from protect.site.server.pagecache import PageCache, compress_body, encoding_for

PAGE = b"<!doctype html>" + b"x" * 500


class Site:
    """A WSGI application that counts how often it is asked."""

    def __init__(self, *headers: tuple[str, str], body: bytes = PAGE) -> None:
        self.headers, self.body, self.asked = list(headers), body, 0

    def __call__(self, environ, start_response):
        self.asked += 1
        start_response("200 OK", [("Content-Type", "text/html"), *self.headers])
        return [self.body]


def ask(cache, path="/en", *, method="GET", query="", accept="br", host="127.0.0.1:8000"):
    started = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_HOST": host,
        "HTTP_ACCEPT_ENCODING": accept,
        "wsgi.input": BytesIO(),
    }
    body = b"".join(cache(environ, lambda status, headers, *_: started.append(dict(headers))))
    return started[0], body


def made(*headers, version=lambda: 1):
    site = Site(*headers)
    return site, PageCache(site, version)


@contextmanager
def frequent_thread_switches():
    """Let Python change threads after almost every step, as a busy server might."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def test_a_page_is_made_once_and_sent_again():
    site, cache = made((UNTIL_HEADER, VALID_INDEFINITELY))

    assert ask(cache) == ask(cache)
    assert site.asked == 1


def test_the_internal_header_never_leaves():
    _, cache = made((UNTIL_HEADER, VALID_INDEFINITELY))

    for _ in range(2):
        headers, _ = ask(cache)
        assert UNTIL_HEADER not in headers


@pytest.mark.parametrize(
    "again",
    [
        {"path": "/fr"},
        {"accept": "gzip"},
        {"query": "a=1"},
        {"method": "POST"},
        {"host": "localhost"},
    ],
)
def test_different_request_is_not_served_from_the_cache(again):
    site, cache = made((UNTIL_HEADER, VALID_INDEFINITELY))
    ask(cache)

    ask(cache, **again)

    assert site.asked == 2


def test_unmarked_response_is_not_cached():
    site, cache = made()

    ask(cache)
    ask(cache)

    assert site.asked == 2
    assert cache.pages == {}


def test_new_snapshot_invalidates_every_page():
    versions = iter([1, 1, 2])
    site, cache = made((UNTIL_HEADER, VALID_INDEFINITELY), version=lambda: next(versions))

    for _ in range(3):
        ask(cache)

    assert site.asked == 2


def test_cached_page_expires_when_a_fact_on_it_expires():
    site, cache = made((UNTIL_HEADER, "1"))  # a second after 1970

    ask(cache)
    ask(cache)

    assert site.asked == 2


def test_body_is_compressed_and_declares_its_encoding():
    _, cache = made((UNTIL_HEADER, VALID_INDEFINITELY), ("Content-Length", str(len(PAGE))))

    headers, body = ask(cache)

    assert brotli.decompress(body) == PAGE
    assert headers["Content-Encoding"] == "br"
    assert headers["Content-Length"] == str(len(body))


def test_head_gets_the_headers_alone():
    _, cache = made((UNTIL_HEADER, VALID_INDEFINITELY))

    headers, body = ask(cache, method="HEAD")

    assert body == b""
    assert int(headers["Content-Length"]) > 0


def test_cache_size_is_limited(monkeypatch):
    monkeypatch.setattr("protect.site.server.pagecache.MAX_CACHE_BYTES", 3 * len(PAGE))
    _, cache = made((UNTIL_HEADER, VALID_INDEFINITELY))

    for number in range(10):
        ask(cache, f"/{number}", accept="")

    assert cache.size == sum(len(kept.body) for kept in cache.pages.values())
    assert len(cache.pages) == 3


def test_parallel_stores_keep_the_size_correct(monkeypatch):
    monkeypatch.setattr("protect.site.server.pagecache.MAX_CACHE_BYTES", 3 * len(PAGE))
    _, cache = made((UNTIL_HEADER, VALID_INDEFINITELY))

    with frequent_thread_switches(), ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: ask(cache, f"/{number % 7}", accept=""), range(4000)))

    assert cache.size == sum(len(kept.body) for kept in cache.pages.values())
    assert len(cache.pages) <= 3


def test_nothing_is_cached_while_the_snapshot_number_is_unknown():
    def away() -> int:
        raise OperationalError("the database is away")

    site, cache = made((UNTIL_HEADER, VALID_INDEFINITELY), version=away)

    assert ask(cache) == ask(cache)
    assert site.asked == 2
    assert cache.pages == {}


@pytest.mark.parametrize("is_told", [True, False])  # matching answers from memory, if it can
def test_broken_connection_is_closed_although_pages_come_from_the_cache(monkeypatch, is_told):
    renewed = []
    monkeypatch.setattr(
        "protect.site.server.pagecache.close_old_connections", lambda: renewed.append(1)
    )

    def broken() -> int:
        connections["default"].errors_occurred = True
        if is_told:
            raise OperationalError("the connection is lost")
        return 1

    monkeypatch.setattr(connections["default"], "errors_occurred", False)
    ask(made((UNTIL_HEADER, VALID_INDEFINITELY))[1])
    assert renewed == []

    ask(made((UNTIL_HEADER, VALID_INDEFINITELY), version=broken)[1])

    assert renewed == [1]


@pytest.mark.django_db
def test_error_page_while_the_database_is_away_before_the_first_snapshot(monkeypatch, caplog):
    def away() -> int:
        raise OperationalError("the database is away")

    monkeypatch.setattr(store, "version", away)

    _, body = ask(
        PageCache(WSGIHandler(), published.snapshot_number),
        f"/en/{addresses.ANYWHERE.code}-gk",
        accept="",
    )

    assert b'class="exit"' in body
    assert b"Something went wrong on our side" in body
    assert "OperationalError" in caplog.text


@given(st.binary(max_size=2000), st.sampled_from(["br", "gzip", ""]), st.booleans())
def test_compression_gives_back_what_went_in(body, encoding, keep):
    back = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding]

    assert back(compress_body(body, encoding, keep=keep)) == body


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip;q=1.0", "gzip"),
        ("", ""),
        ("BR", "br"),
        ("zstd", ""),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.000, gzip;q=0", ""),
        ("br;q=0.1", "br"),
    ],
)
def test_the_best_encoding_is_chosen(accepted, encoding):
    assert encoding_for(accepted) == encoding


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("media_type", ["application/x-ndjson", "text/csv", "application/zip"])
def test_streamed_body_is_passed_on_unbuffered(host, media_type):
    read = []

    def lines():
        for number in range(1_000_000):
            read.append(number)
            yield b"{}\n"

    def site(environ, start_response):
        start_response("200 OK", [("Content-Type", media_type)])
        return StreamingHttpResponse(lines())

    started = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/hsds/services", "HTTP_HOST": host}
    body = PageCache(site, lambda: 1)(environ, lambda *said: started.append(said))

    assert next(iter(body)) == b"{}\n"
    assert started == [("200 OK", [("Content-Type", media_type)])]
    assert len(read) == 1

from __future__ import annotations

import gzip

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protect.findhelp.views.frame import FOREVER, VALID_UNTIL
from protect.site.compression import compressed, encoding_for
from protect.site.pagecache import PageCache

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
    }
    body = b"".join(cache(environ, lambda status, headers, *_: started.append(dict(headers))))
    return started[0], body


def made(*headers, version=lambda: 1):
    site = Site(*headers)
    return site, PageCache(site, version)


def test_a_page_is_made_once_and_sent_again():
    site, cache = made((VALID_UNTIL, FOREVER))

    assert ask(cache) == ask(cache)
    assert site.asked == 1


def test_the_internal_header_never_leaves():
    _, cache = made((VALID_UNTIL, FOREVER))

    for _ in range(2):
        headers, _ = ask(cache)
        assert VALID_UNTIL not in headers


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
def test_another_question_is_asked_anew(again):
    site, cache = made((VALID_UNTIL, FOREVER))
    ask(cache)

    ask(cache, **again)

    assert site.asked == 2


def test_what_its_view_did_not_mark_is_never_kept():
    site, cache = made()

    ask(cache)
    ask(cache)

    assert site.asked == 2
    assert cache.pages == {}


def test_a_change_of_the_directory_ends_every_page():
    versions = iter([1, 1, 2])
    site, cache = made((VALID_UNTIL, FOREVER), version=lambda: next(versions))

    for _ in range(3):
        ask(cache)

    assert site.asked == 2


def test_a_page_ends_when_something_on_it_changes_by_itself():
    site, cache = made((VALID_UNTIL, "1"))  # a second after 1970

    ask(cache)
    ask(cache)

    assert site.asked == 2


def test_a_body_travels_compressed_and_says_so():
    _, cache = made((VALID_UNTIL, FOREVER), ("Content-Length", str(len(PAGE))))

    headers, body = ask(cache)

    assert brotli.decompress(body) == PAGE
    assert headers["Content-Encoding"] == "br"
    assert headers["Content-Length"] == str(len(body))


def test_head_gets_the_headers_alone():
    _, cache = made((VALID_UNTIL, FOREVER))

    headers, body = ask(cache, method="HEAD")

    assert body == b""
    assert int(headers["Content-Length"]) > 0


def test_memory_has_an_end(monkeypatch):
    monkeypatch.setattr("protect.site.pagecache.LARGEST", 3 * len(PAGE))
    _, cache = made((VALID_UNTIL, FOREVER))

    for number in range(10):
        ask(cache, f"/{number}", accept="")

    assert cache.size == sum(len(kept.body) for kept in cache.pages.values())
    assert len(cache.pages) == 3


@given(st.binary(max_size=2000), st.sampled_from(["br", "gzip", ""]), st.booleans())
def test_compression_gives_back_what_went_in(body, encoding, keep):
    back = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding]

    assert back(compressed(body, encoding, keep=keep)) == body


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, deflate, br", "br"), ("gzip;q=1.0", "gzip"), ("", ""), ("BR", "br"), ("zstd", "")],
)
def test_the_best_encoding_is_chosen(accepted, encoding):
    assert encoding_for(accepted) == encoding

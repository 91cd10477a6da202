"""Cache whole public pages in front of Django, compressed with brotli or gzip, or plain. A page
stays cached until the snapshot is replaced or until one of the shown facts expires. Only GET
requests without a query whose view allows it are cached, so typed input never is."""

import gzip
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

import brotli
from django.conf import settings
from django.db import Error, close_old_connections, connection

from protect.findhelp.views.frame import UNTIL_HEADER
from protect.kernel import clock

type Environ = dict[str, Any]
type Headers = list[tuple[str, str]]
type StartResponse = Callable[..., Any]
type Application = Callable[[Environ, StartResponse], Iterable[bytes]]

PRECOMPRESSED_TYPES = ("application/pdf", "application/zip", "image/png")
MAX_CACHE_BYTES = 64 * 1024 * 1024  # bytes of bodies in memory
CACHED_QUALITY = 11  # brotli quality; takes 10 to 140 ms, once for each cached page
UNCACHED_QUALITY = 7  # of what is not cached: 4 % smaller than 5, and 0.1 ms slower for 40 kB
ZERO_WEIGHT = re.compile(r"0(\.0*)?")  # q of a refused encoding. Source: RFC 9110, 12.4.2
MIN_BYTES_TO_COMPRESS = 200  # bytes; smaller bodies grow by compression
MAX_CONTENT_TYPE_LENGTH = 1_000  # characters; a longer one becomes "" (boundary ≤ 70: RFC 2046)


@dataclass(frozen=True, slots=True)
class CachedPage:
    """A response with its compressed body, valid for one snapshot."""

    number: int
    valid_until: float  # Unix time; infinity: until the directory changes; 0: not cached
    status: str
    headers: Headers
    body: bytes


class PageCache:
    """A WSGI application that caches the pages of Django's. Writing takes a lock, reading none."""

    def __init__(self, application: Application, snapshot_number: Callable[[], int]) -> None:
        self.application = application
        self.snapshot_number = snapshot_number
        self.pages: OrderedDict[tuple[str, str], CachedPage] = OrderedDict()
        self.size = 0
        self._lock = Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        encoding = encoding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
        host = environ.get("HTTP_HOST", "").rsplit(":", 1)[0].lower()
        key = (environ.get("PATH_INFO", ""), encoding)
        is_plain_get = environ["REQUEST_METHOD"] == "GET" and not environ.get("QUERY_STRING")
        is_cacheable = is_plain_get and host in settings.PUBLIC_HOSTS
        number = self._snapshot_number() if is_cacheable else None
        cached_page = None if number is None else self.pages.get(key)
        now = clock.now().timestamp()
        if cached_page and cached_page.number == number and now < cached_page.valid_until:
            start_response(cached_page.status, cached_page.headers)
            return [cached_page.body]
        status, headers, parts = self._call_application(environ)
        if getattr(parts, "streaming", False):  # too long to hold whole in memory
            start_response(status, headers)
            return parts
        page = _build_page(status, headers, parts, encoding, number)
        if number is not None and page.valid_until:
            self._store(key, page)
        start_response(page.status, page.headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else page.body]

    def _snapshot_number(self) -> int | None:
        """Return the snapshot's number, None without database. Closes broken connections."""
        try:
            return self.snapshot_number()
        except Error:
            return None
        finally:
            if connection.errors_occurred:
                close_old_connections()

    def _call_application(self, environ: Environ) -> tuple[str, Headers, Iterable[bytes]]:
        drop_charset(environ)
        responses: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, *_: object) -> None:
            responses.append((status, headers))

        parts = self.application(environ, start)
        return *responses[0], parts

    def _store(self, key: tuple[str, str], page: CachedPage) -> None:
        with self._lock:
            old = self.pages.pop(key, None)
            self.size += len(page.body) - (len(old.body) if old else 0)
            self.pages[key] = page
            while self.size > MAX_CACHE_BYTES:
                self.size -= len(self.pages.popitem(last=False)[1].body)


def _build_page(
    status: str, headers: Headers, parts: Iterable[bytes], encoding: str, number: int | None
) -> CachedPage:
    """Return a response, its body compressed; `number` is None for a page that is not cached."""
    try:
        body = b"".join(parts)
    finally:
        if close := getattr(parts, "close", None):
            close()
    valid_until_header = next((value for name, value in headers if name == UNTIL_HEADER), None)
    kept_headers = [(name, value) for name, value in headers if name != UNTIL_HEADER]
    valid_until = 0.0 if valid_until_header is None else float(valid_until_header) or float("inf")
    types = [value for name, value in headers if name == "Content-Type"]
    is_compressed_type = any(value.startswith(PRECOMPRESSED_TYPES) for value in types)
    if encoding and len(body) >= MIN_BYTES_TO_COMPRESS and not is_compressed_type:
        body = compress_body(body, encoding, keep=number is not None and valid_until > 0)
        kept_headers = [pair for pair in kept_headers if pair[0] != "Content-Length"]
        kept_headers += [("Content-Encoding", encoding), ("Content-Length", str(len(body)))]
    return CachedPage(number or 0, valid_until, status, kept_headers, body)


def encoding_for(accepted: str) -> str:
    """Return the best encoding that a client accepts: br, gzip or "" for none."""
    accepted_names = set()
    for part in accepted.lower().replace(" ", "").split(","):
        name, _, weight = part.partition(";q=")
        if not ZERO_WEIGHT.fullmatch(weight):
            accepted_names.add(name.split(";")[0])
    return next((name for name in ("br", "gzip") if name in accepted_names), "")


def compress_body(body: bytes, encoding: str, *, keep: bool) -> bytes:
    """Return a body in an encoding of `encoding_for`; `keep` compresses better, for the cache."""
    if encoding == "br":
        quality = CACHED_QUALITY if keep else UNCACHED_QUALITY
        return bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=quality))
    if encoding == "gzip":
        return gzip.compress(body, compresslevel=9 if keep else 6, mtime=0)
    return body


def drop_charset(environ: dict[str, Any]) -> None:
    """Reduce the Content-Type of a WSGI request to media type and boundary: all text is UTF-8.
    Django decodes with the codec that this header names, also with one that decodes no text
    (`zlib`), and then fails before any middleware. Forms and JSON are UTF-8 without charset.
    Source: URL Standard, 5.1; RFC 7578, 4.6; RFC 8259, 8.1."""
    if "CONTENT_TYPE" in environ:
        environ["CONTENT_TYPE"] = _keep_only_boundary(environ["CONTENT_TYPE"])


def _keep_only_boundary(content_type: str) -> str:
    """Return a content type without parameters except `boundary`; "" if it is too long."""
    if len(content_type) > MAX_CONTENT_TYPE_LENGTH:
        return ""
    media_type, *parts = content_type.split(";")
    kept = (part for part in parts if part.partition("=")[0].strip().lower() == "boundary")
    return ";".join([media_type, *kept])

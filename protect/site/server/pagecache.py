"""Caches whole public pages in front of Django, compressed: brotli, else gzip, else plain.

A page is kept while the directory's version stands and until the earliest change of state among
what it shows. Typed input is never kept: only a GET that its view marked.
"""

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

from protect.findhelp.views.frame import VALID_UNTIL
from protect.kernel import clock

type Environ = dict[str, Any]
type Headers = list[tuple[str, str]]
type StartResponse = Callable[..., Any]
type Application = Callable[[Environ, StartResponse], Iterable[bytes]]

PACKED = ("application/pdf", "application/zip", "image/png")
LARGEST = 64 * 1024 * 1024  # bytes of bodies in memory
CACHED_QUALITY = 11  # 10 ms a page, once for each cached page
PASSING_QUALITY = 5
ZERO_WEIGHT = re.compile(r"0(\.0*)?")  # an encoding that is refused. Source: RFC 9110, 12.4.2
SMALLEST = 200  # bytes; below, compression makes it larger
LONGEST_CONTENT_TYPE = 1_000  # characters; a boundary has 70 at most. Source: RFC 2046, 5.1.1


@dataclass(frozen=True, slots=True)
class Kept:
    version: int
    valid_until: float  # seconds since 1970; infinity: until the directory changes
    status: str
    headers: Headers
    body: bytes


class PageCache:
    """A WSGI application round Django's. Thread-safe: reading is one step, keeping is locked."""

    def __init__(self, application: Application, version: Callable[[], int]) -> None:
        self.application = application
        self.version = version
        self.pages: OrderedDict[tuple[str, str], Kept] = OrderedDict()
        self.size = 0
        self._lock = Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        encoding = encoding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
        host = environ.get("HTTP_HOST", "").rsplit(":", 1)[0].lower()
        key = (environ.get("PATH_INFO", ""), encoding)
        is_plain = (
            environ["REQUEST_METHOD"] == "GET"
            and not environ.get("QUERY_STRING")
            and host in settings.PUBLIC_HOSTS
        )
        version = self._version() if is_plain else None
        kept = None if version is None else self.pages.get(key)
        if kept and kept.version == version and clock.now().timestamp() < kept.valid_until:
            start_response(kept.status, kept.headers)
            return [kept.body]
        status, headers, parts = self._ask(environ)
        if getattr(parts, "streaming", False):  # as long as the directory: never whole in memory
            start_response(status, headers)
            return parts
        page = _page_of(status, headers, parts, encoding, version)
        if version is not None and page.valid_until:
            self._keep(key, page)
        start_response(page.status, page.headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else page.body]

    def _version(self) -> int | None:
        """Return None while the database is away. Renews the connection: Django is not asked."""
        try:
            return self.version()
        except Error:
            return None
        finally:
            if connection.errors_occurred:
                close_old_connections()

    def _ask(self, environ: Environ) -> tuple[str, Headers, Iterable[bytes]]:
        drop_charset(environ)
        started: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, *_: object) -> None:
            started.append((status, headers))

        parts = self.application(environ, start)
        return *started[0], parts

    def _keep(self, key: tuple[str, str], page: Kept) -> None:
        with self._lock:
            old = self.pages.pop(key, None)
            self.size += len(page.body) - (len(old.body) if old else 0)
            self.pages[key] = page
            while self.size > LARGEST:
                self.size -= len(self.pages.popitem(last=False)[1].body)


def _page_of(
    status: str, headers: Headers, parts: Iterable[bytes], encoding: str, version: int | None
) -> Kept:
    """Return a response whole and compressed. `version`: of a page that may be kept."""
    try:
        body = b"".join(parts)
    finally:
        if close := getattr(parts, "close", None):
            close()
    stamp = next((value for name, value in headers if name == VALID_UNTIL), None)
    kept = [(name, value) for name, value in headers if name != VALID_UNTIL]
    valid_until = 0.0 if stamp is None else float(stamp) or float("inf")
    is_packed = any(name == "Content-Type" and value.startswith(PACKED) for name, value in headers)
    if encoding and len(body) >= SMALLEST and not is_packed:
        body = compressed(body, encoding, keep=version is not None and valid_until > 0)
        kept = [pair for pair in kept if pair[0] != "Content-Length"]
        kept += [("Content-Encoding", encoding), ("Content-Length", str(len(body)))]
    return Kept(version or 0, valid_until, status, kept, body)


def encoding_for(accepted: str) -> str:
    """Return the best encoding that a request accepts: br, gzip or ""."""
    offered = set()
    for part in accepted.lower().replace(" ", "").split(","):
        name, _, weight = part.partition(";q=")
        if not ZERO_WEIGHT.fullmatch(weight):
            offered.add(name.split(";")[0])
    return next((name for name in ("br", "gzip") if name in offered), "")


def compressed(body: bytes, encoding: str, *, keep: bool) -> bytes:
    """Return a body in an encoding. `keep`: it will be sent often, so take the time."""
    if encoding == "br":
        quality = CACHED_QUALITY if keep else PASSING_QUALITY
        return bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=quality))
    if encoding == "gzip":
        return gzip.compress(body, compresslevel=9 if keep else 6, mtime=0)
    return body


def drop_charset(environ: dict[str, Any]) -> None:
    """Reduce the Content-Type of a WSGI request to media type and boundary: all text is UTF-8.

    Django decodes addresses and forms in whatever codec this header names, also in one of Python's
    that decodes no text (`zlib`, `undefined`), and fails while it builds the request: before any
    middleware. Forms and JSON are UTF-8 and define no charset.
    Source: URL Standard, 5.1; RFC 7578, 4.6; RFC 8259, 8.1.
    """
    if "CONTENT_TYPE" in environ:
        environ["CONTENT_TYPE"] = _without_charset(environ["CONTENT_TYPE"])


def _without_charset(content_type: str) -> str:
    if len(content_type) > LONGEST_CONTENT_TYPE:
        return ""
    media_type, *parameters = content_type.split(";")
    kept = (each for each in parameters if each.partition("=")[0].strip().lower() == "boundary")
    return ";".join([media_type, *kept])

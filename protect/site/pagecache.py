"""Whole pages kept before Django, in the form in which they travel.

A page is kept while the directory's version stands and until the earliest change of state among
what it shows. What somebody typed is never kept: only a GET that its view marked.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import Error, close_old_connections, connection

from protect.findhelp.views.frame import VALID_UNTIL
from protect.kernel import clock
from protect.site.compression import SMALLEST, compressed, encoding_for
from protect.site.content_types import drop_charset

type Environ = dict[str, Any]
type Headers = list[tuple[str, str]]
type StartResponse = Callable[..., Any]
type Application = Callable[[Environ, StartResponse], Iterable[bytes]]

PACKED = ("application/pdf", "application/zip", "image/png")
LARGEST = 64 * 1024 * 1024  # bytes of bodies in memory


@dataclass(frozen=True, slots=True)
class Kept:
    """A response that can be sent again."""

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
        made = _made(status, headers, parts, encoding, version)
        if version is not None and made.valid_until:
            self._keep(key, made)
        start_response(made.status, made.headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else made.body]

    def _version(self) -> int | None:
        """Return the directory's version, None while nobody can tell: then Django answers.

        Kept pages never reach Django, which would renew this thread's broken connection.
        """
        try:
            return self.version()
        except Error:
            return None
        finally:
            if connection.errors_occurred:
                close_old_connections()

    def _ask(self, environ: Environ) -> tuple[str, Headers, Iterable[bytes]]:
        """Ask Django, and return what it says as soon as it begins to."""
        drop_charset(environ)
        started: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, *_: object) -> None:
            started.append((status, headers))

        parts = self.application(environ, start)
        return *started[0], parts

    def _keep(self, key: tuple[str, str], made: Kept) -> None:
        with self._lock:
            old = self.pages.pop(key, None)
            self.size += len(made.body) - (len(old.body) if old else 0)
            self.pages[key] = made
            while self.size > LARGEST:
                self.size -= len(self.pages.popitem(last=False)[1].body)


def _made(
    status: str, headers: Headers, parts: Iterable[bytes], encoding: str, version: int | None
) -> Kept:
    """Return a response whole and compressed. `version`: of a page that may be kept."""
    try:
        body = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close:
            close()
    stamp = next((value for name, value in headers if name == VALID_UNTIL), None)
    kept = [(name, value) for name, value in headers if name != VALID_UNTIL]
    valid_until = 0.0 if stamp is None else float(stamp) or float("inf")
    if encoding and len(body) >= SMALLEST and not _is_packed(headers):
        body = compressed(body, encoding, keep=version is not None and valid_until > 0)
        kept = [pair for pair in kept if pair[0] != "Content-Length"]
        kept += [("Content-Encoding", encoding), ("Content-Length", str(len(body)))]
    return Kept(version or 0, valid_until, status, kept, body)


def _is_packed(headers: Headers) -> bool:
    """Return whether a body is of a kind that is compressed already."""
    return any(name == "Content-Type" and value.startswith(PACKED) for name, value in headers)

"""Checks an exit page as a phone would open it: over HTTPS, reading no more than needed."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from protect.findhelp.enums import Opening
from protect.reference.vocabulary.checks import EXIT_BYTES

WAIT = urllib3.Timeout(connect=10, read=20)  # seconds
TRIES = 2  # of a connection that broke
REDIRECTS = 5
HTML = ("text/html", "application/xhtml+xml")
# It does not name the project: exit sites must not learn that it links to them.
HEADERS = {"User-Agent": "Mozilla/5.0 (compatible; link check)", "Accept": "text/html"}


@dataclass(frozen=True, slots=True)
class Opened:
    """Result of a check."""

    result: Opening
    bytes: int | None = None  # of the first document, uncompressed; read up to the limit


def open_page(url: str) -> Opened:
    """Open an address and return whether visitors can be sent there."""
    may_be_local = _is_local(url)  # the demo's own, see PROTECT_EXIT_TARGETS
    with urllib3.PoolManager(timeout=WAIT, headers=HEADERS) as pool:
        for _ in range(REDIRECTS + 1):
            try:
                if urlsplit(url).scheme != "https" and not (may_be_local and _is_local(url)):
                    return Opened(Opening.UNSAFE)
                answer = pool.request(
                    "GET",
                    url,
                    redirect=False,
                    preload_content=False,
                    retries=urllib3.Retry(TRIES - 1, redirect=False, backoff_factor=1),
                )
                where = answer.get_redirect_location()
                if not where:
                    return _read(answer)
                answer.release_conn()
                url = urljoin(url, where)
            except HTTPError:
                return Opened(Opening.UNREACHABLE)
            except ValueError:  # it leads to something that is no address
                return Opened(Opening.REFUSED)
    return Opened(Opening.REFUSED)


def _is_local(url: str) -> bool:
    return urlsplit(url).hostname == "127.0.0.1"


def _read(answer: urllib3.BaseHTTPResponse) -> Opened:
    """Return the result for a response. Errors: urllib3's HTTPError, when it breaks off."""
    if answer.status != HTTPStatus.OK:
        return Opened(Opening.REFUSED)
    if answer.headers.get("Content-Type", "").split(";")[0].strip().lower() not in HTML:
        return Opened(Opening.NO_PAGE)
    size = 0
    for part in answer.stream(1 << 14, decode_content=True):
        size += len(part)
        if size > EXIT_BYTES:
            return Opened(Opening.TOO_LARGE, size)
    return Opened(Opening.OPENS, size)

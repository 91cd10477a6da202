"""The monthly check of the pages that "Close" leads to: opens each as a phone would."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import urllib3
from django.db import transaction
from urllib3.exceptions import HTTPError

from protect.directory.changes import touch
from protect.findhelp import errors, exits, models
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


def check_exits(*, at: datetime, say: Callable[[str, Opened], None]) -> None:
    """Check every exit page, `say` each, store the results: pages then lead to one that works."""
    results: dict[str, Opened] = {}
    for url in exits.in_use():
        results[url] = open_page(url)
        say(url, results[url])
    if all(each.result is Opening.UNREACHABLE for each in results.values()):
        raise errors.FindHelpRefusal("findhelp_no_exit_reached", count=len(results))
    with transaction.atomic():
        before = exits.failed()
        for url, each in results.items():
            models.ExitCheck.objects.update_or_create(
                url=url, defaults={"checked_at": at, "result": each.result, "bytes": each.bytes}
            )
        if exits.failed() != before:
            touch()  # kept pages are made anew

"""Where "Close" leads: the first exit page of a language without a failed check."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import urllib3
from django.conf import settings
from django.db import Error, transaction
from urllib3.exceptions import HTTPError

from protect.directory.changes import touch
from protect.findhelp import access, errors, models
from protect.findhelp.enums import Opening
from protect.matching import published
from protect.reference import vocabulary
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


def addresses(tag: str) -> tuple[str, ...]:
    """Return the exit pages of a language, best first. Errors: KeyError for an unknown tag."""
    if settings.EXIT_TARGETS:
        return tuple(settings.EXIT_TARGETS)
    return tuple(each.url for each in vocabulary.exit_targets(tag))


def address(tag: str) -> str:
    """Return the first exit page of a language that did not fail, else its first one."""
    listed = addresses(tag)
    try:
        failed = _failed(published.version())
    except Error:  # pages speak without the database, and lead away without it
        failed = frozenset()
    return next((each for each in listed if each not in failed), listed[0])


def in_use() -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for tag in access.languages() for each in addresses(tag)))


def failed() -> frozenset[str]:
    rows = models.ExitCheck.objects.exclude(result=Opening.OPENS).order_by("url")
    return frozenset(rows.values_list("url", flat=True))


def checked_at() -> datetime | None:
    """Return the oldest check of the exit pages in use, None if one was never checked."""
    checks = models.ExitCheck.objects.filter(url__in=in_use())
    if checks.count() < len(in_use()):
        return None
    return checks.order_by("checked_at").values_list("checked_at", flat=True).first()


def without_way_out() -> list[str]:
    broken = failed()
    return [tag for tag in access.languages() if broken.issuperset(addresses(tag))]


@lru_cache(maxsize=1)
def _failed(version: int) -> frozenset[str]:
    """Return `failed` as it stands since a version of the directory, which each change raises."""
    return failed()


def forget() -> None:
    """Drop what was read (tests do that)."""
    _failed.cache_clear()


def check_exits(*, at: datetime, say: Callable[[str, Opened], None]) -> None:
    """Check every exit page, `say` each, store the results: pages then lead to one that works."""
    results: dict[str, Opened] = {}
    for url in in_use():
        results[url] = open_page(url)
        say(url, results[url])
    if all(each.result is Opening.UNREACHABLE for each in results.values()):
        raise errors.FindHelpRefusal("findhelp_no_exit_reached", count=len(results))
    with transaction.atomic():
        before = failed()
        for url, each in results.items():
            models.ExitCheck.objects.update_or_create(
                url=url, defaults={"checked_at": at, "result": each.result, "bytes": each.bytes}
            )
        if failed() != before:
            touch()  # kept pages are made anew

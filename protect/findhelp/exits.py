"""The exit pages, to which "Close" leads: the first of a language whose last check did not fail,
and the monthly check."""

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

from protect.directory.changes import raise_version
from protect.findhelp import access, errors, models
from protect.findhelp.enums import ExitCheckResult
from protect.matching import published
from protect.reference import vocabulary
from protect.reference.vocabulary.checks import MAX_EXIT_BYTES

TIMEOUT = urllib3.Timeout(connect=10, read=20)  # seconds
MAX_TRIES = 2  # attempts in total, if a connection breaks
MAX_REDIRECTS = 5
HTML_TYPES = ("text/html", "application/xhtml+xml")
# The header does not name the project: exit sites must not learn that it links to them.
HEADERS = {"User-Agent": "Mozilla/5.0 (compatible; link check)", "Accept": "text/html"}


def exit_pages(tag: str) -> tuple[str, ...]:
    """Return EXIT_TARGETS if set, else a language's exit pages, best first. Errors: KeyError."""
    if settings.EXIT_TARGETS:
        return tuple(settings.EXIT_TARGETS)
    return tuple(target.url for target in vocabulary.exit_targets(tag))


def working_exit_page(tag: str) -> str:
    """Return the first exit page of a language that works; if none does, the first one."""
    pages = exit_pages(tag)
    try:
        failed = _failed_at(published.snapshot_number())
    except Error:  # pages and their exits must work without the database
        failed = frozenset()
    return next((url for url in pages if url not in failed), pages[0])


def exit_pages_in_use() -> tuple[str, ...]:
    """Return the exit pages of all offered languages, without duplicates."""
    return tuple(dict.fromkeys(url for tag in access.languages() for url in exit_pages(tag)))


def failed() -> frozenset[str]:
    """Return the exit pages that failed their last check."""
    rows = models.ExitCheck.objects.exclude(result=ExitCheckResult.OPENS).order_by("url")
    return frozenset(rows.values_list("url", flat=True))


def oldest_check_at() -> datetime | None:
    """Return when the longest unchecked exit page was last checked; None if one never was."""
    checks = models.ExitCheck.objects.filter(url__in=exit_pages_in_use())
    if checks.count() < len(exit_pages_in_use()):
        return None
    return checks.order_by("checked_at").values_list("checked_at", flat=True).first()


def languages_without_working_exit() -> list[str]:
    broken = failed()
    return [tag for tag in access.languages() if broken.issuperset(exit_pages(tag))]


@lru_cache(maxsize=1)
def _failed_at(snapshot_number: int) -> frozenset[str]:
    """Return `failed`, cached until the snapshot is replaced; storing checks makes that happen."""
    return failed()


def forget() -> None:
    """Drop the cached failures (for tests)."""
    _failed_at.cache_clear()


@dataclass(frozen=True, slots=True)
class ExitPageCheck:
    result: ExitCheckResult
    size_bytes: int | None = None  # size of the uncompressed document, read up to the limit


def check_exit_page(url: str) -> ExitPageCheck:
    """Open an exit page, following its redirects; return the result of the check."""
    is_local_allowed = _is_loopback(url)  # the demo's own page, see PROTECT_EXIT_TARGETS
    with urllib3.PoolManager(timeout=TIMEOUT, headers=HEADERS) as pool:
        for _ in range(MAX_REDIRECTS + 1):
            try:
                if urlsplit(url).scheme != "https" and not (is_local_allowed and _is_loopback(url)):
                    return ExitPageCheck(ExitCheckResult.UNSAFE)
                response = pool.request(
                    "GET",
                    url,
                    redirect=False,
                    preload_content=False,
                    retries=urllib3.Retry(MAX_TRIES - 1, redirect=False, backoff_factor=1),
                )
                redirect_to = response.get_redirect_location()
                if not redirect_to:
                    return _check_response(response)
                response.release_conn()
                url = urljoin(url, redirect_to)
            except HTTPError:
                return ExitPageCheck(ExitCheckResult.UNREACHABLE)
            except ValueError:  # it redirects to something that is not a URL
                return ExitPageCheck(ExitCheckResult.REFUSED)
    return ExitPageCheck(ExitCheckResult.REFUSED)


def _is_loopback(url: str) -> bool:
    return urlsplit(url).hostname == "127.0.0.1"


def _check_response(response: urllib3.BaseHTTPResponse) -> ExitPageCheck:
    if response.status != HTTPStatus.OK:
        return ExitPageCheck(ExitCheckResult.REFUSED)
    if response.headers.get("Content-Type", "").split(";")[0].strip().lower() not in HTML_TYPES:
        return ExitPageCheck(ExitCheckResult.NO_PAGE)
    size = 0
    for part in response.stream(1 << 14, decode_content=True):
        size += len(part)
        if size > MAX_EXIT_BYTES:
            return ExitPageCheck(ExitCheckResult.TOO_LARGE, size)
    return ExitPageCheck(ExitCheckResult.OPENS, size)


def check_exits(*, at: datetime, report: Callable[[str, ExitPageCheck], None]) -> None:
    """Check all exit pages, `report` each result, store all. Errors: findhelp_no_exit_reached."""
    results: dict[str, ExitPageCheck] = {}
    for url in exit_pages_in_use():
        results[url] = check_exit_page(url)
        report(url, results[url])
    if all(check.result is ExitCheckResult.UNREACHABLE for check in results.values()):
        raise errors.FindHelpRefusal("findhelp_no_exit_reached", count=len(results))
    with transaction.atomic():
        failed_before = failed()
        for url, check in results.items():
            models.ExitCheck.objects.update_or_create(
                url=url,
                defaults={"checked_at": at, "result": check.result, "bytes": check.size_bytes},
            )
        if failed() != failed_before:
            raise_version()  # cached pages are built again

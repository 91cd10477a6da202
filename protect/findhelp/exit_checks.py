"""The monthly check of the exit pages, to which "Close" leads."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import urllib3
from django.db import transaction
from urllib3.exceptions import HTTPError

from protect.directory.changes import raise_version
from protect.findhelp import errors, exits, models
from protect.findhelp.enums import ExitCheckResult
from protect.reference.vocabulary.checks import MAX_EXIT_BYTES

TIMEOUT = urllib3.Timeout(connect=10, read=20)  # seconds
MAX_TRIES = 2  # attempts in total, if a connection breaks
MAX_REDIRECTS = 5
HTML_TYPES = ("text/html", "application/xhtml+xml")
# The header does not name the project: exit sites must not learn that it links to them.
HEADERS = {"User-Agent": "Mozilla/5.0 (compatible; link check)", "Accept": "text/html"}


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
    for url in exits.exit_pages_in_use():
        results[url] = check_exit_page(url)
        report(url, results[url])
    if all(check.result is ExitCheckResult.UNREACHABLE for check in results.values()):
        raise errors.FindHelpRefusal("findhelp_no_exit_reached", count=len(results))
    with transaction.atomic():
        failed_before = exits.failed()
        for url, check in results.items():
            models.ExitCheck.objects.update_or_create(
                url=url,
                defaults={"checked_at": at, "result": check.result, "bytes": check.size_bytes},
            )
        if exits.failed() != failed_before:
            raise_version()  # cached pages are built again

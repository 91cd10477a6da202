"""Where "Close" leads: the first exit page of a language whose last check did not fail."""

from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db import Error

from protect.findhelp import access, models
from protect.findhelp.enums import ExitCheckResult
from protect.matching import published
from protect.reference import vocabulary


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

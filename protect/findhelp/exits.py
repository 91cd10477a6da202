"""Where "Close" leads: the first exit page of a language without a failed check."""

from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db import Error

from protect.findhelp import access, models
from protect.findhelp.enums import Opening
from protect.matching import published
from protect.reference import vocabulary


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

"""Where "Close" leads: the first page of a language whose last check did not fail."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db import Error
from django.db.models import Min

from protect.findhelp import access
from protect.findhelp.enums import Opening
from protect.findhelp.models import ExitCheck
from protect.matching import published
from protect.reference import vocabulary


def addresses(tag: str) -> tuple[str, ...]:
    """Return where a page in a language may lead, best first.

    Errors: KeyError for a tag that languages.toml lacks.
    """
    if settings.EXIT_TARGETS:
        return tuple(settings.EXIT_TARGETS)
    return tuple(each.url for each in vocabulary.exit_targets(tag))


def address(tag: str) -> str:
    """Return where a page in a language leads: a failed target yields to the next.

    If all have failed the first one stays: somewhere else is better than here.
    Errors: KeyError as `addresses`.
    """
    listed = addresses(tag)
    try:
        failed = _failed(published.version())
    except Error:  # pages speak without the database, and lead away without it
        failed = frozenset()
    return next((each for each in listed if each not in failed), listed[0])


def in_use() -> tuple[str, ...]:
    """Return every address that a page may lead to, each once."""
    return tuple(dict.fromkeys(each for tag in access.languages() for each in addresses(tag)))


def failed() -> frozenset[str]:
    """Return the addresses whose last check failed."""
    rows = ExitCheck.objects.exclude(result=Opening.OPENS).order_by("url")
    return frozenset(rows.values_list("url", flat=True))


def checked_at() -> datetime | None:
    """Return when the address in use that was checked longest ago was, None if one never was."""
    known = ExitCheck.objects.filter(url__in=in_use())
    if known.count() < len(in_use()):
        return None
    oldest: datetime | None = known.aggregate(oldest=Min("checked_at"))["oldest"]
    return oldest


def without_way_out() -> list[str]:
    """Return the languages of which every target has failed."""
    broken = failed()
    return [tag for tag in access.languages() if broken.issuperset(addresses(tag))]


@lru_cache(maxsize=1)
def _failed(version: int) -> frozenset[str]:
    """Return `failed` as it stands since a version of the directory, which each change raises."""
    return failed()


def forget() -> None:
    """Drop what was read (tests do that)."""
    _failed.cache_clear()

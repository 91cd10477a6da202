"""Times on the desk: relative within 48 hours, exact to the minute beside it."""

from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, format_timedelta
from django.utils import timezone, translation

from protect.kernel.text import plain_number

NEAR = timedelta(hours=48)


class MomentText(NamedTuple):
    """A moment in two wordings. `is_relative`: `short` goes stale while the page is open."""

    short: str
    exact: str
    is_relative: bool


def moment_text(value: datetime | date, now: datetime) -> MomentText:
    """Return the words for a moment or a day, which is never relative, in the active language."""
    full = exact(value)
    if not isinstance(value, datetime):
        return MomentText(full, full, is_relative=False)
    distance = value - now
    if abs(distance) >= NEAR:
        return MomentText(_day(timezone.localtime(value).date()), full, is_relative=False)
    short = format_timedelta(
        distance, granularity="minute", threshold=1, add_direction=True, locale=_locale()
    )
    return MomentText(short, full, is_relative=True)


def exact(value: datetime | date) -> str:
    """Return a day as "1 Jul 2026", a moment as "1 Jul 2026, 14:00 CEST"."""
    if not isinstance(value, datetime):
        return _day(value)
    local = timezone.localtime(value)
    return f"{_day(local.date())}{_comma()} {plain_number(f'{local:%H:%M %Z}')}"


def span(begin: datetime, end: datetime) -> str:
    """Return "Mon 28 Dec 2026, 09:00 – 12:30 CET"; both zones where the clock changes between."""
    first, last = timezone.localtime(begin), timezone.localtime(end)
    if first.date() != last.date():
        return f"{exact(begin)} – {exact(end)}"
    clock = "%H:%M" if first.tzname() == last.tzname() else "%H:%M %Z"
    day = format_skeleton("yMMMEd", first.date(), locale=_locale())
    hours = (plain_number(f"{first:{clock}}"), plain_number(f"{last:%H:%M %Z}"))
    return f"{day}{_comma()} {' – '.join(hours)}"


def _day(day: date) -> str:
    return format_skeleton("yMMMd", day, locale=_locale())


def _comma() -> str:
    """Return the comma between a day and an hour: languages in Arabic script have their own."""
    return "،" if _locale().text_direction == "rtl" else ","


def _locale() -> Locale:
    return locale_of(translation.get_language() or "en")


@cache
def locale_of(tag: str) -> Locale:
    """Return the CLDR locale of a language; for plain English the European order of a date."""
    try:
        return Locale("en", "IE") if tag == "en" else Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en", "IE")

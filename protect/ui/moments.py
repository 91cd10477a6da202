"""Dates and times of the desk: relative within 48 hours, with the exact minute beside them."""

from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, format_timedelta
from django.utils import timezone, translation

from protect.kernel.text import plain_isolated_number

RELATIVE_WITHIN = timedelta(hours=48)


class MomentText(NamedTuple):
    """A moment as a short and an exact text. A relative `short` becomes outdated on open pages."""

    short: str
    exact: str
    is_relative: bool


def moment_text(value: datetime | date, now: datetime) -> MomentText:
    """Return the texts of a moment in the active language. A day is never relative."""
    exact = exact_text(value)
    if not isinstance(value, datetime):
        return MomentText(exact, exact, is_relative=False)
    distance = value - now
    if abs(distance) >= RELATIVE_WITHIN:
        return MomentText(_day_text(timezone.localtime(value).date()), exact, is_relative=False)
    short = format_timedelta(
        distance, granularity="minute", threshold=1, add_direction=True, locale=_locale()
    )
    return MomentText(short, exact, is_relative=True)


def exact_text(value: datetime | date) -> str:
    """Return a day as "1 Jul 2026", a moment as "1 Jul 2026, 14:00 CEST"."""
    if not isinstance(value, datetime):
        return _day_text(value)
    local = timezone.localtime(value)
    return f"{_day_text(local.date())}{_comma()} {plain_isolated_number(f'{local:%H:%M %Z}')}"


def month_text(day: date) -> str:
    """Return the month of a day, such as "July 2026"."""
    return format_skeleton("yMMMM", day, locale=_locale())


def span_text(begin: datetime, end: datetime) -> str:
    """Return "Mon 28 Dec 2026, 09:00 – 12:30 CET"; both moments in full if the days differ."""
    local_begin, local_end = timezone.localtime(begin), timezone.localtime(end)
    if local_begin.date() != local_end.date():
        return f"{exact_text(begin)} – {exact_text(end)}"
    time_format = "%H:%M" if local_begin.tzname() == local_end.tzname() else "%H:%M %Z"
    day = format_skeleton("yMMMEd", local_begin.date(), locale=_locale())
    hours = (
        plain_isolated_number(f"{local_begin:{time_format}}"),
        plain_isolated_number(f"{local_end:%H:%M %Z}"),
    )
    return f"{day}{_comma()} {' – '.join(hours)}"


def _day_text(day: date) -> str:
    return format_skeleton("yMMMd", day, locale=_locale())


def _comma() -> str:
    """Return the comma between day and hour; languages in Arabic script have their own."""
    return "،" if _locale().text_direction == "rtl" else ","


def _locale() -> Locale:
    return locale_of(translation.get_language() or "en")


@cache
def locale_of(tag: str) -> Locale:
    """Return the CLDR locale of a language; for English and unknown languages, Ireland's."""
    try:
        return Locale("en", "IE") if tag == "en" else Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en", "IE")

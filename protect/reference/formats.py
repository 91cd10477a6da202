"""Names, times and numbers as a language writes them: from languages.toml and CLDR, never Django.

Django's own formats turn Pashto and Dari to the left and know neither Sorani nor Tigrinya.
"""

from datetime import date, datetime, time, timedelta
from functools import cache
from math import inf
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta, get_timezone_location
from babel.numbers import format_decimal

from protect.reference import vocabulary


@cache
def locale_of(tag: str) -> Locale:
    """Return the CLDR locale of a language, or of the nearest one that CLDR has."""
    languages = vocabulary.languages()
    for candidate in vocabulary.fallback_chain(tag) if tag in languages else ():
        try:
            return Locale.parse(languages[candidate].cldr)
        except (ValueError, LookupError):
            continue
    return Locale("en", "IE")


def country_name(code: str, tag: str) -> str:
    """Return a country's name in a language, or its own where CLDR has none."""
    own = next(iter(vocabulary.countries()[code].endonyms.values()))
    return str(locale_of(tag).territories.get(code, own))


def weekday_name(weekday: int, tag: str) -> str:
    """Return the name of a day of the week. Units: 0 is Monday."""
    return str(locale_of(tag).days["stand-alone"]["wide"][weekday])


def time_text(at: datetime | time, tag: str) -> str:
    """Return a time of day, of 24 hours, always with a colon: 09:30."""
    return format_time(at, "HH:mm", locale=locale_of(tag))


def date_text(day: date, tag: str) -> str:
    return format_date(day, "long", locale=locale_of(tag))


def distance_text(metres: int, tag: str) -> str:
    """Return a distance in kilometres, rounded as a person would say it."""
    km = metres / 1000
    return format_decimal(round(km, 1) if km < 10 else round(km), locale=locale_of(tag))


def place_of_zone(zone: str, tag: str) -> str:
    return get_timezone_location(ZoneInfo(zone), locale=locale_of(tag), return_city=True)


def duration_text(minutes: int, tag: str) -> str:
    """Return a duration in hours and minutes, in words: 7 hours 30 minutes."""
    hours, rest = divmod(minutes, 60)
    parts = [_unit_text(hours, "hour", tag)] if hours else []
    return " ".join([*parts, _unit_text(rest, "minute", tag)] if rest or not parts else parts)


def _unit_text(count: int, unit: Literal["hour", "minute"], tag: str) -> str:
    """Return so many of a unit. No threshold: thirty hours stay hours."""
    length = timedelta(**{f"{unit}s": count})
    return format_timedelta(length, granularity=unit, threshold=inf, locale=locale_of(tag))

"""Format names, times and numbers for a language, from languages.toml and CLDR. Django's formats
are not used: they write Pashto and Dari from left to right and lack Sorani and Tigrinya."""

import re
from copy import deepcopy
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from math import inf
from typing import Literal
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale, localedata
from babel.dates import format_date, format_time, format_timedelta, get_timezone_location
from babel.numbers import format_decimal
from babel.units import format_unit
from phonenumbers import NumberParseException, PhoneNumberFormat

from protect.reference import vocabulary

# The colon of a language, with the space before it; CLDR has none.
COLONS = {"am": "፦", "fr": "\N{NO-BREAK SPACE}:", "ti": "፦", "zh": "："}
HARMONISED_NUMBER = re.compile(r"116\d{3}")  # European helplines, written 116 006
QUESTION_MARKS = ("?", "؟", ";", "？")  # the third one is Greek


@cache
def cldr_locale(tag: str) -> Locale:
    """Return the CLDR locale of a language, else of its first fallback with one, else English."""
    languages = vocabulary.languages()
    for candidate in vocabulary.fallback_chain(tag) if tag in languages else ():
        try:
            return _with_own_data(Locale.parse(languages[candidate].cldr))
        except (ValueError, LookupError):
            continue
    return Locale("en", "IE")


def _with_own_data(locale: Locale) -> Locale:
    """Copy what a locale shares with others: Babel writes the names that it has looked up into the
    shared part, so that Urdu pages had the weekdays of Pashto. Source: python-babel issue 1234."""
    data = localedata.load(str(locale))
    data.update(deepcopy(data))
    return locale


def colon_after(label: str, tag: str) -> str:
    """Return what stands between a label and its value: nothing after a question."""
    return "" if label.endswith(QUESTION_MARKS) else COLONS.get(tag, ":")


def country_name(code: str, tag: str) -> str:
    """Return the name of a country in a language; where CLDR has none, the country's own name."""
    own_name = next(iter(vocabulary.countries()[code].endonyms.values()))
    return str(cldr_locale(tag).territories.get(code, own_name))


# Names of CLDR 48 that are none: in Somali “native of Bin” and “native of Byn”.
WRONG_NAMES = {("so", "bin"), ("so", "byn")}


def language_name(code: str, tag: str) -> str:
    """Return the name of a language in another; where CLDR has none, its own name (in English, its
    English name); an unknown code stays."""
    languages, names = vocabulary.languages(), cldr_locale(tag).languages
    if code not in languages:
        return code
    language = languages[code]
    name = None if (tag, code) in WRONG_NAMES else names.get(code)
    if name is None and language.cldr not in languages:  # “Kurdish” is not the name of Kurmanji
        name = names.get(language.cldr.replace("-", "_"))
    return str(name or (language.english if tag == "en" else language.endonym))


def weekday_name(weekday: int, tag: str) -> str:
    """Return the name of a weekday. Monday is 0."""
    return str(cldr_locale(tag).days["stand-alone"]["wide"][weekday])


def time_text(at: datetime | time, tag: str) -> str:
    """Return a time of day on the 24-hour clock, always with a colon: 09:30."""
    return format_time(at, "HH:mm", locale=cldr_locale(tag))


def date_text(day: date, tag: str) -> str:
    return format_date(day, "long", locale=cldr_locale(tag))


def distance_text(metres: int, tag: str) -> str:
    """Return a distance in kilometres, without the unit; below 10 km with one decimal."""
    kilometres = metres / 1000
    kilometres = round(kilometres, 1) if kilometres < 10 else round(kilometres)
    return format_decimal(kilometres, locale=cldr_locale(tag))


def zone_city_name(zone: str, tag: str) -> str:
    return get_timezone_location(ZoneInfo(zone), locale=cldr_locale(tag), return_city=True)


def duration_text(minutes: int, tag: str) -> str:
    """Return a duration in hours and minutes, as words: 7 hours 30 minutes."""
    hours, remaining_minutes = divmod(minutes, 60)
    parts = [_unit_text(hours, "hour", tag)] if hours else []
    if remaining_minutes or not parts:
        parts.append(_unit_text(remaining_minutes, "minute", tag))
    return " ".join(parts)


def _unit_text(count: int, unit: Literal["hour", "minute"], tag: str) -> str:
    """Return a number with its unit. Hours never turn into days: 30 hours stay 30 hours."""
    length = timedelta(**{f"{unit}s": count})
    return format_timedelta(length, granularity=unit, threshold=inf, locale=cldr_locale(tag))


def size_text(size: int, tag: str) -> str:
    """Return the size of a file in words: 850 kilobytes, 12 megabytes. Units: bytes."""
    if size >= 1_000_000:
        return _measure_text(round(size / 1_000_000), "digital-megabyte", tag)
    return _measure_text(max(1, round(size / 1_000)), "digital-kilobyte", tag)


def seconds_text(seconds: int, tag: str) -> str:
    """Return the length of a film or recording in words: 40 seconds, 3 minutes."""
    if seconds >= 90:
        return _measure_text(round(seconds / 60), "duration-minute", tag)
    return _measure_text(seconds, "duration-second", tag)


def _measure_text(count: int, unit: str, tag: str) -> str:
    """Return a number with a unit of CLDR, in words; where CLDR has none, with its sign."""
    locale = cldr_locale(tag)
    words = format_unit(count, unit, length="long", locale=locale)
    return words if unit not in words else format_unit(count, unit, length="short", locale=locale)


@lru_cache(maxsize=4096)
def format_number(number: str, country: str) -> str:
    """Return a number in groups, in national form if it belongs to `country`, else with +."""
    try:
        parsed = phonenumbers.parse(number, country)
    except NumberParseException:
        return number
    if not phonenumbers.is_valid_number(parsed):
        return f"{number[:3]} {number[3:]}" if HARMONISED_NUMBER.fullmatch(number) else number
    is_here = phonenumbers.region_code_for_number(parsed) == country
    form = PhoneNumberFormat.NATIONAL if is_here else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)

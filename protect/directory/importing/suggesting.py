"""Opening hours in words, proposed in OpenStreetMap's syntax. A person decides; nothing is taken.

Only what is plain: days by name, hours by number. Any word that is not understood, and there is no
proposal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from babel import Locale
from babel.dates import get_day_names

from protect.directory import hours
from protect.directory.importing.opening import DOUBTS
from protect.reference import vocabulary
from protect.reference.lookup.fold import fold

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
LANGUAGES = ("en", "fr", "nl", "de", "es", "it", "pl", "hu", "hr", "sl", "bg", "el", "mt", "pt")
TO = frozenset({"to", "till", "until", "a", "au", "tot", "bis", "al", "do", "ig", "od", "through"})
AND = frozenset({"and", "et", "en", "und", "y", "e", "i", "es", "in", "και", "u"})
FILLERS = frozenset({"from", "de", "du", "van", "von", "open", "h", "hrs", "uhr", "uur", "the"})
EVERY_DAY = ("every day", "daily", "tous les jours", "elke dag", "taglich", "todos los dias")
ALWAYS = ("24 7", "24 hours", "24h 24", "24h", "day and night", "around the clock")
CLOCK = re.compile(r"(\d{1,2})(?:\s*[:.h]\s*(\d{2})|\s*h)?\s*([ap])?\.?m?\.?", re.IGNORECASE)
SPAN = re.compile(
    rf"(?P<opens>{CLOCK.pattern})\s*(?:-|–|—|/|\bto\b|\bà\b|\btot\b|\bbis\b|\ba\b)\s*"
    rf"(?P<closes>{CLOCK.pattern})",
    re.IGNORECASE,
)
# A comma behind a time ends a rule where a day follows; between days it does not.
PART = re.compile(r"[;\n]|(?:(?<=\d)|(?<=\dh)|(?<=[ap]m)|(?<=uhr)),\s*(?=[^\W\d_])", re.IGNORECASE)
LONGEST = 200  # characters: more is a story


def proposal(text: str, country: str) -> str:
    """Return hours in OpenStreetMap's syntax that a text seems to mean, "" for none."""
    if not text or len(text) > LONGEST:
        return ""
    if fold(text) in ALWAYS:
        return "24/7"
    found = [_rule(part) for part in PART.split(text) if part.strip()]
    expression = "; ".join(rule for rule in found if rule)
    if not all(found) or not _can_be_read(expression, country):
        return ""
    return expression


def _rule(part: str) -> str:
    """Return one rule, "" where a word of it is not understood.

    Days stand before all of its times or after them: between two times they belong to one.
    """
    found = list(SPAN.finditer(part))
    spans = [_span(match) for match in found]
    if not found or not all(spans):
        return ""
    before, after = part[: found[0].start()], part[found[-1].end() :]
    between = [part[one.end() : two.start()] for one, two in pairwise(found)]
    days = [_days(text) for text in (before, after, *between)]
    if None in days or any(days[2:]) or all(days[:2]):
        return ""
    return f"{days[0] or days[1]} {','.join(spans)}".strip()


def _span(match: re.Match[str]) -> str:
    opens, closes = _clock(match["opens"], match["closes"]), _clock(match["closes"])
    return f"{opens}-{closes}" if opens and closes else ""


def _clock(text: str, later: str = "") -> str:
    """Return HH:MM. “9-5pm” opens in the morning: only a half that is written counts."""
    match = CLOCK.fullmatch(text.strip())
    if match is None:
        return ""
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").casefold()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif later and (ends := CLOCK.fullmatch(later.strip())) and ends[3]:
        hour = hour if hour < 12 else hour % 12 + 12
    return f"{hour:02}:{minute:02}" if hour <= 24 and minute < 60 else ""


def _days(text: str) -> str | None:
    """Return the days of a rule, "" for every day; None where a word is not understood."""
    plain = fold(re.sub(r"[-–—]", " to ", text))
    for phrase in EVERY_DAY:
        plain = plain.replace(phrase, " ")
    words = [word for word in plain.split() if word not in FILLERS]
    parts: list[str] = []
    is_range = False
    for word in words:
        day = _names().get(word)
        if day and is_range and parts:
            parts[-1] += f"-{day}"
        elif day:
            parts.append(day)
        elif word not in TO | AND:
            return None
        is_range = word in TO
    return None if any(part.count("-") > 1 for part in parts) else ",".join(parts)


@cache
def _names() -> dict[str, str]:
    """Return names of days in the languages of the twelve countries. None that two share."""
    found: dict[str, set[str]] = {}
    for name, day in _every_name():
        found.setdefault(name, set()).add(day)
    return {name: next(iter(days)) for name, days in found.items() if len(days) == 1}


def _every_name() -> Iterator[tuple[str, str]]:
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for at, name in get_day_names(width, locale=Locale.parse(language)).items():
                yield fold(name), DAYS[at]
    yield from ((day.casefold(), day) for day in DAYS)


def _can_be_read(expression: str, country: str) -> bool:
    try:
        hours.parse(expression, vocabulary.countries()[country].zone, country)
    except (hours.BadHours, KeyError):
        return False
    return bool(expression) and not DOUBTS & set(hours.warnings(expression))

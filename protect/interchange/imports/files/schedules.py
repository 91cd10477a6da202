"""Schedules of a feed as opening hours if the conversion is exact, else as a note."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from protect.directory.hours import BadHours
from protect.directory.hours.expressions import expression_of
from protect.directory.hours.recurrences import MONTHLY, WEEKLY, Recurrence

type Row = Mapping[str, Any]

OSM_HOURS = "detail:osm_hours"  # the term by which we say hours ourselves
NEVER_EXACT = ("count", "byweekno", "bymonthday", "byyearday")
WEEKLY_DAY = re.compile(r"MO|TU|WE|TH|FR|SA|SU")
MONTHLY_DAY = re.compile(r"-?[1-5](?:MO|TU|WE|TH|FR|SA|SU)")
BY_PHONE = re.compile(r"\b(?:phone|telephone|call)", re.IGNORECASE)
MIDNIGHT = "00:00"


def opening_hours(rows: Iterable[Row], zone: str, today: date) -> str:
    """Return the hours that schedules state: OpenStreetMap's syntax, or the words of the source.
    Words are kept as a note and count as unknown. Hours for visitors come before those for callers.
    `zone` is the one in which an offset from UTC must be the one of the wall."""
    listed = list(rows)
    visits = [row for row in listed if not BY_PHONE.search(text_of(row, "attending_type"))]
    chosen = visits or listed
    if own := [text for row in chosen for text in _own(row)]:
        return own[0]
    try:
        timed = [row for row in chosen if text_of(row, "opens_at") or text_of(row, "closes_at")]
        if not timed:
            raise Inexact
        return expression_of([_recurrence(row, zone, today) for row in timed])
    except (Inexact, BadHours, ValueError):
        return _words(chosen)


class Inexact(Exception):
    """A schedule cannot be expressed as recurring hours."""


def _own(row: Row) -> Iterator[str]:
    for attribute in row.get("attributes", ()):
        term = attribute.get("taxonomy_term", {})
        if isinstance(term, Mapping) and term.get("code") == OSM_HOURS:
            yield text_of(attribute, "value")


def _recurrence(row: Row, zone: str, today: date) -> Recurrence:
    freq = text_of(row, "freq")
    is_known = freq in {WEEKLY, MONTHLY} and row.get("interval", 1) == 1
    if not is_known or any(row.get(name) for name in NEVER_EXACT):
        raise Inexact
    days = tuple(part.strip() for part in text_of(row, "byday").split(","))
    shape = WEEKLY_DAY if freq == WEEKLY else MONTHLY_DAY
    if not all(shape.fullmatch(day) for day in days):
        raise Inexact
    started = _day(row, "dtstart")  # one that has passed limits nothing
    begins = _day(row, "valid_from") or (started if started and started > today else None)
    ends = [day for name in ("valid_to", "until") if (day := _day(row, name))]
    clock = _Wall(zone, begins or today, row.get("timezone"))
    opens, closes = (clock.read(text_of(row, name)) for name in ("opens_at", "closes_at"))
    return Recurrence(freq, days, opens, closes, begins, min(ends, default=None))


class _Wall:
    """The clock on the wall of a zone: another one is refused, since summer would move it."""

    def __init__(self, zone: str, day: date, offset: Any) -> None:
        self.zone, self.day = ZoneInfo(zone), day
        self.offset = timedelta(hours=offset) if isinstance(offset, int | float) else None

    def read(self, text: str) -> str:
        """Return HH:MM. Errors: Inexact, ValueError."""
        if text == "24:00":
            return MIDNIGHT
        clock = time.fromisoformat(text)
        if clock.second or clock.microsecond:
            raise Inexact
        offset = clock.utcoffset() if clock.tzinfo else self.offset
        plain = clock.replace(tzinfo=None)
        wall = datetime.combine(self.day, plain, self.zone).utcoffset()
        if offset is not None and offset != wall:
            raise Inexact
        return plain.isoformat("minutes")


def _day(row: Row, name: str) -> date | None:
    text = text_of(row, name)
    return date.fromisoformat(text[:10]) if text else None


def _words(rows: Iterable[Row]) -> str:
    """Return schedules as they are described; times without a description as they are written."""
    descriptions = []
    for row in rows:
        described = text_of(row, "description") or text_of(row, "notes")
        times = [text_of(row, name) for name in ("freq", "byday", "opens_at", "closes_at")]
        descriptions.append(described or " ".join(filter(None, times)))
    return " / ".join(dict.fromkeys(filter(None, descriptions)))


def text_of(row: Mapping[str, object], name: str) -> str:
    """Return a text of a record, "" for what is none."""
    value = row.get(name, "")
    return value.strip() if isinstance(value, str) else ""

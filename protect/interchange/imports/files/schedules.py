"""Convert schedules of a feed to opening hours if the conversion is exact, else to a note."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from protect.directory.hours import BadHours, expressions, recurrences

type Row = Mapping[str, Any]

OSM_HOURS_TERM = "detail:osm_hours"  # term of our own feeds for hours in OpenStreetMap's syntax
INEXACT_FIELDS = ("count", "byweekno", "bymonthday", "byyearday")  # not convertible
WEEKLY_DAY = re.compile(r"MO|TU|WE|TH|FR|SA|SU")
MONTHLY_DAY = re.compile(r"-?[1-5](?:MO|TU|WE|TH|FR|SA|SU)")
BY_PHONE = re.compile(r"\b(?:phone|telephone|call)", re.IGNORECASE)  # an `attending_type`
MIDNIGHT = "00:00"  # stands for 24:00


def opening_hours(rows: Iterable[Row], zone: str, today: date) -> str:
    """Return the hours of schedules in OpenStreetMap's syntax; if they cannot be exact, the words
    of the source, which are stored as a note and count as unknown hours. Hours of calls are used
    only without hours of visits. Times with another UTC offset than `zone` are inexact."""
    rows = list(rows)
    visits = [row for row in rows if not BY_PHONE.search(text_field(row, "attending_type"))]
    chosen = visits or rows
    if osm_hours := [text for row in chosen for text in _osm_hours_texts(row)]:
        return osm_hours[0]
    try:
        timed = [
            row for row in chosen if text_field(row, "opens_at") or text_field(row, "closes_at")
        ]
        if not timed:
            raise Inexact
        return expressions.expression_of([_parse_recurrence(row, zone, today) for row in timed])
    except (Inexact, BadHours, ValueError):
        return _describe_schedules(chosen)


class Inexact(Exception):
    """A schedule cannot be expressed as recurring hours."""


def _osm_hours_texts(row: Row) -> Iterator[str]:
    for attribute in row.get("attributes", ()):
        term = attribute.get("taxonomy_term", {})
        if isinstance(term, Mapping) and term.get("code") == OSM_HOURS_TERM:
            yield text_field(attribute, "value")


def _parse_recurrence(row: Row, zone: str, today: date) -> recurrences.Recurrence:
    """Parse a schedule; a past start has no effect. Errors: Inexact if it cannot be expressed."""
    freq = text_field(row, "freq")
    is_known = freq in {recurrences.WEEKLY, recurrences.MONTHLY} and row.get("interval", 1) == 1
    if not is_known or any(row.get(name) for name in INEXACT_FIELDS):
        raise Inexact
    days = tuple(part.strip() for part in text_field(row, "byday").split(","))
    shape = WEEKLY_DAY if freq == recurrences.WEEKLY else MONTHLY_DAY
    if not all(shape.fullmatch(day) for day in days):
        raise Inexact
    started = _parse_date(row, "dtstart")  # a start in the past has no effect
    begins = _parse_date(row, "valid_from") or (started if started and started > today else None)
    ends = [day for name in ("valid_to", "until") if (day := _parse_date(row, name))]
    times = [text_field(row, name) for name in ("opens_at", "closes_at")]
    day, offset = begins or today, row.get("timezone")
    opens, closes = (_local_time(text, ZoneInfo(zone), day, offset) for text in times)
    return recurrences.Recurrence(freq, days, opens, closes, begins, min(ends, default=None))


def _local_time(text: str, zone: ZoneInfo, day: date, hours: Any) -> str:
    """Return a time as local HH:MM. `hours`: the UTC offset of the row, if the time has none. One
    that is not the zone's is refused: summer time would shift the times. Errors: Inexact,
    ValueError."""
    if text == "24:00":
        return MIDNIGHT
    clock = time.fromisoformat(text)
    if clock.second or clock.microsecond:
        raise Inexact
    offset = timedelta(hours=hours) if isinstance(hours, int | float) else None
    offset = clock.utcoffset() if clock.tzinfo else offset
    time_of_day = clock.replace(tzinfo=None)
    if offset not in {None, datetime.combine(day, time_of_day, zone).utcoffset()}:
        raise Inexact
    return time_of_day.isoformat("minutes")


def _parse_date(row: Row, name: str) -> date | None:
    text = text_field(row, name)
    return date.fromisoformat(text[:10]) if text else None


def _describe_schedules(rows: Iterable[Row]) -> str:
    """Return the descriptions of schedules; without one, the times as they are written."""
    descriptions = []
    for row in rows:
        described = text_field(row, "description") or text_field(row, "notes")
        times = [text_field(row, name) for name in ("freq", "byday", "opens_at", "closes_at")]
        descriptions.append(described or " ".join(filter(None, times)))
    return " / ".join(dict.fromkeys(filter(None, descriptions)))


def text_field(row: Mapping[str, object], name: str) -> str:
    """Return a text field of a record, "" if the value is not text."""
    value = row.get(name, "")
    return value.strip() if isinstance(value, str) else ""

"""Hours as schedules of the standard: rows that recur, with the offset of their first day."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from protect.directory.enums import Channel
from protect.directory.facts import address, opening_hours
from protect.directory.hours.calendars import region_of
from protect.directory.hours.recurrences import Recurrence, recurrences_of
from protect.interchange.hsds import terms, texts
from protect.reference import vocabulary
from protect.reference.lookup import store as lookup

ATTENDING = {Channel.VISIT: "In person", Channel.PHONE: "By phone"}
APPOINTMENT = "By appointment"
HOUR = timedelta(hours=1)


class Wall(NamedTuple):
    """The time zone and holidays that hours follow, and the day from which rows are made."""

    zone: str  # IANA
    country: str  # ISO 3166-1 alpha-2
    region: str | None  # ISO 3166-2, with known holidays
    start: date


def wall_of(country: str, sites: Sequence[address.SiteRow], at: datetime) -> Wall:
    """Return the clock of a service: that of its first public place, else of its country.
    Rows begin on the first of the month, so that a document is the same for as long."""
    start = at.date().replace(day=1)
    for site in sites:
        place = lookup.rows().get(site.location__place_id or 0)
        region = region_of(country, lookup.chain(place.area)) if place else None
        return Wall(site.location__zone, country, region, start)
    return Wall(vocabulary.countries()[country].zone, country, None, start)


def schedules(row: opening_hours.ScheduleRow, wall: Wall) -> Iterator[dict[str, Any]]:
    """Yield a schedule as recurring rows; as one row without times if none can express it.
    The first row carries what is said of all: hours as text, zone, note."""
    zone = wall.zone if row.expression else ""
    appointment = APPOINTMENT if row.by_appointment else ""
    details = {
        terms.OSM_HOURS: row.expression,
        terms.TIME_ZONE: zone,
        terms.BY_APPOINTMENT: "yes" if row.by_appointment else "",
    }
    for number, times in enumerate(_rows(row.expression, wall)):
        key = texts.key_of("schedule", str(row.id), str(number))
        said_once = {
            "description": ". ".join(filter(None, (row.expression, appointment))),
            "notes": texts.plain(row.note),
            "attributes": [
                terms.attribute(key, "schedule", code, value)
                for code, value in details.items()
                if value
            ],
            "by_appointment": row.by_appointment or None,
            "hours": row.expression,
            "time_zone": zone,
        }
        attending = {"attending_type": ATTENDING[Channel(row.channel)], "channel": row.channel}
        yield texts.stated({"id": key, **times, **attending, **({} if number else said_once)})


@lru_cache(maxsize=32768)
def _rows(expression: str, wall: Wall) -> tuple[dict[str, Any], ...]:
    """Return the times of hours; one row without times if none can express them."""
    recurrences = recurrences_of(expression, wall.zone, wall.country, wall.region, start=wall.start)
    return tuple(_times(each, wall) for each in recurrences or ()) or ({},)


def _times(recurrence: Recurrence, wall: Wall) -> dict[str, Any]:
    """Return a recurrence. The offset is that of its first opening, not of today."""
    first = recurrence.first(wall.start) or recurrence.valid_from or wall.start
    opens = datetime.combine(first, time.fromisoformat(recurrence.opens_at), ZoneInfo(wall.zone))
    hours = (opens.utcoffset() or timedelta(0)) / HOUR
    written = f"{opens:%:z}"
    last = recurrence.valid_to and recurrence.valid_to.isoformat()
    return {
        "valid_from": recurrence.valid_from and recurrence.valid_from.isoformat(),
        "valid_to": last,
        "dtstart": first.isoformat(),
        "until": last,
        "timezone": int(hours) if hours == int(hours) else hours,
        "freq": recurrence.freq,
        "interval": 1,
        "wkst": "MO",
        "byday": ",".join(recurrence.byday),
        "opens_at": f"{recurrence.opens_at}{written}",
        "closes_at": f"{recurrence.closes_at}{written}",
    }

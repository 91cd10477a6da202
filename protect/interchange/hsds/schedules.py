"""Opening hours as schedules of the standard: recurring rows with their UTC offset."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from protect.directory.enums import Channel
from protect.directory.facts import address, opening_hours
from protect.directory.hours.calendars import first_region_with_holidays
from protect.directory.hours.recurrences import Recurrence, recurrences_of
from protect.interchange.hsds import terms, texts
from protect.reference import vocabulary
from protect.reference.lookup import store as lookup

ATTENDING_TYPES = {Channel.VISIT: "In person", Channel.PHONE: "By phone"}
APPOINTMENT_TEXT = "By appointment"
ONE_HOUR = timedelta(hours=1)


class HoursContext(NamedTuple):
    """The time zone and holidays that hours follow, and the first day of the recurring rows."""

    zone: str  # IANA
    country: str  # ISO 3166-1 alpha-2
    region: str | None  # ISO 3166-2, of a region whose holidays are known
    start: date


def hours_context_of(country: str, sites: Sequence[address.SiteRow], at: datetime) -> HoursContext:
    """Return the time zone and holidays of a service's first public site, else of its country. Rows
    begin on the first of the month, so that the document stays the same for a month."""
    start = at.date().replace(day=1)
    for site in sites:
        place = lookup.place_rows().get(site.location__place_id or 0)
        chain = lookup.area_chain(place.area) if place else ()
        region = first_region_with_holidays(country, chain) if place else None
        return HoursContext(site.location__zone, country, region, start)
    return HoursContext(vocabulary.countries()[country].zone, country, None, start)


def documents(row: opening_hours.ScheduleRow, context: HoursContext) -> Iterator[dict[str, Any]]:
    """Yield opening hours as recurring rows, or as one row without times if rules cannot express
    them. The first row also has the data that all rows share: hours as text, time zone, note."""
    zone = context.zone if row.expression else ""
    appointment = APPOINTMENT_TEXT if row.by_appointment else ""
    is_by_appointment = "yes" if row.by_appointment else ""
    details = {terms.OSM_HOURS: row.expression, terms.TIME_ZONE: zone}
    details = texts.without_empty({**details, terms.BY_APPOINTMENT: is_by_appointment})
    for number, times in enumerate(_recurring_times(row.expression, context)):
        key = texts.stable_key("schedule", str(row.id), str(number))
        shared_fields = {
            "description": ". ".join(filter(None, (row.expression, appointment))),
            "notes": texts.strip_markup(row.note),
            "attributes": [terms.attribute(key, "schedule", *detail) for detail in details.items()],
            "by_appointment": row.by_appointment or None,
            "hours": row.expression,
            "time_zone": zone,
        }
        fields = {"attending_type": ATTENDING_TYPES[Channel(row.channel)], "channel": row.channel}
        shared = {} if number else shared_fields
        yield texts.without_empty({"id": key, **times, **fields, **shared})


@lru_cache(maxsize=32768)
def _recurring_times(expression: str, context: HoursContext) -> tuple[dict[str, Any], ...]:
    """Return the times of opening hours; one empty row if rules cannot express them."""
    zone, country, region, start = context
    recurrences = recurrences_of(expression, zone, country, region, start=start)
    rows = tuple(_recurrence_fields(recurrence, context) for recurrence in recurrences or ())
    return rows or ({},)


def _recurrence_fields(recurrence: Recurrence, context: HoursContext) -> dict[str, Any]:
    """Return the fields of a recurrence. The UTC offset is that of its first opening."""
    first = recurrence.first_opening(context.start) or recurrence.valid_from or context.start
    opens = datetime.combine(first, time.fromisoformat(recurrence.opens_at), ZoneInfo(context.zone))
    offset_hours = (opens.utcoffset() or timedelta(0)) / ONE_HOUR
    utc_offset = f"{opens:%:z}"
    last = recurrence.valid_to and recurrence.valid_to.isoformat()
    return {
        "valid_from": recurrence.valid_from and recurrence.valid_from.isoformat(),
        "valid_to": last,
        "dtstart": first.isoformat(),
        "until": last,
        "timezone": int(offset_hours) if offset_hours == int(offset_hours) else offset_hours,
        "freq": recurrence.freq,
        "interval": 1,
        "wkst": "MO",
        "byday": ",".join(recurrence.byday),
        "opens_at": f"{recurrence.opens_at}{utc_offset}",
        "closes_at": f"{recurrence.closes_at}{utc_offset}",
    }

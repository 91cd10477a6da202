"""Opening hours as a calendar (iCalendar, RFC 5545): an event for each rule, in wall time.

A rule of a calendar lasts as many minutes on a night on which clocks change as on others; doors
close when the clock on the wall says so. Such nights are taken out of their rule and said apart.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from protect.directory.facts.opening_hours import ScheduleRow
from protect.directory.hours import Recurrence
from protect.directory.hours.timeline import minute_of, stretches
from protect.interchange.exports import content, store
from protect.interchange.hsds.texts import plain, web_address
from protect.kernel.content_lines import line, text
from protect.kernel.ids import stable_uuid

DAY = 24 * 60  # minutes
YEAR = timedelta(days=365)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Piece = tuple[int, int]  # minutes since 1970 UTC


def write(services: Iterable[store.Exported], head: store.Head) -> Iterator[bytes]:
    opening = (
        line("BEGIN", "VCALENDAR"),
        line("VERSION", "2.0"),
        line("PRODID", "-//PROTECT//directory//EN"),
        line("CALSCALE", "GREGORIAN"),
        line("METHOD", "PUBLISH"),
        text("X-WR-CALNAME", "Opening hours"),
        text("X-WR-CALDESC", head.notice),
        text("DESCRIPTION", head.notice),
    )
    yield "".join(opening).encode()
    zones: set[str] = set()
    for exported in services:
        zone = exported.wall.zone
        if zone not in zones:
            zones.add(zone)
            yield _zone(zone)
        for door in exported.entry.related["schedules"]:
            for number, row in enumerate(content.rules_of(door, exported.wall)):
                yield "".join(_rule(exported, door, row, f"{door.channel}-{number}")).encode()
    if not zones:  # a calendar holds something, or it is none
        yield _zone("UTC")
    yield line("END", "VCALENDAR").encode()


@cache
def _zone(name: str) -> bytes:
    from icalendar import Timezone  # a tenth of a second, which each start would pay

    return bytes(Timezone.from_tzid(name).to_ical())


def _rule(each: store.Exported, door: ScheduleRow, row: Recurrence, name: str) -> Iterator[str]:
    """Yield a rule without the nights on which clocks change, and then these."""
    if row.valid_from is None and row.opens_at == row.closes_at:
        start = each.wall.start
        whole_day = [
            line("DTSTART;VALUE=DATE", f"{start:%Y%m%d}"),
            line("DTEND;VALUE=DATE", f"{start + timedelta(1):%Y%m%d}"),
            line("RRULE", row.rule),
        ]
        yield _event(each, door, name, whole_day)
        return
    first = row.first(each.wall.start)
    if first is None:
        return
    odd = list(_odd_nights(row, first, each.wall.zone))
    yield _event(each, door, name, _recurring(row, first, [day for day, _ in odd], each.wall.zone))
    for day, pieces in odd:
        for part, piece in enumerate(pieces):
            when = [line("DTSTART", _utc(piece[0])), line("DTEND", _utc(piece[1]))]
            yield _event(each, door, f"{name}-{day:%Y%m%d}-{part}", when)


def _recurring(row: Recurrence, first: date, without: list[date], zone: str) -> list[str]:
    opens = time.fromisoformat(row.opens_at)
    begin = datetime.combine(first, opens)
    end = begin + timedelta(minutes=_length(row))
    until = ""
    if row.valid_to:
        last = datetime.combine(row.valid_to, time(23, 59, 59), ZoneInfo(zone))
        until = f";UNTIL={last.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return [
        line(f"DTSTART;TZID={zone}", f"{begin:%Y%m%dT%H%M%S}"),
        line(f"DTEND;TZID={zone}", f"{end:%Y%m%dT%H%M%S}"),
        line("RRULE", row.rule + until),
        *(
            line(f"EXDATE;TZID={zone}", f"{datetime.combine(day, opens):%Y%m%dT%H%M%S}")
            for day in without
        ),
    ]


def _odd_nights(row: Recurrence, first: date, zone: str) -> Iterator[tuple[date, list[Piece]]]:
    """Yield the days on which a change of clocks lengthens, shortens or splits an opening."""
    last = row.valid_to or first + YEAR
    for change in _changes(zone, first, last + timedelta(2)):
        for day in (change - timedelta(1), change):
            if first <= day and row.includes(day):
                pieces = _pieces(row, day, zone)
                if len(pieces) != 1 or pieces[0][1] - pieces[0][0] != _length(row):
                    yield day, pieces


@cache
def _changes(zone: str, first: date, last: date) -> list[date]:
    return [
        day
        for year in range(first.year, last.year + 1)
        for stretch in stretches(zone, year)[1:]
        if first <= (day := (EPOCH + timedelta(minutes=stretch.start + stretch.offset)).date())
        and day <= last
    ]


def _pieces(row: Recurrence, day: date, zone: str) -> list[Piece]:
    """Return when a clock on the wall shows the opening of a day, as instants."""
    hour, minute = map(int, row.opens_at.split(":"))
    begin = minute_of(datetime.combine(day, time(), UTC)) + hour * 60 + minute
    end = begin + _length(row)
    pieces = [
        (max(begin - each.offset, each.start), min(end - each.offset, each.end))
        for year in sorted({day.year, (day + timedelta(1)).year})
        for each in stretches(zone, year)
    ]
    return [piece for piece in pieces if piece[0] < piece[1]]


def _length(row: Recurrence) -> int:
    """Return how long an opening lasts by the clock on the wall. Units: minutes."""
    opens, closes = (time.fromisoformat(each) for each in (row.opens_at, row.closes_at))
    length = (closes.hour - opens.hour) * 60 + closes.minute - opens.minute
    return length if length > 0 else length + DAY


def _utc(minute: int) -> str:
    return f"{EPOCH + timedelta(minutes=minute):%Y%m%dT%H%M%SZ}"


def _event(each: store.Exported, door: ScheduleRow, name: str, when: list[str]) -> str:
    service = each.entry.service
    spot = next(content.spots(each), None) if door.channel == "visit" else None
    where = ", ".join(filter(None, (spot.address, spot.city))) if spot else ""
    website = web_address(service.website)
    appointment = "By appointment." if door.by_appointment else ""
    said = " ".join(filter(None, (door.expression, appointment, plain(door.note))))
    lines = [
        line("BEGIN", "VEVENT"),
        line("UID", str(stable_uuid("calendar", str(service.id), name))),
        line("DTSTAMP", f"{service.last_modified.astimezone(UTC):%Y%m%dT%H%M%SZ}"),
        *when,
        text("SUMMARY", f"{plain(service.name)}: {content.WHEN[door.channel]}"),
        text("DESCRIPTION", said),
        text("LOCATION", where),
        line("URL", website) if website else "",
        line("TRANSP", "TRANSPARENT"),
        line("END", "VEVENT"),
    ]
    return "".join(lines)

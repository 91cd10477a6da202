"""Export opening hours as iCalendar (RFC 5545): one event for each rule, in local time.
A recurring event always lasts equally long, but on a night when clocks change the service still
closes at its local closing time. Such days are excluded and written as events of their own."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from protect.directory.facts.opening_hours import ScheduleRow
from protect.directory.hours import Recurrence, timeline
from protect.interchange.exports import content, store
from protect.interchange.hsds.texts import strip_markup, web_address
from protect.kernel.content_lines import content_line, text_line
from protect.kernel.ids import stable_uuid

MINUTES_PER_DAY = 24 * 60
ONE_YEAR = timedelta(days=365)  # searched for clock changes, if a rule has no end
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # the minutes of a MinuteInterval count from here

MinuteInterval = tuple[int, int]  # minutes since 1970 UTC


def write(services: Iterable[store.ExportedService], header: store.ExportHeader) -> Iterator[bytes]:
    """Yield an iCalendar file with the opening hours of these services."""
    first_lines = (
        content_line("BEGIN", "VCALENDAR"),
        content_line("VERSION", "2.0"),
        content_line("PRODID", "-//PROTECT//directory//EN"),
        content_line("CALSCALE", "GREGORIAN"),
        content_line("METHOD", "PUBLISH"),
        text_line("X-WR-CALNAME", "Opening hours"),
        text_line("X-WR-CALDESC", header.notice),
        text_line("DESCRIPTION", header.notice),
    )
    yield "".join(first_lines).encode()
    zones: set[str] = set()
    for exported in services:
        zone = exported.context.zone
        if zone not in zones:
            zones.add(zone)
            yield _time_zone_component(zone)
        for schedule in exported.entry.related["schedules"]:
            for number, row in enumerate(content.recurrences(schedule, exported.context)):
                name = f"{schedule.channel}-{number}"
                yield "".join(_rule_events(exported, schedule, row, name)).encode()
    if not zones:  # a calendar without components is not valid
        yield _time_zone_component("UTC")
    yield content_line("END", "VCALENDAR").encode()


@cache
def _time_zone_component(name: str) -> bytes:
    from icalendar import Timezone  # a slow import, so not at start-up

    return bytes(Timezone.from_tzid(name).to_ical())


def _rule_events(
    exported: store.ExportedService, schedule: ScheduleRow, recurrence: Recurrence, event_key: str
) -> Iterator[str]:
    """Yield the event of a rule, and one event for each day that a clock change alters."""
    start, zone = exported.context.start, exported.context.zone
    if recurrence.valid_from is None and recurrence.opens_at == recurrence.closes_at:
        whole_day = [
            content_line("DTSTART;VALUE=DATE", f"{start:%Y%m%d}"),
            content_line("DTEND;VALUE=DATE", f"{start + timedelta(1):%Y%m%d}"),
            content_line("RRULE", recurrence.rule),
        ]
        yield _event_text(exported, schedule, event_key, whole_day)
        return
    if (first := recurrence.first_opening(start)) is None:
        return
    altered_days = dict(_clock_change_days(recurrence, first, zone))
    lines = _recurring_time_lines(recurrence, first, altered_days, zone)
    yield _event_text(exported, schedule, event_key, lines)
    for day, intervals in altered_days.items():
        for part, (begin, end) in enumerate(intervals):
            lines = [
                content_line("DTSTART", _format_utc(begin)),
                content_line("DTEND", _format_utc(end)),
            ]
            yield _event_text(exported, schedule, f"{event_key}-{day:%Y%m%d}-{part}", lines)


def _recurring_time_lines(
    recurrence: Recurrence, first: date, excluded_days: Iterable[date], zone: str
) -> list[str]:
    opening_time = time.fromisoformat(recurrence.opens_at)
    begin = datetime.combine(first, opening_time)
    end = begin + timedelta(minutes=_opening_minutes(recurrence))
    until = ""
    if recurrence.valid_to:
        last = datetime.combine(recurrence.valid_to, time(23, 59, 59), ZoneInfo(zone))
        until = f";UNTIL={last.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    excluded = [datetime.combine(day, opening_time) for day in excluded_days]
    return [
        content_line(f"DTSTART;TZID={zone}", f"{begin:%Y%m%dT%H%M%S}"),
        content_line(f"DTEND;TZID={zone}", f"{end:%Y%m%dT%H%M%S}"),
        content_line("RRULE", recurrence.rule + until),
        *(content_line(f"EXDATE;TZID={zone}", f"{start:%Y%m%dT%H%M%S}") for start in excluded),
    ]


def _clock_change_days(
    recurrence: Recurrence, first: date, zone: str
) -> Iterator[tuple[date, list[MinuteInterval]]]:
    """Yield the days on which a clock change alters an opening, each with its open intervals."""
    last, length = recurrence.valid_to or first + ONE_YEAR, _opening_minutes(recurrence)
    for change in _clock_change_dates(zone, first, last + timedelta(2)):
        for day in (change - timedelta(1), change):
            if first <= day and recurrence.includes(day):
                intervals = _opening_intervals(recurrence, day, zone)
                if [end - begin for begin, end in intervals] != [length]:
                    yield day, intervals


@cache
def _clock_change_dates(zone: str, first: date, last: date) -> list[date]:
    years = range(first.year, last.year + 1)
    changes = [period for year in years for period in timeline.offset_periods(zone, year)[1:]]
    days = [(EPOCH + timedelta(minutes=change.start + change.offset)).date() for change in changes]
    return [day for day in days if first <= day <= last]


def _opening_intervals(recurrence: Recurrence, day: date, zone: str) -> list[MinuteInterval]:
    """Return the intervals in UTC during which the local clock shows the opening of a day."""
    hour, minute = map(int, recurrence.opens_at.split(":"))
    begin = timeline.minute_of(datetime.combine(day, time(), UTC)) + hour * 60 + minute
    end = begin + _opening_minutes(recurrence)
    years = sorted({day.year, (day + timedelta(1)).year})
    periods = [period for year in years for period in timeline.offset_periods(zone, year)]
    intervals = [
        (max(begin - period.offset, period.start), min(end - period.offset, period.end))
        for period in periods
    ]
    return [(starts, ends) for starts, ends in intervals if starts < ends]


def _opening_minutes(recurrence: Recurrence) -> int:
    """Return the length of an opening by the local clock. Units: minutes."""
    opens, closes = map(time.fromisoformat, (recurrence.opens_at, recurrence.closes_at))
    length = (closes.hour - opens.hour) * 60 + closes.minute - opens.minute
    return length if length > 0 else length + MINUTES_PER_DAY


def _format_utc(minute: int) -> str:
    return f"{EPOCH + timedelta(minutes=minute):%Y%m%dT%H%M%SZ}"


def _event_text(
    exported: store.ExportedService, schedule: ScheduleRow, event_key: str, time_lines: list[str]
) -> str:
    service = exported.entry.service
    locations = content.public_locations(exported) if schedule.channel == "visit" else iter(())
    location = next(locations, None)
    address = ", ".join(filter(None, (location.address, location.city))) if location else ""
    website = web_address(service.website)
    appointment = "By appointment." if schedule.by_appointment else ""
    description = (schedule.expression, appointment, strip_markup(schedule.note))
    summary = f"{strip_markup(service.name)}: {content.CHANNEL_LABELS[schedule.channel]}"
    lines = [
        content_line("BEGIN", "VEVENT"),
        content_line("UID", str(stable_uuid("calendar", str(service.id), event_key))),
        content_line("DTSTAMP", f"{service.last_modified.astimezone(UTC):%Y%m%dT%H%M%SZ}"),
        *time_lines,
        text_line("SUMMARY", summary),
        text_line("DESCRIPTION", " ".join(filter(None, description))),
        text_line("LOCATION", address),
        content_line("URL", website) if website else "",
        content_line("TRANSP", "TRANSPARENT"),
        content_line("END", "VEVENT"),
    ]
    return "".join(lines)

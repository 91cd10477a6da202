"""Calendars in iCalendar format (RFC 5545, 5546, 7986), each with what its reader may see."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from protect.kernel.content_lines import content_line, quote_parameter, text_line
from protect.kernel.text import plain_isolated_number
from protect.reference import formats, vocabulary
from protect.trainings.scheduling.clocks import has_clock_change, is_first_occurrence


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """A session as a calendar event. Its `key` never changes."""

    key: UUID
    sequence: int  # rises with every change; calendars drop a lower one (RFC 5546 §2.1.4)
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    zone: str  # IANA
    title: str  # in full, for readers who ask for titles
    short_title: str  # neutral, as others may see the screen
    town: str = ""
    address: str = ""  # street or room, for confirmed people only
    link: str = ""  # of an online session, for confirmed people only
    is_cancelled: bool = False

    def __post_init__(self) -> None:
        for at in (self.changed_at, self.starts_at, self.ends_at):
            if at.tzinfo is None:
                raise ValueError("times of a session need a time zone")
        if not self.starts_at < self.ends_at or self.sequence < 0:
            raise ValueError("a session must end after its start, with a sequence number from 0")


@dataclass(frozen=True, slots=True)
class Reader:
    """What the reader of a calendar may see. The defaults show the least."""

    tag: str  # BCP 47
    has_place: bool = False  # sees the address or the link to join
    has_titles: bool = False  # sees titles in full


@dataclass(frozen=True, slots=True)
class Calendar:
    """The name, organiser and zone of a calendar."""

    name: str  # neutral
    organiser: str  # its name, neutral unless the reader wants titles in full
    organiser_uri: str  # of the public site; never of a person
    zone: str  # used if it has no session
    notice: str = ""  # "Demonstration …"


CANCELLED_TITLE = _("Cancelled: {title}")  # For translators: {title}: of a session, in a calendar
ONLINE_PLACE = _("Online")  # For translators: place of a session, in a calendar: joined by a link

PRODID = "-//PROTECT//trainings//EN"
REFRESH_EVERY = "PT6H"  # how often a calendar may ask again; RFC 7986 §5.7
DASH = "–"
PLACEHOLDER_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # describes the zone of an empty calendar


def write_calendar(calendar: Calendar, events: Iterable[CalendarEvent], reader: Reader) -> bytes:
    """Return the bytes of a calendar. Equal events give equal bytes."""
    ordered = sorted(events, key=lambda event: (event.starts_at, event.key))
    with translation.override(reader.tag):
        lines = [*_header_lines(calendar), *_zone_lines(calendar, ordered)]
        for event in ordered:
            lines += _event_lines(calendar, event, reader)
        lines.append(content_line("END", "VCALENDAR"))
    return "".join(lines).encode()


def _header_lines(calendar: Calendar) -> Iterator[str]:
    yield content_line("BEGIN", "VCALENDAR")
    yield content_line("VERSION", "2.0")
    yield content_line("PRODID", PRODID)
    yield content_line("CALSCALE", "GREGORIAN")
    yield content_line("METHOD", "PUBLISH")
    for name in ("NAME", "X-WR-CALNAME"):
        yield text_line(name, calendar.name)
    for name in ("DESCRIPTION", "X-WR-CALDESC"):
        yield text_line(name, calendar.notice)
    yield content_line("REFRESH-INTERVAL;VALUE=DURATION", REFRESH_EVERY)
    yield content_line("X-PUBLISHED-TTL", REFRESH_EVERY)


def _zone_lines(calendar: Calendar, events: list[CalendarEvent]) -> Iterator[str]:
    spans: dict[str, list[datetime]] = {}
    for event in filter(_has_clear_local_times, events):
        spans.setdefault(event.zone, []).extend((event.starts_at, event.ends_at))
    if not events:  # a calendar needs one component (§3.6)
        spans[calendar.zone] = [PLACEHOLDER_DAY]
    for zone, instants in sorted(spans.items()):
        yield from zone_description(zone, min(instants), max(instants))


def _has_clear_local_times(event: CalendarEvent) -> bool:
    """Return whether calendar programs read start and end correctly as local times."""
    return all(is_first_occurrence(at, event.zone) for at in (event.starts_at, event.ends_at))


def _event_lines(calendar: Calendar, event: CalendarEvent, reader: Reader) -> Iterator[str]:
    yield content_line("BEGIN", "VEVENT")
    yield content_line("UID", str(event.key))
    yield content_line("DTSTAMP", _utc_text(event.changed_at))
    yield content_line("LAST-MODIFIED", _utc_text(event.changed_at))
    yield content_line("SEQUENCE", str(event.sequence))
    yield _time_line("DTSTART", event.starts_at, event)
    yield _time_line("DTEND", event.ends_at, event)
    yield content_line("STATUS", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    yield content_line("TRANSP", "TRANSPARENT" if event.is_cancelled else "OPAQUE")
    yield content_line("CLASS", "PRIVATE")
    organiser = quote_parameter(calendar.organiser)
    yield content_line(f"ORGANIZER;CN={organiser}", calendar.organiser_uri)
    yield text_line("SUMMARY", _title(event, reader))
    yield text_line("LOCATION", _location(event, reader))
    yield text_line("DESCRIPTION", "\n".join(_description_lines(calendar, event, reader)))
    yield content_line("END", "VEVENT")


def _time_line(name: str, at: datetime, event: CalendarEvent) -> str:
    if not _has_clear_local_times(event):
        return content_line(name, _utc_text(at))
    local = at.astimezone(ZoneInfo(event.zone))
    return content_line(f"{name};TZID={event.zone}", f"{local:%Y%m%dT%H%M%S}")


def _utc_text(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


# The functions below write texts in the reader's language, without what the reader may not see.


def _title(event: CalendarEvent, reader: Reader) -> str:
    title = event.title if reader.has_titles else event.short_title
    return str(CANCELLED_TITLE).format(title=title) if event.is_cancelled else title


def _location(event: CalendarEvent, reader: Reader) -> str:
    """Return address and town or the link, if the reader may see them; else town or “Online”."""
    if reader.has_place and (event.address or event.link):
        return ", ".join(filter(None, (event.address, event.town))) or event.link
    return event.town or (str(ONLINE_PLACE) if event.link else "")


def _description_lines(calendar: Calendar, event: CalendarEvent, reader: Reader) -> Iterator[str]:
    if calendar.notice:
        yield calendar.notice
    if has_clock_change(event.starts_at, event.ends_at, event.zone):
        yield _times_with_offsets(event, reader.tag)
    if reader.has_place and event.link:
        yield event.link


def _times_with_offsets(event: CalendarEvent, tag: str) -> str:
    """Return the times of a session during which clocks change, with their offsets."""
    starts, ends = (at.astimezone(ZoneInfo(event.zone)) for at in (event.starts_at, event.ends_at))
    times = DASH.join(f"{formats.time_text(at, tag)} (UTC{at:%:z})" for at in (starts, ends))
    if vocabulary.languages()[tag].direction == "rtl":
        times = plain_isolated_number(times)
    city = formats.zone_city_name(event.zone, tag)
    return f"{formats.date_text(starts.date(), tag)}, {times}, {city}"


DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def zone_description(zone: str, first: datetime, last: datetime) -> Iterator[str]:
    """Yield the VTIMEZONE lines of a zone, with its clock changes between two instants."""
    zone_info = ZoneInfo(zone)
    begin = first.astimezone(UTC) - DAY  # before the local day begins in any zone
    yield content_line("BEGIN", "VTIMEZONE")
    yield content_line("TZID", zone)
    yield from _zone_offset_lines(begin, begin, zone_info)
    for change in _clock_changes(begin, last.astimezone(UTC), zone_info):
        yield from _zone_offset_lines(change, change - SECOND, zone_info)
    yield content_line("END", "VTIMEZONE")


def _zone_offset_lines(at: datetime, before: datetime, zone_info: ZoneInfo) -> Iterator[str]:
    """Yield the lines of the offset from `at` on; at `before` the old offset is in force."""
    local, old_local = at.astimezone(zone_info), before.astimezone(zone_info)
    old_offset = old_local.utcoffset() or timedelta()
    name = "DAYLIGHT" if (local.dst() or timedelta()) > timedelta() else "STANDARD"
    yield content_line("BEGIN", name)
    yield content_line("DTSTART", f"{at.replace(tzinfo=None) + old_offset:%Y%m%dT%H%M%S}")
    yield content_line("TZOFFSETFROM", _utc_offset(before, zone_info))
    yield content_line("TZOFFSETTO", _utc_offset(at, zone_info))
    yield text_line("TZNAME", local.tzname() or "")
    yield content_line("END", name)


def _clock_changes(first: datetime, last: datetime, zone_info: ZoneInfo) -> Iterator[datetime]:
    """Yield the instants at which the clocks of a zone change, at most one each day."""
    day = first
    while day < last:
        if _utc_offset(day, zone_info) != _utc_offset(day + DAY, zone_info):
            change = _find_clock_change(day, zone_info)
            if change <= last:
                yield change
        day += DAY


def _find_clock_change(day: datetime, zone_info: ZoneInfo) -> datetime:
    """Return the second at which clocks change within 24 hours from the instant `day`."""
    before, low, high = _utc_offset(day, zone_info), 0, DAY // SECOND
    while high - low > 1:
        middle = (low + high) // 2
        is_before = _utc_offset(day + middle * SECOND, zone_info) == before
        low, high = (middle, high) if is_before else (low, middle)
    return day + high * SECOND


def _utc_offset(at: datetime, zone_info: ZoneInfo) -> str:
    return f"{at.astimezone(zone_info):%z}"

"""Calendars for other programs (iCalendar, RFC 5545, 5546 and 7986): what one reader may know."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from protect.kernel.content_lines import line, quoted, text
from protect.kernel.text import plain_number
from protect.reference import formats, vocabulary
from protect.trainings.scheduling.clocks import has_change, is_plain


@dataclass(frozen=True, slots=True)
class Meeting:
    """One session. Its `key` stays the same for ever, whatever becomes of it."""

    key: UUID
    sequence: int  # rises with every change; calendars drop a lower one (RFC 5546 §2.1.4)
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    zone: str  # IANA
    title: str  # in full: for readers who asked for it
    short_title: str  # neutral: a colleague may look over a shoulder
    town: str = ""
    address: str = ""  # street and door, or the room: for confirmed people
    link: str = ""  # where an online session is joined: for confirmed people
    is_cancelled: bool = False

    def __post_init__(self) -> None:
        for at in (self.changed_at, self.starts_at, self.ends_at):
            if at.tzinfo is None:
                raise ValueError("times of a session carry a zone")
        if not self.starts_at < self.ends_at or self.sequence < 0:
            raise ValueError("a session begins before it ends, and counts its changes from 0")


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader of a calendar. The default shows less."""

    tag: str  # BCP 47
    has_place: bool = False  # confirmed: the address or the link to join
    has_titles: bool = False  # in full


@dataclass(frozen=True, slots=True)
class Calendar:
    name: str  # neutral
    organiser: str  # its name, neutral unless the reader wants titles in full
    organiser_uri: str  # mailto: of a role, or https: of the desk; never of a person
    zone: str  # of an empty one
    notice: str = ""  # "Demonstration …"


# Translators: title of a session in a subscriber's calendar; {title} is its own title.
CANCELLED = _("Cancelled: {title}")
# Translators: the place of a session in a calendar: it has none, one joins by a link.
ONLINE = _("Online")

PRODID = "-//PROTECT//trainings//EN"
REFRESH = "PT6H"  # how often a calendar may ask again; RFC 7986 §5.7
DASH = "–"
NO_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # any: nothing happens on it


def document(calendar: Calendar, meetings: Iterable[Meeting], reader: Reader) -> bytes:
    """Return a calendar with these sessions; the same ones give the same bytes."""
    ordered = sorted(meetings, key=lambda each: (each.starts_at, each.key))
    with translation.override(reader.tag):
        lines = [*_head(calendar), *_zones(calendar, ordered)]
        for each in ordered:
            lines += _event(calendar, each, reader)
        lines.append(line("END", "VCALENDAR"))
    return "".join(lines).encode()


def _head(calendar: Calendar) -> Iterator[str]:
    yield line("BEGIN", "VCALENDAR")
    yield line("VERSION", "2.0")
    yield line("PRODID", PRODID)
    yield line("CALSCALE", "GREGORIAN")
    yield line("METHOD", "PUBLISH")
    for name in ("NAME", "X-WR-CALNAME"):
        yield text(name, calendar.name)
    for name in ("DESCRIPTION", "X-WR-CALDESC"):
        yield text(name, calendar.notice)
    yield line("REFRESH-INTERVAL;VALUE=DURATION", REFRESH)
    yield line("X-PUBLISHED-TTL", REFRESH)


def _zones(calendar: Calendar, meetings: list[Meeting]) -> Iterator[str]:
    spans: dict[str, list[datetime]] = {}
    for each in filter(_is_local, meetings):
        spans.setdefault(each.zone, []).extend((each.starts_at, each.ends_at))
    if not meetings:  # a calendar holds something, or it is none (§3.6)
        spans[calendar.zone] = [NO_DAY]
    for zone, instants in sorted(spans.items()):
        yield from description(zone, min(instants), max(instants))


def _is_local(each: Meeting) -> bool:
    return all(is_plain(at, each.zone) for at in (each.starts_at, each.ends_at))


def _event(calendar: Calendar, each: Meeting, reader: Reader) -> Iterator[str]:
    yield line("BEGIN", "VEVENT")
    yield line("UID", str(each.key))
    yield line("DTSTAMP", _utc(each.changed_at))
    yield line("LAST-MODIFIED", _utc(each.changed_at))
    yield line("SEQUENCE", str(each.sequence))
    yield _time("DTSTART", each.starts_at, each)
    yield _time("DTEND", each.ends_at, each)
    yield line("STATUS", "CANCELLED" if each.is_cancelled else "CONFIRMED")
    yield line("TRANSP", "TRANSPARENT" if each.is_cancelled else "OPAQUE")
    yield line("CLASS", "PRIVATE")
    yield line(f"ORGANIZER;CN={quoted(calendar.organiser)}", calendar.organiser_uri)
    yield text("SUMMARY", _title(each, reader))
    yield text("LOCATION", _place(each, reader))
    yield text("DESCRIPTION", "\n".join(_description(calendar, each, reader)))
    yield line("END", "VEVENT")


def _time(name: str, at: datetime, each: Meeting) -> str:
    if not _is_local(each):
        return line(name, _utc(at))
    return line(f"{name};TZID={each.zone}", f"{at.astimezone(ZoneInfo(each.zone)):%Y%m%dT%H%M%S}")


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


# The texts of one session for one reader, in the active language, which is the reader's. Only here
# is left out what a reader may not see.


def _title(each: Meeting, reader: Reader) -> str:
    title = each.title if reader.has_titles else each.short_title
    return str(CANCELLED).format(title=title) if each.is_cancelled else title


def _place(each: Meeting, reader: Reader) -> str:
    if reader.has_place and (each.address or each.link):
        return ", ".join(filter(None, (each.address, each.town))) or each.link
    return each.town or (str(ONLINE) if each.link else "")


def _description(calendar: Calendar, each: Meeting, reader: Reader) -> Iterator[str]:
    if calendar.notice:
        yield calendar.notice
    if has_change(each.starts_at, each.ends_at, each.zone):
        yield _clock(each, reader.tag)
    if reader.has_place and each.link:
        yield each.link


def _clock(each: Meeting, tag: str) -> str:
    """Return the times of a session during which clocks change, with their offsets."""
    starts, ends = (at.astimezone(ZoneInfo(each.zone)) for at in (each.starts_at, each.ends_at))
    times = DASH.join(f"{formats.time_text(at, tag)} (UTC{_hours(at)})" for at in (starts, ends))
    if vocabulary.languages()[tag].direction == "rtl":
        times = plain_number(times)
    return (
        f"{formats.date_text(starts.date(), tag)}, {times}, {formats.place_of_zone(each.zone, tag)}"
    )


def _hours(at: datetime) -> str:
    return f"{at:%z}"[:3] + ":" + f"{at:%z}"[3:5]


DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def description(zone: str, first: datetime, last: datetime) -> Iterator[str]:
    """Yield the lines that describe a zone from the day of one instant to another instant."""
    place = ZoneInfo(zone)
    begin = first.astimezone(UTC) - DAY  # whatever the wall shows, its day has begun then
    yield line("BEGIN", "VTIMEZONE")
    yield line("TZID", zone)
    yield from _part(begin, begin, place)
    for change in _changes(begin, last.astimezone(UTC), place):
        yield from _part(change, change - SECOND, place)
    yield line("END", "VTIMEZONE")


def _part(at: datetime, before: datetime, place: ZoneInfo) -> Iterator[str]:
    shown, was = at.astimezone(place), before.astimezone(place).utcoffset() or timedelta()
    name = "DAYLIGHT" if (shown.dst() or timedelta()) > timedelta() else "STANDARD"
    yield line("BEGIN", name)
    yield line("DTSTART", f"{at.replace(tzinfo=None) + was:%Y%m%dT%H%M%S}")
    yield line("TZOFFSETFROM", _offset(before, place))
    yield line("TZOFFSETTO", _offset(at, place))
    yield text("TZNAME", shown.tzname() or "")
    yield line("END", name)


def _changes(first: datetime, last: datetime, place: ZoneInfo) -> Iterator[datetime]:
    """Yield the instants at which the clocks of a zone change. Nowhere twice within a day."""
    day = first
    while day < last:
        if _offset(day, place) != _offset(day + DAY, place):
            change = _change(day, place)
            if change <= last:
                yield change
        day += DAY


def _change(day: datetime, place: ZoneInfo) -> datetime:
    before, low, high = _offset(day, place), 0, DAY // SECOND
    while high - low > 1:
        middle = (low + high) // 2
        is_before = _offset(day + middle * SECOND, place) == before
        low, high = (middle, high) if is_before else (low, middle)
    return day + high * SECOND


def _offset(at: datetime, place: ZoneInfo) -> str:
    return f"{at.astimezone(place):%z}"

"""Calendars for other programs (iCalendar, RFC 5545, 5546 and 7986).

Only `_EventTexts` leaves out what a reader may not see. The tests read what is
written with a linter of their own (tests/trainings/scheduling/calendars/linter).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils import translation

from protect.kernel.content_lines import line, quoted, text
from protect.kernel.text import plain_number
from protect.reference import vocabulary
from protect.reference.formats import date_text, place_of_zone, time_text
from protect.trainings.scheduling.calendars import wording
from protect.trainings.scheduling.calendars.clocks import has_change, is_plain
from protect.trainings.scheduling.calendars.content import Calendar, Meeting, Reader
from protect.trainings.scheduling.calendars.zones import description

PRODID = "-//PROTECT//trainings//EN"
REFRESH = "PT6H"  # how often a calendar may ask again; RFC 7986 §5.7
DASH = "–"
NO_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # any: nothing happens on it


def document(calendar: Calendar, meetings: Iterable[Meeting], reader: Reader) -> bytes:
    """Return a calendar with these sessions, in the order of their beginning.

    The same sessions give the same bytes.
    """
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


def _zones(calendar: Calendar, meetings: Iterable[Meeting]) -> Iterator[str]:
    """Yield each zone in which a time is written, for the days that need it."""
    spans: dict[str, list[datetime]] = {}
    is_empty = True
    for each in meetings:
        is_empty = False
        if _is_local(each):
            spans.setdefault(each.zone, []).extend((each.starts_at, each.ends_at))
    if is_empty:  # a calendar holds something, or it is none (§3.6)
        spans[calendar.zone] = [NO_DAY]
    for zone, instants in sorted(spans.items()):
        yield from description(zone, min(instants), max(instants))


def _is_local(each: Meeting) -> bool:
    """Return whether both times can be written as the wall shows them."""
    return all(is_plain(at, each.zone) for at in (each.starts_at, each.ends_at))


def _event(calendar: Calendar, each: Meeting, reader: Reader) -> Iterator[str]:
    texts = _EventTexts(calendar, each, reader)
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
    yield text("SUMMARY", texts.title())
    yield text("LOCATION", texts.place())
    yield text("DESCRIPTION", "\n".join(texts.description()))
    yield line("URL", each.url) if each.url else ""
    yield line("END", "VEVENT")


def _time(name: str, at: datetime, each: Meeting) -> str:
    if not _is_local(each):
        return line(name, _utc(at))
    return line(f"{name};TZID={each.zone}", f"{at.astimezone(ZoneInfo(each.zone)):%Y%m%dT%H%M%S}")


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


class _EventTexts:
    """The texts of one session for one reader. The active language must be the reader's."""

    def __init__(self, calendar: Calendar, each: Meeting, reader: Reader) -> None:
        self._calendar, self._each, self._reader = calendar, each, reader

    def title(self) -> str:
        each = self._each
        title = each.title if self._reader.has_titles else each.short_title
        return str(wording.CANCELLED).format(title=title) if each.is_cancelled else title

    def place(self) -> str:
        each = self._each
        if self._reader.has_place and (each.address or each.link):
            return ", ".join(filter(None, (each.address, each.town))) or each.link
        if each.town:
            return each.town
        return str(wording.ONLINE) if each.link else ""

    def description(self) -> Iterator[str]:
        each = self._each
        if self._calendar.notice:
            yield self._calendar.notice
        if self._reader.has_titles and each.notes:
            yield each.notes
        yield from self._clocks()
        if self._reader.has_place and each.link:
            yield each.link

    def _clocks(self) -> Iterator[str]:
        """Yield the times of each zone in which people join, or of one whose clocks change."""
        each = self._each
        zones = list(dict.fromkeys((each.zone, *each.also_zones)))
        if len(zones) > 1 or has_change(each.starts_at, each.ends_at, each.zone):
            yield from map(self._clock, zones)

    def _clock(self, zone: str) -> str:
        each, tag = self._each, self._reader.tag
        place = ZoneInfo(zone)
        starts, ends = (at.astimezone(place) for at in (each.starts_at, each.ends_at))
        with_offset = has_change(starts, ends, zone)
        parts = [
            time_text(at, tag) + (f" (UTC{_hours(at)})" if with_offset else "")
            for at in (starts, ends)
        ]
        times = DASH.join(parts)
        if vocabulary.languages()[tag].direction == "rtl":
            times = plain_number(times)
        day = date_text(starts.date(), tag)
        return f"{day}, {times}, {place_of_zone(zone, tag)}"


def _hours(at: datetime) -> str:
    return f"{at:%z}"[:3] + ":" + f"{at:%z}"[3:5]

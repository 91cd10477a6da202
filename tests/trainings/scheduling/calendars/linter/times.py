"""Check that times can be parsed, exist, and agree with their zone description."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from tests.trainings.scheduling.calendars.linter.lines import Component, Fault, Line

TIME = re.compile(r"(\d{8}T\d{6})(Z?)")
OFFSET = re.compile(r"([+-])(\d\d)([0-5]\d)")
FORM = "%Y%m%dT%H%M%S"
STAMPS = ("DTSTAMP", "LAST-MODIFIED", "CREATED")


class Part(NamedTuple):
    """What holds in a zone from a time on: one that the wall would show if nothing changed.

    So of a time that comes twice the first is meant: it lies before that of the change.
    """

    begin: datetime  # naive
    offset: timedelta


def faults(calendar: Component) -> Iterator[Fault]:
    """Yield what is wrong with the times of a calendar."""
    zones: dict[str, list[Part]] = {}
    for part in calendar.parts("VTIMEZONE"):
        name = line.value if (line := part.first("TZID")) else ""
        if name in zones or len(part.all("TZID")) != 1:
            yield Fault("zone_once", part.at)
        zones[name], found = _parts(part)
        yield from found
    events = calendar.parts("VEVENT")
    used = {line.parameters.get("TZID", "") for event in events for line in event.lines}
    if events and set(zones) - used:
        yield Fault("zone_used", calendar.at)
    for event in events:
        yield from _event(event, zones)


def _parts(zone: Component) -> tuple[list[Part], list[Fault]]:
    parts: list[Part] = []
    faults: list[Fault] = []
    found = zone.parts("STANDARD", "DAYLIGHT")
    if not found:
        faults.append(Fault("zone_whole", zone.at))
    for part in found:
        begin, before, after = (part.first(n) for n in ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO"))
        at = _read(begin)
        is_listed = part.first("RRULE") or part.first("RDATE")
        if at is None or at.tzinfo or is_listed or before is None or after is None:
            faults.append(Fault("zone_whole", f"{zone.at} {part.at}"))
        elif _offset(before) is None or (offset := _offset(after)) is None:
            faults.append(Fault("zone_offset", f"{zone.at} {part.at}"))
        else:
            parts.append(Part(at, offset))
    return sorted(parts), faults


def _offset(line: Line) -> timedelta | None:
    found = OFFSET.fullmatch(line.value)
    if found is None or line.value == "-0000":
        return None
    length = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return -length if found[1] == "-" else length


def _event(event: Component, zones: dict[str, list[Part]]) -> Iterator[Fault]:
    for line in event.lines:
        if line.name in STAMPS and ((at := _read(line)) is None or not at.tzinfo):
            yield Fault("dtstamp" if line.name == "DTSTAMP" else "time", f"{event.at} {line.name}")
    instants = []
    for line in (*event.all("DTSTART"), *event.all("DTEND")):
        rule, instant = _instant(line, zones)
        if rule:
            yield Fault(rule, f"{event.at} {line.name}")
        elif instant:
            instants.append(instant)
    if len(instants) == 2 and not instants[0] < instants[1]:
        yield Fault("order", event.at)


def _instant(line: Line, zones: dict[str, list[Part]]) -> tuple[str, datetime | None]:
    """Return the rule that a time breaks, or "" with the instant that its zone gives it."""
    at, name = _read(line), line.parameters.get("TZID", "")
    if at is None or bool(at.tzinfo) == bool(name):
        return "time", None
    if at.tzinfo:
        return "", at
    if name not in zones:
        return "zone_known", None
    place = _place(name)
    if place and not _exists(at, place):
        return "time_exists", None
    part = next((zone for zone in reversed(zones[name]) if zone.begin <= at), None)
    if part is None:
        return "zone_covers", None
    instant = at.replace(tzinfo=timezone(part.offset)).astimezone(UTC)
    if place and instant != at.replace(tzinfo=place).astimezone(UTC):
        return "zone_true", None
    return "", instant


@cache
def _place(name: str) -> ZoneInfo | None:
    """Return the zone of IANA that has a name. To list them all takes 30 ms."""
    return ZoneInfo(name) if name in available_timezones() else None


def _exists(local: datetime, place: ZoneInfo) -> bool:
    shown = local.replace(tzinfo=place).astimezone(UTC).astimezone(place)
    return shown.replace(tzinfo=None, fold=0) == local


def _read(line: Line | None) -> datetime | None:
    """Return a time: naive as on a wall, or in UTC; None for what is none."""
    found = TIME.fullmatch(line.value) if line else None
    if found is None:
        return None
    try:
        at = datetime.strptime(found[1], FORM)  # noqa: DTZ007 - the time on a wall
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if found[2] else at

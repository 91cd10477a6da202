"""Check the required properties of a calendar and its events, and how often they occur."""

from collections import Counter
from collections.abc import Iterator

from tests.trainings.scheduling.calendars.linter.lines import Component, Fault

ONCE = (
    *("CLASS", "CREATED", "DESCRIPTION", "DTEND", "DTSTAMP", "DTSTART", "DURATION", "GEO"),
    *("LAST-MODIFIED", "LOCATION", "ORGANIZER", "PRIORITY", "SEQUENCE", "STATUS", "SUMMARY"),
    *("TRANSP", "UID", "URL"),
)


def faults(calendar: Component) -> Iterator[Fault]:
    """Yield what is missing, or there too often."""
    yield from _head(calendar)
    events = calendar.parts("VEVENT")
    for event in events:
        yield from _event(event)
    uids = Counter(line.value for event in events for line in event.all("UID"))
    for event in events:
        if any(uids[line.value] > 1 for line in event.all("UID")):
            yield Fault("uid_unique", event.at)


def _head(calendar: Component) -> Iterator[Fault]:
    for name, rule, values in (
        ("VERSION", "version", ("2.0",)),
        ("PRODID", "prodid", ()),
        ("METHOD", "method", ("PUBLISH",)),
    ):
        found = [line.value for line in calendar.all(name)]
        if len(found) != 1 or not found[0] or (values and found[0] not in values):
            yield Fault(rule, calendar.at)
    if not calendar.children:
        yield Fault("something", calendar.at)


def _event(event: Component) -> Iterator[Fault]:
    for name in ONCE:
        if len(event.all(name)) > 1:
            yield Fault("once", f"{event.at} {name}")
    for name in ("UID", "DTSTAMP", "DTSTART", "ORGANIZER"):
        found = event.first(name)
        if found is None or not found.value:
            yield Fault(name.lower(), event.at)
    if event.first("DTEND") and event.first("DURATION"):
        yield Fault("duration", event.at)
    if event.first("ATTENDEE"):
        yield Fault("attendee", event.at)

"""The rules of RFC 5545 that our calendars rely on, checked on the bytes that are written.

Written apart from what writes: it knows only octets. Each rule has a good and a bad example in
tests/trainings/scheduling/calendars/test_linter.py, which fails for a rule without.
"""

from collections.abc import Iterator

from tests.trainings.scheduling.calendars.linter import components, forms, times
from tests.trainings.scheduling.calendars.linter.lines import Component, Fault, bytes_faults, read

RULES = {
    "encoding": "RFC 5545 §3.1.4: UTF-8",
    "newline": "RFC 5545 §3.1: lines end in CRLF, and nothing else ends one",
    "width": "RFC 5545 §3.1: 75 octets, the line's end not counted",
    "fold": "RFC 5545 §3.1: no letter is cut in two",
    "control": "RFC 5545 §3.1: no control character but the tab",
    "syntax": "RFC 5545 §3.1: name, parameters, colon, value",
    "nesting": "RFC 5545 §3.4: what begins ends, one calendar round it all",
    "version": "RFC 5545 §3.7.4: 2.0, once",
    "prodid": "RFC 5545 §3.7.3: once",
    "method": "RFC 5546 §1.4: PUBLISH, once",
    "something": "RFC 5545 §3.6: a calendar holds at least one component",
    "once": "RFC 5545 §3.6.1: what may be there once is not there twice",
    "uid": "RFC 5545 §3.8.4.7: each event has one",
    "uid_unique": "RFC 5545 §3.8.4.7: no two events have the same (we write no recurrences)",
    "dtstamp": "RFC 5545 §3.8.7.2: each event has one, in UTC",
    "dtstart": "RFC 5545 §3.6.1: each event has one",
    "order": "RFC 5545 §3.8.2.2: an event ends after it begins",
    "duration": "RFC 5545 §3.6.1: an end or a duration, never both",
    "sequence": "RFC 5545 §3.8.7.4: a whole number from 0",
    "status": "RFC 5545 §3.8.1.11: TENTATIVE, CONFIRMED or CANCELLED",
    "class": "RFC 5545 §3.8.1.3: PUBLIC, PRIVATE or CONFIDENTIAL",
    "transp": "RFC 5545 §3.8.2.7: OPAQUE or TRANSPARENT",
    "organizer": "RFC 5546 §3.2.1: who publishes says so, as a URI",
    "attendee": "RFC 5546 §3.2.1: what is published names nobody who comes",
    "uri": "RFC 5545 §3.3.13: an address with a scheme",
    "text": "RFC 5545 §3.3.11: comma, semicolon and backslash are escaped",
    "refresh": "RFC 7986 §5.7: a duration, and said to be one",
    "time": "RFC 5545 §3.3.5: YYYYMMDDTHHMMSS with a zone, or with Z and none",
    "time_exists": "RFC 5545 §3.3.5: a local time that the clock shows",
    "zone_known": "RFC 5545 §3.2.19: a zone that is named is described",
    "zone_once": "RFC 5545 §3.6.5: described once",
    "zone_used": "ours: nothing is described that no time needs",
    "zone_whole": "RFC 5545 §3.6.5: a part has a local begin, two offsets; ours: no list of dates",
    "zone_offset": "RFC 5545 §3.3.14: +HHMM or -HHMM, and no -0000",
    "zone_covers": "RFC 5545 §3.6.5: its description begins before it is used",
    "zone_true": "ours: its description says what the IANA zone of that name says",
}


def lint(document: bytes) -> list[Fault]:
    """Return what is wrong with a calendar, in the order in which it was found; [] when nothing.

    A fault names a rule and a place, never a value: it may reach logs.
    """
    faults = list(bytes_faults(document))
    root, more = read(document)
    return [*faults, *more, *_of_tree(root)]


def _of_tree(root: Component) -> Iterator[Fault]:
    for calendar in root.children:
        yield from components.faults(calendar)
        yield from forms.faults(calendar)
        yield from times.faults(calendar)


__all__ = ["RULES", "Fault", "lint"]

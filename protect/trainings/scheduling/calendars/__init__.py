"""Sessions in other people's calendars (iCalendar), and the clocks that they are typed with.

`document` writes what one reader may know, `instants` turns a day and two times on the wall into a
session. Source: docs/trainings-developers.md.
"""

from __future__ import annotations

from protect.trainings.scheduling.calendars.clocks import Reading, instants
from protect.trainings.scheduling.calendars.content import Calendar, Meeting, Reader
from protect.trainings.scheduling.calendars.writer import document

__all__ = [
    "Calendar",
    "Meeting",
    "Reader",
    "Reading",
    "document",
    "instants",
]

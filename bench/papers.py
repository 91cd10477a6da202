"""Certificates and lists of trainings as PDF, and a calendar of a year.

Certificates are made one by one, as they are issued, and many in one file, as they are printed; the
ratio says what the compiler costs beside the page. PROTECT_BENCH_PAPERS says how many.
"""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import NamedTuple
from uuid import UUID

from bench.badges import certificate_content
from bench.measure import resident_mb, seconds, table
from protect.certificates.badges.documents import build_document as badge
from protect.certificates.papers import attach_badge
from protect.trainings.documents.paper.content import AttendanceList, Certificate, Person
from protect.trainings.documents.paper.sheets import (
    attendance_pdf,
    certificate_pdf,
    certificates_pdf,
)
from protect.trainings.scheduling.calendars import Calendar, CalendarEvent, Reader, write_calendar
from tests.trainings.scheduling.calendars.linter import lint

COUNT = int(os.environ.get("PROTECT_BENCH_PAPERS", "10000"))
PER_FILE = 200  # certificates that are printed at once
LIST = 400  # rows
SESSIONS = 1000  # of a calendar
HEADER = ("what", "how many", "seconds", "ms each", "MB", "memory grown, MB", "× the first")
NAMES = ("Demo Amal", "Demo ሰላም", "Demo Мария", "Demo Ελένη", "ديمو فاطمة", "Demo Áine")
DAY = date(2026, 12, 1)
AT = datetime(2026, 12, 1, 8, tzinfo=UTC)


class Row(NamedTuple):
    """What was made. Units: seconds, megabytes."""

    name: str
    count: int
    took: float
    megabytes: float
    grown: float


def certificate(number: int) -> Certificate:
    return Certificate(
        holder=f"{NAMES[number % len(NAMES)]} {number}",
        course="Demo course",
        short_title="Demo course",
        minutes=720,
        completed_on=DAY,
        issued_on=DAY,
        issuer="Demo House",
        trainers=("Demo Trainer",),
        number=f"{number:08d}",
        address=f"https://desk.demo.example/c/{number:08d}",
    )


def attendance() -> AttendanceList:
    return AttendanceList(
        code="bcdfgh",
        grant="GA 101000000",
        event="Demo course",
        place="Liège",
        starts_at=AT,
        ends_at=AT + timedelta(hours=3),
        zone="Europe/Brussels",
        trainers=("Demo Trainer",),
        people=tuple(Person(f"{NAMES[at % len(NAMES)]} {at}", "Demo House") for at in range(LIST)),
    )


def calendar() -> bytes:
    meetings = [
        CalendarEvent(
            key=UUID(int=number),
            sequence=0,
            changed_at=AT,
            starts_at=AT + timedelta(hours=9 * number),
            ends_at=AT + timedelta(hours=9 * number + 3),
            zone="Europe/Brussels",
            title="Demo course",
            short_title="Training",
            town="Liège",
        )
        for number in range(SESSIONS)
    ]
    head = Calendar("Trainings", "Demo House", "mailto:demo@demo.example", "Europe/Brussels")
    return write_calendar(head, meetings, Reader("en"))


def rows() -> Iterator[Row]:
    """Yield each measurement; before it the fonts are read once."""
    certificate_pdf(certificate(0), "en")
    for tag in ("en", "ar"):
        yield _row(
            f"certificates, one by one ({tag})",
            COUNT,
            partial(_one_by_one, tag),
        )
    yield _row("certificates with their badge in them", COUNT, _with_badge)
    yield _row(f"certificates, {PER_FILE} in a file", COUNT, _many)
    yield _row(f"list of {LIST} people", LIST, lambda: len(attendance_pdf(attendance(), "en")))
    whole = calendar()
    yield _row("sessions of a calendar", SESSIONS, lambda: len(calendar()))
    yield _row("the lint alone", SESSIONS, lambda: len(lint(whole)))


def _one_by_one(tag: str) -> int:
    return sum(len(certificate_pdf(certificate(number), tag)) for number in range(COUNT))


def _with_badge() -> int:
    """Return the bytes of papers that hold an unsigned badge: signing is measured in `badges`."""
    papers = (certificate_pdf(certificate(number), "en") for number in range(COUNT))
    return sum(
        len(attach_badge(each, badge(certificate_content(n)))) for n, each in enumerate(papers)
    )


def _many() -> int:
    size = 0
    for first in range(0, COUNT, PER_FILE):
        some = [certificate(n) for n in range(first, min(first + PER_FILE, COUNT))]
        size += len(certificates_pdf(some, "en"))
    return size


def _row(name: str, count: int, make: Callable[[], int]) -> Row:
    before = resident_mb()
    size, took = seconds(make)
    return Row(name, count, took, size / 1e6, resident_mb() - before)


def report() -> str:
    """Return the rows as Markdown, with ratios to the first."""
    found = list(rows())
    first = found[0].took / found[0].count
    return table(
        HEADER,
        (
            (
                row.name,
                row.count,
                row.took,
                each := 1000 * row.took / row.count,
                row.megabytes,
                row.grown,
                each / 1000 / first,
            )
            for row in found
        ),
    )

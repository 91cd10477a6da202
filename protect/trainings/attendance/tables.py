"""Attendance as a table: CSV and XLSX that go out; CSV comes back in the same columns."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import xlsxwriter

from protect.interchange.imports.files.reader import Line, any_table
from protect.kernel.spreadsheet import TableWriter
from protect.trainings.attendance.enums import AttendanceState
from protect.trainings.attendance.models import Attendance
from protect.trainings.attendance.shares import shares_of
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.registrations.fields import EXPORTED
from protect.trainings.scheduling.models import Edition

BOM = "\ufeff"  # without it a spreadsheet takes the text for another encoding
OUT = (
    *("half_day", "starts_at", "registration", *(field.export for field in EXPORTED)),
    *("state", "minutes", "method", "confirmed_at", "percent"),
)
NEEDED = ("half_day", "registration", "state")  # of what comes in; `minutes` may be empty


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row that came in. `line` is counted from 1, the headings included."""

    line: int
    half_day: int
    registration: UUID
    state: AttendanceState
    minutes: int | None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be read: where, and what to do. No name in it."""

    line: int
    field: str
    remedy: str


def as_csv(edition: Edition) -> str:
    """Return the table of an edition as CSV; a name that a spreadsheet would compute is marked."""
    text = io.StringIO(BOM)
    text.seek(0, io.SEEK_END)
    TableWriter(text).writerows(table_of(edition))
    return text.getvalue()


def as_xlsx(edition: Edition, direction: str) -> bytes:
    """Return the table of an edition as XLSX. Texts are texts, whatever they begin with.

    `direction` of the sheet: ltr, rtl.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        if direction == "rtl":
            sheet.right_to_left()
        sheet.freeze_panes(1, 0)
        for line, cells in enumerate(table_of(edition)):
            for column, cell in enumerate(cells):
                if isinstance(cell, int):
                    sheet.write_number(line, column, cell)
                elif cell:
                    sheet.write_string(line, column, str(cell), None if line else bold)
        sheet.autofit()
    return buffer.getvalue()


def table_of(edition: Edition) -> Iterator[tuple[object, ...]]:
    """Yield the headings, then a line for each session and person, gaps included."""
    yield OUT
    sessions = list(edition.sessions.standing().order_by("number"))
    people = list(
        edition.registrations.filter(state=RegistrationState.CONFIRMED)
        .select_related("participant", "sender")
        .order_by("participant__name", "pk")
    )
    shares = shares_of(edition, [each.pk for each in people])
    attendances = {
        (row.session_id, row.registration_id): row
        for row in Attendance.objects.filter(session__in=sessions).order_by("pk")
    }
    for session in sessions:
        for person in people:
            row = attendances.get((session.pk, person.pk))
            yield (
                *(session.number, session.starts_at.isoformat(), str(person.pk)),
                *(field.stored(person) for field in EXPORTED),
                *((row.state, row.minutes, row.method) if row else ("", "", "")),
                row.confirmed_at.isoformat() if row else "",
                shares[person.pk].percentage,
            )


def read(content: bytes) -> tuple[list[TableRow], list[BadRow]]:
    """Return the rows of a table that came in, and those that cannot be read.

    Errors: FileTooLarge, FileEncodingUnclear, FileNotReadable, ParsersBusy.
    """
    rows, bad = [], []
    table = any_table(content, "attendance", heading=1)
    missing = [name for name in NEEDED if name not in table.columns]
    if missing:
        return [], [BadRow(1, missing[0], "add this column, or its heading")]
    for line in table.lines:
        if not line.cells.get("state"):
            continue  # nothing noted
        try:
            rows.append(_row(line))
        except ValueError as wrong:
            field, remedy = wrong.args
            bad.append(BadRow(line.number, field, remedy))
    return rows, bad


def _row(line: Line) -> TableRow:
    """Errors: ValueError with the field and what to do."""
    cells = defaultdict(str, line.cells)
    state, minutes = cells["state"], cells["minutes"]
    if not cells["half_day"].isdecimal():
        raise ValueError("half_day", "write the number of the half day")
    try:
        registration = UUID(cells["registration"])
    except ValueError:
        raise ValueError("registration", "take it from an exported table") from None
    if state not in AttendanceState.values:
        raise ValueError("state", f"write one of {', '.join(AttendanceState.values)}")
    if minutes and not minutes.isdecimal():
        raise ValueError("minutes", "write whole minutes, or leave it empty")
    return TableRow(
        line.number,
        int(cells["half_day"]),
        registration,
        AttendanceState(state),
        int(minutes) if minutes else None,
    )

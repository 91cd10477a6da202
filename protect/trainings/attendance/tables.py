"""Attendance as a table: CSV and XLSX that go out; CSV comes back in the same columns."""

import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import batched
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from protect.interchange.imports.files.reader import any_table
from protect.interchange.imports.row import Row
from protect.kernel.ids import typed_uuid
from protect.kernel.spreadsheet import TableWriter
from protect.orgs.scope import Scope
from protect.trainings.attendance import access, enums, lists, models, rules
from protect.trainings.attendance.actions import attendance
from protect.trainings.registrations import fields
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.scheduling.actions.bookings import standing_of
from protect.trainings.scheduling.models import Edition, Session

BOM = "\ufeff"  # without it a spreadsheet takes the text for another encoding
OUT = (
    *("half_day", "starts_at", "registration", *(field.export for field in fields.EXPORTED)),
    *("state", "minutes", "method", "confirmed_at", "percent"),
)
NEEDED = ("half_day", "registration", "state")  # of what comes in; `minutes` may be empty


class TableRow(NamedTuple):
    """A row that came in. `line` is counted from 1, the headings included."""

    line: int
    half_day: int
    registration: UUID
    state: enums.AttendanceState
    minutes: int | None


class BadRow(NamedTuple):
    """A row that cannot be read: where, and what to do. No name in it."""

    line: int
    field: str
    remedy: str


def as_csv(edition: Edition) -> str:
    """Return the table of an edition as CSV; a name that a spreadsheet would compute is marked."""
    text = io.StringIO()
    TableWriter(text).writerows(table_of(edition))
    return BOM + text.getvalue()


def as_xlsx(edition: Edition, direction: str) -> bytes:
    """Return the table as XLSX: texts stay texts. `direction` of the sheet: ltr, rtl."""
    import xlsxwriter  # it takes a tenth of a second, which each start of a program would pay

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
    people = lists.confirmed_by_name(edition)
    shares = lists.shares_of(edition, [person.pk for person in people])
    attendances = {
        (row.session_id, row.registration_id): row
        for row in models.Attendance.objects.filter(session__in=sessions).order_by("pk")
    }
    for session in sessions:
        for person in people:
            row = attendances.get((session.pk, person.pk))
            yield (
                *(session.number, session.starts_at.isoformat(), str(person.pk)),
                *(field.stored(person) for field in fields.EXPORTED),
                *((row.state, row.minutes, row.method) if row else ("", "", "")),
                row.confirmed_at.isoformat() if row else "",
                shares[person.pk].percentage,
            )


def read(content: bytes) -> tuple[list[TableRow], list[BadRow]]:
    """Return the rows of a table that came in, and those that cannot be read.
    Errors: FileTooLarge, FileEncodingUnclear, FileNotReadable, ParsersBusy."""
    rows, bad = [], []
    table = any_table(content, "attendance", heading=1)
    missing = [name for name in NEEDED if name not in table.columns]
    if missing:
        return [], [BadRow(1, missing[0], "add this column, or its heading")]
    for line in table.lines:
        if not line["state"]:
            continue  # nothing noted
        try:
            rows.append(_row(line))
        except ValueError as wrong:
            field, remedy = wrong.args
            bad.append(BadRow(line.number, field, remedy))
    return rows, bad


def _row(line: Row) -> TableRow:
    """Errors: ValueError with the field and what to do."""
    state, minutes = line["state"], line["minutes"]
    if not line["half_day"].isdecimal():
        raise ValueError("half_day", "write the number of the half day")
    registration = typed_uuid(line["registration"])
    if registration is None:
        raise ValueError("registration", "take it from an exported table")
    if state not in enums.AttendanceState.values:
        raise ValueError("state", f"write one of {', '.join(enums.AttendanceState.values)}")
    if minutes and not minutes.isdecimal():
        raise ValueError("minutes", "write whole minutes, or leave it empty")
    there = int(minutes) if minutes else None
    return TableRow(
        line.number, int(line["half_day"]), registration, enums.AttendanceState(state), there
    )


BATCH = 2000  # rows that are looked up at once


def wrong(edition: Edition, rows: Iterable[TableRow]) -> Iterator[BadRow]:
    """Yield the rows that do not fit the edition, with what to do."""
    sessions = {each.number: each for each in edition.sessions.standing().order_by("number")}
    confirmed = edition.registrations.filter(state=RegistrationState.CONFIRMED)
    people = {*confirmed.values_list("pk", flat=True)}
    seen: set[tuple[int, object]] = set()
    for row in rows:
        session = sessions.get(row.half_day)
        if session is None:
            yield BadRow(row.line, "half_day", "there is no such half day, or it is cancelled")
        elif row.registration not in people:
            yield BadRow(row.line, "registration", "no participant with a confirmed seat has it")
        elif (row.half_day, row.registration) in seen:
            yield BadRow(row.line, "registration", "it stands twice for this half day: drop one")
        elif row.state in rules.IN_PART:
            planned = lists.minutes_planned(session)
            if not 0 < (row.minutes or 0) < planned:
                yield BadRow(row.line, "minutes", f"write more than 0 and less than {planned}")
        seen.add((row.half_day, row.registration))


@transaction.atomic
def bring(scope: Scope, edition: Edition, rows: Iterable[TableRow], *, at: datetime) -> int:
    """Note what a table says, all of it or nothing; return how many notes changed.
    Errors: PermissionDenied; as `attendance.note` for rows that `wrong` names."""
    by_number: dict[int, list[TableRow]] = {}
    for row in rows:
        by_number.setdefault(row.half_day, []).append(row)
    sessions = edition.sessions.filter(number__in=by_number)
    standing_of(sessions)  # all are locked before the audit
    in_order = sessions.order_by("number")
    return sum(_bring(scope, session, by_number[session.number], at) for session in in_order)


def _bring(scope: Scope, session: Session, rows: list[TableRow], at: datetime) -> int:
    audit = access.recorder_context(scope, session, at=at)
    locked, method, changed = attendance.held(session), enums.AttendanceMethod.SHEET, 0
    for batch in batched(rows, BATCH, strict=False):
        entries = [
            attendance.AttendanceEntry(row.registration, row.state, row.minutes) for row in batch
        ]
        changed += len(attendance.save_entries(locked, entries, method, audit))
    if changed:
        audit.record("trainings.attendance_import", locked)
    return changed

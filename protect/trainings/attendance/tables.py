"""Attendance as a table: exported as CSV and XLSX, imported as CSV with the same columns."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import batched
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from protect.interchange.imports.files.reader import csv_table
from protect.interchange.imports.row import Row
from protect.kernel import ids
from protect.orgs.scope import Scope
from protect.trainings.attendance import access, enums, lists, models, rules
from protect.trainings.attendance.actions import attendance
from protect.trainings.registrations import fields
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.scheduling.actions.bookings import lock_active_sessions
from protect.trainings.scheduling.models import Edition, Session
from protect.ui import spreadsheet

EXPORT_COLUMNS = (
    *("session", "starts_at", "registration", *(field.export for field in fields.EXPORTED)),
    *("state", "minutes", "method", "confirmed_at", "percent"),
)
REQUIRED_COLUMNS = ("session", "registration", "state")  # of an import; `minutes` may be empty


class AttendanceRow(NamedTuple):
    """A row of an imported table. `line` counts from 1 and includes the headings."""

    line: int
    session_number: int
    registration: UUID
    state: enums.AttendanceState
    minutes: int | None


class BadRow(NamedTuple):
    """A row that cannot be imported: its line, the field and the remedy. It contains no name."""

    line: int
    field: str
    remedy: str


def export_csv(edition: Edition) -> str:
    """Return the attendance table of an edition as CSV; text like a formula is escaped."""
    return spreadsheet.csv_text(table_rows(edition))


def export_xlsx(edition: Edition, direction: str) -> bytes:
    """Return the table as XLSX; text is never read as a formula. `direction`: ltr or rtl."""
    return spreadsheet.xlsx_book([spreadsheet.Sheet("", table_rows(edition))], direction)


def table_rows(edition: Edition) -> Iterator[tuple[object, ...]]:
    """Yield the headings, then a row for each session and participant, also without a record."""
    yield EXPORT_COLUMNS
    sessions = list(edition.sessions.not_cancelled().order_by("number"))
    people = lists.confirmed_in_name_order(edition)
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


def parse_table(content: bytes) -> tuple[list[AttendanceRow], list[BadRow]]:
    """Return the attendance in a CSV table, without rows that have no state, and its bad rows.
    Errors: FileTooLarge, FileEncodingUnclear, FileNotReadable, ParsersBusy."""
    rows, bad = [], []
    table = csv_table(content, "attendance", heading_row=1)
    missing = [name for name in REQUIRED_COLUMNS if name not in table.columns]
    if missing:
        return [], [BadRow(1, missing[0], "add this column, or its heading")]
    for line in table.rows:
        if not line["state"]:
            continue  # no attendance recorded
        try:
            rows.append(_parse_row(line))
        except ValueError as wrong:
            field, remedy = wrong.args
            bad.append(BadRow(line.number, field, remedy))
    return rows, bad


def _parse_row(line: Row) -> AttendanceRow:
    """Return the attendance of a row. Errors: ValueError with the field and the remedy."""
    state, minutes = line["state"], line["minutes"]
    if not line["session"].isdecimal():
        raise ValueError("session", "write the number of the session")
    registration = ids.parse_uuid(line["registration"])
    if registration is None:
        raise ValueError("registration", "take it from an exported table")
    if state not in enums.AttendanceState.values:
        raise ValueError("state", f"write one of {', '.join(enums.AttendanceState.values)}")
    if minutes and not minutes.isdecimal():
        raise ValueError("minutes", "write whole minutes, or leave it empty")
    number, attended = int(line["session"]), int(minutes) if minutes else None
    return AttendanceRow(line.number, number, registration, enums.AttendanceState(state), attended)


BATCH_SIZE = 2000  # imported rows that one query looks up


def find_bad_rows(edition: Edition, rows: Iterable[AttendanceRow]) -> Iterator[BadRow]:
    """Yield each row with an unknown session or participant, wrong minutes, or listed twice."""
    active_sessions = edition.sessions.not_cancelled().order_by("number")
    sessions_by_number = {row.number: row for row in active_sessions}
    confirmed = edition.registrations.filter(state=RegistrationState.CONFIRMED)
    people = {*confirmed.values_list("pk", flat=True)}
    seen: set[tuple[int, object]] = set()
    for row in rows:
        session = sessions_by_number.get(row.session_number)
        if session is None:
            yield BadRow(row.line, "session", "there is no such session, or it is cancelled")
        elif row.registration not in people:
            yield BadRow(row.line, "registration", "no participant with a confirmed seat has it")
        elif (row.session_number, row.registration) in seen:
            yield BadRow(row.line, "registration", "it stands twice for this session: drop one")
        elif row.state in rules.PARTIAL_STATES:
            planned = lists.planned_minutes(session)
            if not 0 < (row.minutes or 0) < planned:
                yield BadRow(row.line, "minutes", f"write more than 0 and less than {planned}")
        seen.add((row.session_number, row.registration))


@transaction.atomic
def import_attendance(
    scope: Scope, edition: Edition, rows: Iterable[AttendanceRow], *, at: datetime
) -> int:
    """Record the rows of a table, all or nothing, but skip those of unknown sessions. Return
    how many records changed. Errors: PermissionDenied; as `record_attendance` for bad rows."""
    by_number: dict[int, list[AttendanceRow]] = {}
    for row in rows:
        by_number.setdefault(row.session_number, []).append(row)
    sessions = edition.sessions.filter(number__in=by_number)
    lock_active_sessions(sessions)  # locks all sessions before the audit chain
    ordered = sessions.order_by("number")
    return sum(_import_rows(scope, session, by_number[session.number], at) for session in ordered)


def _import_rows(scope: Scope, session: Session, rows: list[AttendanceRow], at: datetime) -> int:
    """Save the attendance of these rows and return how many entries changed."""
    audit = access.recorder_context(scope, session, at=at)
    locked, method, changed = attendance.lock_session(session), enums.AttendanceMethod.SHEET, 0
    for batch in batched(rows, BATCH_SIZE, strict=False):
        entries = [
            attendance.AttendanceEntry(row.registration, row.state, row.minutes) for row in batch
        ]
        changed += len(attendance.save_entries(locked, entries, method, audit))
    if changed:
        audit.record("trainings.attendance_import", locked)
    return changed

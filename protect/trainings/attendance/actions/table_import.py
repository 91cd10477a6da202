"""Attendance that comes as a table, from a sheet that was kept elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import batched

from django.db import transaction

from protect.audit.context import AuditContext
from protect.orgs.scope import Scope
from protect.trainings.attendance import access
from protect.trainings.attendance.actions.attendance import Noted, confirmed_in, held, write
from protect.trainings.attendance.enums import AttendanceMethod
from protect.trainings.attendance.rules.attendance import IN_PART
from protect.trainings.attendance.shares import minutes_planned
from protect.trainings.attendance.tables import BadRow, TableRow
from protect.trainings.scheduling.actions.bookings import standing_of
from protect.trainings.scheduling.models import Edition, Session

BATCH = 2000  # rows that are looked up at once


def wrong(edition: Edition, rows: Iterable[TableRow]) -> Iterator[BadRow]:
    """Yield the rows that do not fit the edition, with what to do."""
    sessions = {each.number: each for each in edition.sessions.standing().order_by("number")}
    people: set[object] = set()
    if sessions:
        people = {*confirmed_in(next(iter(sessions.values()))).values_list("pk", flat=True)}
    seen: set[tuple[int, object]] = set()
    for row in rows:
        session = sessions.get(row.half_day)
        if session is None:
            yield BadRow(row.line, "half_day", "there is no such half day, or it is cancelled")
        elif row.registration not in people:
            yield BadRow(row.line, "registration", "nobody with a confirmed seat has it")
        elif (row.half_day, row.registration) in seen:
            yield BadRow(row.line, "registration", "it stands twice for this half day: drop one")
        elif row.state in IN_PART and not 0 < (row.minutes or 0) < minutes_planned(session):
            most = minutes_planned(session)
            yield BadRow(row.line, "minutes", f"write more than 0 and less than {most}")
        seen.add((row.half_day, row.registration))


@transaction.atomic
def bring(scope: Scope, edition: Edition, rows: Iterable[TableRow], *, at: datetime) -> int:
    """Note what a table says, all of it or nothing; return how many notes changed.

    Errors: PermissionDenied; as `attending.note` for rows that `wrong` names.
    """
    by_number: dict[int, list[TableRow]] = {}
    for row in rows:
        by_number.setdefault(row.half_day, []).append(row)
    changed = 0
    standing_of(edition.sessions.filter(number__in=by_number))  # all, before the audit
    for session in edition.sessions.filter(number__in=by_number).order_by("number"):
        changed += _bring(scope, session, by_number[session.number], at)
    return changed


def _bring(scope: Scope, session: Session, rows: list[TableRow], at: datetime) -> int:
    audit = AuditContext(at=at, actor=scope.user_id, organisation=access.must_note(scope, session))
    locked = held(session)
    changed = 0
    for some in batched(rows, BATCH, strict=False):
        notes = [Noted(row.registration, row.state, row.minutes) for row in some]
        changed += len(write(locked, notes, AttendanceMethod.SHEET, audit))
    if changed:
        audit.record("trainings.attendance_import", locked)
    return changed

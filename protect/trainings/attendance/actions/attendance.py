"""Attendance that staff record: by line, for all at once, from a scan or a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple, cast
from uuid import UUID, uuid4, uuid5

from django.db import transaction

from protect.audit.context import AuditContext
from protect.kernel.ids import SHORT_LENGTH, squeezed
from protect.orgs.scope import Scope
from protect.trainings.attendance import access, rules
from protect.trainings.attendance.enums import AttendanceMethod, AttendanceState
from protect.trainings.attendance.models import Attendance
from protect.trainings.attendance.shares import minutes_planned
from protect.trainings.base.errors import TrainingRefusal
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.registrations.models import Registration, RegistrationQuerySet
from protect.trainings.scheduling.models import Session

EARLY = timedelta(hours=1)  # before a half day begins
UNDO = timedelta(minutes=10)
ANYTHING = "?"  # of `before`: whatever was noted until now


@dataclass(frozen=True, slots=True)
class AttendanceEntry:
    """An attendance record to write. `nonce` identifies the tick: sent twice, it is written once.

    `minutes` are those of a participant who attended in part. `before` is the state that the
    writer had on screen, "" for none.
    """

    registration: UUID
    state: AttendanceState
    minutes: int | None = None
    before: str = ANYTHING
    nonce: UUID = field(default_factory=uuid4)


@transaction.atomic
def note(
    scope: Scope,
    session: Session,
    notes: Sequence[AttendanceEntry],
    method: AttendanceMethod,
    *,
    at: datetime,
) -> list[Attendance]:
    """Record attendance of a session, all of it or nothing; return what changed.

    Errors: PermissionDenied; trainings_half_day_not_on; trainings_not_confirmed;
    trainings_attendance_minutes_wrong; trainings_edit_conflict, where another user recorded
    something else since the writer looked.
    """
    audit = AuditContext(at=at, actor=scope.user_id, organisation=access.must_note(scope, session))
    changed = write(held(session), notes, method, audit)
    for row in changed:
        audit.record(f"trainings.attendance_{row.state}", row.registration)
    return changed


@transaction.atomic
def note_all(scope: Scope, session: Session, key: UUID, *, at: datetime) -> list[Attendance]:
    """Note all others as present; `key` undoes it.

    Errors: PermissionDenied; trainings_half_day_not_on.
    """
    audit = AuditContext(at=at, actor=scope.user_id, organisation=access.must_note(scope, session))
    locked = held(session)
    rows = confirmed_in(locked).exclude(pk__in=locked.attendances.values("registration"))
    keys = rows.order_by("pk").values_list("pk", flat=True)
    notes = [AttendanceEntry(pk, AttendanceState.PRESENT, nonce=uuid5(key, str(pk))) for pk in keys]
    changed = write(locked, notes, AttendanceMethod.LIST, audit)
    if changed:
        audit.record("trainings.attendance_all", locked)
    return changed


@transaction.atomic
def take_back(scope: Scope, session: Session, key: UUID, *, at: datetime) -> int:
    """Undo what `note_all` recorded, except records changed since; return how many were undone.

    Errors: PermissionDenied; trainings_taken_back_too_late.
    """
    audit = AuditContext(at=at, actor=scope.user_id, organisation=access.must_note(scope, session))
    locked = held(session)
    rows = locked.attendances.filter(method=AttendanceMethod.LIST, makes_up=None)
    mine = [row for row in rows.order_by("pk") if row.nonce == uuid5(key, str(row.registration_id))]
    if any(row.confirmed_at < at - UNDO for row in mine):
        raise TrainingRefusal("trainings_taken_back_too_late")
    Attendance.objects.filter(pk__in=[row.pk for row in mine]).delete()
    if mine:
        audit.record("trainings.attendance_take_back", locked)
    return len(mine)


@transaction.atomic
def make_up(
    scope: Scope, registration: Registration, half_day: Session, session: Session, *, at: datetime
) -> Attendance:
    """Record that a participant made up for a session of their edition in a sibling edition.

    Errors: PermissionDenied; trainings_half_day_not_on; trainings_not_confirmed;
    trainings_make_up_elsewhere.
    """
    audit = AuditContext(at=at, actor=scope.user_id, organisation=access.must_note(scope, half_day))
    access.must_note(scope, session)
    locked = held(session)
    own, other = half_day.training, locked.training
    _must_be_on(locked, AttendanceState.PRESENT, at)
    _must_be_on(half_day, AttendanceState.PRESENT, at)
    is_sibling = own.course_version.course_id == other.course_version.course_id
    if own == other or registration.edition_id != own.pk or not is_sibling:
        raise TrainingRefusal("trainings_make_up_elsewhere")
    if registration.state != RegistrationState.CONFIRMED:
        raise TrainingRefusal("trainings_not_confirmed")
    there = locked.attendances.filter(registration=registration)
    if there.exclude(makes_up=half_day).exists():  # one sits there once, and so for one half day
        raise TrainingRefusal("trainings_make_up_elsewhere")
    defaults = {
        "state": AttendanceState.PRESENT,
        "minutes": min(minutes_planned(locked), minutes_planned(half_day)),
        "method": AttendanceMethod.LIST,
        "confirmed_by_id": scope.user_id,
        "confirmed_at": at,
        "session": locked,
        "nonce": uuid4(),
    }
    row, _is_new = Attendance.objects.update_or_create(
        registration=registration, makes_up=half_day, defaults=defaults
    )
    audit.record("trainings.attendance_make_up", registration)
    return row


def write(
    session: Session,
    notes: Sequence[AttendanceEntry],
    method: AttendanceMethod,
    audit: AuditContext,
) -> list[Attendance]:
    """Write attendance of a locked session; return the changed rows. Errors: those of `note`."""
    people = _people(session, notes)
    rows = {
        row.registration_id: row
        for row in session.attendances.filter(registration__in=people).order_by("pk")
    }
    sent = {each.nonce for each in notes}
    seen = {*Attendance.objects.filter(nonce__in=sent).values_list("nonce", flat=True)}
    changed = []
    for each in notes:
        if each.nonce in seen:
            continue
        row = rows.get(each.registration)
        new = _changed_row(session, row, each, method, audit)
        if new is not None:
            new.registration = people[each.registration]
            rows[each.registration] = new
            changed.append(new)
    _save(changed)
    return changed


def confirmed_in(session: Session) -> RegistrationQuerySet:
    return session.training.registrations.filter(state=RegistrationState.CONFIRMED)


def held(session: Session) -> Session:
    """Return a session, locked until this transaction ends."""
    rows = Session.objects.select_for_update(of=("self",)).select_related("edition__course_version")
    return rows.get(pk=session.pk)


def _people(session: Session, notes: Sequence[AttendanceEntry]) -> dict[UUID, Registration]:
    """Return the registrations of the notes by id.

    Errors: trainings_not_confirmed for one without a seat.
    """
    wanted = {each.registration for each in notes}
    registrations = confirmed_in(session).in_bulk(wanted)
    if registrations.keys() != wanted:
        raise TrainingRefusal("trainings_not_confirmed")
    return registrations


def _changed_row(
    session: Session,
    row: Attendance | None,
    note: AttendanceEntry,
    method: AttendanceMethod,
    audit: AuditContext,
) -> Attendance | None:
    before = AttendanceState(row.state) if row else None
    if note.before not in (ANYTHING, before or ""):
        raise TrainingRefusal("trainings_edit_conflict")
    _must_be_on(session, note.state, audit.at)
    state = rules.settle(before, method, note.state)
    noted = note.minutes if state == note.state or row is None else row.minutes
    minutes = rules.minutes_of(state, minutes_planned(session), noted)
    if row is not None and (before, row.minutes) == (state, minutes):
        return None
    row = row or Attendance(session=session)
    row.state, row.minutes, row.method, row.nonce = state, minutes, method, note.nonce
    row.confirmed_by_id, row.confirmed_at = cast("UUID", audit.actor), audit.at
    return row


def _must_be_on(session: Session, state: AttendanceState, at: datetime) -> None:
    is_early = at < session.starts_at - EARLY and state is not AttendanceState.EXCUSED
    if session.cancelled_at is not None or is_early:
        raise TrainingRefusal("trainings_half_day_not_on")


def _save(rows: Sequence[Attendance]) -> None:
    columns = ["state", "minutes", "method", "nonce", "confirmed_by", "confirmed_at"]
    Attendance.objects.bulk_update([row for row in rows if row.pk], columns, batch_size=500)
    Attendance.objects.bulk_create([row for row in rows if not row.pk], batch_size=500)


class Scan(NamedTuple):
    """What a phone sends: the code as it was read, and the nonce of this scan."""

    nonce: UUID
    code: str


class Scanned(NamedTuple):
    """A scan with its registration; None for a code without a seat in the edition."""

    scan: Scan
    registration: Registration | None


@transaction.atomic
def scan(scope: Scope, session: Session, scans: Sequence[Scan], *, at: datetime) -> list[Scanned]:
    """Record scanned participants as present.

    Errors: PermissionDenied; trainings_half_day_not_on.
    """
    access.must_note(scope, session)
    scanned = [Scanned(each, _meant(session, each.code)) for each in scans]
    notes = [
        AttendanceEntry(each.registration.pk, AttendanceState.PRESENT, nonce=each.scan.nonce)
        for each in scanned
        if each.registration
    ]
    note(scope, session, notes, AttendanceMethod.SCAN, at=at)
    return scanned


def _meant(session: Session, code: str) -> Registration | None:
    rows = confirmed_in(session).select_related("participant")
    pk = _of_row(session, code) or _of_phone(code)
    return rows.filter(pk=pk).first() if pk else None


def _of_row(session: Session, code: str) -> UUID | None:
    """Return whose row of a printed list it is: `BCDFGH-007`."""
    typed = squeezed(code)
    head, row = typed[:SHORT_LENGTH], typed[SHORT_LENGTH:]
    printed = session.lists.filter(code=head).first()
    if printed is None or not row.isdecimal() or not 0 < int(row) <= len(printed.registrations):
        return None
    return UUID(printed.registrations[int(row) - 1])


def _of_phone(code: str) -> UUID | None:
    try:
        return UUID(code.strip())
    except ValueError:
        return None

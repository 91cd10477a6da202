"""Attendance that staff record: by line, for all at once, from a scan or a sheet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple, cast
from uuid import UUID, uuid4, uuid5

from django.db import transaction

from protect.audit.context import AuditContext
from protect.kernel.ids import SHORT_LENGTH, squeezed, typed_uuid
from protect.orgs.scope import Scope
from protect.trainings.attendance import access, lists, rules
from protect.trainings.attendance.enums import AttendanceMethod, AttendanceState
from protect.trainings.attendance.models import Attendance
from protect.trainings.base.errors import TrainingRefusal
from protect.trainings.registrations import enums
from protect.trainings.registrations.models import Registration, RegistrationQuerySet
from protect.trainings.scheduling.models import Session

EARLY = timedelta(hours=1)  # before a half day begins
UNDO = timedelta(minutes=10)
ANYTHING = "?"  # of `before`: whatever was noted until now


@dataclass(frozen=True, slots=True)
class AttendanceEntry:
    """An attendance record to write. `nonce` identifies the tick: sent twice, it is written once.
    `minutes` are those of a participant who attended in part. `before` is the state that the writer
    had on screen, "" for none."""

    registration: UUID
    state: AttendanceState
    minutes: int | None = None
    before: str = ANYTHING
    nonce: UUID = field(default_factory=uuid4)


@transaction.atomic
def note(
    scope: Scope,
    session: Session,
    entries: Sequence[AttendanceEntry],
    method: AttendanceMethod,
    *,
    at: datetime,
) -> list[Attendance]:
    """Record attendance of a session, all of it or nothing; return what changed.
    Errors: PermissionDenied; trainings_half_day_not_on; trainings_not_confirmed;
    trainings_attendance_minutes_wrong; trainings_edit_conflict."""
    audit = access.recorder_context(scope, session, at=at)
    changed = save_entries(held(session), entries, method, audit)
    for row in changed:
        audit.record(f"trainings.attendance_{row.state}", row.registration)
    return changed


@transaction.atomic
def note_all(scope: Scope, session: Session, key: UUID, *, at: datetime) -> list[Attendance]:
    """Record all others as present; `key` undoes it. Errors: as `note`."""
    audit = access.recorder_context(scope, session, at=at)
    locked = held(session)
    rows = confirmed_in(locked).exclude(pk__in=locked.attendances.values("registration"))
    keys = rows.order_by("pk").values_list("pk", flat=True)
    entries = [
        AttendanceEntry(pk, AttendanceState.PRESENT, nonce=uuid5(key, str(pk))) for pk in keys
    ]
    changed = save_entries(locked, entries, AttendanceMethod.LIST, audit)
    if changed:
        audit.record("trainings.attendance_all", locked)
    return changed


@transaction.atomic
def take_back(scope: Scope, session: Session, key: UUID, *, at: datetime) -> int:
    """Undo what `note_all` recorded, except records changed since; return how many were undone.
    Errors: PermissionDenied; trainings_taken_back_too_late."""
    audit = access.recorder_context(scope, session, at=at)
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
    trainings_make_up_elsewhere."""
    audit = access.recorder_context(scope, half_day, at=at)
    access.must_record(scope, session)
    locked = held(session)
    own, other = half_day.training, locked.training
    _must_be_on(locked, AttendanceState.PRESENT, at)
    _must_be_on(half_day, AttendanceState.PRESENT, at)
    is_sibling = own.course_version.course_id == other.course_version.course_id
    if own == other or registration.edition_id != own.pk or not is_sibling:
        raise TrainingRefusal("trainings_make_up_elsewhere")
    if registration.state != enums.RegistrationState.CONFIRMED:
        raise TrainingRefusal("trainings_not_confirmed")
    there = locked.attendances.filter(registration=registration)
    if there.exclude(makes_up=half_day).exists():  # one sits there once, and so for one half day
        raise TrainingRefusal("trainings_make_up_elsewhere")
    row, _is_new = Attendance.objects.update_or_create(
        registration=registration,
        makes_up=half_day,
        defaults={
            "state": AttendanceState.PRESENT,
            "minutes": min(lists.minutes_planned(locked), lists.minutes_planned(half_day)),
            "method": AttendanceMethod.LIST,
            "confirmed_by_id": cast("UUID", scope.user_id),
            "confirmed_at": at,
            "session": locked,
            "nonce": uuid4(),
        },
    )
    audit.record("trainings.attendance_make_up", registration)
    return row


def save_entries(
    session: Session,
    entries: Sequence[AttendanceEntry],
    method: AttendanceMethod,
    audit: AuditContext,
) -> list[Attendance]:
    """Save attendance of a locked session; return the changed rows. Errors: those of `note`."""
    wanted = {entry.registration for entry in entries}
    people = confirmed_in(session).in_bulk(wanted)
    if people.keys() != wanted:
        raise TrainingRefusal("trainings_not_confirmed")
    before = session.attendances.filter(registration__in=people).order_by("pk")
    rows = {row.registration_id: row for row in before}
    sent = {entry.nonce for entry in entries}
    seen = {*Attendance.objects.filter(nonce__in=sent).values_list("nonce", flat=True)}
    changed = []
    for entry in entries:
        if entry.nonce in seen:
            continue
        row = _changed_row(session, rows.get(entry.registration), entry, method, audit)
        if row is not None:
            row.registration = people[entry.registration]
            rows[entry.registration] = row
            changed.append(row)
    columns = ["state", "minutes", "method", "nonce", "confirmed_by", "confirmed_at"]
    Attendance.objects.bulk_update([row for row in changed if row.pk], columns, batch_size=500)
    Attendance.objects.bulk_create([row for row in changed if not row.pk], batch_size=500)
    return changed


def confirmed_in(session: Session) -> RegistrationQuerySet:
    return session.training.registrations.filter(state=enums.RegistrationState.CONFIRMED)


def held(session: Session) -> Session:
    """Return a session, locked until this transaction ends."""
    rows = Session.objects.select_for_update(of=("self",)).select_related("edition__course_version")
    return rows.get(pk=session.pk)


def _changed_row(
    session: Session,
    row: Attendance | None,
    entry: AttendanceEntry,
    method: AttendanceMethod,
    audit: AuditContext,
) -> Attendance | None:
    before = AttendanceState(row.state) if row else None
    if entry.before not in (ANYTHING, before or ""):
        raise TrainingRefusal("trainings_edit_conflict")
    _must_be_on(session, entry.state, audit.at)
    state = rules.settle(before, method, entry.state)
    minutes = entry.minutes if state == entry.state or row is None else row.minutes
    minutes = rules.minutes_of(state, lists.minutes_planned(session), minutes)
    if row is not None and (before, row.minutes) == (state, minutes):
        return None
    row = row or Attendance(session=session)
    row.state, row.minutes, row.method, row.nonce = state, minutes, method, entry.nonce
    row.confirmed_by_id, row.confirmed_at = cast("UUID", audit.actor), audit.at
    return row


def _must_be_on(session: Session, state: AttendanceState, at: datetime) -> None:
    is_early = at < session.starts_at - EARLY and state is not AttendanceState.EXCUSED
    if session.cancelled_at is not None or is_early:
        raise TrainingRefusal("trainings_half_day_not_on")


class Scan(NamedTuple):
    """What a phone sends: the nonce of this scan, and the code as it was read."""

    nonce: UUID
    code: str


class Scanned(NamedTuple):
    scan: Scan
    registration: Registration | None  # None for a code without a seat in the edition


@transaction.atomic
def scan(scope: Scope, session: Session, scans: Sequence[Scan], *, at: datetime) -> list[Scanned]:
    """Record scanned participants as present. Errors: as `note`."""
    access.must_record(scope, session)
    scanned = [Scanned(each, _registration_of(session, each.code)) for each in scans]
    entries = [
        AttendanceEntry(each.registration.pk, AttendanceState.PRESENT, nonce=each.scan.nonce)
        for each in scanned
        if each.registration
    ]
    note(scope, session, entries, AttendanceMethod.SCAN, at=at)
    return scanned


def _registration_of(session: Session, code: str) -> Registration | None:
    key = _key_in_list(session, code) or typed_uuid(code.strip())  # as it stands on their phone
    rows = confirmed_in(session).select_related("participant")
    return rows.filter(pk=key).first() if key else None


def _key_in_list(session: Session, code: str) -> UUID | None:
    """Return the registration in a row of a printed list: `BCDFGH-007`."""
    typed = squeezed(code)
    row = typed[SHORT_LENGTH:]
    printed = session.lists.filter(code=typed[:SHORT_LENGTH]).first()
    if printed is None or not row.isdecimal() or not 0 < int(row) <= len(printed.registrations):
        return None
    return UUID(printed.registrations[int(row) - 1])

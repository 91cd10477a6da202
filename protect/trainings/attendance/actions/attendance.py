"""Actions by which staff record attendance: singly, for all at once, by scans or from a sheet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple, cast
from uuid import UUID, uuid4, uuid5

from django.db import transaction

from protect.audit.context import AuditContext
from protect.kernel.ids import SHORT_CODE_LENGTH, normalise_code, parse_uuid
from protect.orgs.scope import Scope
from protect.trainings.attendance import access, lists, rules
from protect.trainings.attendance.enums import AttendanceMethod, AttendanceState
from protect.trainings.attendance.models import Attendance, Excuse
from protect.trainings.base import errors, vocabulary
from protect.trainings.registrations import enums
from protect.trainings.registrations.models import Registration, RegistrationQuerySet
from protect.trainings.scheduling.models import Session

RECORDABLE_BEFORE_START = timedelta(hours=1)  # before the start of a session; excuses: any time
UNDO_PERIOD = timedelta(minutes=10)  # in which "All present" can be undone
ANY_STATE = "?"  # value of `before` that accepts any stored state


@dataclass(frozen=True, slots=True)
class AttendanceEntry:
    """An attendance record to write. An entry sent twice with one `nonce` counts once. `minutes`
    is for partial attendance. `before` is the state that the user saw, "" for none."""

    registration: UUID
    state: AttendanceState
    minutes: int | None = None
    before: str = ANY_STATE
    nonce: UUID = field(default_factory=uuid4)


type Entries = Sequence[AttendanceEntry]


@transaction.atomic
def record_attendance(
    scope: Scope, session: Session, entries: Entries, method: AttendanceMethod, *, at: datetime
) -> list[Attendance]:
    """Record all entries for a session or none; return changed records. Errors: PermissionDenied;
    trainings_session_not_on, too early or cancelled; trainings_not_confirmed;
    trainings_attendance_minutes_wrong; trainings_edit_conflict, for an outdated `before`."""
    audit = access.recorder_context(scope, session, at=at)
    changed = save_entries(lock_session(session), entries, method, audit)
    for row in changed:
        audit.record(f"trainings.attendance_{row.state}", row.registration)
    return changed


@transaction.atomic
def record_all_present(
    scope: Scope, session: Session, undo_key: UUID, *, at: datetime
) -> list[Attendance]:
    """Record participants who have no record yet as present. `undo_key` is a new UUID to pass
    to `undo_all_present`. Errors: PermissionDenied; trainings_session_not_on."""
    audit = access.recorder_context(scope, session, at=at)
    locked = lock_session(session)
    rows = confirmed_registrations(locked).exclude(pk__in=locked.attendances.values("registration"))
    keys = rows.order_by("pk").values_list("pk", flat=True)
    state = AttendanceState.PRESENT
    entries = [AttendanceEntry(pk, state, nonce=uuid5(undo_key, str(pk))) for pk in keys]
    changed = save_entries(locked, entries, AttendanceMethod.LIST, audit)
    if changed:
        audit.record("trainings.attendance_all", locked)
    return changed


@transaction.atomic
def undo_all_present(scope: Scope, session: Session, undo_key: UUID, *, at: datetime) -> int:
    """Undo the `record_all_present` with this `undo_key`, except records changed since; return how
    many were undone. Errors: PermissionDenied; trainings_taken_back_too_late."""
    audit = access.recorder_context(scope, session, at=at)
    locked = lock_session(session)
    rows = locked.attendances.filter(method=AttendanceMethod.LIST, makes_up=None).order_by("pk")
    undone = [row for row in rows if row.nonce == uuid5(undo_key, str(row.registration_id))]
    if any(row.confirmed_at < at - UNDO_PERIOD for row in undone):
        raise errors.TrainingRefusal("trainings_taken_back_too_late")
    Attendance.objects.filter(pk__in=[row.pk for row in undone]).delete()
    if undone:
        audit.record("trainings.attendance_take_back", locked)
    return len(undone)


@transaction.atomic
def record_make_up(
    scope: Scope, registration: Registration, missed: Session, attended: Session, *, at: datetime
) -> Attendance:
    """Record that a participant made up for a missed session in another edition of the course.
    Errors: PermissionDenied; trainings_session_not_on; trainings_not_confirmed;
    trainings_make_up_elsewhere, also if `attended` already counts as another session."""
    audit = access.recorder_context(scope, missed, at=at)
    access.must_record(scope, attended)
    locked = lock_session(attended)
    own_edition, other_edition = missed.training, locked.training
    _must_be_recordable(locked, AttendanceState.PRESENT, at)
    _must_be_recordable(missed, AttendanceState.PRESENT, at)
    is_sibling = own_edition.course_version.course_id == other_edition.course_version.course_id
    if own_edition == other_edition or registration.edition_id != own_edition.pk or not is_sibling:
        raise errors.TrainingRefusal("trainings_make_up_elsewhere")
    if registration.state != enums.RegistrationState.CONFIRMED:
        raise errors.TrainingRefusal("trainings_not_confirmed")
    existing = locked.attendances.filter(registration=registration)
    if existing.exclude(makes_up=missed).exists():  # one makes up for one
        raise errors.TrainingRefusal("trainings_make_up_elsewhere")
    row, _is_new = Attendance.objects.update_or_create(
        registration=registration,
        makes_up=missed,
        defaults={
            "state": AttendanceState.PRESENT,
            "minutes": min(lists.planned_minutes(locked), lists.planned_minutes(missed)),
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
    session: Session, entries: Entries, method: AttendanceMethod, audit: AuditContext
) -> list[Attendance]:
    """Save entries for a locked session, without audit entries; return the changed rows.
    Errors: as `record_attendance`, without PermissionDenied."""
    wanted = {entry.registration for entry in entries}
    people = confirmed_registrations(session).in_bulk(wanted)
    if people.keys() != wanted:
        raise errors.TrainingRefusal("trainings_not_confirmed")
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


def confirmed_registrations(session: Session) -> RegistrationQuerySet:
    return session.training.registrations.filter(state=enums.RegistrationState.CONFIRMED)


def lock_session(session: Session) -> Session:
    """Lock the database row of a session until the transaction ends, and return it reloaded."""
    rows = Session.objects.select_for_update(of=("self",)).select_related("edition__course_version")
    return rows.get(pk=session.pk)


def _changed_row(
    session: Session,
    row: Attendance | None,
    entry: AttendanceEntry,
    method: AttendanceMethod,
    audit: AuditContext,
) -> Attendance | None:
    """Return the row to save for an entry; None if nothing changes. Errors: TrainingRefusal."""
    before = AttendanceState(row.state) if row else None
    if entry.before not in (ANY_STATE, before or ""):
        raise errors.TrainingRefusal("trainings_edit_conflict")
    _must_be_recordable(session, entry.state, audit.at)
    state = rules.merge_states(before, method, entry.state)
    minutes = entry.minutes if state == entry.state or row is None else row.minutes
    minutes = rules.minutes_for_state(state, lists.planned_minutes(session), minutes)
    if row is not None and (before, row.minutes) == (state, minutes):
        return None
    row = row or Attendance(session=session)
    row.state, row.minutes, row.method, row.nonce = state, minutes, method, entry.nonce
    row.confirmed_by_id, row.confirmed_at = cast("UUID", audit.actor), audit.at
    return row


def _must_be_recordable(session: Session, state: AttendanceState, at: datetime) -> None:
    """Refuse a cancelled session, and a start over an hour ahead unless `state` is EXCUSED."""
    recordable_from = session.starts_at - RECORDABLE_BEFORE_START
    is_early = at < recordable_from and state is not AttendanceState.EXCUSED
    if session.cancelled_at is not None or is_early:
        raise errors.TrainingRefusal("trainings_session_not_on")


class Scan(NamedTuple):
    """A scan as a phone sends it: its nonce, and the code as it was read."""

    nonce: UUID
    code: str


class ScanResult(NamedTuple):
    """A scan, and the registration to which its code belongs."""

    scan: Scan
    registration: Registration | None  # None for a code without a seat in the edition


@transaction.atomic
def record_scans(
    scope: Scope, session: Session, scans: Sequence[Scan], *, at: datetime
) -> list[ScanResult]:
    """Record known codes as present; return a result per scan. Errors: as `record_attendance`."""
    access.must_record(scope, session)
    results = [ScanResult(scan, _find_registration_by_code(session, scan.code)) for scan in scans]
    entries = [
        AttendanceEntry(result.registration.pk, AttendanceState.PRESENT, nonce=result.scan.nonce)
        for result in results
        if result.registration
    ]
    record_attendance(scope, session, entries, AttendanceMethod.SCAN, at=at)
    return results


def _find_registration_by_code(session: Session, code: str) -> Registration | None:
    """Find a confirmed registration by the row code of a printed sheet, or the id on a phone."""
    key = _find_in_printed_list(session, code) or parse_uuid(code.strip())  # the code on a phone
    rows = confirmed_registrations(session).select_related("participant")
    return rows.filter(pk=key).first() if key else None


def _find_in_printed_list(session: Session, code: str) -> UUID | None:
    """Return the registration id of a row code of a printed sheet; None for another code."""
    typed = normalise_code(code)
    row = typed[SHORT_CODE_LENGTH:]
    printed = session.lists.filter(code=typed[:SHORT_CODE_LENGTH]).first()
    if printed is None or not row.isdecimal() or not 0 < int(row) <= len(printed.registrations):
        return None
    return UUID(printed.registrations[int(row) - 1])


# Excuses, which participants send and staff confirm. Source: docs/adr/0030-attendance.md.


@transaction.atomic
def record_excuse(
    registration: Registration, session: Session, nonce: UUID, *, at: datetime
) -> Excuse:
    """Record an excuse before a session, once per form. Errors: trainings_excuse_late, also if
    the session is cancelled or of another edition."""
    is_own_session = session.edition_id == registration.edition_id
    if session.starts_at <= at or session.cancelled_at is not None or not is_own_session:
        raise errors.TrainingRefusal("trainings_excuse_late")
    existing = Excuse.objects.filter(nonce=nonce).first()
    if existing is not None:
        return existing
    row, _is_new = Excuse.objects.update_or_create(
        session=session, registration=registration, defaults={"nonce": nonce, "received_at": at}
    )
    audit = AuditContext(at=at, actor=None, organisation=registration.edition.host_id)
    audit.record("trainings.excuse", session)
    return row


@transaction.atomic
def withdraw_excuse(registration: Registration, session: Session, *, at: datetime) -> bool:
    """Delete an excuse, and the attendance record confirmed from it unless staff changed that
    since; return whether there was an excuse. Errors: trainings_excuse_late."""
    locked = lock_session(session)
    if locked.starts_at <= at:
        raise errors.TrainingRefusal("trainings_excuse_late")
    row = locked.excuses.filter(registration=registration).first()
    if row is None:
        return False
    attendances = registration.attendances.filter(session=locked, nonce=row.nonce)
    attendances.filter(state=AttendanceState.EXCUSED).delete()
    row.delete()
    audit = AuditContext(at=at, actor=None, organisation=registration.edition.host_id)
    audit.record("trainings.excuse_take_back", locked)
    return True


@transaction.atomic
def confirm_excuses(scope: Scope, session: Session, *, at: datetime) -> list[Attendance]:
    """Record EXCUSED where an excuse and no record exists. Errors: as `record_attendance`."""
    access.must_record(scope, session)
    locked = lock_session(session)
    rows = locked.excuses.filter(registration__in=confirmed_registrations(locked))
    rows = rows.exclude(registration__in=locked.attendances.values("registration"))
    state = AttendanceState.EXCUSED
    entries = [
        AttendanceEntry(row.registration_id, state, nonce=row.nonce)
        for row in rows.order_by("received_at", "pk")
    ]
    return record_attendance(scope, locked, entries, AttendanceMethod.LIST, at=at)


def excuses_of(registration: Registration) -> list[Excuse]:
    """Return a participant's excuses by start of the session, without cancelled sessions."""
    rows = registration.excuses.filter(session__cancelled_at=None).select_related("session")
    return list(rows.order_by("session__starts_at", "pk"))


@transaction.atomic
def delete_old_excuses(*, at: datetime) -> int:
    """Delete excuses at the end of their retention after the session; return how many."""
    over = Excuse.objects.filter(session__ends_at__lte=at - vocabulary.retention_of("excuses"))
    return over.delete()[0]

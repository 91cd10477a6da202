"""Excuses, which participants send and staff confirm. Source: docs/adr/0030-attendance.md."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from protect.audit.context import AuditContext
from protect.orgs.scope import Scope
from protect.trainings.attendance import access, enums
from protect.trainings.attendance.actions import attendance
from protect.trainings.attendance.models import Attendance, Excuse
from protect.trainings.base import errors, vocabulary
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Session


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
    locked = attendance.lock_session(session)
    if locked.starts_at <= at:
        raise errors.TrainingRefusal("trainings_excuse_late")
    row = locked.excuses.filter(registration=registration).first()
    if row is None:
        return False
    attendances = registration.attendances.filter(session=locked, nonce=row.nonce)
    attendances.filter(state=enums.AttendanceState.EXCUSED).delete()
    row.delete()
    audit = AuditContext(at=at, actor=None, organisation=registration.edition.host_id)
    audit.record("trainings.excuse_take_back", locked)
    return True


@transaction.atomic
def confirm_excuses(scope: Scope, session: Session, *, at: datetime) -> list[Attendance]:
    """Record EXCUSED where an excuse and no record exists. Errors: as `record_attendance`."""
    access.must_record(scope, session)
    locked = attendance.lock_session(session)
    rows = locked.excuses.filter(registration__in=attendance.confirmed_registrations(locked))
    rows = rows.exclude(registration__in=locked.attendances.values("registration"))
    state = enums.AttendanceState.EXCUSED
    entries = [
        attendance.AttendanceEntry(row.registration_id, state, nonce=row.nonce)
        for row in rows.order_by("received_at", "pk")
    ]
    return attendance.record_attendance(scope, locked, entries, enums.AttendanceMethod.LIST, at=at)


def excuses_of(registration: Registration) -> list[Excuse]:
    """Return a participant's excuses by start of the session, without cancelled sessions."""
    rows = registration.excuses.filter(session__cancelled_at=None).select_related("session")
    return list(rows.order_by("session__starts_at", "pk"))


@transaction.atomic
def delete_old_excuses(*, at: datetime) -> int:
    """Delete excuses at the end of their retention after the session; return how many."""
    over = Excuse.objects.filter(session__ends_at__lte=at - vocabulary.retention_of("excuses"))
    return over.delete()[0]

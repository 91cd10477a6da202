"""Excuses: participants who cannot come say so, staff confirm it (docs/adr/0030-attendance.md)."""

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
def excuse(registration: Registration, session: Session, nonce: UUID, *, at: datetime) -> Excuse:
    """Record that a participant cannot come, once for each form. Errors: trainings_excuse_late."""
    is_theirs = session.edition_id == registration.edition_id
    if session.starts_at <= at or session.cancelled_at is not None or not is_theirs:
        raise errors.TrainingRefusal("trainings_excuse_late")
    sent = Excuse.objects.filter(nonce=nonce).first()
    if sent is not None:
        return sent
    row, _is_new = Excuse.objects.update_or_create(
        session=session, registration=registration, defaults={"nonce": nonce, "received_at": at}
    )
    audit = AuditContext(at=at, actor=None, organisation=registration.edition.host_id)
    audit.record("trainings.excuse", session)
    return row


@transaction.atomic
def take_excuse_back(registration: Registration, session: Session, *, at: datetime) -> bool:
    """Delete a participant's excuse for a session; return whether there was one.
    The record that staff made from it is deleted too, unless they changed it since.
    Errors: trainings_excuse_late."""
    locked = attendance.held(session)
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
    """Record excuses of participants without a record. Errors: as `attendance.note`."""
    access.must_record(scope, session)
    locked = attendance.held(session)
    rows = locked.excuses.filter(registration__in=attendance.confirmed_in(locked))
    rows = rows.exclude(registration__in=locked.attendances.values("registration"))
    entries = [
        attendance.AttendanceEntry(
            row.registration_id, enums.AttendanceState.EXCUSED, nonce=row.nonce
        )
        for row in rows.order_by("received_at", "pk")
    ]
    return attendance.note(scope, locked, entries, enums.AttendanceMethod.LIST, at=at)


def excuses_of(registration: Registration) -> list[Excuse]:
    rows = registration.excuses.filter(session__cancelled_at=None).select_related("session")
    return list(rows.order_by("session__starts_at", "pk"))


@transaction.atomic
def forget_excuses(*, at: datetime) -> int:
    """Delete excuses 30 days after their session; return how many."""
    over = Excuse.objects.filter(session__ends_at__lte=at - vocabulary.kept_for("excuses"))
    return over.delete()[0]

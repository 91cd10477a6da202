"""What people say of themselves: “I am here”, “I cannot come”. Only a claim; staff confirm it.

Source: docs/adr/0030-attendance.md.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from protect.audit.context import AuditContext
from protect.orgs.scope import Scope
from protect.trainings.attendance import access
from protect.trainings.attendance.actions import attendance
from protect.trainings.attendance.actions.attendance import Noted
from protect.trainings.attendance.enums import AttendanceMethod, AttendanceState
from protect.trainings.attendance.errors import CodeEarly, CodeOver, CodeUnknown, ExcuseLate
from protect.trainings.attendance.models import Attendance, AttendanceClaim
from protect.trainings.attendance.rules.room_code import AFTER, Verdict, code_of, judge, window_of
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.registrations.models import Registration
from protect.trainings.registrations.rules import folded
from protect.trainings.scheduling.enums import SessionKind
from protect.trainings.scheduling.models import Session

NEAR = timedelta(days=1)  # half days whose codes are looked at
LATELY = timedelta(hours=2)  # whose codes were on a screen and are said to be over


def code_now(session: Session, *, at: datetime) -> str:
    """Return the code on the screen of a session's room."""
    return code_of(_key(), session.pk, window_of(at))


def room_token(session: Session) -> str:
    """Return the token of the page for the screen of a room. It leads to codes alone."""
    return signing.Signer(salt="trainings.room").sign(session.pk.hex)


def session_of(token: str) -> UUID | None:
    """Return the session of such a token; None for one that we did not make."""
    try:
        return UUID(signing.Signer(salt="trainings.room").unsign(token))
    except (signing.BadSignature, ValueError):
        return None


@transaction.atomic
def claim(registration: Registration, typed: str, nonce: UUID, *, at: datetime) -> AttendanceClaim:
    """Check a participant in by the code on the screen of their room.

    Errors: CodeEarly; CodeOver; CodeUnknown, also for a registration without a seat.
    """
    rows = _near(at).filter(edition=registration.edition_id)
    session = _meant(rows, typed, at)
    if registration.state != RegistrationState.CONFIRMED:
        raise CodeUnknown
    return _kept(session, registration, nonce, at, is_excuse=False)


@transaction.atomic
def claim_by_address(email: str, typed: str, nonce: UUID, *, at: datetime) -> None:
    """Check in by address and code. The answer does not tell whether the address is registered.

    Errors: as `claim`, of the code alone.
    """
    session = _meant(_near(at), typed, at)
    rows = Registration.objects.filter(
        edition=session.edition_id,
        participant__email=folded(email),
        state=RegistrationState.CONFIRMED,
    )
    registration = rows.order_by("pk").first()
    if registration is not None:
        _kept(session, registration, nonce, at, is_excuse=False)


@transaction.atomic
def excuse(
    registration: Registration, session: Session, nonce: UUID, *, at: datetime
) -> AttendanceClaim:
    """Record that a participant cannot come to a later session. Errors: ExcuseLate."""
    is_theirs = session.edition_id == registration.edition_id
    if session.starts_at <= at or session.cancelled_at is not None or not is_theirs:
        raise ExcuseLate
    return _kept(session, registration, nonce, at, is_excuse=True)


@transaction.atomic
def take_excuse_back(registration: Registration, session: Session, *, at: datetime) -> bool:
    """Delete a participant's excuse for a session; return whether there was one.

    The record that staff made from it is deleted too, unless they changed it since.
    Errors: ExcuseLate.
    """
    locked = attendance.held(session)
    if locked.starts_at <= at:
        raise ExcuseLate
    claim = locked.claims.filter(registration=registration, is_excuse=True).first()
    if claim is None:
        return False
    attendances = registration.attendances.filter(session=locked, nonce=claim.nonce)
    attendances.filter(state=AttendanceState.EXCUSED).delete()
    claim.delete()
    audit = AuditContext(at=at, actor=None, organisation=registration.edition.host_id)
    audit.record("trainings.claim_take_back", locked)
    return True


@transaction.atomic
def confirm_claims(scope: Scope, session: Session, *, at: datetime) -> list[Attendance]:
    """Record attendance from all check-ins and excuses of participants without a record.

    Errors: PermissionDenied; HalfDayNotOn.
    """
    access.must_note(scope, session)
    confirmed = attendance.confirmed_in(session)
    already_noted = session.attendances.values("registration")
    rows = session.claims.filter(registration__in=confirmed).exclude(registration__in=already_noted)
    notes = [
        Noted(
            row.registration_id,
            AttendanceState.EXCUSED if row.is_excuse else AttendanceState.PRESENT,
            nonce=row.nonce,
        )
        for row in rows.order_by("received_at", "pk")
    ]
    return attendance.note(scope, session, notes, AttendanceMethod.CLAIM, at=at)


def claims_of(registration: Registration) -> list[AttendanceClaim]:
    """Return a participant's check-ins and excuses for standing sessions, in order."""
    rows = registration.claims.filter(session__cancelled_at=None).select_related("session")
    return list(rows.order_by("session__starts_at", "pk"))


def _key() -> bytes:
    return salted_hmac("trainings.code", "room", algorithm="sha256").digest()


def _near(at: datetime) -> QuerySet[Session]:
    rows = Session.objects.standing().filter(kind=SessionKind.TRAINING)
    return rows.filter(starts_at__lt=at + NEAR, ends_at__gt=at - AFTER - LATELY)


def _meant(rows: QuerySet[Session], typed: str, at: datetime) -> Session:
    """Return the session whose code was typed. Errors: CodeEarly; CodeOver; CodeUnknown."""
    key, seen = _key(), set()
    for session in rows.select_related("edition").order_by("starts_at", "pk"):
        verdict = judge(key, session.pk, typed, (session.starts_at, session.ends_at), at)
        if verdict is Verdict.GOOD:
            return session
        seen.add(verdict)
    if Verdict.OVER in seen:
        raise CodeOver
    raise CodeEarly if Verdict.EARLY in seen else CodeUnknown


def _kept(
    session: Session, registration: Registration, nonce: UUID, at: datetime, *, is_excuse: bool
) -> AttendanceClaim:
    """Save the latest claim of a registration; the same form sent twice is saved once."""
    sent = AttendanceClaim.objects.filter(nonce=nonce).first()
    if sent is not None:
        return sent
    defaults = {"nonce": nonce, "received_at": at, "is_excuse": is_excuse}
    row, _is_new = AttendanceClaim.objects.update_or_create(
        session=session, registration=registration, defaults=defaults
    )
    audit = AuditContext(at=at, actor=None, organisation=registration.edition.host_id)
    audit.record("trainings.claim", session)
    return row

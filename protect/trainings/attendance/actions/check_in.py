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
from protect.trainings.registrations.actions.participants import folded
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.enums import SessionKind
from protect.trainings.scheduling.models import Session

NEAR = timedelta(days=1)  # half days whose codes are looked at
LATELY = timedelta(hours=2)  # whose codes were on a screen and are said to be over


def code_now(session: Session, *, at: datetime) -> str:
    """Return the code on the screen of a half day's room."""
    return code_of(_key(), session.pk, window_of(at))


def room_token(session: Session) -> str:
    """Return the token of the page for the screen of a room. It leads to codes alone."""
    return signing.Signer(salt="trainings.room").sign(session.pk.hex)


def session_of(token: str) -> UUID | None:
    """Return the half day of such a token; None for one that we did not make."""
    try:
        return UUID(signing.Signer(salt="trainings.room").unsign(token))
    except (signing.BadSignature, ValueError):
        return None


@transaction.atomic
def claim(registration: Registration, typed: str, nonce: UUID, *, at: datetime) -> AttendanceClaim:
    """Note that somebody says they are there, by the code on the screen of their room.

    Errors: CodeEarly; CodeOver; CodeUnknown, also for who has no seat.
    """
    rows = _near(at).filter(edition=registration.edition_id)
    session = _meant(rows, typed, at)
    if registration.state != RegistrationState.CONFIRMED:
        raise CodeUnknown
    return _kept(session, registration, nonce, at, is_excuse=False)


@transaction.atomic
def claim_by_address(email: str, typed: str, nonce: UUID, *, at: datetime) -> None:
    """Do the same for who types an address. Nobody learns whether it is anybody's.

    Errors: as `claim`, of the code alone.
    """
    session = _meant(_near(at), typed, at)
    rows = Registration.objects.filter(
        edition=session.edition_id,
        participant__email=folded(email),
        state=RegistrationState.CONFIRMED,
    )
    found = rows.order_by("pk").first()
    if found is not None:
        _kept(session, found, nonce, at, is_excuse=False)


@transaction.atomic
def excuse(
    registration: Registration, session: Session, nonce: UUID, *, at: datetime
) -> AttendanceClaim:
    """Note that somebody says beforehand that they cannot come. Errors: ExcuseLate."""
    is_theirs = session.edition_id == registration.edition_id
    if session.starts_at <= at or session.cancelled_at is not None or not is_theirs:
        raise ExcuseLate
    return _kept(session, registration, nonce, at, is_excuse=True)


@transaction.atomic
def take_excuse_back(registration: Registration, session: Session, *, at: datetime) -> bool:
    """Note that somebody can come after all; return whether they had said that they cannot.

    Staff's note of it goes too, unless they noted anything else since. Errors: ExcuseLate.
    """
    locked = attendance.held(session)
    if locked.starts_at <= at:
        raise ExcuseLate
    said = locked.claims.filter(registration=registration, is_excuse=True).first()
    if said is None:
        return False
    noted = registration.attendances.filter(session=locked, nonce=said.nonce)
    noted.filter(state=AttendanceState.EXCUSED).delete()
    said.delete()
    audit = AuditContext(at=at, actor=None, organisation=registration.edition.host_id)
    audit.record("trainings.claim_take_back", locked)
    return True


@transaction.atomic
def confirm_claims(scope: Scope, session: Session, *, at: datetime) -> list[Attendance]:
    """Note everybody who said something and of whom nothing is noted yet.

    Errors: PermissionDenied; HalfDayNotOn.
    """
    access.must_note(scope, session)
    confirmed = attendance.confirmed_in(session)
    noted = session.attendances.values("registration")
    rows = session.claims.filter(registration__in=confirmed).exclude(registration__in=noted)
    said = [
        Noted(
            row.registration_id,
            AttendanceState.EXCUSED if row.is_excuse else AttendanceState.PRESENT,
            nonce=row.nonce,
        )
        for row in rows.order_by("received_at", "pk")
    ]
    return attendance.note(scope, session, said, AttendanceMethod.CLAIM, at=at)


def said_of(registration: Registration) -> list[AttendanceClaim]:
    """Return what somebody said of the half days that stand, in their order."""
    rows = registration.claims.filter(session__cancelled_at=None).select_related("session")
    return list(rows.order_by("session__starts_at", "pk"))


def _key() -> bytes:
    return salted_hmac("trainings.code", "room", algorithm="sha256").digest()


def _near(at: datetime) -> QuerySet[Session]:
    rows = Session.objects.standing().filter(kind=SessionKind.TRAINING)
    return rows.filter(starts_at__lt=at + NEAR, ends_at__gt=at - AFTER - LATELY)


def _meant(rows: QuerySet[Session], typed: str, at: datetime) -> Session:
    """Return the half day whose code was typed. Errors: CodeEarly; CodeOver; CodeUnknown."""
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
    """Keep the latest claim of somebody; the same form sent twice is one."""
    sent = AttendanceClaim.objects.filter(nonce=nonce).first()
    if sent is not None:
        return sent
    given = {"nonce": nonce, "received_at": at, "is_excuse": is_excuse}
    row, _is_new = AttendanceClaim.objects.update_or_create(
        session=session, registration=registration, defaults=given
    )
    audit = AuditContext(at=at, actor=None, organisation=registration.edition.host_id)
    audit.record("trainings.claim", session)
    return row

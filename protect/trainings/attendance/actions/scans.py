"""Scans at the door: a row of a printed list, or the square code on a participant's phone.

A phone without signal sends its scans later, some of them twice: each has a nonce.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from protect.kernel.ids import SHORT_LENGTH, squeezed
from protect.orgs.scope import Scope
from protect.trainings.attendance import access
from protect.trainings.attendance.actions import attendance
from protect.trainings.attendance.actions.attendance import Noted
from protect.trainings.attendance.enums import AttendanceMethod, AttendanceState
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Session


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
    """Record scanned participants as present; return each scan with its registration.

    Errors: PermissionDenied; HalfDayNotOn.
    """
    access.must_note(scope, session)
    scanned = [Scanned(each, _meant(session, each.code)) for each in scans]
    notes = [
        Noted(each.registration.pk, AttendanceState.PRESENT, nonce=each.scan.nonce)
        for each in scanned
        if each.registration is not None
    ]
    attendance.note(scope, session, notes, AttendanceMethod.SCAN, at=at)
    return scanned


def _meant(session: Session, code: str) -> Registration | None:
    rows = attendance.confirmed_in(session).select_related("participant")
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

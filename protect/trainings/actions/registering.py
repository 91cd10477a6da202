"""Registrations: entered, decided about, offered a seat, ended. Seats are counted under a lock.

Source: docs/adr/0027-trainings.md.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4, uuid5

from django.db import transaction

from protect.orgs.scope import Scope
from protect.trainings.access import token_hash
from protect.trainings.actions.seats import locked, note, offer_free, room_of, seats_of
from protect.trainings.actions.tracing import Trace
from protect.trainings.enums import (
    Approval,
    EditionState,
    RegistrationMove,
    RegistrationState,
    Source,
    WaitingRule,
)
from protect.trainings.errors import (
    AlreadyRegistered,
    OverbookingNeedsReason,
    ReasonMissing,
    RegistrationMoveNotAllowed,
    RoomFull,
    WindowClosed,
)
from protect.trainings.models import Edition, Participant, Registration, Sender, WaitingMove
from protect.trainings.rules.states import entered, step_registration

TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Entry:
    """How somebody comes to an edition. `sent_key` is of the form: what is sent twice is once."""

    source: Source
    sender: Sender | None = None
    group: UUID | None = None
    sent_key: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True)
class Entered:
    """A registration and the token of its own link, which is known here and nowhere else.

    `token` is empty where the same form was sent before: the link went out then.
    """

    registration: Registration
    token: str = ""


class Answered(StrEnum):
    """What became of somebody's yes to the offer of a seat."""

    SEATED = "seated"
    PASSED_ON = "passed_on"


@transaction.atomic
def enter(edition: Edition, person: Participant, entry: Entry, *, at: datetime) -> Entered:
    """Register somebody. Where nobody decides, they sit at once or wait in line.

    Whoever waits already goes first, also when a seat is free at this very moment.
    Errors: WindowClosed; AlreadyRegistered.
    """
    return _enter(locked(edition.pk), [person], entry, at=at)[0]


@transaction.atomic
def enter_group(
    edition: Edition, people: Sequence[Participant], entry: Entry, *, at: datetime
) -> list[Entered]:
    """Register people who come together: all sit at once, or all wait.

    Errors: WindowClosed; AlreadyRegistered, also for one of them: nobody is registered then.
    """
    return _enter(locked(edition.pk), people, replace(entry, group=entry.group or uuid4()), at=at)


@transaction.atomic
def approve(
    scope: Scope, registration: Registration, *, at: datetime, reason: str = ""
) -> list[Registration]:
    """Confirm somebody who applied, and who applied with them; without seats they wait.

    With a reason they are confirmed past the limit, as long as the room holds them.
    Errors: PermissionDenied; RegistrationMoveNotAllowed; RoomFull.
    """
    trace = Trace.of(scope, registration.edition.host_id, at=at)
    edition, row = _locked(registration)
    party = [row, *_companions(row)]
    is_free = _is_free(edition, [each.sender_id for each in party], at)
    if reason and not is_free:
        _must_hold(edition, len(party), at)
        is_free = True
    for each in party:
        each.reason = reason
        _step(each, RegistrationMove.APPROVE, is_free=is_free)
        each.save(update_fields=["state", "reason"])
        trace.record("approve", each)
    _join([each for each in party if each.state == RegistrationState.WAITING], at=at)
    return party


@transaction.atomic
def confirm_over(
    scope: Scope, registration: Registration, *, at: datetime, reason: str
) -> Registration:
    """Give a seat to somebody who waits, past the line and the limit, for a reason.

    Errors: PermissionDenied; OverbookingNeedsReason; RoomFull; RegistrationMoveNotAllowed.
    """
    trace = Trace.of(scope, registration.edition.host_id, at=at)
    if not reason:
        raise OverbookingNeedsReason
    edition, row = _locked(registration)
    if not _is_free(edition, [row.sender_id], at):
        _must_hold(edition, 1, at)
    row.is_paused = False
    _step(row, RegistrationMove.OFFER, is_free=True)
    _step(row, RegistrationMove.ACCEPT, is_free=True)
    row.reason = reason
    row.save(update_fields=["state", "is_paused", "reason"])
    _by_hand(row, trace, row.priority, reason)
    trace.record("confirm_over", row)
    return row


@transaction.atomic
def refuse(scope: Scope, registration: Registration, *, at: datetime, reason: str) -> Registration:
    """Refuse somebody who applied, with a reason that they read.

    Errors: PermissionDenied; ReasonMissing; RegistrationMoveNotAllowed.
    """
    trace = Trace.of(scope, registration.edition.host_id, at=at)
    if not reason:
        raise ReasonMissing
    _, row = _locked(registration)
    row.reason = reason
    _end(row, RegistrationMove.REFUSE, at=at)
    trace.record("refuse", row)
    return row


@transaction.atomic
def move_up(
    scope: Scope, registration: Registration, priority: int, *, at: datetime, reason: str
) -> Registration:
    """Give somebody another place in the line. The smaller number goes first.

    Errors: PermissionDenied; ReasonMissing; RegistrationMoveNotAllowed, when they do not wait.
    """
    trace = Trace.of(scope, registration.edition.host_id, at=at)
    if not reason:
        raise ReasonMissing
    edition, row = _locked(registration)
    if row.state != RegistrationState.WAITING:
        raise RegistrationMoveNotAllowed(state=row.state, move="move_up")
    before, row.priority = row.priority, priority
    row.save(update_fields=["priority"])
    _by_hand(row, trace, before, reason)
    trace.record("move_up", row)
    offer_free(edition, at=at)
    return row


@transaction.atomic
def accept_offer(registration: Registration, *, at: datetime) -> Answered:
    """Take the seat that was offered.

    Too late, it is passed on first, and whoever answers is back at their place in the line; where
    nobody else waits for it, it is still theirs.
    Errors: RegistrationMoveNotAllowed, when no seat was offered.
    """
    edition, row = _locked(registration)
    if row.offer_expires_at is not None and row.offer_expires_at <= at:
        _lapse(row, at=at)
        offer_free(edition, at=at)
    if row.is_paused:
        _renew(row, at=at)
        offer_free(edition, at=at)
        row.refresh_from_db()
    if row.state == RegistrationState.WAITING:
        return Answered.PASSED_ON
    _step(row, RegistrationMove.ACCEPT)
    row.offer_expires_at, row.is_own_consent = None, True
    row.save(update_fields=["state", "offer_expires_at", "is_own_consent"])
    Trace(at, edition.host_id).record("accept", row)
    return Answered.SEATED


@transaction.atomic
def renew(registration: Registration, *, at: datetime) -> Registration:
    """Let somebody who rests wait on, at the same place. Errors: RegistrationMoveNotAllowed."""
    edition, row = _locked(registration)
    _renew(row, at=at)
    Trace(at, edition.host_id).record("renew", row)
    offer_free(edition, at=at)
    row.refresh_from_db()
    return row


@transaction.atomic
def withdraw(registration: Registration, *, at: datetime) -> Registration:
    """End a registration by its own link; the seat goes to who is next.

    Errors: RegistrationMoveNotAllowed.
    """
    edition, row = _locked(registration)
    _end(row, RegistrationMove.WITHDRAW, at=at)
    Trace(at, edition.host_id).record("withdraw", row)
    offer_free(edition, at=at)
    return row


@transaction.atomic
def lapse_overdue(*, at: datetime) -> int:
    """Let offers lapse whose time is over, and pass the seats on; return how many lapsed."""
    overdue = Registration.objects.overdue(at).order_by("edition").values_list("edition", flat=True)
    count = 0
    for key in dict.fromkeys(overdue):
        edition = locked(key)
        rows = edition.registrations.select_for_update(of=("self",)).overdue(at).order_by("pk")
        for row in rows:
            _lapse(row, at=at)
            Trace(at, edition.host_id).record("lapse", row)
            count += 1
        offer_free(edition, at=at)
    return count


def is_taking(edition: Edition, at: datetime) -> bool:
    """Return whether somebody can register at an instant."""
    return (
        edition.state == EditionState.OPEN
        and (edition.opens_at is None or edition.opens_at <= at)
        and (edition.closes_at is None or at < edition.closes_at)
    )


def _locked(registration: Registration) -> tuple[Edition, Registration]:
    """Return both, locked, the edition first: everybody locks in this order."""
    edition = locked(registration.edition_id)
    rows = Registration.objects.select_for_update(of=("self",)).select_related("participant")
    return edition, rows.get(pk=registration.pk)


def _enter(
    edition: Edition, people: Sequence[Participant], entry: Entry, *, at: datetime
) -> list[Entered]:
    keys = [uuid5(entry.sent_key, str(person.pk)) for person in people]
    before = {row.sent_key: row for row in Registration.objects.filter(sent_key__in=keys)}
    if before.keys() == set(keys):
        return [Entered(before[key]) for key in keys]
    _must_take(edition, people, at)
    sender = entry.sender.pk if entry.sender else None
    state = entered(
        Approval(edition.approval), is_free=_is_free(edition, [sender] * len(people), at)
    )
    found = []
    for person, key in zip(people, keys, strict=True):
        token = secrets.token_urlsafe(TOKEN_BYTES)
        row = Registration.objects.create(
            edition=edition,
            participant=person,
            sender=entry.sender,
            source=entry.source,
            group=entry.group,
            applied_at=at,
            state=state,
            sent_key=key,
            token_hash=token_hash(token),
            is_own_consent=entry.source == Source.APPLIED,
        )
        Trace(at, edition.host_id).record("register", row)
        found.append(Entered(row, token))
    if state is RegistrationState.WAITING:
        _join([each.registration for each in found], at=at)
    return found


def _must_take(edition: Edition, people: Sequence[Participant], at: datetime) -> None:
    if not is_taking(edition, at):
        raise WindowClosed
    active = edition.registrations.active().filter(participant__in=people).order_by("pk").first()
    if active is not None:
        raise AlreadyRegistered(state=str(RegistrationState(active.state).label))


def _companions(row: Registration) -> list[Registration]:
    """Return who applied together with somebody, locked."""
    if row.group is None:
        return []
    rows = Registration.objects.select_for_update(of=("self",)).filter(
        edition=row.edition_id, group=row.group, state=RegistrationState.APPLIED
    )
    return list(rows.exclude(pk=row.pk).order_by("pk"))


def _is_free(edition: Edition, senders: Sequence[UUID | None], at: datetime) -> bool:
    """Return whether people could sit together without passing anybody who waits for these seats.

    Seats kept for an organisation are waited for by its own people alone.
    """
    seats = seats_of(edition, at=at)
    if not seats.fits(senders):
        return False
    waiting = edition.registrations.in_line().filter(is_paused=False)
    if seats.is_own(senders):
        waiting = waiting.filter(sender__in=[each for each in senders if each])
    return not waiting.exists()


def _must_hold(edition: Edition, number: int, at: datetime) -> None:
    capacity = room_of(edition)
    taken = sum(seats_of(edition, at=at).taken.values())
    if capacity is not None and taken + number > capacity:
        raise RoomFull(capacity=capacity)


def _join(rows: Sequence[Registration], *, at: datetime) -> None:
    note(rows, {row.pk: WaitingRule.JOINED for row in rows}, at=at)


def _step(row: Registration, move: RegistrationMove, *, is_free: bool = True) -> None:
    row.state = step_registration(
        RegistrationState(row.state), move, is_paused=row.is_paused, is_free=is_free
    )


def _end(row: Registration, move: RegistrationMove, *, at: datetime) -> None:
    _step(row, move)
    row.is_paused, row.offer_expires_at, row.ended_at = False, None, at
    row.save(update_fields=["state", "is_paused", "offer_expires_at", "ended_at", "reason"])


def _lapse(row: Registration, *, at: datetime) -> None:
    _step(row, RegistrationMove.LAPSE)
    row.is_paused, row.offer_expires_at = True, None
    row.save(update_fields=["state", "is_paused", "offer_expires_at"])
    note([row], {row.pk: WaitingRule.LAPSED}, at=at)


def _renew(row: Registration, *, at: datetime) -> None:
    _step(row, RegistrationMove.RENEW)
    row.is_paused = False
    row.save(update_fields=["is_paused"])
    note([row], {row.pk: WaitingRule.RENEWED}, at=at)


def _by_hand(row: Registration, trace: Trace, before: int, reason: str) -> None:
    WaitingMove.objects.create(
        registration=row,
        from_priority=before,
        to_priority=row.priority,
        rule=WaitingRule.BY_HAND,
        reason=reason,
        actor_id=trace.actor,
        at=trace.at,
    )

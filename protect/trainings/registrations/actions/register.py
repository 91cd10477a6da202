"""Registration: alone or together, by applicant or coordinator. Seats are counted under a lock.

Source: docs/adr/0027-trainings.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db import transaction

from protect.audit.context import AuditContext
from protect.orgs.scope import Scope
from protect.trainings.base import access
from protect.trainings.base.access import token_hash
from protect.trainings.registrations.actions.mail import tell_entered
from protect.trainings.registrations.actions.participants import known_or_new
from protect.trainings.registrations.actions.seats import (
    SEATING,
    as_waiting,
    due,
    join,
    locked,
    offer_free,
)
from protect.trainings.registrations.enums import RegistrationState, Source
from protect.trainings.registrations.errors import AlreadyRegistered, WindowClosed
from protect.trainings.registrations.links import own_token
from protect.trainings.registrations.models import Participant, Registration, Sender
from protect.trainings.registrations.rules.states import HOLDING, entered
from protect.trainings.registrations.rules.waiting_list import Next
from protect.trainings.scheduling.enums import Approval, EditionState
from protect.trainings.scheduling.models import Edition


@dataclass(frozen=True, slots=True)
class Entry:
    """How a registration is made. `sent_key` is of the form: sent twice, it registers once.

    `is_proven`: False where any visitor may have typed the address. The application then takes no
    seat until its applicant confirms it by the link that is mailed there.
    """

    source: Source
    sender: Sender | None = None
    group: UUID | None = None
    sent_key: UUID = field(default_factory=uuid4)
    is_proven: bool = True


@transaction.atomic
def enter(
    edition: Edition, person: Participant, entry: Entry, *, at: datetime, scope: Scope | None = None
) -> Registration:
    """Register a participant. Without approval they get a seat at once or wait.

    `scope` is of the coordinator who enters them; None where they apply themselves.
    Errors: PermissionDenied; WindowClosed; AlreadyRegistered.
    """
    return _enter(locked(edition.pk), [person], entry, at=at, scope=scope)[0]


@transaction.atomic
def register_from_form(
    edition: Edition,
    data: Mapping[str, Any],
    entry: Entry,
    *,
    at: datetime,
    scope: Scope | None = None,
) -> Registration:
    """Register the participant that a form describes. On refusal none of its data is kept.

    The edition is locked before the participant, as for lists, so that no two deadlock.
    Shapes: `data` as in `participants.known_or_new`. Errors: as `enter`.
    """
    row = locked(edition.pk)
    person = known_or_new(edition.host, data, at=at, scope=scope)
    return _enter(row, [person], entry, at=at, scope=scope)[0]


@transaction.atomic
def enter_group(
    edition: Edition,
    people: Sequence[Participant],
    entry: Entry,
    *,
    at: datetime,
    scope: Scope | None = None,
) -> list[Registration]:
    """Register a group of people: all get a seat at once, or all wait.

    Errors: as `enter`, also for one of them: none is registered then.
    """
    together = replace(entry, group=entry.group or uuid4())
    return _enter(locked(edition.pk), people, together, at=at, scope=scope)


@transaction.atomic
def enter_many(
    edition: Edition,
    people: Sequence[Participant],
    entry: Entry,
    *,
    at: datetime,
    scope: Scope | None = None,
) -> list[Registration]:
    """Register people of one list, each for themselves, in the order of the list.

    The list has one audit entry, not one for each participant.
    Errors: as `enter`, also for one of them: none is registered then.
    """
    return _enter(locked(edition.pk), people, entry, at=at, scope=scope, has_entries=False)


def is_taking(edition: Edition, at: datetime) -> bool:
    """Return whether people can apply or be nominated at an instant: not after the last session."""
    return (
        edition.state == EditionState.OPEN
        and (edition.opens_at is None or edition.opens_at <= at)
        and (edition.closes_at is None or at < edition.closes_at)
        and not edition.has_ended(at)
    )


def is_taking_from(scope: Scope | None, edition: Edition, at: datetime) -> bool:
    """Return whether people can be entered. A coordinator can do it after registration closed, too.

    Some people come without registration, and the closing date is for those outside.
    """
    return is_taking(edition, at) if scope is None else edition.state in SEATING


def _enter(
    edition: Edition,
    people: Sequence[Participant],
    entry: Entry,
    *,
    at: datetime,
    scope: Scope | None,
    has_entries: bool = True,
) -> list[Registration]:
    audit = access.planner_or_link_context(scope, edition.host_id, at=at)
    access.must_be_of(edition.host_id, entry.sender)
    keys = [uuid5(entry.sent_key, str(person.pk)) for person in people]
    before = {row.sent_key: row for row in edition.registrations.filter(sent_key__in=keys)}
    if before.keys() == set(keys):
        return [before[key] for key in keys]
    if not is_taking_from(scope, edition, at):
        raise WindowClosed
    _must_be_new(edition, people, entry, audit)
    order = enumerate(zip(people, keys, strict=True))  # of a list: who stands first comes first
    rows = [
        _row(edition, person, key, entry, at + timedelta(microseconds=place))
        for place, (person, key) in order
    ]
    none = Next((), ())  # an unconfirmed application does not reach the waiting list
    offers = due(edition, [as_waiting(row) for row in rows], at) if entry.is_proven else none
    approval = Approval(edition.approval)
    for row in rows:
        row.state = entered(approval, is_free=row.pk in offers.offered, is_proven=entry.is_proven)
    Registration.objects.bulk_create(rows)
    for row in rows[: None if has_entries else 0]:
        audit.record("trainings.register", row)
    join([row for row in rows if row.state == RegistrationState.WAITING], at=at)
    tell_entered(rows, at=at)
    is_settled = {*offers.offered} == {row.pk for row in rows if row.state in HOLDING}
    if is_settled and not offers.passed:  # all that was due is theirs, and the lock is held briefly
        return rows
    offered = {row.pk: row for row in offer_free(edition, at=at)}
    return [offered.get(row.pk, row) for row in rows]


def _row(
    edition: Edition, person: Participant, key: UUID, entry: Entry, at: datetime
) -> Registration:
    row = Registration(
        edition=edition,
        participant=person,
        sender=entry.sender,
        source=entry.source,
        group=entry.group,
        applied_at=at,
        sent_key=key,
    )
    row.token_hash = token_hash(own_token(row))
    return row


def _must_be_new(
    edition: Edition, people: Sequence[Participant], entry: Entry, audit: AuditContext
) -> None:
    """Refuse registered people. Their unconfirmed applications give way to a proven entry."""
    active = edition.registrations.active().filter(participant__in=people).order_by("pk")
    for row in active.unproven() if entry.is_proven else ():
        row.state, row.ended_at = RegistrationState.WITHDRAWN, audit.at
        row.save(update_fields=["state", "ended_at"])
        audit.record("trainings.withdraw", row)
    first = active.first()
    if first is not None:
        raise AlreadyRegistered(state=str(RegistrationState(first.state).label))

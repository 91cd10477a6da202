"""People enter: alone or together, by themselves or by who plans. Seats are counted under a lock.

Source: docs/adr/0027-trainings.md.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from django.db import transaction

from protect.orgs.scope import Scope
from protect.trainings import access
from protect.trainings.access import token_hash
from protect.trainings.actions.seats import as_waiting, is_free_for, join, locked, offer_free
from protect.trainings.actions.tracing import Trace
from protect.trainings.enums import Approval, EditionState, RegistrationState, Source
from protect.trainings.errors import AlreadyRegistered, WindowClosed
from protect.trainings.models import Edition, Participant, Registration, Sender
from protect.trainings.rules.states import entered

TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Entry:
    """How somebody comes to an edition. `sent_key` is of the form: what is sent twice is once.

    `is_own_consent`: the person said yes themselves, in a form or by a link of their own.
    """

    source: Source
    sender: Sender | None = None
    group: UUID | None = None
    sent_key: UUID = field(default_factory=uuid4)
    is_own_consent: bool = False


@dataclass(frozen=True, slots=True)
class Entered:
    """A registration and the token of its own link, which is known here and nowhere else.

    `token` is empty where the same form was sent before: the link went out then.
    """

    registration: Registration
    token: str = ""


@transaction.atomic
def enter(
    edition: Edition, person: Participant, entry: Entry, *, at: datetime, scope: Scope | None = None
) -> Entered:
    """Register somebody. Where nobody decides, they sit at once or wait in line.

    `scope` is of whoever plans and enters them; None where they came by themselves.
    Errors: PermissionDenied; WindowClosed; AlreadyRegistered.
    """
    return _enter(locked(edition.pk), [person], entry, at=at, scope=scope)[0]


@transaction.atomic
def enter_group(
    edition: Edition,
    people: Sequence[Participant],
    entry: Entry,
    *,
    at: datetime,
    scope: Scope | None = None,
) -> list[Entered]:
    """Register people who come together: all sit at once, or all wait.

    Errors: as `enter`, also for one of them: nobody is registered then.
    """
    together = replace(entry, group=entry.group or uuid4())
    return _enter(locked(edition.pk), people, together, at=at, scope=scope)


def is_taking(edition: Edition, at: datetime) -> bool:
    """Return whether somebody can register at an instant."""
    return (
        edition.state == EditionState.OPEN
        and (edition.opens_at is None or edition.opens_at <= at)
        and (edition.closes_at is None or at < edition.closes_at)
    )


def _enter(
    edition: Edition,
    people: Sequence[Participant],
    entry: Entry,
    *,
    at: datetime,
    scope: Scope | None,
) -> list[Entered]:
    trace = Trace.of(scope, edition.host_id, at=at) if scope else Trace(at, edition.host_id)
    access.must_be_of(edition.host_id, entry.sender)
    keys = [uuid5(entry.sent_key, str(person.pk)) for person in people]
    before = {row.sent_key: row for row in edition.registrations.filter(sent_key__in=keys)}
    if before.keys() == set(keys):
        return [Entered(before[key]) for key in keys]
    _must_take(edition, people, at)
    tokens = [secrets.token_urlsafe(TOKEN_BYTES) for _ in people]
    rows = [
        Registration(
            edition=edition,
            participant=person,
            sender=entry.sender,
            source=entry.source,
            group=entry.group,
            applied_at=at,
            sent_key=key,
            token_hash=token_hash(token),
            is_own_consent=entry.is_own_consent,
        )
        for person, key, token in zip(people, keys, tokens, strict=True)
    ]
    is_free = is_free_for(edition, [as_waiting(row) for row in rows], at)
    for row in rows:
        row.state = entered(Approval(edition.approval), is_free=is_free)
        row.save(force_insert=True)
        trace.record("register", row)
    join([row for row in rows if row.state == RegistrationState.WAITING], at=at)
    offer_free(edition, at=at)
    for row in rows:
        row.refresh_from_db()
    return [Entered(row, token) for row, token in zip(rows, tokens, strict=True)]


def _must_take(edition: Edition, people: Sequence[Participant], at: datetime) -> None:
    if not is_taking(edition, at):
        raise WindowClosed
    active = edition.registrations.active().filter(participant__in=people).order_by("pk").first()
    if active is not None:
        raise AlreadyRegistered(state=str(RegistrationState(active.state).label))

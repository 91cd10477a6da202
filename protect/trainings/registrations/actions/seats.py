"""The seats of an edition, counted under its lock only, so that no seat is given twice.
Source: docs/adr/0027-trainings.md."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Min

from protect.notices.enums import Template
from protect.trainings.registrations import rules
from protect.trainings.registrations.actions.mail import tell
from protect.trainings.registrations.enums import RegistrationMove, RegistrationState, WaitingRule
from protect.trainings.registrations.models import Participant, Registration, WaitingMove
from protect.trainings.registrations.rules import Next, Seats, Waiting
from protect.trainings.scheduling.enums import Approval, EditionState
from protect.trainings.scheduling.models import Edition

# While an edition stands so, seats that become free are offered.
SEATING = [EditionState.OPEN, EditionState.CLOSED]
# What the line reads of a registration, as `Waiting` has it.
WAITING = ("pk", "sender", "priority", "applied_at", "group", "is_paused")


def locked(edition: UUID) -> Edition:
    """Return an edition, locked until this transaction ends.
    PostgreSQL locks the row; SQLite has one writer, from the first statement on.
    Errors: TransactionManagementError outside a transaction."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("seats are counted under the edition's lock")
    return Edition.objects.select_for_update(of=("self",)).get(pk=edition)


def locked_of(person: Participant) -> list[Edition]:
    """Return the editions of a participant's registrations, locked in the order of their ids."""
    keys = person.registrations.order_by("edition").values_list("edition", flat=True).distinct()
    return [locked(key) for key in list(keys)]


def seats_of(edition: Edition, *, at: datetime) -> Seats:
    """Return how the seats stand. What is kept for an organisation counts until it is released."""
    quotas = {
        sender: seats
        for sender, seats, released in edition.quotas.order_by("pk").values_list(
            "sender", "seats", "released_at"
        )
        if released is None or released > at
    }
    taken = Counter[UUID | None]()
    rows = edition.registrations.seated().order_by("sender").values_list("sender")
    for sender, number in rows.annotate(number=Count("pk")):
        taken[sender if sender in quotas else None] += number
    return Seats(edition.seat_limit, quotas, taken)


def line_of(edition: Edition) -> list[Waiting]:
    """Return the waiting registrations, unordered: `rules.in_line` orders them."""
    rows = edition.registrations.in_line().order_by("pk")
    return [Waiting(*row) for row in rows.values_list(*WAITING)]


def as_waiting(row: Registration) -> Waiting:
    """Return a registration as the rules of the waiting list read it."""
    return Waiting(
        row.pk, row.sender_id, row.priority, row.applied_at, row.group, is_paused=row.is_paused
    )


def place_of(registration: Registration) -> int | None:
    """Return the place of a registration on the waiting list, from 1; None if it does not wait."""
    if registration.state != RegistrationState.WAITING:
        return None
    return rules.places(line_of(registration.edition))[registration.pk]


def room_of(edition: Edition) -> int | None:
    """Return how many people the smallest of its rooms holds; None where no room is known."""
    smallest = edition.sessions.standing().aggregate(capacity=Min("venue__capacity"))
    capacity: int | None = smallest["capacity"]
    return capacity


def offer_free(edition: Edition, *, at: datetime) -> list[Registration]:
    """Offer free seats of a locked edition to the registrations that are due; return these.
    Registrations that were passed over get a waiting-list entry that says why. Registrations are
    locked in the order of their ids."""
    if edition.state not in SEATING:
        return []
    offers = due(edition, [], at)
    moved = dict.fromkeys(offers.offered, WaitingRule.FREED)
    moved |= {key: passed.rule for passed in offers.passed for key in passed.keys}
    rows = Registration.objects.select_for_update(of=("self",)).filter(pk__in=moved)
    by_key = {row.pk: row for row in rows.order_by("pk")}
    note(by_key.values(), moved, at=at)
    offered = [by_key[key] for key in offers.offered]
    for row in offered:
        step(row, RegistrationMove.OFFER)
        row.offer_expires_at = at + timedelta(hours=edition.offer_hours)
        row.save(update_fields=["state", "offer_expires_at"])
    tell(offered, Template.TRAINING_OFFERED, at=at)
    return offered


def is_free_for(edition: Edition, party: Sequence[Waiting], at: datetime) -> bool:
    """Return whether people would all be offered seats at once, were they on the waiting list."""
    return {each.key for each in party} <= {*due(edition, party, at).offered}


def due(edition: Edition, people: Sequence[Waiting], at: datetime) -> Next:
    """Return the seats to offer now, were these people on the waiting list, too."""
    seats = seats_of(edition, at=at)
    if seats.is_full:  # spares reading a long waiting list
        return Next((), ())
    return rules.next_offers(seats, [*line_of(edition), *people])


def place(edition: Edition, rows: list[Registration], *, is_proven: bool, at: datetime) -> bool:
    """Store new registrations, each in its state; return whether all that was due is theirs.
    An application at an unconfirmed address does not reach the waiting list."""
    offers = due(edition, [as_waiting(row) for row in rows], at) if is_proven else Next((), ())
    for row in rows:
        is_free = row.pk in offers.offered
        row.state = rules.entered(Approval(edition.approval), is_free=is_free, is_proven=is_proven)
    Registration.objects.bulk_create(rows)
    join([row for row in rows if row.state == RegistrationState.WAITING], at=at)
    holding = {row.pk for row in rows if row.state in rules.HOLDING}
    return {*offers.offered} == holding and not offers.passed


def join(rows: Sequence[Registration], *, at: datetime) -> None:
    note(rows, {row.pk: WaitingRule.JOINED for row in rows}, at=at)


def note(rows: Iterable[Registration], reasons: dict[UUID, WaitingRule], *, at: datetime) -> None:
    """Record waiting-list events of registrations; the same event twice in a row only once."""
    rows = list(rows)
    moves = WaitingMove.objects.filter(registration__in=rows).order_by("at", "pk")
    latest = dict(moves.values_list("registration", "rule"))  # of several the last one stays
    WaitingMove.objects.bulk_create(
        WaitingMove(
            registration=row,
            from_priority=row.priority,
            to_priority=row.priority,
            rule=reasons[row.pk],
            at=at,
        )
        for row in rows
        if latest.get(row.pk) != reasons[row.pk] or reasons[row.pk] is WaitingRule.FREED
    )


def step(
    row: Registration,
    move: RegistrationMove,
    *,
    is_free: bool = True,
    approval: Approval = Approval.AUTO,
) -> None:
    """Set the state that a move leads to. Errors: RegistrationMoveNotAllowed."""
    row.state = rules.step_registration(
        RegistrationState(row.state),
        move,
        is_paused=row.is_paused,
        is_free=is_free,
        approval=approval,
    )

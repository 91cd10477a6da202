"""The seats of an edition, counted only under its lock. Source: docs/adr/0027-trainings.md."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Min

from protect.notices.enums import Template
from protect.trainings.registrations import rules
from protect.trainings.registrations.actions.mail import mail_participants
from protect.trainings.registrations.enums import RegistrationMove, RegistrationState, WaitingRule
from protect.trainings.registrations.models import Participant, Registration, WaitingMove
from protect.trainings.registrations.rules import SeatOffers, Seats, WaitingEntry
from protect.trainings.scheduling.enums import Approval, EditionState
from protect.trainings.scheduling.models import Edition

SEAT_OFFERING_STATES = [EditionState.OPEN, EditionState.CLOSED]  # free seats are offered then
# Columns of a registration that the waiting list needs, in the order of `WaitingEntry`.
WAITING_COLUMNS = ("pk", "sender", "priority", "applied_at", "group", "is_paused")
NO_OFFERS = SeatOffers((), ())


def lock_edition(edition_id: UUID) -> Edition:
    """Lock and return an edition. Errors: TransactionManagementError outside a transaction."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("seats are counted under the edition's lock")
    return Edition.objects.select_for_update(of=("self",)).get(pk=edition_id)


def lock_editions_of(person: Participant) -> list[Edition]:
    """Return the editions of a participant's registrations, locked in the order of their ids."""
    keys = person.registrations.order_by("edition").values_list("edition", flat=True).distinct()
    return [lock_edition(key) for key in list(keys)]


def count_seats(edition: Edition, *, at: datetime) -> Seats:
    """Return an edition's seat limit, its quotas that are not yet released, and taken seats."""
    kept = edition.quotas.order_by("pk").values_list("sender", "seats", "released_at")
    quotas = {sender: seats for sender, seats, until in kept if until is None or until > at}
    taken = Counter[UUID | None]()
    rows = edition.registrations.seated().order_by("sender").values_list("sender")
    for sender, number in rows.annotate(number=Count("pk")):
        taken[sender if sender in quotas else None] += number
    return Seats(edition.seat_limit, quotas, taken)


def waiting_registrations(edition: Edition) -> list[WaitingEntry]:
    """Return the waiting registrations, unordered: `rules.waiting_parties` orders them."""
    rows = edition.registrations.waiting().order_by("pk")
    return [WaitingEntry(*row) for row in rows.values_list(*WAITING_COLUMNS)]


def to_waiting_entry(row: Registration) -> WaitingEntry:
    """Convert a registration to an entry for the rules of the waiting list."""
    return WaitingEntry(
        row.pk, row.sender_id, row.priority, row.applied_at, row.group, is_paused=row.is_paused
    )


def waiting_list_position(registration: Registration) -> int | None:
    """Return the position on the waiting list, from 1; None in another state."""
    if registration.state != RegistrationState.WAITING:
        return None
    positions = rules.waiting_list_positions(waiting_registrations(registration.edition))
    return positions[registration.pk]


def smallest_room_capacity(edition: Edition) -> int | None:
    """Return the smallest capacity of the rooms of an edition; None if none is known."""
    smallest = edition.sessions.not_cancelled().aggregate(capacity=Min("venue__capacity"))
    capacity: int | None = smallest["capacity"]
    return capacity


def offer_free_seats(edition: Edition, *, at: datetime) -> list[Registration]:
    """Offer free seats of a locked edition by mail; return the registrations, locked by id, in
    waiting-list order. A group passed over gets a waiting-list event with the reason."""
    if edition.state not in SEAT_OFFERING_STATES:
        return []
    offers = due_offers(edition, [], at)
    rule_by_registration = dict.fromkeys(offers.offered, WaitingRule.FREED)
    rule_by_registration |= {key: passed.rule for passed in offers.passed for key in passed.keys}
    rows = Registration.objects.select_for_update(of=("self",)).filter(pk__in=rule_by_registration)
    by_key = {row.pk: row for row in rows.order_by("pk")}
    record_waiting_moves(by_key.values(), rule_by_registration, at=at)
    offered = [by_key[key] for key in offers.offered]
    for row in offered:
        apply_move(row, RegistrationMove.OFFER)
        row.offer_expires_at = at + timedelta(hours=edition.offer_hours)
        row.save(update_fields=["state", "offer_expires_at"])
    mail_participants(offered, Template.TRAINING_OFFERED, at=at)
    return offered


def can_seat_now(edition: Edition, party: Sequence[WaitingEntry], at: datetime) -> bool:
    """Return whether a party would be offered seats at once if it joined the waiting list."""
    return {member.key for member in party} <= {*due_offers(edition, party, at).offered}


def due_offers(edition: Edition, people: Sequence[WaitingEntry], at: datetime) -> SeatOffers:
    """Return the offers to make now, if `people` joined the waiting list."""
    seats = count_seats(edition, at=at)
    if seats.is_full:  # avoids reading a long waiting list
        return NO_OFFERS
    return rules.next_offers(seats, [*waiting_registrations(edition), *people])


def store_registrations(
    edition: Edition, rows: list[Registration], *, is_proven: bool, at: datetime
) -> bool:
    """Store new registrations, each in its first state; return whether no further offer is due.
    An application at an unconfirmed address does not join the waiting list."""
    offers = due_offers(edition, [*map(to_waiting_entry, rows)], at) if is_proven else NO_OFFERS
    approval = Approval(edition.approval)
    for row in rows:
        is_free = row.pk in offers.offered
        row.state = rules.initial_state(approval, is_free=is_free, is_proven=is_proven)
    Registration.objects.bulk_create(rows)
    record_waiting_joins([row for row in rows if row.state == RegistrationState.WAITING], at=at)
    holding = {row.pk for row in rows if row.state in rules.SEAT_HOLDING_STATES}
    return {*offers.offered} == holding and not offers.passed


def record_waiting_joins(rows: Sequence[Registration], *, at: datetime) -> None:
    record_waiting_moves(rows, {row.pk: WaitingRule.JOINED for row in rows}, at=at)


def record_waiting_moves(
    rows: Iterable[Registration], rule_by_registration: dict[UUID, WaitingRule], *, at: datetime
) -> None:
    """Record waiting-list events, but leave out a repetition of the last event, except FREED."""
    rows = list(rows)
    previous_moves = WaitingMove.objects.filter(registration__in=rows).order_by("at", "pk")
    latest_rules = dict(previous_moves.values_list("registration", "rule"))  # the last one wins
    WaitingMove.objects.bulk_create(
        WaitingMove(
            registration=row,
            from_priority=row.priority,
            to_priority=row.priority,
            rule=rule_by_registration[row.pk],
            at=at,
        )
        for row in rows
        if latest_rules.get(row.pk) != rule_by_registration[row.pk]
        or rule_by_registration[row.pk] is WaitingRule.FREED
    )


def apply_move(
    row: Registration,
    move: RegistrationMove,
    *,
    is_free: bool = True,
    approval: Approval = Approval.AUTO,
) -> None:
    """Change a registration's state by a move, unsaved. Errors: RegistrationMoveNotAllowed."""
    state = RegistrationState(row.state)
    row.state = rules.next_registration_state(
        state, move, is_paused=row.is_paused, is_free=is_free, approval=approval
    )

"""Moves of a registration; a refused move changes nothing."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from protect.kernel.ids import hash_token
from protect.notices.models import Outgoing
from protect.trainings.base.errors import RegistrationMoveNotAllowed
from protect.trainings.registrations.actions import decisions, register
from protect.trainings.registrations.actions.decisions import OfferOutcome
from protect.trainings.registrations.actions.register import Origin
from protect.trainings.registrations.actions.seats import waiting_list_position
from protect.trainings.registrations.enums import RegistrationState, Source, WaitingRule
from protect.trainings.registrations.models import OrgQuota, Participant, Registration, WaitingMove
from protect.trainings.scheduling.enums import Approval, EditionState
from protect.trainings.scheduling.models import Resource, Venue
from tests.refusals import refuses
from tests.trainings.planning import AT, make_edition, make_participant, make_sender

APPLIED = Origin(Source.APPLIED)
LATER = AT + timedelta(hours=1)


def come(edition, *, sender=None, at=AT, **more) -> Registration:
    person = make_participant(edition.host, sender=sender)
    source = Source.NOMINATED if sender else Source.APPLIED
    return register.register_participant(edition, person, Origin(source, sender, **more), at=at)


def register_group(edition, number: int) -> list[Registration]:
    people = [make_participant(edition.host) for _ in range(number)]
    return register.register_people(
        edition, people, APPLIED, at=AT + timedelta(minutes=30), is_together=True
    )


def registration_states(edition) -> list[str]:
    return list(edition.registrations.order_by("applied_at", "pk").values_list("state", flat=True))


def fill(edition, number: int) -> list[Registration]:
    return [come(edition, at=AT + timedelta(minutes=n)) for n in range(number)]


def waiting_rules(row: Registration) -> list[str]:
    return list(row.waiting_moves.values_list("rule", flat=True))


@pytest.fixture
def edition(planners):
    return make_edition(planners.host)


def test_refused_form_creates_no_participant(edition):
    data = {"name": "Demo Noor", "email": "noor@demo.example", "country": "BE", "language": "fr"}
    edition.state = EditionState.CLOSED
    edition.save()
    with refuses("trainings_window_closed"):
        register.register_from_form(edition, data, APPLIED, at=AT)

    assert not Participant.objects.exists()
    assert not Registration.objects.exists()


def test_participants_get_seats_until_full_and_then_wait(edition):
    fill(edition, 4)

    assert registration_states(edition) == ["confirmed"] * 3 + ["waiting"]
    assert waiting_rules(edition.registrations.waiting().get()) == ["joined"]


def test_missing_seat_limit_means_any_number_of_seats(planners):
    without, none = make_edition(planners.host, seat_limit=None), make_edition(planners.host)
    none.seat_limit = 0
    none.save()

    assert come(without).state == RegistrationState.CONFIRMED
    assert come(none).state == RegistrationState.WAITING


def test_registration_sent_twice_registers_once(edition):
    person, entry = (
        make_participant(edition.host),
        Origin(Source.APPLIED, sent_key=uuid4()),
    )
    first = register.register_participant(edition, person, entry, at=AT)
    second = register.register_participant(edition, person, entry, at=LATER)

    assert first == second
    assert first.token_hash == hash_token(first.own_token())
    assert Outgoing.objects.count() == 1


def test_second_registration_is_refused_and_names_the_first(edition):
    row = come(edition)
    with refuses("trainings_already_registered") as refused:
        register.register_participant(edition, row.participant, APPLIED, at=AT)

    assert refused.value.facts == {"state": "Confirmed"}
    assert edition.registrations.count() == 1


def test_withdrawn_participant_can_register_again(edition):
    row = come(edition)
    decisions.withdraw(row, at=LATER)

    assert register.register_participant(edition, row.participant, APPLIED, at=LATER) != row


@pytest.mark.parametrize(
    "given",
    [
        {"state": "planned"},
        {"state": "closed"},
        {"opens_at": AT + timedelta(seconds=1)},
        {"closes_at": AT},
    ],
)
def test_registration_outside_the_window_is_refused(planners, given):
    edition = make_edition(planners.host, **given)
    with refuses("trainings_window_closed"):
        come(edition)

    assert not edition.registrations.exists()


@pytest.mark.parametrize(
    ("given", "is_taken"),
    [
        ({"state": "planned"}, False),
        ({"state": "done"}, False),
        ({"state": "cancelled", "state_reason": "Demo"}, False),
        ({"state": "closed"}, True),
        ({"opens_at": AT + timedelta(seconds=1)}, True),
        ({"closes_at": AT}, True),
    ],
)
def test_planner_enters_a_participant_outside_the_window(planners, given, is_taken):
    edition = make_edition(planners.host, **given)
    enter = partial(
        register.register_participant, edition, make_participant(edition.host), APPLIED, at=AT
    )
    if is_taken:
        assert enter(scope=planners.scope("pia")).state == RegistrationState.CONFIRMED
    else:
        with refuses("trainings_window_closed"):
            enter(scope=planners.scope("pia"))
        assert not edition.registrations.exists()


def test_group_waits_together_while_single_participants_get_seats(planners):
    edition = make_edition(planners.host)
    people = [make_participant(edition.host) for _ in range(2)]
    fill(edition, 2)
    found = register.register_people(edition, people, APPLIED, at=LATER, is_together=True)

    assert {row.state for row in found} == {"waiting"}
    assert len({row.group for row in found}) == 1
    assert come(edition, at=LATER + timedelta(minutes=1)).state == "confirmed"


def test_group_that_fits_gets_seats_together(edition):
    register_group(edition, 2)

    assert registration_states(edition) == ["confirmed"] * 2


def test_group_is_approved_and_confirmed_ahead_as_a_whole(planners):
    edition = make_edition(planners.host, approval=Approval.OWNER, seat_limit=1)
    people = [make_participant(edition.host) for _ in range(2)]
    first = register.register_people(edition, people, APPLIED, at=AT, is_together=True)[0]
    decisions.approve(planners.scope("pia"), first, at=LATER)
    assert registration_states(edition) == ["waiting"] * 2
    decisions.confirm_ahead(planners.scope("pia"), first, at=LATER, reason="They work together")

    assert registration_states(edition) == ["confirmed"] * 2


def test_paused_group_does_not_block_later_participants(edition):
    *sitting, one, two = [*fill(edition, 3), *register_group(edition, 2)]
    decisions.withdraw(sitting[0], at=LATER)
    decisions.withdraw(sitting[1], at=LATER)
    decisions.accept_offer(two, at=LATER)
    decisions.expire_offers(at=LATER + timedelta(days=5))
    one.refresh_from_db()

    assert one.is_paused
    assert come(edition, at=LATER).state == RegistrationState.CONFIRMED


def test_group_with_a_registered_member_is_refused_as_a_whole(edition):
    people = [come(edition).participant, make_participant(edition.host)]
    with refuses("trainings_already_registered"):
        register.register_people(edition, people, APPLIED, at=AT, is_together=True)

    assert edition.registrations.count() == 1


def test_approved_application_is_confirmed_or_waits_if_full(planners):
    edition = make_edition(planners.host, approval=Approval.OWNER, seat_limit=1)
    first, second = fill(edition, 2)
    pia = planners.scope("pia")
    decisions.approve(pia, first, at=LATER)
    decisions.approve(pia, second, at=LATER)

    assert registration_states(edition) == ["confirmed", "waiting"]


@pytest.mark.parametrize("name", ["tom", "otto", "chidi"])
def test_only_planners_of_the_host_decide(planners, name):
    edition = make_edition(planners.host, approval=Approval.OWNER)
    row, scope = come(edition), planners.scope(name)
    for refused in (
        lambda: decisions.approve(scope, row, at=LATER),
        lambda: decisions.approve_all(scope, edition, at=LATER),
        lambda: decisions.refuse(scope, row, at=LATER, reason="no"),
        lambda: decisions.change_priority(scope, row, 1, at=LATER, reason="no"),
        lambda: decisions.confirm_ahead(scope, row, at=LATER, reason="no"),
    ):
        with pytest.raises(PermissionDenied):
            refused()

    assert registration_states(edition) == ["applied"]


def test_rejection_stores_a_reason(planners):
    edition = make_edition(planners.host, approval=Approval.OWNER)
    row = come(edition)
    with refuses("trainings_reason_missing"):
        decisions.refuse(planners.scope("pia"), row, at=LATER, reason="")
    decisions.refuse(planners.scope("pia"), row, at=LATER, reason="Another course fits better")

    assert registration_states(edition) == ["refused"]


def test_freed_seat_is_offered_to_the_first_on_the_waiting_list(edition):
    *sitting, first, second = fill(edition, 5)
    decisions.withdraw(sitting[0], at=LATER)
    first.refresh_from_db()

    assert registration_states(edition) == [
        "withdrawn",
        "confirmed",
        "confirmed",
        "offered",
        "waiting",
    ]
    assert first.offer_expires_at == LATER + timedelta(hours=edition.offer_hours)
    assert waiting_rules(first) == ["joined", "freed"]
    assert come(edition, at=LATER).state == RegistrationState.WAITING  # the seat is held
    assert decisions.accept_offer(first, at=LATER) is OfferOutcome.SEATED
    assert waiting_list_position(second) == 1


def test_expired_offer_passes_on_and_pauses_its_participant_in_place(edition):
    *sitting, first, second = fill(edition, 5)
    decisions.withdraw(sitting[0], at=LATER)
    over = LATER + timedelta(hours=edition.offer_hours)

    assert decisions.expire_offers(at=over - timedelta(seconds=1)) == {"offered": 0}
    assert decisions.expire_offers(at=over) == {"lapsed": 1, "offered": 1}
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.is_paused) == ("waiting", True)
    assert second.state == RegistrationState.OFFERED
    assert waiting_rules(first) == ["joined", "freed", "lapsed"]


@pytest.mark.parametrize("has_lapsed", [True, False])
def test_late_acceptance_returns_to_the_waiting_list(edition, has_lapsed):
    *sitting, first, second = fill(edition, 5)
    decisions.withdraw(sitting[0], at=LATER)
    over = LATER + timedelta(hours=edition.offer_hours)
    if has_lapsed:
        decisions.expire_offers(at=over)

    assert decisions.accept_offer(first, at=over + timedelta(minutes=1)) is OfferOutcome.PASSED_ON
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.is_paused, waiting_list_position(first)) == ("waiting", False, 1)
    assert second.state == RegistrationState.OFFERED
    assert waiting_rules(first) == ["joined", "freed", "lapsed", "renewed"]


def test_late_acceptance_gets_the_seat_if_the_waiting_list_is_empty(edition):
    *sitting, first = fill(edition, 4)
    decisions.withdraw(sitting[0], at=LATER)
    over = LATER + timedelta(hours=edition.offer_hours)

    assert decisions.accept_offer(first, at=over) is OfferOutcome.SEATED


def test_participant_without_an_offer_cannot_accept(edition):
    first, *_, waiting = fill(edition, 4)
    for row in (first, waiting):
        with pytest.raises(RegistrationMoveNotAllowed):
            decisions.accept_offer(row, at=LATER)

    assert waiting_rules(waiting) == ["joined"]
    assert registration_states(edition) == ["confirmed"] * 3 + ["waiting"]


def test_resumed_participant_keeps_the_place(edition):
    *sitting, first, _second = fill(edition, 5)
    decisions.withdraw(sitting[0], at=LATER)
    decisions.expire_offers(at=LATER + timedelta(days=5))
    decisions.resume_waiting(first, at=LATER + timedelta(days=6))
    first.refresh_from_db()

    assert waiting_list_position(first) == 1
    told = first.waiting_moves.count()
    with pytest.raises(RegistrationMoveNotAllowed):
        decisions.resume_waiting(first, at=LATER + timedelta(days=6))

    assert (waiting_list_position(first), first.waiting_moves.count()) == (1, told)


def test_priority_change_needs_a_stored_reason(planners, edition):
    *_, first, second = fill(edition, 5)
    pia = planners.scope("pia")
    with refuses("trainings_reason_missing"):
        decisions.change_priority(pia, second, 1, at=LATER, reason="")
    decisions.change_priority(pia, second, 1, at=LATER, reason="Starts work there next week")

    assert (waiting_list_position(second), waiting_list_position(first)) == (1, 2)
    move = WaitingMove.objects.get(rule=WaitingRule.BY_HAND)
    assert (move.from_priority, move.to_priority) == (0, 1)
    assert move.actor == planners.people["pia"]


def test_quota_seats_are_reserved_until_their_release(planners, edition):
    shelter = make_sender(planners.host)
    OrgQuota.objects.create(edition=edition, sender=shelter, seats=2, released_at=LATER)
    fill(edition, 2)

    assert registration_states(edition) == ["confirmed", "waiting"]
    assert come(edition, sender=shelter, at=AT).state == RegistrationState.CONFIRMED
    assert decisions.expire_offers(at=LATER - timedelta(seconds=1)) == {"offered": 0}
    assert decisions.expire_offers(at=LATER) == {"offered": 1}
    assert come(edition, at=LATER).state == RegistrationState.WAITING


def test_overbooking_needs_a_reason_and_room_capacity(planners, edition):
    *_, first, second = fill(edition, 5)
    hall = Resource.objects.create(
        organisation=planners.host, kind="venue", name="Demo Hall", created=AT
    )
    place = 2792413  # Leuven
    venue = Venue.objects.create(resource=hall, place_id=place, capacity=4)
    edition.sessions.update(venue=venue)
    pia = planners.scope("pia")

    with refuses("trainings_overbooking_needs_reason"):
        decisions.confirm_ahead(pia, first, at=LATER, reason="")
    decisions.confirm_ahead(pia, first, at=LATER, reason="The trainer agrees")
    with refuses("trainings_room_full") as refused:
        decisions.confirm_ahead(pia, second, at=LATER, reason="One more")
    assert refused.value.facts == {"capacity": 4}
    assert registration_states(edition) == ["confirmed"] * 4 + ["waiting"]

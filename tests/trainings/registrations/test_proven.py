"""An application counts only after its applicant confirmed it by the mailed link."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings, strategies as st

from protect.audit.models import Entry as AuditEntry
from protect.kernel.errors import ProtectError
from protect.notices.models import Outgoing
from protect.trainings import erasure
from protect.trainings.base.errors import RegistrationMoveNotAllowed
from protect.trainings.base.vocabulary import retention_of
from protect.trainings.editions.actions import plan
from protect.trainings.needs import actions
from protect.trainings.registrations.actions import (
    decisions,
    name_lists as name_lists_actions,
    register,
)
from protect.trainings.registrations.actions.name_lists import NameList
from protect.trainings.registrations.actions.register import Origin
from protect.trainings.registrations.actions.seats import count_seats, waiting_registrations
from protect.trainings.registrations.enums import Source
from protect.trainings.registrations.models import Participant, Registration
from protect.trainings.registrations.name_list_rows import ListRow
from protect.trainings.registrations.rules import waiting_list_positions
from protect.trainings.scheduling.enums import Approval, EditionMove, EditionState
from tests.examples import examples
from tests.refusals import refuses
from tests.trainings.logistics import DIET, assign_logistics_team
from tests.trainings.planning import AT, make_edition, make_participant, make_sender
from tests.trainings.registrations.test_decisions import LATER, come, fill
from tests.trainings.registrations.views.test_applications import own_page, plain


def apply(edition, *, at=AT, person=None) -> Registration:
    person = person or make_participant(edition.host)
    return register.register_participant(
        edition, person, Origin(Source.APPLIED, is_proven=False), at=at
    )


def reload(row) -> Registration:
    return Registration.objects.get(pk=row.pk)


def test_unconfirmed_applications_do_not_take_seats(planners):
    edition = make_edition(planners.host, seat_limit=20)
    for _ in range(25):
        apply(edition)

    assert sum(count_seats(edition, at=AT).taken.values()) == 0
    assert waiting_registrations(edition) == []
    assert come(edition, at=LATER).state == "confirmed"


def test_confirmed_applicant_gets_a_free_seat(planners):
    edition = make_edition(planners.host, seat_limit=1)
    row = apply(edition)
    decisions.confirm_application(row, at=LATER)

    row = reload(row)
    assert (row.state, row.applied_at, row.is_own_consent) == ("confirmed", LATER, True)
    assert AuditEntry.objects.filter(action="trainings.prove").count() == 1
    sent = Outgoing.objects.filter(to=row.participant.email).values_list("template", flat=True)
    assert sorted(sent) == ["training_changed", "training_to_confirm"]


def test_waiting_list_place_counts_from_the_confirmation(planners):
    edition = make_edition(planners.host, seat_limit=1)
    early = apply(edition)
    _seated, waiting = fill(edition, 2)
    decisions.confirm_application(early, at=LATER)

    assert reload(early).state == "waiting"
    place = waiting_list_positions(waiting_registrations(edition))
    assert (place[waiting.pk], place[early.pk]) == (1, 2)


def test_confirmed_application_waits_for_approval(planners):
    edition = make_edition(planners.host, approval=Approval.OWNER)
    row = apply(edition)
    with pytest.raises(RegistrationMoveNotAllowed):
        decisions.approve(planners.scope("pia"), row, at=AT)
    assert decisions.approve_all(planners.scope("pia"), edition, at=AT) == {}
    assert reload(row).state == "unproven"
    decisions.confirm_application(row, at=LATER)
    assert reload(row).state == "applied"
    decisions.approve(planners.scope("pia"), row, at=LATER)

    assert reload(row).state == "confirmed"


@pytest.mark.parametrize("move", ["confirm_over", "move_up", "accept", "renew", "agree", "refuse"])
def test_unconfirmed_application_allows_no_other_move(planners, move):
    edition, scope = make_edition(planners.host, seat_limit=1), planners.scope("pia")
    row = apply(edition)
    moves = {
        "confirm_over": lambda: decisions.confirm_ahead(scope, row, at=AT, reason="Demo"),
        "move_up": lambda: decisions.change_priority(scope, row, 1, at=AT, reason="Demo"),
        "accept": lambda: decisions.accept_offer(row, at=AT),
        "renew": lambda: decisions.resume_waiting(row, at=AT),
        "agree": lambda: decisions.record_own_consent(row, at=AT),
        "refuse": lambda: decisions.refuse(scope, row, at=AT, reason="Demo"),
    }
    before = Registration.objects.filter(pk=row.pk).values().get()
    with pytest.raises(RegistrationMoveNotAllowed):
        moves[move]()

    assert Registration.objects.filter(pk=row.pk).values().get() == before


def test_a_confirmed_application_is_not_confirmed_twice(planners):
    edition = make_edition(planners.host, seat_limit=1)
    row = apply(edition)
    decisions.confirm_application(row, at=LATER)
    with pytest.raises(RegistrationMoveNotAllowed):
        decisions.confirm_application(row, at=LATER + timedelta(hours=1))

    assert reload(row).applied_at == LATER


@pytest.mark.parametrize("state", [EditionState.DONE, EditionState.CANCELLED])
def test_application_of_a_past_edition_cannot_be_confirmed(planners, state):
    edition = make_edition(planners.host)
    row = apply(edition)
    edition.state, edition.state_reason = state, "Demo"
    edition.save()
    with refuses("trainings_window_closed"):
        decisions.confirm_application(row, at=LATER)

    assert reload(row).state == "unproven"


def test_application_can_be_confirmed_after_registration_closed(planners):
    edition = make_edition(planners.host)
    row = apply(edition)
    plan.move_edition(planners.scope("pia"), edition, EditionMove.CLOSE, at=AT)
    decisions.confirm_application(row, at=LATER)

    assert reload(row).state == "confirmed"


def test_a_coordinator_confirms_it_for_an_applicant_who_phones(planners):
    edition = make_edition(planners.host)
    row = apply(edition)
    with pytest.raises(PermissionDenied):
        decisions.confirm_application(row, at=LATER, scope=planners.scope("chidi"))
    assert reload(row).state == "unproven"
    decisions.confirm_application(row, at=LATER, scope=planners.scope("pia"))

    assert reload(row).state == "confirmed"


def test_unconfirmed_applicant_can_be_nominated(planners):
    edition, sender = make_edition(planners.host), make_sender(planners.host)
    person = make_participant(edition.host, email="noor@demo.example")
    row = apply(edition, person=person)
    cells = ListRow(2, {"name": "Demo Noor", "email": "noor@demo.example"})
    brought, scope = NameList([cells], "BE", "fr", sender), planners.scope("pia")
    roster = name_lists_actions.store_list(edition, brought, at=LATER, scope=scope)
    assert name_lists_actions.register_list(roster, at=LATER, scope=scope) == 1

    named = edition.registrations.active().get()
    assert (reload(row).state, named.state, named.sender) == ("withdrawn", "confirmed", sender)


def test_needs_cannot_be_stated_before_confirmation(planners):
    edition = make_edition(planners.host)
    assign_logistics_team(edition)
    row = apply(edition)
    with refuses("trainings_needs_not_asked"):
        actions.state_needs(row, [DIET], at=AT)

    assert not row.needs.exists()


@pytest.mark.parametrize("step", [EditionMove.CANCEL, EditionMove.CLOSE])
def test_an_unconfirmed_address_gets_one_mail(planners, step):
    edition = make_edition(planners.host)
    row = apply(edition)
    plan.move_edition(planners.scope("pia"), edition, step, at=LATER, reason="Demo")

    sent = Outgoing.objects.filter(to=row.participant.email).values_list("template", flat=True)
    assert [*sent] == ["training_to_confirm"]


def test_unconfirmed_application_is_deleted_with_its_participant(planners):
    edition = make_edition(planners.host)
    row, kept = apply(edition), come(edition)
    last = AT + retention_of("unproven")
    assert erasure.delete_unproven_applications(at=last - timedelta(seconds=1)) == 0
    assert erasure.delete_unproven_applications(at=last) == 1

    assert [*Registration.objects.all()] == [kept]
    assert not Participant.objects.filter(pk=row.participant_id).exists()


@pytest.mark.usefixtures("starter", "one_connection")
def test_applicant_confirms_the_application_on_the_own_page(planners):
    visitor = Client(headers={"host": "127.0.0.1"})
    row = apply(make_edition(planners.host, approval=Approval.OWNER))
    assert "was used to apply for the training. Was it you?" in plain(visitor.get(own_page(row)))
    assert reload(row).state == "unproven"  # looking changes nothing: mail scanners look, too
    visitor.post(own_page(row), {"deed": "prove"})

    row = reload(row)
    assert (row.state, row.is_own_consent) == ("applied", True)
    assert "Was it you" not in plain(visitor.get(own_page(row)))


# --- whatever strangers type ----------------------------------------------------------------------

PROVEN = ("come", "come", "leave", "accept", "pass_on", "approve", "quota")
STRANGERS = ("apply", "apply_as_one_of_them", "withdraw", "accept_theirs")
STEPS = st.lists(st.tuples(st.sampled_from(PROVEN + STRANGERS), st.integers(0, 5)), max_size=14)


class Play:
    """A sequence of steps, with or without those of strangers."""

    def __init__(self, planners, approval, limit):
        self.scope, self.now = planners.scope("pia"), AT
        self.edition = make_edition(planners.host, seat_limit=limit, approval=approval)
        self.sender = make_sender(planners.host, f"Demo sender of {self.edition.code}")
        self.people = [make_participant(planners.host) for _ in range(6)]
        self.rows, self.strangers = {}, []

    def take(self, name, number):
        self.now += timedelta(hours=10)
        with transaction.atomic():
            getattr(self, name)(number)

    def come(self, number):
        entry = Origin(Source.NOMINATED, self.sender if number % 2 else None)
        person = self.people[number]
        self.rows[number] = register.register_participant(self.edition, person, entry, at=self.now)

    def leave(self, number):
        decisions.withdraw(self.rows[number], at=self.now)

    def accept(self, number):
        decisions.accept_offer(self.rows[number], at=self.now)

    def approve(self, number):
        decisions.approve(self.scope, self.rows[number], at=self.now)

    def pass_on(self, number):
        decisions.expire_offers(at=self.now)

    def quota(self, number):
        plan.set_quota(self.scope, self.edition, self.sender, number, released_at=None, at=self.now)

    def apply(self, number):
        self.strangers.append(apply(self.edition, at=self.now))

    def apply_as_one_of_them(self, number):
        self.strangers.append(apply(self.edition, at=self.now, person=self.people[number]))

    def withdraw(self, number):
        decisions.withdraw(self.strangers[-1], at=self.now)

    def accept_theirs(self, number):
        decisions.accept_offer(self.strangers[-1], at=self.now)

    def left(self):
        """Return what confirmed people have, in the order of their numbers."""
        place = waiting_list_positions(waiting_registrations(self.edition))
        rows = {number: reload(row) for number, row in sorted(self.rows.items())}
        return [
            (number, row.state, row.is_paused, row.offer_expires_at, place.get(row.pk))
            for number, row in rows.items()
        ]


@pytest.mark.django_db
def test_unconfirmed_applications_do_not_affect_confirmed_people(planners):
    def left_by(approval, limit, steps, *, with_strangers):
        with transaction.atomic():
            play = Play(planners, approval, limit)
            for name, number in steps:
                if with_strangers or name in PROVEN:
                    with suppress(ProtectError, KeyError, IndexError):
                        play.take(name, number)
                else:
                    play.now += timedelta(hours=10)
            left = play.left()
            transaction.set_rollback(True)
        return left

    @settings(max_examples=examples(13), deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(Approval), st.integers(0, 3), STEPS)
    def check(approval, limit, steps):
        with_them, without = (
            left_by(approval, limit, steps, with_strangers=with_strangers)
            for with_strangers in (True, False)
        )
        assert with_them == without

    check()

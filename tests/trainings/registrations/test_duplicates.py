"""Possible duplicates are proposed, decided by planners and counted once."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from protect.trainings.attendance.actions.people_trained import count_trained
from protect.trainings.registrations.actions.duplicates import decide_pair, propose_duplicates
from protect.trainings.registrations.enums import Sign
from protect.trainings.registrations.models import CountedPerson, Participant, PersonDoubt
from tests.trainings.facts.given import (
    AFTER,
    confirm_participant,
    make_unlimited_edition,
    record_attendance,
)
from tests.trainings.planning import AT, make_participant, make_planners, make_sender

NIGHT = timedelta(days=1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]


@pytest.fixture
def planners():
    return make_planners()


def make_pair(planners, name="Demo Ada Ngoma", other="NGOMA, Demo Ada", **given):
    return (
        make_participant(planners.host, name=name, email="ada@demo.example", **given),
        make_participant(planners.host, name=other, email="ada@home.demo.example", **given),
    )


def record_presence(planners, person: Participant) -> None:
    row = confirm_participant(make_unlimited_edition(person.host, sessions=1), person)
    record_attendance(row, planners.people["pia"], 1)


def test_same_name_with_another_match_is_proposed_once(planners):
    make_pair(planners, sender=make_sender(planners.host), profession="nurse")

    assert propose_duplicates(at=AT) == 1
    assert propose_duplicates(at=AT) == 0

    assert set(PersonDoubt.objects.get().signs) == {*Sign}


def test_same_name_alone_is_not_proposed(planners):
    make_participant(planners.host, name="Demo Ada", email="a@demo.example")
    make_participant(planners.host, name="Demo Ada", email="b@demo.example")

    assert propose_duplicates(at=AT) == 0


def test_frequent_name_is_not_proposed(planners):
    for number in range(6):
        make_participant(
            planners.host, name="Demo Ada", email=f"ada@{number}.demo.example", profession="nurse"
        )

    assert propose_duplicates(at=AT) == 0


def test_people_of_two_hosts_are_not_compared(planners):
    make_participant(planners.host, name="Demo Ada", email="ada@demo.example")
    make_participant(planners.other, name="Demo Ada", email="ada@home.demo.example")

    assert propose_duplicates(at=AT) == 0


def test_confirmed_duplicates_count_once(planners):
    for registration in make_pair(planners):
        record_presence(planners, registration)
    propose_duplicates(at=AT)
    assert count_trained(at=AFTER) == 2

    decide_pair(planners.scope("pia"), PersonDoubt.objects.get(), is_same=True, at=AFTER)

    assert CountedPerson.objects.count() == 1
    assert count_trained(at=AFTER + NIGHT) == 0


def test_duplicate_decision_keeps_counts_of_other_hosts(planners):
    ada, again = make_pair(planners)
    record_presence(planners, ada)
    elsewhere = make_participant(planners.other, name="Demo Ada Ngoma", email=again.email)
    record_presence(planners, elsewhere)
    propose_duplicates(at=AT)
    assert count_trained(at=AFTER) == 2
    CountedPerson.objects.filter(organisation=planners.other).update(counted_on=AFTER + NIGHT)

    decide_pair(planners.scope("pia"), PersonDoubt.objects.get(), is_same=True, at=AFTER)

    hosts = {counted.organisation for counted in CountedPerson.objects.all()}
    assert planners.other in hosts


def test_earlier_duplicate_decision_prevents_double_counting(planners):
    for registration in make_pair(planners):
        record_presence(planners, registration)
    propose_duplicates(at=AT)
    decide_pair(planners.scope("pia"), PersonDoubt.objects.get(), is_same=True, at=AT)

    assert count_trained(at=AFTER) == 1


def test_a_decision_can_be_changed_and_the_next_night_counts_both(planners):
    for registration in make_pair(planners):
        record_presence(planners, registration)
    propose_duplicates(at=AT)
    doubt = PersonDoubt.objects.get()
    decide_pair(planners.scope("pia"), doubt, is_same=True, at=AT)
    count_trained(at=AFTER)

    decide_pair(planners.scope("pia"), doubt, is_same=False, at=AFTER)

    assert count_trained(at=AFTER + NIGHT) == 1
    assert CountedPerson.objects.count() == 2


def test_chain_of_three_duplicates_counts_once(planners):
    ada, again = make_pair(planners)
    third = make_participant(planners.host, name="Demo Ada Ngoma", email="ada@old.demo.example")
    for registration in (ada, again, third):
        record_presence(planners, registration)
    propose_duplicates(at=AT)
    for first, second in ((ada, again), (again, third)):
        pair = PersonDoubt.objects.get(
            first=min(first.pk, second.pk), second=max(first.pk, second.pk)
        )
        decide_pair(planners.scope("pia"), pair, is_same=True, at=AT)

    assert count_trained(at=AFTER) == 1


@pytest.mark.parametrize("name", ["tom", "otto", "chidi"])
def test_only_planners_decide_about_duplicates(planners, name):
    make_pair(planners)
    propose_duplicates(at=AT)
    doubt = PersonDoubt.objects.get()

    with pytest.raises(PermissionDenied):
        decide_pair(planners.scope(name), doubt, is_same=True, at=AT)

    doubt.refresh_from_db()
    assert doubt.is_same is None

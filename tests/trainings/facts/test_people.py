"""People count once, whoever registers them, and nobody is found in what is counted."""

from datetime import timedelta

import pytest

from protect.trainings.attendance.actions.people_trained import count_trained
from protect.trainings.facts import FACTS
from protect.trainings.registrations.actions.register import (
    Origin,
    get_or_create_participant,
    register_participant,
)
from protect.trainings.registrations.enums import Source
from protect.trainings.registrations.facts import person_key
from protect.trainings.registrations.models import Cohort, CountedPerson
from protect.trainings.scheduling.enums import EditionState
from tests.trainings.facts.given import (
    AFTER,
    YEAR,
    attend,
    make_one,
    numbers,
    seat,
    seated,
)
from tests.trainings.planning import AT, FIRST_DAY, make_participant, make_planners, make_sender

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]


@pytest.fixture
def planners():
    return make_planners()


def trained():
    return numbers(FACTS["trainings.people_trained"](YEAR))


def was_at_all(row, planners) -> None:
    for number in (1, 2):
        attend(row, planners.people["pia"], number)


def test_person_with_the_required_attendance_counts_as_trained(planners):
    edition = make_one(planners.host)  # 80 % of two sessions: both
    ada = seated(edition, sex="f", age_band="25-34", profession="social_worker")
    was_at_all(ada, planners)
    attend(seated(edition), planners.people["pia"], 1)  # half of it

    assert count_trained(at=AFTER) == 1
    assert count_trained(at=AFTER) == 0  # a second night counts nobody anew

    assert trained() == {("BE", "f", "25-34", "social_worker", "unknown", "no"): 1}
    ledger = CountedPerson.objects.get()
    assert ledger.counted_on == (FIRST_DAY + timedelta(days=1)).date()
    assert ledger.person == person_key(ada.participant.email)
    assert ada.participant.email not in str(vars(ledger))


def test_categories_of_the_registration_form_are_counted(planners):
    edition, pia = make_one(planners.host), planners.scope("pia")
    said = {"name": "Demo Ada", "email": "ada@demo.example", "country": "BE", "language": "fr"}
    said |= {"sex": "f", "age_band": "25-49", "profession": "midwife", "sector": "health"}
    ada = get_or_create_participant(planners.host, said, at=AT, scope=pia)
    was_at_all(
        register_participant(edition, ada, Origin(Source.APPLIED), at=AT, scope=pia),
        planners,
    )
    count_trained(at=AFTER)

    told = ("BE", "f", "25-49", "midwife", "health")
    assert numbers(FACTS["trainings.attendances"](YEAR)) == {told: 2}
    assert numbers(FACTS["trainings.hours"](YEAR)) == {told: 6}
    assert trained() == {(*told, "no"): 1}


def test_person_in_trainings_of_two_hosts_counts_once_at_the_first(planners):
    first, second = make_one(planners.host), make_one(planners.other)
    ada = seated(first, email="ada@demo.example")
    again = seat(second, make_participant(planners.other, email="ada@demo.example"))
    for row in (ada, again):
        was_at_all(row, planners)

    assert count_trained(at=AFTER) == 1

    assert CountedPerson.objects.get().organisation in (planners.host, planners.other)
    assert sum(trained().values()) == 1


def test_students_are_counted_separately(planners):
    school = make_sender(planners.host, name="Demo School", is_school=True)
    cohort = Cohort.objects.create(school=school, programme="Demo social work", year="2")
    was_at_all(seated(make_one(planners.host), cohort=cohort), planners)

    count_trained(at=AFTER)

    assert [cell[-1] for cell in trained()] == ["yes"]


def test_people_count_only_after_the_end_and_not_in_cancelled_trainings(planners):
    edition = make_one(planners.host)
    was_at_all(seated(edition), planners)

    assert count_trained(at=FIRST_DAY) == 0
    edition.state, edition.state_reason = EditionState.CANCELLED, "Demo reason"
    edition.save()
    assert count_trained(at=AFTER) == 0


def test_erased_person_is_not_counted_later(planners):
    row = seated(make_one(planners.host))
    was_at_all(row, planners)
    row.participant.name = row.participant.email = ""
    row.participant.erased_at = AFTER
    row.participant.save()

    assert count_trained(at=AFTER) == 0

"""Facts count each trained person once, in cells that identify nobody."""

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
    confirm_participant,
    make_confirmed_registration,
    make_unlimited_edition,
    plain_cells,
    record_attendance,
)
from tests.trainings.planning import AT, FIRST_DAY, make_participant, make_planners, make_sender

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]


@pytest.fixture
def planners():
    return make_planners()


def trained():
    return plain_cells(FACTS["trainings.people_trained"](YEAR))


def was_at_all(row, planners) -> None:
    for number in (1, 2):
        record_attendance(row, planners.people["pia"], number)


def test_person_with_the_required_attendance_counts_as_trained(planners):
    edition = make_unlimited_edition(planners.host)  # 80 % of two sessions: both
    ada = make_confirmed_registration(
        edition, sex="f", age_band="25-34", profession="social_worker"
    )
    was_at_all(ada, planners)
    record_attendance(make_confirmed_registration(edition), planners.people["pia"], 1)  # half of it

    assert count_trained(at=AFTER) == 1
    assert count_trained(at=AFTER) == 0  # a second night counts nobody anew

    assert trained() == {("BE", "f", "25-34", "social_worker", "unknown", "no"): 1}
    ledger = CountedPerson.objects.get()
    assert ledger.counted_on == (FIRST_DAY + timedelta(days=1)).date()
    assert ledger.person == person_key(ada.participant.email)
    assert ada.participant.email not in str(vars(ledger))


def test_categories_of_the_registration_form_are_counted(planners):
    edition, pia = make_unlimited_edition(planners.host), planners.scope("pia")
    data = {"name": "Demo Ada", "email": "ada@demo.example", "country": "BE", "language": "fr"}
    data |= {"sex": "f", "age_band": "25-49", "profession": "midwife", "sector": "health"}
    ada = get_or_create_participant(planners.host, data, at=AT, scope=pia)
    was_at_all(
        register_participant(edition, ada, Origin(Source.APPLIED), at=AT, scope=pia),
        planners,
    )
    count_trained(at=AFTER)

    told = ("BE", "f", "25-49", "midwife", "health")
    assert plain_cells(FACTS["trainings.attendances"](YEAR)) == {told: 2}
    assert plain_cells(FACTS["trainings.hours"](YEAR)) == {told: 6}
    assert trained() == {(*told, "no"): 1}


def test_person_in_trainings_of_two_hosts_counts_once_at_the_first(planners):
    first, second = make_unlimited_edition(planners.host), make_unlimited_edition(planners.other)
    ada = make_confirmed_registration(first, email="ada@demo.example")
    again = confirm_participant(second, make_participant(planners.other, email="ada@demo.example"))
    for row in (ada, again):
        was_at_all(row, planners)

    assert count_trained(at=AFTER) == 1

    assert CountedPerson.objects.get().organisation in (planners.host, planners.other)
    assert sum(trained().values()) == 1


def test_students_are_counted_separately(planners):
    school = make_sender(planners.host, name="Demo School", is_school=True)
    cohort = Cohort.objects.create(school=school, programme="Demo social work", year="2")
    was_at_all(
        make_confirmed_registration(make_unlimited_edition(planners.host), cohort=cohort), planners
    )

    count_trained(at=AFTER)

    assert [cell[-1] for cell in trained()] == ["yes"]


def test_people_count_only_after_the_end_and_not_in_cancelled_trainings(planners):
    edition = make_unlimited_edition(planners.host)
    was_at_all(make_confirmed_registration(edition), planners)

    assert count_trained(at=FIRST_DAY) == 0
    edition.state, edition.state_reason = EditionState.CANCELLED, "Demo reason"
    edition.save()
    assert count_trained(at=AFTER) == 0


def test_erased_person_is_not_counted_later(planners):
    row = make_confirmed_registration(make_unlimited_edition(planners.host))
    was_at_all(row, planners)
    row.participant.name = row.participant.email = ""
    row.participant.erased_at = AFTER
    row.participant.save()

    assert count_trained(at=AFTER) == 0

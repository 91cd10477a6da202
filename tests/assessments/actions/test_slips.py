"""Evaluation links from the own page: one per participant, without a link to the answer."""

from datetime import timedelta
from uuid import uuid4

import pytest

from protect.assessments.access import get_slip
from protect.assessments.actions.measurement import freeze_results
from protect.assessments.actions.slips import delete_old_link_records, take_link
from protect.assessments.models import AnswerToken, Inquiry, LinkTaken
from protect.audit.models import Entry
from protect.trainings.attendance.enums import AttendanceMethod
from protect.trainings.base.enums import Phase
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.scheduling.enums import Delivery, SessionKind
from tests.assessments.measured import AFTER, BEFORE, EVENING, measure
from tests.refusals import refuses
from tests.trainings.attending import MINUTES
from tests.trainings.planning import make_edition
from tests.trainings.registrations.test_decisions import come

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=30)


@pytest.fixture
def edition(planners):
    edition = make_edition(planners.host, seat_limit=None, delivery=Delivery.ONLINE)
    measure(edition)
    return edition


def test_participant_gets_one_evaluation_link_per_page(edition):
    row, key = come(edition), uuid4()
    entries = Entry.objects.count()
    assert take_link(row, key, at=AFTER) == take_link(row, key, at=AFTER)
    with refuses("assessments_link_taken"):
        take_link(row, uuid4(), at=AFTER)

    assert (AnswerToken.objects.count(), LinkTaken.objects.count()) == (1, 1)
    assert Entry.objects.count() == entries


def test_all_evaluation_links_of_an_edition_expire_on_one_day(edition):
    first, second = (
        get_slip(take_link(come(edition), uuid4(), at=at), at.date())
        for at in (AFTER, AFTER + timedelta(days=20))
    )

    assert first.phase == Phase.EVALUATION
    assert first.expires_on == second.expires_on


@pytest.mark.parametrize("delivery", [Delivery.ONLINE, Delivery.HYBRID])
@pytest.mark.parametrize(
    ("noted", "is_offered"), [([], True), (["absent"], False), (["absent", "present"], True)]
)
def test_participant_absent_from_every_session_gets_no_link(
    edition, planners, delivery, noted, is_offered
):
    edition.delivery = delivery
    edition.save()
    row = come(edition)
    for number, state in enumerate(noted, 1):
        row.attendances.create(
            session=edition.sessions.get(number=number),
            state=state,
            minutes=MINUTES if state == "present" else 0,
            method=AttendanceMethod.LIST,
            confirmed_by=planners.people["tom"],
            confirmed_at=AFTER,
            nonce=uuid4(),
        )
    if is_offered:
        take_link(row, uuid4(), at=AFTER)
    else:
        with refuses("assessments_answers_closed"):
            take_link(row, uuid4(), at=AFTER)

    assert LinkTaken.objects.exists() == is_offered


@pytest.mark.parametrize("why", ["early", "late", "not confirmed", "not asked", "frozen", "a room"])
def test_link_is_refused_without_seat_or_open_evaluation(edition, planners, why):
    row, at = come(edition), {"early": BEFORE, "late": AFTER + MONTH + MONTH}.get(why, AFTER)
    if why == "not confirmed":
        row.state = RegistrationState.APPLIED
    elif why == "not asked":
        Inquiry.objects.filter(measuring=edition.pk).filter(phase=Phase.EVALUATION).delete()
    elif why == "frozen":
        freeze_results(planners.scope("pia"), edition, at=EVENING)
    elif why == "a room":
        row.edition.delivery = Delivery.IN_PERSON
    with refuses("assessments_answers_closed"):
        take_link(row, uuid4(), at=at)

    assert not LinkTaken.objects.exists()
    assert not AnswerToken.objects.exists()


def test_records_of_links_taken_are_deleted_after_the_evaluation(edition):
    take_link(come(edition), uuid4(), at=AFTER)
    assert delete_old_link_records(at=AFTER + MONTH - timedelta(days=1)) == 0
    assert delete_old_link_records(at=AFTER + MONTH + timedelta(days=1)) == 1

    assert not LinkTaken.objects.exists()


def test_a_cancelled_session_extends_no_record(edition):
    take_link(come(edition), uuid4(), at=AFTER)
    last = edition.sessions.order_by("-ends_at")[0]
    edition.sessions.create(
        numbered_in=edition.pk,
        number=9,
        kind=SessionKind.TRAINING,
        starts_at=last.starts_at + MONTH,
        ends_at=last.ends_at + MONTH,
        zone=last.zone,
        cancelled_at=AFTER,
    )

    assert delete_old_link_records(at=AFTER + MONTH + timedelta(days=1)) == 1


def test_link_record_of_an_edition_without_sessions_is_deleted_at_once(edition):
    take_link(come(edition), uuid4(), at=AFTER)
    edition.sessions.update(cancelled_at=AFTER)

    assert delete_old_link_records(at=AFTER) == 1

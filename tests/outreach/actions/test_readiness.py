"""Holders of an information session: no lone beginner, and all wanted languages."""

import pytest

from protect.audit.context import AuditContext
from protect.notices.models import Outgoing
from protect.outreach.actions import requests
from protect.outreach.actions.readiness import (
    filter_understaffed,
    find_preparation_gaps,
    find_understaffed_sessions,
)
from protect.outreach.enums import RequestState
from protect.trainings.scheduling.actions.bookings import BookingRequest, answer_booking
from protect.trainings.scheduling.enums import BookingMove, BookingRole
from protect.trainings.scheduling.errors import ClashNeedsReason
from protect.trainings.scheduling.models import Booking, Session
from tests.outreach.requests import (
    LATER,
    SCHOOL_ANSWERS,
    make_ambassador,
    make_request,
    session_plan,
)
from tests.refusals import refuses
from tests.trainings.planning import AT, make_trainer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]
ALONE = "An ambassador would be alone at their first session. Ask a second person to hold it, too."
NOBODY = "No person is booked to hold the session."
UNANSWERED = "Some of the people who were asked have not answered yet."


@pytest.fixture
def pia(planners):
    return planners.scope("pia")


@pytest.fixture
def audit(planners):
    return AuditContext(at=AT, actor=None, organisation=planners.host.pk)


@pytest.fixture
def row(planners):
    return make_request(planners.host, **SCHOOL_ANSWERS)


def speaking(planners, *languages) -> BookingRequest:
    found = make_ambassador(planners.host, planners.people["pia"])
    found.languages.set(languages)
    return BookingRequest(found, BookingRole.AMBASSADOR)


@pytest.fixture
def session(planners, pia, row):
    """Return a session that two beginners are asked to hold."""
    two = [speaking(planners) for _ in range(2)]
    made = requests.schedule_session(pia, row, session_plan(), two, at=AT)
    Outgoing.objects.all().delete()
    return made


def mailed() -> list[tuple[str, str]]:
    return [*Outgoing.objects.order_by("created", "pk").values_list("to", "link")]


def decline(session, audit, number=0) -> None:
    answer_booking(session.bookings.order_by("pk")[number], BookingMove.DECLINE, audit=audit)


def test_planners_are_mailed_when_a_decline_leaves_a_beginner_alone(planners, pia, session, audit):
    assert not find_understaffed_sessions(pia, AT).exists()
    decline(session, audit)
    session.request.refresh_from_db()

    assert session.request.state == RequestState.SCHEDULED
    assert [to for to, _link in mailed()] == [planners.people["pia"].email]
    assert mailed()[0][1].endswith(f"/trainings/information-sessions/{session.pk}")
    assert [*find_understaffed_sessions(pia, AT)] == [session]
    assert ALONE in [*find_preparation_gaps(session)]


def test_planners_get_one_mail_while_it_is_unsent(session, audit):
    decline(session, audit, 0)
    decline(session, audit, 1)

    assert len(mailed()) == 1


def test_session_has_no_holders_after_all_declined(planners, pia, session, audit):
    for number in (0, 1):
        decline(session, audit, number)

    assert [*find_preparation_gaps(session)] == [NOBODY]
    assert [*find_understaffed_sessions(pia, AT)] == [session]
    assert not find_understaffed_sessions(planners.scope("otto"), AT).exists()


def test_decline_is_accepted_if_a_trainer_or_experienced_ambassador_stays(
    planners, pia, row, audit
):
    people = [speaking(planners), BookingRequest(make_trainer(planners.host), BookingRole.TRAINER)]
    vetted = people[0].resource.suitability.all()
    for person in vetted:
        person.pk, person.resource = None, people[1].resource
        person.save()
    third = speaking(planners)
    session = requests.schedule_session(pia, row, session_plan(), [*people, third], at=AT)
    Outgoing.objects.all().delete()
    answer_booking(session.bookings.get(resource=third.resource), BookingMove.DECLINE, audit=audit)

    assert mailed() == []
    assert filter_understaffed([session.pk]) == set()


def test_after_a_session_no_mail_warns_of_a_lone_ambassador(session, planners):
    afterwards = LATER.replace(year=LATER.year + 1)
    decline(session, AuditContext(at=afterwards, actor=None, organisation=planners.host.pk))

    assert mailed() == []


def test_asking_others_leaves_no_ambassador_alone(planners, pia, session, audit):
    for number in (0, 1):
        decline(session, audit, number)
    with refuses("outreach_ambassador_alone"):
        requests.ask_people(pia, session, [speaking(planners)], at=AT)
    assert not session.bookings.live().exists()
    requests.ask_people(pia, session, [speaking(planners) for _ in range(2)], at=AT)

    assert [*find_preparation_gaps(session)] == [UNANSWERED]
    assert not find_understaffed_sessions(pia, AT).exists()


def test_number_of_queries_does_not_grow_with_sessions(
    planners, pia, session, django_assert_num_queries
):
    more = [make_request(planners.host, **SCHOOL_ANSWERS) for _ in range(3)]
    for number, later in enumerate(more, 1):
        two = [speaking(planners) for _ in range(2)]
        requests.schedule_session(pia, later, session_plan(LATER.replace(day=number)), two, at=AT)
    keys = [*Session.objects.order_by("pk").values_list("pk", flat=True)]
    with django_assert_num_queries(2):
        assert filter_understaffed(keys) == set()


def test_language_without_a_speaker_needs_a_stored_reason(planners, pia, row):
    row.languages.set(["ar", "fr"])
    two = [speaking(planners, "fr"), speaking(planners)]
    with pytest.raises(ClashNeedsReason) as refused:
        requests.schedule_session(pia, row, session_plan(), two, at=AT)
    assert refused.value.facts == {"findings": "language_uncovered"}
    assert not Booking.objects.exists()
    said = "The school brings somebody"
    session = requests.schedule_session(pia, row, session_plan(), two, at=AT, reason=said)

    assert session.reason == said
    assert "Languages not covered: Arabic" in [*find_preparation_gaps(session)]


def test_holders_cover_the_wanted_languages_together(planners, pia, row):
    row.languages.set(["ar", "fr"])
    two = [speaking(planners, "fr"), speaking(planners, "ar")]

    assert requests.schedule_session(pia, row, session_plan(), two, at=AT).reason == ""


def test_replacement_must_cover_the_languages_of_the_declined_holder(planners, pia, row, audit):
    row.languages.set(["ar"])
    two = [speaking(planners, "ar"), speaking(planners)]
    session = requests.schedule_session(pia, row, session_plan(), two, at=AT)
    answer_booking(session.bookings.get(resource=two[0].resource), BookingMove.DECLINE, audit=audit)
    with pytest.raises(ClashNeedsReason):
        requests.ask_people(pia, session, [speaking(planners, "fr")], at=AT)
    assert session.bookings.count() == 2
    requests.ask_people(pia, session, [speaking(planners, "ar")], at=AT)
    session.refresh_from_db()

    assert session.reason == ""
    assert [*find_preparation_gaps(session)] == [UNANSWERED]

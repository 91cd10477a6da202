"""Requests are agreed, declined, scheduled, held and closed; a refused move changes nothing."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from protect.audit.context import AuditContext
from protect.notices.models import Outgoing
from protect.outreach.actions import requests
from protect.outreach.enums import RequestMove, RequestState, Setting
from protect.outreach.errors import RequestMoveNotAllowed
from protect.outreach.models import HeadCount
from protect.trainings.scheduling.actions.bookings import BookingRequest, answer_booking
from protect.trainings.scheduling.enums import BookingMove, BookingRole
from protect.trainings.scheduling.errors import ClashBlocks, ClashNeedsReason
from protect.trainings.scheduling.models import Booking, Session, Suitability
from tests.outreach.requests import (
    LATER,
    SCHOOL_ANSWERS,
    make_ambassador,
    make_request,
    make_request_session,
    session_plan,
)
from tests.refusals import refuses
from tests.trainings.locked import find_locks
from tests.trainings.planning import AT, make_hall

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]


@pytest.fixture
def pia(planners):
    return planners.scope("pia")


@pytest.fixture
def two(planners):
    """Return two ambassadors, asked to speak."""
    found = [make_ambassador(planners.host, planners.people["pia"]) for _ in range(2)]
    return [BookingRequest(resource, BookingRole.AMBASSADOR) for resource in found]


def state(row) -> str:
    row.refresh_from_db()
    return row.state


def test_organisation_that_agrees_becomes_responsible(planners, pia):
    row = make_request()
    requests.agree_to_request(pia, row, at=AT)

    assert state(row) == RequestState.AGREED
    assert row.organisation == planners.host


def test_only_planners_of_the_country_answer_a_request(planners):
    row = make_request()
    for name in ("otto", "tom", "chidi"):
        with pytest.raises(PermissionDenied):
            requests.agree_to_request(planners.scope(name), row, at=AT)

    assert state(row) == RequestState.RECEIVED


def test_declining_mails_reason_and_alternative(pia, settings):
    settings.PUBLIC_URL = "https://public.demo.example"
    row = make_request()
    for reason, alternative in (("", "Next year"), ("Too far", "")):
        with refuses("trainings_reason_missing"):
            requests.decline_request(pia, row, reason, alternative, at=AT)
    assert state(row) == RequestState.RECEIVED
    requests.decline_request(pia, row, "Too far", "Next year", at=AT)

    assert state(row) == RequestState.DECLINED
    assert Outgoing.objects.get().template == "request_news"


@pytest.mark.parametrize("left_out", sorted(SCHOOL_ANSWERS))
def test_school_session_is_scheduled_only_if_all_fields_are_known(planners, pia, two, left_out):
    row = make_request(
        planners.host, **SCHOOL_ANSWERS | {left_out: type(SCHOOL_ANSWERS[left_out])()}
    )
    with refuses("outreach_request_incomplete"):
        requests.schedule_session(pia, row, session_plan(), two, at=AT)

    assert state(row) == RequestState.AGREED
    assert not Session.objects.exists()


def test_a_reception_centre_needs_languages_and_a_private_room(planners, pia, two):
    row = make_request(planners.host, setting=Setting.RECEPTION_CENTRE, has_private_room=True)
    with refuses("outreach_request_incomplete"):
        requests.schedule_session(pia, row, session_plan(), two, at=AT)
    row.languages.set(["ar"])
    two[0].resource.languages.set(["ar"])
    session = requests.schedule_session(pia, row, session_plan(), two, at=AT)

    assert (session.kind, session.count_mode) == ("community", "headcount")


def test_scheduling_creates_a_session_and_asks_its_holders(planners, pia, two):
    row = make_request(planners.host, **SCHOOL_ANSWERS)
    session = requests.schedule_session(pia, row, session_plan(), two, at=AT)

    assert state(row) == RequestState.SCHEDULED
    assert (session.kind, session.count_mode, session.edition) == ("school", "headcount", None)
    assert {*Booking.objects.order_by("pk").values_list("role", "state")} == {
        ("ambassador", "asked")
    }


def test_no_ambassador_is_alone_at_a_first_session(planners, pia, two):
    row = make_request(planners.host, **SCHOOL_ANSWERS)
    with refuses("outreach_ambassador_alone"):
        requests.schedule_session(pia, row, session_plan(), two[:1], at=AT)

    assert state(row) == RequestState.AGREED
    assert not Booking.objects.exists()


def test_experienced_ambassador_may_be_alone(planners, pia, two):
    before = make_request(planners.host, **SCHOOL_ANSWERS)
    session = requests.schedule_session(pia, before, session_plan(AT), two, at=AT)
    for booking in session.bookings.order_by("pk"):
        answer_booking(
            booking,
            BookingMove.ACCEPT,
            audit=AuditContext(at=AT, actor=None, organisation=planners.host.pk),
        )
    requests.mark_held_or_close(pia, before, RequestMove.HOLD, at=LATER)
    row = make_request(planners.host, **SCHOOL_ANSWERS)

    assert requests.schedule_session(pia, row, session_plan(), two[:1], at=AT)


def test_ambassador_cannot_be_booked_twice_at_one_time(planners, pia, two):
    first, second = (make_request(planners.host, **SCHOOL_ANSWERS) for _ in range(2))
    requests.schedule_session(pia, first, session_plan(), two, at=AT)
    with pytest.raises(ClashBlocks):
        requests.schedule_session(pia, second, session_plan(LATER + timedelta(hours=1)), two, at=AT)

    assert state(second) == RequestState.AGREED
    assert Session.objects.count() == 1


def test_an_expired_vetting_is_not_booked_for_a_school(planners, pia, two):
    Suitability.objects.filter(kind="vetting").update(expires_on=AT.date())
    row = make_request(planners.host, **SCHOOL_ANSWERS)
    with pytest.raises(ClashBlocks):
        requests.schedule_session(pia, row, session_plan(), two, at=AT)

    assert state(row) == RequestState.AGREED


def test_session_is_held_after_its_end_and_closed_after_its_count(planners, pia):
    row = make_request(planners.host)
    session = make_request_session(row, AT)
    with refuses("outreach_session_not_over"):
        requests.mark_held_or_close(pia, row, RequestMove.HOLD, at=AT + timedelta(hours=1))
    requests.mark_held_or_close(pia, row, RequestMove.HOLD, at=AT + timedelta(hours=2))
    with refuses("outreach_count_missing"):
        requests.mark_held_or_close(pia, row, RequestMove.CLOSE, at=LATER)
    assert state(row) == RequestState.HELD
    HeadCount.objects.create(
        session=session,
        revision=1,
        sex="f",
        band="unknown",
        n=3,
        nonce=row.sent_key,
        declared_by=planners.people["pia"],
        declared_at=LATER,
    )
    requests.mark_held_or_close(pia, row, RequestMove.CLOSE, at=LATER)

    assert state(row) == RequestState.CLOSED


def test_declining_a_scheduled_request_frees_all_holders(planners, pia, two):
    row = make_request(planners.host, **SCHOOL_ANSWERS)
    session = requests.schedule_session(pia, row, session_plan(), two, at=AT)
    requests.decline_request(pia, row, "The school is closed", "In spring", at=AT)
    session.refresh_from_db()

    assert session.cancelled_at == AT
    assert not Booking.objects.live().exists()


def test_declining_a_scheduled_request_mails_its_holders(planners, pia, two):
    ambassador = make_ambassador(planners.host, planners.people["pia"], planners.people["tom"])
    people = [*two, BookingRequest(ambassador, BookingRole.AMBASSADOR)]
    row = make_request(planners.host, **SCHOOL_ANSWERS)
    session = requests.schedule_session(pia, row, session_plan(), people, at=AT)
    Outgoing.objects.all().delete()
    requests.decline_request(pia, row, "The school is closed", "In spring", at=LATER)
    session.refresh_from_db()

    mail = Outgoing.objects.get(template="work_waiting")
    assert mail.to == planners.people["tom"].email
    assert session.changed_at == LATER


def test_scheduling_locks_sessions_before_all_booked_resources(planners, pia, two):
    row, hall = make_request(planners.host, **SCHOOL_ANSWERS), make_hall(planners.host)
    with CaptureQueriesContext(connection) as queries:
        session = requests.schedule_session(
            pia, row, session_plan()._replace(venue=hall), two, at=AT
        )
    (table, sql), *_ = find_locks(queries.captured_queries)
    wanted = [hall.pk, *(booking_request.resource.pk for booking_request in two)]
    assert table == "resource"
    assert all(pk.hex in sql for pk in wanted)

    found = [make_ambassador(planners.host, planners.people["pia"]) for _ in range(2)]
    more = [BookingRequest(resource, BookingRole.TRAINER) for resource in found]
    with CaptureQueriesContext(connection) as queries:
        requests.ask_people(pia, session, more, at=AT)
    assert all(
        booking_request.resource.pk.hex in find_locks(queries.captured_queries)[0][1]
        for booking_request in more
    )

    with CaptureQueriesContext(connection) as queries:
        requests.decline_request(pia, row, "The school is closed", "In spring", at=AT)
    assert [table for table, _sql in find_locks(queries.captured_queries)] == [
        "session",
        "resource",
    ]


def test_venue_of_another_organisation_is_refused(planners, pia, two):
    row, theirs = make_request(planners.host, **SCHOOL_ANSWERS), make_hall(planners.other)
    with pytest.raises(PermissionDenied):
        requests.schedule_session(pia, row, session_plan()._replace(venue=theirs), two, at=AT)
    assert state(row) == RequestState.AGREED
    session = requests.schedule_session(pia, row, session_plan(), two, at=AT)
    with pytest.raises(PermissionDenied):
        requests.move_session(pia, session, session_plan()._replace(venue=theirs), at=AT)

    session.refresh_from_db()
    assert session.venue is None
    assert not Booking.objects.filter(resource=theirs.pk).exists()


def test_moving_a_session_asks_all_holders_again(planners, pia, two):
    row = make_request(planners.host, **SCHOOL_ANSWERS)
    session = requests.schedule_session(pia, row, session_plan(), two, at=AT)
    for booking in session.bookings.order_by("pk"):
        answer_booking(
            booking,
            BookingMove.ACCEPT,
            audit=AuditContext(at=AT, actor=None, organisation=planners.host.pk),
        )
    requests.move_session(pia, session, session_plan(LATER + timedelta(days=1)), at=AT)
    session.refresh_from_db()

    assert session.changed_at == AT
    states = Booking.objects.order_by("pk").values_list("state", "starts_at")
    assert {*states} == {("asked", LATER + timedelta(days=1))}


def test_past_session_needs_a_stored_reason(planners, pia, two):
    row, over = make_request(planners.host, **SCHOOL_ANSWERS), session_plan(AT - timedelta(days=1))
    with pytest.raises(ClashNeedsReason):
        requests.schedule_session(pia, row, over, two, at=AT)
    assert state(row) == RequestState.AGREED
    assert not Session.objects.exists()
    session = requests.schedule_session(pia, row, session_plan(), two, at=AT)
    with pytest.raises(ClashNeedsReason):
        requests.move_session(pia, session, over, at=AT)
    session.refresh_from_db()
    assert (session.starts_at, session.reason) == (LATER, "")
    requests.move_session(pia, session, over, at=AT, reason="It was held by phone")

    session.refresh_from_db()
    assert (session.starts_at, session.reason) == (over.starts_at, "It was held by phone")


def test_ended_request_allows_no_move(planners, pia):
    row = make_request(planners.host, state=RequestState.CLOSED)
    with pytest.raises(RequestMoveNotAllowed):
        requests.agree_to_request(pia, row, at=LATER)
    for move in (RequestMove.HOLD, RequestMove.CLOSE):
        with pytest.raises(RequestMoveNotAllowed):
            requests.mark_held_or_close(pia, row, move, at=LATER)

    assert state(row) == RequestState.CLOSED

"""Requests at the desk: inbox, page of a request, actions."""

from datetime import timedelta

import pytest

from protect.outreach.actions import request_form
from protect.outreach.models import SessionRequest
from protect.trainings.scheduling.models import Booking, Session
from tests.orgs.conftest import make_organisation
from tests.outreach.requests import (
    SCHOOL_ANSWERS,
    make_ambassador,
    make_request,
    make_request_session,
)
from tests.trainings.planning import AT
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import Desk, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]
INBOX = "/trainings/requests"


@pytest.fixture
def host():
    return make_organisation("Demo Academy", "BE")


@pytest.fixture
def pia(host):
    person = make_person("pia")
    serve(person, host, "coordinator")
    return person


@pytest.fixture
def desk(pia):
    return Desk(at=AT).let_in(pia)


def state(row: SessionRequest) -> str:
    row.refresh_from_db()
    return row.state


def test_empty_inbox_explains_itself(desk):
    assert "No open requests" in words(desk.get(INBOX))


def test_inbox_lists_the_oldest_first_and_marks_late_requests(desk):
    make_request(asker="Demo New")
    make_request(asker="Demo Old", moved_at=AT - timedelta(days=9))
    shown = words(desk.get(INBOX))

    assert shown.index("Demo Old") < shown.index("Demo New")
    assert "Overdue" in shown


def test_inbox_is_filtered_by_state_and_setting(desk):
    make_request(asker="Demo School A")
    make_request(asker="Demo Centre", setting="reception_centre")
    make_request(asker="Demo Past", state="closed")

    assert "Demo School A" not in words(desk.get(f"{INBOX}?setting=reception_centre"))
    assert "Demo Past" in words(desk.get(f"{INBOX}?state=closed"))
    assert "No matches" in words(desk.get(f"{INBOX}?state=held"))


def test_coordinator_agrees_to_a_request_and_declines_with_an_alternative(desk, host):
    first, second = make_request(), make_request()
    assert desk.post(f"{INBOX}/{first.pk}/move/agree").status_code == 302
    refused = desk.post(f"{INBOX}/{second.pk}/move/decline", reason="Too far", alternative="")
    assert (refused.status_code, state(second)) == (422, "received")
    desk.post(f"{INBOX}/{second.pk}/move/decline", reason="Too far", alternative="The pack")

    assert (state(first), state(second)) == ("agreed", "declined")
    assert first.organisation == host


def test_a_request_is_scheduled_with_two_people(desk, host, pia):
    row = make_request(host, **SCHOOL_ANSWERS)
    people = [make_ambassador(host, pia.user) for _ in range(2)]
    fields = {"day": "2027-01-20", "clock_from": "09:00", "clock_to": "10:30"}
    address = f"{INBOX}/{row.pk}/schedule"
    alone = desk.post(address, **fields, ambassadors=[people[0].pk])
    assert alone.status_code == 409
    assert "ambassadors" in alone.context["form"].errors
    assert not Session.objects.exists()
    desk.post(address, **fields, ambassadors=[person.pk for person in people], payment="50 €")

    assert state(row) == "scheduled"
    assert Session.objects.get().starts_at.isoformat() == "2027-01-20T08:00:00+00:00"
    assert {*Booking.objects.order_by("pk").values_list("payment", flat=True)} == {"50 €"}
    assert people[0].name in words(desk.get(f"{INBOX}/{row.pk}"))


def test_the_desk_enters_missing_answers_of_a_requester_by_phone(desk, host):
    row = make_request(host)
    assert "Needed before scheduling" in words(desk.get(f"{INBOX}/{row.pk}"))
    said = {**SCHOOL_ANSWERS, "teacher_present": "yes", "accepts_protocol": "yes"}
    said |= {"contact_name": "Demo Teacher", "edited": row.edited}
    desk.post(f"{INBOX}/{row.pk}/note", **said)

    assert "Needed before scheduling" not in words(desk.get(f"{INBOX}/{row.pk}"))


def test_desk_does_not_overwrite_a_newer_save_of_the_requester(desk, host):
    row = make_request(host)
    request_form.save_further_answers(row, {"dates": "On Mondays"}, at=AT)
    typed = {"contact_name": "Demo Teacher", "dates": "On Fridays", "edited": row.edited}
    refused = desk.post(f"{INBOX}/{row.pk}/note", **typed)
    row.refresh_from_db()

    assert (refused.status_code, row.dates) == (409, "On Mondays")
    assert "On Mondays" in words(refused)


def test_requests_of_another_country_or_organisation_are_not_found(desk):
    abroad = make_request(country_id="MT", asker="Demo Abroad")
    taken = make_request(make_organisation("Demo Elsewhere", "BE"), asker="Demo Taken")
    shown = words(desk.get(INBOX))

    for row in (abroad, taken):
        assert row.asker not in shown
        assert desk.get(f"{INBOX}/{row.pk}").status_code == 404
        assert desk.post(f"{INBOX}/{row.pk}/move/agree").status_code == 404
        assert state(row) == ("received" if row == abroad else "agreed")


def test_move_page_refuses_scheduling(desk):
    row = make_request()

    assert desk.post(f"{INBOX}/{row.pk}/move/schedule").status_code == 404
    assert state(row) == "received"


def test_declined_holder_is_replaced_and_the_session_is_moved(desk, host, pia):
    row = make_request(host, **SCHOOL_ANSWERS)
    first, second = (make_ambassador(host, pia.user) for _ in range(2))
    fields = {"day": "2027-01-20", "clock_from": "09:00", "clock_to": "10:30"}
    desk.post(f"{INBOX}/{row.pk}/schedule", **fields, ambassadors=[first.pk, second.pk])
    session = Session.objects.get()
    session.bookings.filter(resource=second).update(state="declined")
    address = f"/trainings/information-sessions/{session.pk}"
    assert "Ask a second person" in words(desk.get(address))
    assert "Ask a second person" in words(desk.get(f"{INBOX}/{row.pk}"))
    assert "Not ready" in words(desk.get(INBOX))
    assert "Not ready" in words(desk.get("/"))
    third = make_ambassador(host, pia.user)
    assert desk.post(f"{address}/people").status_code == 422
    desk.post(f"{address}/people", ambassadors=[third.pk])
    desk.post(f"{address}/move", **fields | {"day": "2027-01-21"})

    session.refresh_from_db()
    assert session.starts_at.isoformat() == "2027-01-21T08:00:00+00:00"
    assert "Ask a second person" not in words(desk.get(address))
    assert "Not ready" not in words(desk.get(INBOX))
    assert {*session.bookings.live().order_by("pk").values_list("state", flat=True)} == {"asked"}


def test_candidates_with_the_wanted_languages_come_first_and_others_show_what_they_lack(
    desk, host, pia
):
    row = make_request(host, **SCHOOL_ANSWERS)
    row.languages.set(["ar", "fr"])
    spoken = {name: make_ambassador(host, pia.user) for name in ("none", "fr", "both")}
    spoken["fr"].languages.set(["fr"])
    spoken["both"].languages.set(["fr", "ar"])
    shown = words(desk.get(f"{INBOX}/{row.pk}/schedule"))
    at = {name: shown.index(person.name) for name, person in spoken.items()}

    assert at["both"] < at["fr"] < at["none"]
    assert f"{spoken['fr'].name} French · Languages not covered: Arabic" in shown
    assert f"{spoken['none'].name} Languages not covered: Arabic, French" in shown


def test_a_move_is_offered_only_once_it_is_possible(desk, host):
    row = make_request(host)
    address = f"{INBOX}/{row.pk}"
    assert "Schedule the session" not in words(desk.get(address))  # too little is known
    session = make_request_session(row, AT + timedelta(hours=1))
    assert "Mark as held" not in words(desk.get(address))
    Session.objects.filter(pk=session.pk).update(
        starts_at=AT - timedelta(hours=3), ends_at=AT - timedelta(hours=1)
    )
    assert "Mark as held" in words(desk.get(address))
    SessionRequest.objects.filter(pk=row.pk).update(state="held")
    shown = words(desk.get(address))

    assert "Close the request" not in shown
    assert "You can close this request after the head count." in shown


def test_cancelled_session_offers_no_action(desk, host):
    row = make_request(host)
    session = make_request_session(row, AT + timedelta(days=1))
    desk.post(f"{INBOX}/{row.pk}/move/decline", reason="Too far", alternative="The pack")
    shown = words(desk.get(f"/trainings/information-sessions/{session.pk}"))

    assert "Cancelled" in shown
    for verb in ("Count people", "Ask more people", "Move", "Ready"):
        assert verb not in shown

"""The public form creates a request once; its requester completes it by a link."""

from uuid import uuid4

import pytest

from protect.notices.models import Outgoing
from protect.outreach import access
from protect.outreach.actions import request_form
from protect.outreach.enums import RequestState
from protect.outreach.errors import RequestMoveNotAllowed
from protect.outreach.models import SessionRequest
from tests.outreach.requests import SCHOOL_ANSWERS, make_request, request_data
from tests.trainings.planning import AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]


@pytest.fixture(autouse=True)
def with_address(settings):
    settings.PUBLIC_URL = "https://public.demo.example"


def mailed() -> set[tuple[str, str]]:
    return {*Outgoing.objects.order_by("pk").values_list("to", "template")}


def test_a_new_request_mails_the_planners_of_the_country(planners):
    asked = request_form.save_request(request_data(), sent_key=uuid4(), at=AT)

    assert asked.state == RequestState.RECEIVED
    assert asked.organisation is None
    assert mailed() == {
        ("teacher@demo.example", "request_news"),
        (planners.people["pia"].email, "work_waiting"),
    }


def test_form_sent_twice_creates_one_request_with_one_link():
    key = uuid4()
    first, second = (
        request_form.save_request(request_data(), sent_key=key, at=AT) for _ in range(2)
    )

    assert first == second
    assert SessionRequest.objects.count() == 1
    assert Outgoing.objects.filter(template="request_news").count() == 1


def test_mailed_link_opens_the_request_and_only_its_hash_is_stored():
    asked = request_form.save_request(request_data(), sent_key=uuid4(), at=AT)
    mail, token = (
        Outgoing.objects.get(template="request_news"),
        request_form.make_token(asked.pk),
    )

    assert mail.link == f"https://public.demo.example/trainings/fr/ask/{token}"
    assert access.get_request_by_link(token) == asked
    assert token not in str(SessionRequest.objects.values().get())


def test_demonstration_mails_only_invented_addresses(settings):
    settings.IS_DEMO = True
    request_form.save_request(
        request_data(contact_email="teacher@school.example.org"), sent_key=uuid4(), at=AT
    )

    assert not Outgoing.objects.filter(template="request_news").exists()


def test_requester_completes_missing_fields(planners):
    row = make_request(planners.host)
    request_form.save_further_answers(
        row, SCHOOL_ANSWERS | {"languages": ["fr", "nl"], "said": "Room 4 instead"}, at=AT
    )
    row.refresh_from_db()

    assert {name: getattr(row, name) for name in SCHOOL_ANSWERS} == SCHOOL_ANSWERS
    assert (row.said, row.edited, row.languages.count()) == ("Room 4 instead", 2, 2)
    assert (planners.people["pia"].email, "work_waiting") in mailed()


def test_repeated_saves_mail_the_planners_once_until_the_mail_has_left(planners):
    row = make_request(planners.host)
    for number in range(3):
        request_form.save_further_answers(row, SCHOOL_ANSWERS | {"said": f"Room {number}"}, at=AT)
    waiting = Outgoing.objects.filter(template="work_waiting")
    assert waiting.count() == 1
    waiting.update(sent_at=AT, link="")
    request_form.save_further_answers(row, SCHOOL_ANSWERS | {"said": "Room 4"}, at=AT)

    assert waiting.count() == 2


@pytest.mark.parametrize("state", ["held", "closed", "declined"])
def test_ended_request_cannot_be_changed_by_its_form(state):
    row = make_request(state=state, reason="No", alternative="Next year")
    with pytest.raises(RequestMoveNotAllowed):
        request_form.save_further_answers(row, SCHOOL_ANSWERS, at=AT)

    row.refresh_from_db()
    assert row.class_level == ""
    assert not Outgoing.objects.exists()

"""An information session at the desk, and its head count with and without a login."""

from uuid import uuid4

import pytest

from protect.outreach.models import HeadCount
from protect.outreach.views.sessions import SIGN_IN_TO_CORRECT
from tests.orgs.conftest import make_organisation
from tests.outreach.requests import make_request, make_request_session
from tests.trainings.planning import AT
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import Desk, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]
SENT = "/trainings/counts"


@pytest.fixture
def host():
    return make_organisation("Demo Academy", "BE")


@pytest.fixture
def desk(host):
    person = make_person("pia")
    serve(person, host, "coordinator")
    return Desk(at=AT).let_in(person)


@pytest.fixture
def session(host):
    return make_request_session(make_request(host, class_level="secondary_1_3"), AT)


def passed(desk, session) -> str:
    return (
        desk.get(f"/trainings/information-sessions/{session.pk}/count")
        .context["form"]["pass_text"]
        .value()
    )


def test_head_count_is_sent_shown_and_corrected(desk, session):
    typed = {"pass_text": passed(desk, session), "answered": "20", "could_name": "13"}
    desk.post(SENT, **typed, nonce=uuid4(), n_secondary_1_3_f="12", n_unknown_m="5")
    shown = words(desk.get(f"/trainings/information-sessions/{session.pk}"))
    assert "13 of 20 people could name a service" in shown
    assert "Secondary, 12 to 14 years 12 0 0 0 12" in shown
    desk.post(SENT, **typed, nonce=uuid4(), n_secondary_1_3_f="13")

    shown = words(desk.get(f"/trainings/information-sessions/{session.pk}"))
    assert "Version 2 of the numbers" in shown


def test_pass_saves_a_count_after_logout_and_only_once(desk, session):
    typed = {"pass_text": passed(desk, session), "nonce": uuid4(), "n_unknown_f": "3"}
    nobody = Desk(at=AT)
    codes = [nobody.post(SENT, **typed, by="script").status_code for _ in range(2)]

    assert codes == [204, 204]
    assert [*HeadCount.objects.values_list("n", "revision")] == [(3, 1)]


def test_count_without_a_pass_is_refused(desk, session):
    answer = Desk(at=AT).post(SENT, nonce=uuid4(), n_unknown_f="3")

    assert answer.status_code == 403
    assert not HeadCount.objects.exists()


def test_invalid_number_is_refused_at_its_field(desk, session):
    typed = {"pass_text": passed(desk, session), "nonce": uuid4(), "n_unknown_f": "7"}
    response = desk.post(SENT, **typed, answered="2", could_name="3")

    assert response.status_code == 422
    assert "could_name" in response.context["form"].errors
    assert b'value="7"' in response.content
    assert not HeadCount.objects.exists()


@pytest.mark.parametrize("whose", ["nobody", "another", "locked"])
def test_invalid_count_without_access_reveals_nothing_about_the_session(desk, host, session, whose):
    typed = {"pass_text": passed(desk, session), "nonce": uuid4(), "answered": "x"}
    other = Desk(at=AT)
    if whose == "another":
        other.let_in(make_person("otto"))
    if whose == "locked":
        (other := desk).post("/lock")
    answer = other.post(SENT, **typed)

    assert answer.status_code == 422
    assert words(answer) == SIGN_IN_TO_CORRECT
    assert not HeadCount.objects.exists()


def test_emergency_card_names_the_numbers_and_stores_nothing(desk, session):
    shown = words(desk.get(f"/trainings/information-sessions/{session.pk}/count"))

    assert "If a person tells you about violence" in shown
    assert "112" in shown
    assert "116 111" in shown


def test_session_of_another_organisation_is_not_found(session):
    other = make_person("otto")
    serve(other, make_organisation("Demo Elsewhere", "BE"), "coordinator")
    desk = Desk(at=AT).let_in(other)

    for address in (
        f"/trainings/information-sessions/{session.pk}",
        f"/trainings/information-sessions/{session.pk}/count",
    ):
        assert desk.get(address).status_code == 404
    assert "No upcoming sessions" in words(desk.get("/trainings/information-sessions"))

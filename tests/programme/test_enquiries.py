"""Enquiries at the desk."""

import re
from datetime import timedelta

import pytest

from protect.programme import rules
from protect.programme.enums import EnquiryState
from tests.orgs.conftest import make_organisation
from tests.programme.enquiring import FORM, make_enquiry
from tests.trainings.planning import AT
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import Desk, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]


@pytest.fixture
def desk():
    person = make_person("cora")
    serve(person, make_organisation("Demo office", "BE"), "coordinator")
    return Desk(at=AT).let_in(person)


def test_an_empty_list_says_what_it_is(desk):
    assert "No open enquiries" in words(desk.get("/enquiries"))


def test_the_list_has_open_enquiries_of_the_own_country_and_closed_ones_if_chosen(desk):
    make_enquiry(sender="Demo One")
    make_enquiry("MT", sender="Demo Maltese")
    closed = make_enquiry(sender="Demo Closed")
    desk.post(f"/enquiries/{closed.pk}/move/close")

    shown = words(desk.get("/enquiries"))
    chosen = words(desk.get("/enquiries?state=closed"))

    assert "Demo One" in shown
    assert "Demo Maltese" not in shown
    assert "Demo Closed" not in shown
    assert "Demo Closed" in chosen
    assert "No enquiry matches" in words(desk.get("/enquiries?kind=number"))


def test_an_enquiry_is_read_answered_and_reopened(desk):
    enquiry = make_enquiry()
    page = words(desk.get(f"/enquiries/{enquiry.pk}"))
    assert FORM["message"] in page
    assert FORM["reply_to"] in page

    for move, state in (("answer", EnquiryState.ANSWERED), ("reopen", EnquiryState.NEW)):
        assert desk.post(f"/enquiries/{enquiry.pk}/move/{move}").status_code == 302
        enquiry.refresh_from_db()
        assert enquiry.state == state


def test_a_demonstration_offers_no_mail_program(desk, settings):
    url = f"/enquiries/{make_enquiry().pk}"
    assert "mailto:" not in desk.get(url).content.decode()

    settings.IS_DEMO = False

    assert "mailto:" in desk.get(url).content.decode()


def test_a_step_that_is_not_possible_says_so(desk):
    response = desk.post(f"/enquiries/{make_enquiry().pk}/move/reopen")

    assert response.status_code == 409
    assert "is not possible for an enquiry that is" in words(response)
    assert desk.post(f"/enquiries/{make_enquiry().pk}/move/none").status_code == 404


def test_the_home_page_shows_new_enquiries_and_what_is_late(desk):
    make_enquiry(sender="Demo Late", at=AT - rules.ANSWER_WITHIN - timedelta(days=1))
    make_enquiry(sender="Demo New")

    page = desk.get("/").content.decode()

    assert page.index("Demo Late") < page.index("Demo New")
    assert re.search(r'href="/enquiries"', page)

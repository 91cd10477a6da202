"""Own page of a participant: named test, evaluation link, consent to a follow-up."""

from uuid import uuid4

import pytest

from protect.assessments.models import FollowUp, LinkTaken, Response
from protect.assessments.outcomes import get_assessment_result
from protect.questionnaires.access import get_form
from protect.trainings.base.enums import Assessment, Phase
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.scheduling.enums import Delivery
from tests.assessments.actions.test_answers import get_inquiry
from tests.assessments.answers import post_data_for
from tests.assessments.measured import AFTER, BEFORE, measure
from tests.assessments.views.test_answers import Browser
from tests.guards.test_open_pages import wrongs
from tests.trainings.planning import make_edition
from tests.trainings.registrations.test_decisions import come
from tests.vault.views.desk import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter", "one_connection")]


@pytest.fixture
def edition(planners):
    return make_edition(planners.host, seat_limit=None)


def plain(response) -> str:
    return words(response).replace("\u2068", "").replace("\u2069", "")


def own_page(row, part="learning"):
    return f"/trainings/en/own/{row.own_token()}/{part}"


def test_own_page_links_to_the_test(edition):
    measure(edition, Assessment.NAMED)
    row, browser = come(edition), Browser(AFTER)
    page = f"/trainings/en/own/{row.own_token()}"

    assert own_page(row) in browser.get(page).content.decode()
    assert own_page(row, "assessment") in browser.get(own_page(row)).content.decode()
    assert wrongs(browser.get(own_page(row))) == []


def test_named_test_is_sent_once_and_shows_its_result(edition):
    measure(edition, Assessment.NAMED)
    row, browser = come(edition), Browser(AFTER)
    typed = {**post_data_for(get_form("assessment"), 99), "q-named": "yes"}
    assert "100 % of the points" in words(
        browser.post(own_page(row, "assessment"), **typed)
    ).replace("\u2068", "").replace("\u2069", "")

    assert get_assessment_result(row).has_passed
    assert "You have passed." in words(browser.get(own_page(row)))
    assert browser.get(own_page(row, "assessment")).status_code == 409
    assert Response.objects.get().registration_id == row.pk


@pytest.mark.parametrize(
    ("right", "what_follows"),
    [
        (99, "You have passed."),
        (0, "you get no certificate for this training, unless Demo Host lets you take the test"),
    ],
)
def test_named_test_explains_readers_and_consequences_of_the_result(edition, right, what_follows):
    measure(edition, Assessment.NAMED)
    edition.host.name = "Demo Host"
    edition.host.save()
    row, browser = come(edition), Browser(AFTER)
    typed = {**post_data_for(get_form("assessment"), right), "q-named": "yes"}
    before = [plain(browser.get(own_page(row, part))) for part in ("learning", "assessment")]
    after = [
        plain(browser.post(own_page(row, "assessment"), **typed)),
        plain(browser.get(own_page(row))),
    ]

    for said in (*before, *after):
        assert "The coordinators of Demo Host see your score in percent and whether you" in said
    for said in before:
        assert (
            "of the points. If you do not pass, you get no certificate for this training, unless"
            in said
        )
    for said in after:
        assert what_follows in said


def test_points_of_an_anonymous_test_are_shown_once(edition):
    measure(edition)
    inquiry = get_inquiry(edition, Phase.POST)
    browser, typed = Browser(AFTER), post_data_for(get_form(inquiry.form.code), 5)
    page = f"/trainings/en/t/{inquiry.code}"
    shown = plain(browser.post(page, step="answers", sent_key=uuid4(), **typed))

    assert "This result is shown only now. Your answers are stored without your name." in shown
    assert "coordinators of" not in shown


def test_named_test_without_consent_is_not_stored(edition):
    measure(edition, Assessment.NAMED)
    row = come(edition)
    response = Browser(AFTER).post(
        own_page(row, "assessment"), **post_data_for(get_form("assessment"), 3)
    )

    assert response.status_code == 422
    assert not Response.objects.exists()


@pytest.fixture
def online(edition):
    edition.delivery = Delivery.ONLINE
    edition.save()
    measure(edition)
    return edition


def test_online_participant_gets_a_link_that_opens_the_evaluation_once(online):
    row, browser = come(online), Browser(AFTER)
    page = browser.get(own_page(row))
    assert "We store that you took a link, but not when and not which one." in words(page)
    typed = {"deed": "link", "sent_key": page.context["sent_key"]}
    shown = [browser.post(own_page(row), **typed) for _ in range(2)]
    addresses = {response.context["address"] for response in shown}
    (address,) = addresses

    assert f'href="{address}" rel="noreferrer"' in shown[0].content.decode()
    assert shown[0].content.decode().count("/own/") == 0
    assert wrongs(shown[0]) == []
    path = "/trainings" + address.partition("/trainings")[2]
    assert "Thank you" in words(browser.post(path, **{"sent_key": uuid4(), "q-overall": "4"}))
    assert Response.objects.get().phase == Phase.EVALUATION
    again = browser.post(own_page(row), **typed)
    assert again.status_code == 409
    assert "You already have your link." in words(again)
    assert "You have taken your link." in words(browser.get(own_page(row)))


def test_on_site_training_offers_no_evaluation_link(edition):
    measure(edition)
    row, browser = come(edition), Browser(AFTER)

    assert "Get my link" not in words(browser.get(own_page(row)))
    assert browser.post(own_page(row), deed="link", sent_key=uuid4()).status_code == 409
    assert not LinkTaken.objects.exists()


def test_participant_gives_and_withdraws_consent_to_a_follow_up(edition):
    measure(edition)
    row, browser = come(edition), Browser(AFTER)
    assert "May we ask you in some months" in words(browser.get(own_page(row)))
    browser.post(own_page(row), deed="agree")
    assert FollowUp.objects.count() == 1
    assert "You agreed that we ask you later what you have used from the course." in words(
        browser.get(own_page(row))
    )
    browser.post(own_page(row), deed="decline")

    assert not FollowUp.objects.exists()


def test_own_page_offers_no_form_before_the_end(edition):
    measure(edition, Assessment.NAMED)
    row, browser = come(edition), Browser(BEFORE)

    assert "There is nothing for you to do here now." in words(browser.get(own_page(row)))
    assert browser.get(own_page(row, "assessment")).status_code == 409
    assert browser.post(own_page(row), deed="agree").status_code == 409
    assert not FollowUp.objects.exists()


def test_unconfirmed_participant_or_edition_without_forms_has_no_page(edition):
    row, browser = come(edition), Browser(AFTER)
    assert browser.get(own_page(row)).status_code == 404
    measure(edition, Assessment.NAMED)
    row.state, row.ended_at = RegistrationState.WITHDRAWN, AFTER
    row.save()

    assert browser.get(own_page(row)).status_code == 404
    assert browser.post(own_page(row, "assessment"), **{"q-named": "yes"}).status_code == 404
    assert not Response.objects.exists()

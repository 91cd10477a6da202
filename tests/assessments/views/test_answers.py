"""Participants answer without an account: by wall code, slip or mailed link."""

from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from protect.assessments.actions import slips
from protect.assessments.models import Inquiry, Response
from protect.assessments.statistics.codes import draw_codes, format_code
from protect.kernel import clock
from protect.questionnaires.access import get_form
from protect.trainings.base.enums import Phase
from tests.assessments.answers import post_data_for
from tests.assessments.measured import AFTER, BEFORE, measure
from tests.guards.test_open_pages import wrongs
from tests.trainings.planning import make_edition
from tests.vault.views.desk import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter", "one_connection")]
(CODE,) = draw_codes(1)


@pytest.fixture
def edition(planners):
    return make_edition(planners.host, seat_limit=None)


class Browser:
    """A phone without cookies, at a moment."""

    def __init__(self, at) -> None:
        self.at, self.client = at, Client(headers={"host": "127.0.0.1"})

    def get(self, address):
        with clock.frozen(self.at):
            return self.client.get(address)

    def post(self, address, **fields):
        with clock.frozen(self.at):
            return self.client.post(address, fields)


def address(edition, phase, tag="en"):
    return (
        f"/trainings/{tag}/t/{Inquiry.objects.filter(measuring=edition.pk).get(phase=phase).code}"
    )


def posted_answers(edition, phase, right=0, **more):
    form = get_form("knowledge-a" if phase == Phase.PRE else "knowledge-b")
    return {
        "step": "answers",
        "code": CODE,
        "sent_key": uuid4(),
        **post_data_for(form, right),
        **more,
    }


@contextmanager
def slip_address(edition, planners):
    (token,) = slips.create_slips(planners.scope("pia"), edition, 1, at=AFTER)
    yield f"/trainings/en/s/{token}"


def test_participant_enters_card_then_answers_then_sees_thanks(edition):
    measure(edition)
    browser, page = Browser(BEFORE), address(edition, Phase.PRE)
    first = browser.get(page)
    asked = browser.post(page, step="card", code=format_code(CODE))
    done = browser.post(page, **posted_answers(edition, Phase.PRE, 7))

    assert "Code on your card" in words(first)
    assert f'name="code" value="{CODE}"' in asked.content.decode()
    assert "50 % of the points" in words(done).replace("\u2068", "").replace("\u2069", "")
    assert Response.objects.get().points == 7
    for response in (first, asked, done):
        assert wrongs(response) == []


@pytest.mark.parametrize(
    ("phase", "at", "heading"),
    [(Phase.PRE, BEFORE, "Before the training"), (Phase.POST, AFTER, "After the training")],
)
def test_page_names_pre_test_or_post_test(edition, phase, at, heading):
    measure(edition)
    browser, page = Browser(at), address(edition, phase)
    shown = [browser.get(page), browser.post(page, step="card", code=CODE)]

    assert all(heading in words(response) for response in shown)
    assert all(f"moment--{phase}" in response.content.decode() for response in shown)


def test_mistyped_code_is_refused_at_once_and_not_stored(edition):
    measure(edition)
    wrong = CODE[:-1] + next(letter for letter in "bcdf" if letter != CODE[-1])
    response = Browser(BEFORE).post(address(edition, Phase.PRE), step="card", code=wrong)

    assert response.status_code == 422
    assert "This code has a typing error. Check it and type it again." in words(response)
    assert not Response.objects.exists()


def test_used_card_is_refused_and_another_is_accepted(edition):
    measure(edition)
    browser, page = Browser(BEFORE), address(edition, Phase.PRE)
    browser.post(page, **posted_answers(edition, Phase.PRE))
    response = browser.post(page, step="card", code=CODE)

    assert response.status_code == 409
    assert "This card was used before." in words(response)
    assert browser.post(page, step="card", code=draw_codes(1)[0]).status_code == 200
    assert Response.objects.count() == 1


def test_answer_without_a_card_is_stored_unpaired(edition):
    measure(edition)
    browser, page = Browser(BEFORE), address(edition, Phase.PRE)
    assert browser.post(page, step="card", code="", no_card="1").status_code == 200
    browser.post(page, **posted_answers(edition, Phase.PRE, code=""))

    assert Response.objects.get().pair == ""


def test_page_sent_again_is_stored_once_and_shows_the_same_result(edition):
    measure(edition)
    browser, typed = Browser(AFTER), posted_answers(edition, Phase.POST, 14)
    shown = [words(browser.post(address(edition, Phase.POST), **typed)) for _ in range(2)]

    assert shown[0] == shown[1]
    assert Response.objects.count() == 1


def test_typed_answers_stay_when_the_form_has_mistakes(edition):
    measure(edition)
    typed = posted_answers(edition, Phase.PRE, 3)
    bad = next(question.key for question in get_form("knowledge-a").definition.questions())
    response = Browser(BEFORE).post(address(edition, Phase.PRE), **typed | {f"q-{bad}": "nonsense"})

    assert response.status_code == 422
    assert response.content.decode().count(" checked") >= 2
    assert not Response.objects.exists()


@pytest.mark.parametrize("at", [BEFORE - timedelta(hours=1), AFTER])
def test_closed_form_says_that_it_is_closed(edition, at):
    measure(edition)
    phase = Phase.POST if at < BEFORE else Phase.PRE
    answer = Browser(at).get(address(edition, phase))

    assert answer.status_code == 409
    assert "not open now" in words(answer)


def test_slip_page_is_readable_in_four_languages_and_opens_once(edition, planners):
    measure(edition)
    with slip_address(edition, planners) as page:
        browser = Browser(AFTER)
        for tag in ("en", "fr", "nl", "ar"):
            response = browser.get(page.replace("/en/", f"/{tag}/"))
            assert response.status_code == 200
            assert response["X-Robots-Tag"] == "noindex"
            assert wrongs(response) == []
        typed = {"sent_key": uuid4(), "q-overall": "4", "q-useful": "5"}
        assert "Thank you" in words(browser.post(page, **typed))
        again = browser.post(page, **typed)

    assert again.status_code == 410
    assert "they have arrived" in words(again)
    assert Response.objects.get().answers["values"] == {"overall": 4, "useful": 5}


def test_empty_form_is_not_stored_and_its_slip_stays_valid(edition, planners):
    measure(edition)
    with slip_address(edition, planners) as page:
        browser = Browser(AFTER)
        response = browser.post(page, sent_key=uuid4())
        assert browser.get(page).status_code == 200

    assert response.status_code == 422
    assert "Answer at least one question" in words(response)
    assert "<form" in response.content.decode()
    assert not Response.objects.exists()


def test_question_page_names_a_help_line_of_the_country(edition):
    measure(edition)
    shown = words(Browser(BEFORE).get(address(edition, Phase.PRE, "fr")))

    assert "+32 800" in shown  # a line of Belgium in French, unconfirmed as the demo is


def test_a_live_site_shows_112_instead_of_an_unchecked_line(edition, settings):
    measure(edition)
    settings.IS_DEMO = False
    shown = words(Browser(BEFORE).get(address(edition, Phase.PRE, "fr")))

    assert "En danger ? Appelez le 112." in shown
    assert "+32800" not in shown


def test_a_cancelled_training_has_no_test_page(edition):
    measure(edition)
    page = address(edition, Phase.PRE)
    edition.state, edition.state_reason = "cancelled", "Demo"
    edition.save()

    assert Browser(BEFORE).get(page).status_code == 404

"""What somebody is told who shows once more that it is them: before it, and after it."""

from datetime import timedelta

import pytest

from protect.vault.models import Draft
from tests.vault.cast import serve
from tests.vault.signing import OTHER, make_person, make_team
from tests.vault.views.desk import Desk, led_to, words

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=11)  # a step-up is over by then
CODES = {"code_1": "AAAAA", "code_2": "BBBBB", "code_3": ""}


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def jonas(team):
    person = make_person("jonas")
    serve(person, team.organisation, "protection_officer")
    return person


@pytest.fixture
def dana(team):
    person = make_person("dana")
    serve(person, team.organisation, "organisation_admin")
    return person


def test_after_a_wrong_passphrase_and_the_right_one_the_history_is_back_and_gives_its_file(
    team, jonas
):
    desk = Desk().sign_in(jonas)
    desk.at += LATER
    page = f"/organisations/{team.organisation_id}/history"
    asked = desk.get(f"{page}.csv").headers["Location"]
    assert "The file contains names and what each person did, and it leaves this system." in words(
        desk.get(asked)
    )

    wrong = desk.post(asked, password=OTHER)
    right = desk.post(asked, password=jonas.password)

    assert "The passphrase is not correct. Your work is safe. Try again." in words(wrong)
    assert led_to(right) == page
    shown = words(desk.get(page))
    assert "You have confirmed that it is you. Save the file now." in shown
    assert "The passphrase is not correct. Your work is safe. Try again." not in shown
    assert "attachment" in desk.get(f"{page}.csv").headers["Content-Disposition"]


def test_what_else_asks_for_a_proof_says_nothing_of_a_file(jonas):
    desk = Desk().sign_in(jonas)
    desk.at += LATER

    asked = desk.get("/security/code").headers["Location"]

    assert "Confirm that it is you in one of these ways." in words(desk.get(asked))
    assert led_to(desk.post(asked, password=jonas.password)) == "/security/code"
    assert "You have confirmed that it is you. Save the file now." not in words(
        desk.get("/security/code")
    )


def test_codes_that_were_sent_too_late_are_not_kept_and_the_page_says_so(team, dana):
    desk, page = Desk().sign_in(dana), f"/teams/{team.pk}/kit"
    desk.at += LATER

    asked = desk.post(page, **CODES).headers["Location"]
    assert "Files, codes and passphrases are never kept" in words(desk.get(asked))
    answer = desk.post(asked, password=dana.password)

    assert led_to(answer) == page
    shown = desk.get(page)
    assert "too much time had passed, so nothing was saved." in words(shown)
    assert "AAAAA" not in shown.content.decode()
    assert not Draft.objects.exists()
    assert "too much time had passed, so nothing was saved." not in words(desk.get(page))


def test_codes_that_were_sent_while_locked_are_not_kept_and_the_page_says_so(team, dana):
    desk, page = Desk().sign_in(dana), f"/teams/{team.pk}/kit"
    desk.post("/lock")

    locked = desk.post(page, **CODES).headers["Location"]
    answer = desk.post(locked, password=dana.password)

    assert led_to(answer) == page
    assert "too much time had passed, so nothing was saved." in words(desk.get(page))


def test_a_button_that_was_pressed_too_late_brought_nothing(team, dana):
    desk, page = Desk().sign_in(dana), f"/teams/{team.pk}/kit"
    desk.at += LATER

    asked = desk.post(page, code_1="").headers["Location"]

    assert "before" not in asked
    assert "never kept" not in words(desk.get(asked))

"""Where one is signed in, who tried to, and how that ends: as one's page shows it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from protect.vault.models import UnlockSession
from tests.vault.signing import AT, OTHER, PASSWORD, make_person
from tests.vault.views.desk import Desk, led_to, words

NOBODYS = "00000000-0000-4000-8000-000000000000"
pytestmark = pytest.mark.django_db
AMAL_IS_KEPT = True


def test_the_page_shows_the_last_sign_ins_and_the_refused_ones_with_the_reason(amal, desk):
    assert "Signed in." in words(desk.get("/security"))
    bela = make_person("bela")
    for person in (amal, bela):
        Desk().post("/sign-in", email=person.user.email, password=OTHER)

    said = words(desk.get("/security"))

    refused = "A sign-in was attempted. Refused The e-mail address or passphrase was wrong."
    assert said.count(refused) == 1


def test_a_passphrase_that_somebody_typed_elsewhere_is_pointed_out(amal, desk):
    assert "typed in another browser" not in words(desk.get("/security"))
    Desk().post("/sign-in", email=amal.user.email, password=PASSWORD)

    said = words(desk.get("/security"))

    assert "Your passphrase was typed in another browser" in said
    assert "Second step missing" in said


def test_sessions_are_shown_as_time_has_left_them():
    dana = make_person("dana", at=AT - timedelta(hours=12))
    for began in (timedelta(hours=9), timedelta(minutes=30)):
        Desk(at=AT - began).sign_in(dana)

    said = words(Desk().sign_in(dana).get("/security"))

    assert said.count("Another browser") == 1  # that of nine hours ago is over
    assert "Another browser Locked" in said
    assert "This browser Unlocked" in said


def test_another_browser_is_signed_out(amal, desk):
    elsewhere = Desk(at=AT + timedelta(minutes=1)).sign_in(amal)
    here, there = UnlockSession.objects.order_by("seen")

    answer = desk.post(f"/security/sessions/{there.pk}/end")

    assert led_to(answer) == "/security"
    assert led_to(elsewhere.get("/keys")) == "/sign-in"
    assert UnlockSession.objects.get() == here


def test_sessions_of_others_ended_ones_and_ones_own_are_all_missing(desk):
    own = UnlockSession.objects.get().pk
    Desk().sign_in(make_person("bela"))
    theirs = UnlockSession.objects.exclude(pk=own).get().pk

    answers = [desk.post(f"/security/sessions/{pk}/end") for pk in (own, theirs, uuid4())]

    assert {each.status_code for each in answers} == {404}
    assert len({words(each) for each in answers}) == 1
    assert UnlockSession.objects.count() == 2


def test_all_other_browsers_are_signed_out_at_once(amal, desk):
    for minutes in (1, 2):
        Desk(at=AT + timedelta(minutes=minutes)).sign_in(amal)
    bela = Desk().sign_in(make_person("bela"))

    assert "End all others" in words(desk.get("/security"))
    assert led_to(desk.post("/security/sessions/end")) == "/security"

    assert UnlockSession.objects.filter(user=amal.user).count() == 1
    assert desk.get("/keys").status_code == 200
    assert bela.get("/keys").status_code == 200


@pytest.mark.parametrize("page", ["sessions/end", f"sessions/{NOBODYS}/end"])
def test_no_session_ends_by_looking(desk, page):
    assert desk.get(f"/security/{page}").status_code == 405


def test_a_refused_try_alone_asks_for_no_new_passphrase(desk):
    page = words(desk.get("/security"))

    assert "If an entry without the mark “Refused” was not you, change your passphrase" in page
    assert "because of it alone you need not change anything." in page

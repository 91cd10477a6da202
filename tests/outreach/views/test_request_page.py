"""Asking for an information session without an account: the form, and the asker's own page."""

import pytest
from django.test import Client

from protect.outreach.actions.request_form import make_token
from protect.outreach.models import SessionRequest
from protect.outreach.views import public_pages
from tests.outreach.requests import KNOWN, make_request, typed
from tests.vault.views.desk import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter", "one_connection")]
ASK = "/trainings/en/ask"


@pytest.fixture
def visitor():
    return Client(headers={"host": "127.0.0.1"})


def test_a_request_leads_to_a_page_of_its_own_and_leaves_no_cookie(visitor):
    answer = visitor.post(ASK, typed())
    row = SessionRequest.objects.get()

    assert answer.status_code == 303
    assert answer["Location"] == f"{ASK}/{make_token(row.pk)}"
    assert (row.place.name, row.country_id, row.state) == ("Liège", "BE", "received")
    assert row.languages.get().pk == "fr"
    own = visitor.get(answer["Location"])
    assert "Received" in words(own)
    assert own["X-Robots-Tag"] == "noindex"
    assert not visitor.cookies


def test_the_same_form_twice_leads_to_the_same_page(visitor):
    fields = typed()
    first, second = (visitor.post(ASK, fields)["Location"] for _ in range(2))

    assert first == second
    assert SessionRequest.objects.count() == 1


def test_a_name_that_several_places_have_is_asked_about_and_the_form_is_kept(visitor):
    fields = typed(place="Halle")
    answer = visitor.post(ASK, fields)
    choices = answer.context["form"].fields["which"].choices

    assert answer.status_code == 422
    assert len(choices) > 1
    assert b'value="Demo School"' in answer.content
    assert not SessionRequest.objects.exists()
    visitor.post(ASK, fields | {"which": choices[1][0]})
    assert str(SessionRequest.objects.get().place_id) == choices[1][0]


def test_an_unknown_place_and_what_is_missing_stand_at_their_fields(visitor):
    answer = visitor.post(ASK, typed(place="Qqqqqqqq", asker="", contact_email="nobody"))

    assert answer.status_code == 422
    assert {*answer.context["form"].errors} == {"place", "asker", "contact_email"}
    assert not SessionRequest.objects.exists()


def test_a_form_of_another_site_is_refused(visitor):
    answer = visitor.post(ASK, typed(), headers={"origin": "https://elsewhere.test"})

    assert answer.status_code == 403
    assert not SessionRequest.objects.exists()


def test_the_asker_sees_what_is_missing_and_completes_it(visitor):
    row = make_request()
    address = f"{ASK}/{make_token(row.pk)}"
    assert "Safeguarding lead" in words(visitor.get(address))
    said = {
        **KNOWN,
        "teacher_present": "yes",
        "accepts_protocol": "yes",
        "contact_name": "Demo Teacher",
        "said": "Room 4 instead",
        "edited": row.edited,
    }
    saved = visitor.post(address, said)
    assert saved.status_code == 303
    assert "Saved." in words(visitor.get(saved["Location"]))

    row.refresh_from_db()
    assert {name: getattr(row, name) for name in KNOWN} == KNOWN
    assert "Answers we need before we can come" not in words(visitor.get(address))
    assert "Saved." not in words(visitor.get(address))


def test_two_tabs_do_not_save_over_each_other_and_both_versions_are_shown(visitor):
    row = make_request()
    address, opened = f"{ASK}/{make_token(row.pk)}", row.edited
    one = {"contact_name": "Demo Teacher", "edited": opened, "languages": ["nl", "fr"]}
    visitor.post(address, one | {"dates": "On Mondays", "teacher_present": "yes"})
    other = one | {"dates": "On Fridays", "teacher_present": "no"}
    refused = visitor.post(address, other)
    row.refresh_from_db()

    assert (refused.status_code, row.dates, row.teacher_present) == (409, "On Mondays", True)
    assert b'value="On Fridays"' in refused.content
    assert [value for _label, value in refused.context["edit_conflicts"]] == ["On Mondays", "Yes"]
    assert visitor.post(address, other | {"edited": row.edited}).status_code == 303
    row.refresh_from_db()
    assert row.dates == "On Fridays"


def test_what_was_answered_with_no_is_not_said_to_be_unanswered(visitor):
    row = make_request(**KNOWN | {"teacher_present": False})
    shown = visitor.get(f"{ASK}/{make_token(row.pk)}")

    assert (
        "You answered no to these points. We cannot hold a session unless you change your answer"
        in words(shown)
    )
    assert "Answers we need before we can come" not in words(shown)
    assert len(shown.context["refused"]) == 1


def test_one_address_says_no_more_than_five_things_of_a_request_in_a_minute(visitor):
    address, elsewhere = f"{ASK}/{make_token(make_request().pk)}", "203.0.113.64"
    said = {"contact_name": "Demo Teacher", "said": "Room 4"}
    codes = [
        visitor.post(address, said | {"edited": 1 + number}, REMOTE_ADDR=elsewhere).status_code
        for number in range(public_pages.MAX_REQUESTS_PER_MINUTE)
    ]
    refused = visitor.post(address, said | {"said": "Room 5"}, REMOTE_ADDR=elsewhere)

    assert {*codes} == {303}
    assert refused.status_code == 429
    assert SessionRequest.objects.get().said == "Room 4"


def test_a_request_that_was_declined_says_why_and_has_no_form(visitor):
    row = make_request(state="declined", reason="Too far", alternative="Take the pack")
    shown = visitor.get(f"{ASK}/{make_token(row.pk)}")

    assert "Too far" in words(shown)
    assert "Take the pack" in words(shown)
    assert b"<form" not in shown.content
    assert visitor.post(f"{ASK}/{make_token(row.pk)}", {"said": "Please"}).status_code == 200
    row.refresh_from_db()
    assert row.said == ""


def test_an_unknown_link_is_not_found(visitor):
    assert visitor.get(f"{ASK}/{'0' * 64}").status_code == 404

"""The public request form, and the requester's own page."""

import pytest
from django.test import Client

from protect.outreach.actions.request_form import make_token
from protect.outreach.models import SessionRequest
from protect.outreach.views import public_pages
from tests.outreach.requests import SCHOOL_ANSWERS, make_request, posted_request
from tests.vault.views.desk import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter", "one_connection")]
ASK = "/trainings/en/ask"


@pytest.fixture
def visitor():
    return Client(headers={"host": "127.0.0.1"})


def test_request_redirects_to_its_own_page_without_a_cookie(visitor):
    response = visitor.post(ASK, posted_request())
    row = SessionRequest.objects.get()

    assert response.status_code == 303
    assert response["Location"] == f"{ASK}/{make_token(row.pk)}"
    assert (row.place.name, row.country_id, row.state) == ("Liège", "BE", "received")
    assert row.languages.get().pk == "fr"
    own = visitor.get(response["Location"])
    assert "Received" in words(own)
    assert own["X-Robots-Tag"] == "noindex"
    assert not visitor.cookies


def test_form_sent_twice_redirects_to_the_same_page(visitor):
    fields = posted_request()
    first, second = (visitor.post(ASK, fields)["Location"] for _ in range(2))

    assert first == second
    assert SessionRequest.objects.count() == 1


def test_ambiguous_place_name_is_refused_and_typed_values_stay(visitor):
    fields = posted_request(place="Halle")
    response = visitor.post(ASK, fields)
    choices = response.context["form"].fields["which"].choices

    assert response.status_code == 422
    assert len(choices) > 1
    assert b'value="Demo School"' in response.content
    assert not SessionRequest.objects.exists()
    visitor.post(ASK, fields | {"which": choices[1][0]})
    assert str(SessionRequest.objects.get().place_id) == choices[1][0]


def test_unknown_place_and_missing_fields_are_shown_at_their_fields(visitor):
    response = visitor.post(ASK, posted_request(place="Qqqqqqqq", asker="", contact_email="nobody"))

    assert response.status_code == 422
    assert {*response.context["form"].errors} == {"place", "asker", "contact_email"}
    assert not SessionRequest.objects.exists()


def test_cross_site_post_is_refused(visitor):
    response = visitor.post(ASK, posted_request(), headers={"origin": "https://elsewhere.test"})

    assert response.status_code == 403
    assert not SessionRequest.objects.exists()


def test_requester_sees_missing_fields_and_completes_them(visitor):
    row = make_request()
    address = f"{ASK}/{make_token(row.pk)}"
    assert "Safeguarding lead" in words(visitor.get(address))
    said = {
        **SCHOOL_ANSWERS,
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
    assert {name: getattr(row, name) for name in SCHOOL_ANSWERS} == SCHOOL_ANSWERS
    assert "Answers we need before we can come" not in words(visitor.get(address))
    assert "Saved." not in words(visitor.get(address))


def test_second_tab_sees_both_versions_instead_of_overwriting(visitor):
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


def test_field_answered_with_no_is_not_shown_as_unanswered(visitor):
    row = make_request(**SCHOOL_ANSWERS | {"teacher_present": False})
    response = visitor.get(f"{ASK}/{make_token(row.pk)}")

    assert (
        "You answered no to these points. We cannot hold a session unless you change your answer"
        in words(response)
    )
    assert "Answers we need before we can come" not in words(response)
    assert len(response.context["refused"]) == 1


def test_changes_per_request_and_ip_address_are_limited_per_minute(visitor):
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


def test_declined_request_shows_the_reason_and_no_form(visitor):
    row = make_request(state="declined", reason="Too far", alternative="Take the pack")
    response = visitor.get(f"{ASK}/{make_token(row.pk)}")

    assert "Too far" in words(response)
    assert "Take the pack" in words(response)
    assert b"<form" not in response.content
    assert visitor.post(f"{ASK}/{make_token(row.pk)}", {"said": "Please"}).status_code == 200
    row.refresh_from_db()
    assert row.said == ""


def test_an_unknown_link_is_not_found(visitor):
    assert visitor.get(f"{ASK}/{'0' * 64}").status_code == 404

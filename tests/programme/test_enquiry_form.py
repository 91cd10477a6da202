"""The forms of the programme's site: what arrives, and what is refused."""

from datetime import timedelta

import pytest

from protect.kernel import clock
from protect.programme import registers
from protect.programme.enums import EnquiryKind
from protect.programme.models import Enquiry
from protect.programme.views.enquiry_form import MAX_ENQUIRIES_PER_MINUTE
from protect.ui.form_stamps import VALID_SECONDS
from tests.programme.enquiring import FORM, sent_form, visitor

pytestmark = pytest.mark.usefixtures("site")
TRAINING = "/en/take-action/training"


def refused(response) -> None:
    assert response.status_code == 422
    assert not Enquiry.objects.exists()
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("kind", EnquiryKind)
def test_each_kind_of_enquiry_arrives(kind):
    path = f"/fr/take-action/{kind}"
    assert visitor().get(path).status_code == 200

    response = visitor().post(path, sent_form(kind))

    enquiry = Enquiry.objects.get()
    assert (response.status_code, response["Location"]) == (303, "/fr/take-action/sent")
    assert (enquiry.kind, enquiry.country_id, enquiry.language_id) == (kind, "BE", "fr")
    assert (enquiry.sender, enquiry.message) == (FORM["organisation"], FORM["message"])
    assert "Votre message est envoyé" in visitor().get(response["Location"]).content.decode()


def test_a_reload_saves_nothing_again():
    form = sent_form()

    for _ in range(2):
        assert visitor().post(TRAINING, form).status_code == 303

    assert Enquiry.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"country": ""}, "Choose a country."),
        ({"country": "XX"}, "Choose a country."),
        ({"organisation": "  "}, "Write the name of your organisation or school."),
        ({"reply_to": "demo"}, "Write an e-mail address"),
        ({"message": "Hi"}, "Write a message of 10 to 2,000 characters."),
        ({"message": "x" * 2001}, "Write a message of 10 to 2,000 characters."),
        ({"stamp": "forged"}, "This form was open for more than a day"),
        ({"sent_key": "none"}, "This form was open for more than a day"),
    ],
)
def test_a_wrong_field_is_named_and_what_was_typed_stays(change, message):
    response = visitor().post(TRAINING, sent_form(**change))

    refused(response)
    text = response.content.decode()
    assert message in text
    assert change.get("organisation") is not None or FORM["organisation"] in text


def test_a_stamp_of_another_form_or_day_is_refused():
    refused(visitor().post(TRAINING, sent_form("group")))
    form = sent_form()
    with clock.frozen(clock.now() + timedelta(seconds=VALID_SECONDS + 60)):
        refused(visitor().post(TRAINING, form))


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}]
)
def test_a_form_of_another_site_is_refused(headers):
    response = visitor(**headers).post(TRAINING, sent_form())

    assert response.status_code == 403
    assert not Enquiry.objects.exists()


def test_a_program_that_fills_in_the_hidden_field_is_thanked_and_not_heard():
    response = visitor().post(TRAINING, sent_form(website="https://spam.example"))

    assert response.status_code == 303
    assert not Enquiry.objects.exists()


def test_an_address_sends_few_enquiries_in_a_minute():
    address = {"REMOTE_ADDR": "192.0.2.9"}
    with clock.frozen(clock.now().replace(second=1)):
        statuses = [
            visitor().post(TRAINING, sent_form(), **address).status_code
            for _ in range(MAX_ENQUIRIES_PER_MINUTE + 1)
        ]

    assert statuses == [303] * MAX_ENQUIRIES_PER_MINUTE + [429]
    assert Enquiry.objects.count() == MAX_ENQUIRIES_PER_MINUTE


@pytest.mark.parametrize("kind", ["session", "none"])
def test_a_kind_without_a_form_of_its_own_is_not_found(kind):
    assert visitor().get(f"/en/take-action/{kind}").status_code == 404
    assert visitor().post(f"/en/take-action/{kind}", sent_form(kind)).status_code == 404


def test_each_way_to_take_part_leads_to_a_form():
    rows = registers.ways_to_take_part()

    assert {row.code for row in rows if not row.path} == set(EnquiryKind)
    for row in rows:
        if row.path:
            assert visitor().get(row.path.replace("{tag}", "en")).status_code == 200

"""Wrong and unknown certificate numbers in an address get the same answer."""

from uuid import UUID, uuid4

import pytest

from protect.certificates.actions import certificates
from protect.certificates.rules import printed_number
from tests.certificates.views.test_public_pages import NAME, OPEN, browser, get, post, row
from tests.trainings.finished import LATER
from tests.vault.views.desk import words

__all__ = ["row"]  # a fixture
UNKNOWN = "No certificate has this number. Compare it with the paper, group by group."
FIELD = 'name="number"'


@pytest.mark.django_db
@pytest.mark.parametrize("number", [str(UUID(int=7)), "3F2A 91BC", "x" * 300, "%20", "%00"])
def test_wrong_number_in_an_address_is_answered_with_advice(number):
    response = get(f"/trainings/en/c/{number}")

    shown = words(response)
    assert response.status_code == 404
    assert {name: response.headers.get(name) for name in OPEN} == OPEN
    assert UNKNOWN in shown
    assert "do not rely on the paper: ask the organisation that it names" in shown
    assert "This link does not work" not in shown
    html = response.content.decode()
    assert FIELD in html
    assert html.count('action="/trainings/en/check"') == 2


@pytest.mark.django_db
def test_unknown_and_malformed_numbers_get_the_same_answer():
    numbers = [str(uuid4()), "no-number-of-any-certificate-at-all!"]
    pages = [get(f"/trainings/en/c/{number}").content.decode() for number in numbers]

    bare = [page.replace(number, "") for page, number in zip(pages, numbers, strict=True)]
    assert bare[0] == bare[1]


def test_name_check_at_an_unknown_number_gets_the_same_answer(row):
    number = uuid4()

    tried = post(f"/trainings/en/c/{number}", name=NAME)

    assert (tried.status_code, UNKNOWN in words(tried)) == (404, True)
    assert tried.content == get(f"/trainings/en/c/{number}").content


def test_number_as_it_is_printed_opens_the_page_from_an_address(row):
    number = printed_number(row.credential)

    lead = browser().get(f"/certificates/{number}")
    response = get(lead["Location"])

    assert (response.status_code, response.context["certificate"]) == (200, row)


@pytest.mark.django_db
def test_wrong_number_in_a_printed_address_gets_the_same_answer():
    lead = browser().get("/certificates/3F2A-91BC")

    assert UNKNOWN in words(get(lead["Location"]))


def test_revoked_certificate_is_not_called_unknown(planners, row):
    certificates.revoke_certificate(planners.scope("pia"), row, at=LATER, reason="Demo")

    assert UNKNOWN not in words(get(f"/trainings/en/c/{row.credential}"))

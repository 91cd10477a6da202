"""A requester is erased after a year; the numbers of the request are kept."""

from datetime import timedelta

import pytest

from protect.outreach.actions.request_form import make_token
from protect.outreach.actions.requests import erase_old_requests
from protect.outreach.models import SessionRequest
from tests.outreach.requests import make_request, make_request_session
from tests.trainings.planning import AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]
YEAR = timedelta(days=365)
SECRETS = ("Demo Teacher", "teacher@demo.example", "Demo Lead", "Mondays", "Room 4")


def make_old_request(**given) -> SessionRequest:
    words = {"safeguarding_lead": "Demo Lead", "dates": "Mondays", "said": "Room 4"}
    return make_request(**words | given)


def test_requester_is_erased_after_a_year():
    row = make_old_request()

    assert erase_old_requests(at=AT + YEAR + timedelta(seconds=1)) == 1
    left = str(SessionRequest.objects.filter(pk=row.pk).values().get())
    assert not [word for word in SECRETS if word in left]
    assert "Demo School" in left
    assert erase_old_requests(at=AT + 2 * YEAR) == 0


def test_link_of_an_erased_request_is_not_found(client):
    row = make_old_request()
    erase_old_requests(at=AT + YEAR + timedelta(seconds=1))
    row.refresh_from_db()

    assert len(row.token_hash) < 64
    assert make_token(row.pk) not in row.token_hash


@pytest.mark.parametrize("given", [{"received_at": AT}, {"moved_at": AT + timedelta(days=9)}])
def test_request_is_kept_within_the_year(given):
    row = make_old_request(**given)

    assert erase_old_requests(at=AT + YEAR) == 0
    row.refresh_from_db()
    assert row.contact_name == "Demo Teacher"


def test_retention_year_begins_after_the_last_session():
    row = make_old_request()
    make_request_session(row, AT + timedelta(days=100))

    assert erase_old_requests(at=AT + YEAR + timedelta(days=1)) == 0
    assert erase_old_requests(at=AT + YEAR + timedelta(days=101)) == 1

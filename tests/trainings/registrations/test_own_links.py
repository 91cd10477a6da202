"""A participant's own link depends on the database and the match key together."""

import pytest
from django.http import Http404

from protect.notices.models import Outgoing
from protect.trainings.registrations.access import get_registration_by_token
from protect.trainings.registrations.actions import register
from protect.trainings.registrations.actions.mail import mail_own_links
from protect.trainings.registrations.actions.register import Origin
from protect.trainings.registrations.enums import Source
from tests.refusals import refuses
from tests.trainings.planning import AT, make_edition, make_participant

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(planners):
    return make_edition(planners.host, seat_limit=9)


def make_applicant(edition):
    return register.register_participant(
        edition, make_participant(edition.host), Origin(Source.APPLIED), at=AT
    )


def mailed() -> set[str]:
    return {mail.link.rsplit("/", 1)[1] for mail in Outgoing.objects.all()}


def test_mailed_link_stays_valid_after_a_secret_key_change(edition, settings):
    row = make_applicant(edition)
    (token,) = mailed()

    settings.SECRET_KEY = "another secret of the server, 0123456789"
    mail_own_links([row], at=AT)

    assert mailed() == {token}
    assert get_registration_by_token(token) == row


def test_own_link_cannot_be_computed_from_the_match_key_alone(edition):
    """What an attacker would have to guess as well: 32 random bytes of each row."""
    rows = [make_applicant(edition) for _ in range(4)]
    salts = {bytes(row.link_salt) for row in rows}
    assert {len(salt) for salt in salts} == {32}
    assert len(salts) == len(rows)

    token = rows[0].own_token()
    rows[0].link_salt = b"\0" * 32

    assert rows[0].own_token() != token
    with pytest.raises(Http404):
        get_registration_by_token(rows[0].own_token())


def test_own_link_cannot_be_computed_from_the_database_alone(edition, settings):
    row = make_applicant(edition)
    token = row.own_token()

    settings.MATCH_KEYS = [b"o" * 32]
    assert row.own_token() != token
    with pytest.raises(Http404):
        get_registration_by_token(row.own_token())

    settings.MATCH_KEYS = []
    with refuses("match_key_missing"):
        row.own_token()


def test_higher_link_number_gives_another_link(edition):
    row = make_applicant(edition)
    before = row.own_token()
    row.link_number += 1

    assert row.own_token() != before

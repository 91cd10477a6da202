"""A participant's own link: what makes it, and what does not."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.http import Http404

from protect.notices.models import Outgoing
from protect.trainings.access import get_own, token_hash
from protect.trainings.actions import entering
from protect.trainings.actions.entering import Entry
from protect.trainings.actions.mailing import tell_link
from protect.trainings.enums import Source
from protect.trainings.links import own_token
from protect.trainings.models import Registration
from protect.vault.errors import MatchKeyMissing
from tests.trainings.planning import AT, make_edition, make_participant

MIGRATION = import_module("protect.trainings.migrations.0006_registration_link_salt")

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(planners):
    return make_edition(planners.host, seat_limit=9)


def come(edition):
    return entering.enter(edition, make_participant(edition.host), Entry(Source.APPLIED), at=AT)


def mailed() -> set[str]:
    return {each.link.rsplit("/", 1)[1] for each in Outgoing.objects.all()}


def test_a_mailed_link_opens_and_stays_the_same_with_another_secret_key(edition, settings):
    row = come(edition)
    (token,) = mailed()

    settings.SECRET_KEY = "another secret of the server, 0123456789"
    tell_link([row], at=AT)

    assert mailed() == {token}
    assert get_own(token) == row


def test_with_the_match_key_alone_a_link_cannot_be_made(edition):
    """What an attacker would have to guess as well: 32 random bytes of each row."""
    rows = [come(edition) for _ in range(4)]
    salts = {bytes(row.link_salt) for row in rows}
    assert {len(salt) for salt in salts} == {32}
    assert len(salts) == len(rows)

    token = own_token(rows[0])
    rows[0].link_salt = b"\0" * 32

    assert own_token(rows[0]) != token
    with pytest.raises(Http404):
        get_own(own_token(rows[0]))


def test_with_the_database_alone_a_link_cannot_be_made(edition, settings):
    row = come(edition)
    token = own_token(row)

    settings.MATCH_KEYS = [b"o" * 32]
    assert own_token(row) != token
    with pytest.raises(Http404):
        get_own(own_token(row))

    settings.MATCH_KEYS = []
    with pytest.raises(MatchKeyMissing):
        own_token(row)


def test_a_higher_number_makes_another_link(edition):
    row = come(edition)
    before = own_token(row)
    row.link_number += 1

    assert own_token(row) != before


def test_links_that_were_mailed_before_the_salts_open_until_the_next_mail(edition):
    rows = [come(edition), come(edition)]
    for row in rows:
        row.link_salt, row.token_hash = b"\0" * 32, token_hash(f"old {row.pk}")
        row.save()

    MIGRATION.fill(apps, None)

    made = Registration.objects.in_bulk([row.pk for row in rows])
    assert len({bytes(row.link_salt) for row in made.values()}) == len(rows)
    assert [get_own(f"old {row.pk}") for row in rows] == rows
    tell_link(made.values(), at=AT)
    assert [get_own(own_token(made[row.pk])) for row in rows] == rows

"""Each database constraint of checks, tried with rows that it must refuse."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from protect.orgs.models import User
from protect.verification.models import CallTest, ProviderLink, QueueItem
from tests.verification.nights import NOW, entry

DAY = timedelta(days=1)


@pytest.fixture
def world(db):
    people = [User.objects.create_user(f"{name}@demo.example") for name in ("vito", "vera")]
    return SimpleNamespace(service=entry(), vito=people[0], vera=people[1])


def item(world, **given):
    fields = {"service": world.service, "country_id": "MT", "opened_at": NOW}
    return QueueItem(**fields | given)


def call(world, **given):
    fields = {
        "service": world.service,
        "numbers": ["112"],
        "heard": "Demo",
        "by": world.vito,
        "at": NOW,
    }
    return CallTest(**fields | given)


def link(world, **given):
    fields = {
        "service": world.service,
        "token_hash": "a" * 64,
        "created": NOW,
        "expires": NOW + DAY,
    }
    return ProviderLink(**fields | given)


def claimed_item(world, **given):
    fields = {"state": "claimed", "claimed_by": world.vito, "leased_until": NOW}
    return item(world, **fields | given)


INVALID_ROWS = [
    ("verification_queue_one_waiting", lambda world: [item(world), item(world)]),
    ("verification_queue_one_waiting", lambda world: [item(world), claimed_item(world)]),
    (
        "verification_queue_claimed_has_a_lease",
        lambda world: [claimed_item(world, leased_until=None)],
    ),
    (
        "verification_queue_claimed_has_a_lease",
        lambda world: [claimed_item(world, claimed_by=None)],
    ),
    ("verification_queue_claimed_has_a_lease", lambda world: [item(world, leased_until=NOW)]),
    ("verification_queue_closed_has_a_date", lambda world: [item(world, state="done")]),
    ("verification_queue_closed_has_a_date", lambda world: [item(world, closed_at=NOW)]),
    ("verification_queue_closed_has_a_date", lambda world: [claimed_item(world, closed_at=NOW)]),
    ("verification_call_one_waiting", lambda world: [call(world), call(world, by=world.vera)]),
    (
        "verification_call_by_two_people",
        lambda world: [call(world, state="confirmed", second=world.vito, ended_at=NOW)],
    ),
    (
        "verification_call_ended_has_a_date",
        lambda world: [call(world, state="confirmed", second=world.vera)],
    ),
    ("verification_call_ended_has_a_date", lambda world: [call(world, ended_at=NOW)]),
    ("verification_link_expires_after_it_began", lambda world: [link(world, expires=NOW)]),
    ("unique token_hash", lambda world: [link(world), link(world)]),
]


@pytest.mark.parametrize(("name", "make"), INVALID_ROWS)
def test_database_refuses_invalid_rows(world, name, make):
    *valid_rows, invalid_row = make(world)
    for row in valid_rows:
        row.save(force_insert=True)
    before = type(invalid_row)._default_manager.count()

    with pytest.raises(IntegrityError), transaction.atomic():
        invalid_row.save(force_insert=True)

    assert type(invalid_row)._default_manager.count() == before


@pytest.mark.parametrize(
    "make",
    [
        lambda world: [item(world, state="done", closed_at=NOW), item(world)],
        lambda world: [
            item(world, state="handed_on", claimed_by=world.vito, closed_at=NOW),
            claimed_item(world),
        ],
        lambda world: [call(world, state="lapsed", ended_at=NOW), call(world)],
        lambda world: [call(world, state="confirmed", second=world.vera, ended_at=NOW)],
        lambda world: [link(world), link(world, token_hash="b" * 64, by=world.vito)],
    ],
)
def test_database_accepts_valid_rows(world, make):
    rows = make(world)
    for row in rows:
        row.save(force_insert=True)

    assert all(type(row)._default_manager.filter(pk=row.pk).exists() for row in rows)

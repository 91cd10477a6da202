"""Each constraint of what keeps the directory true, tried with a row that it must refuse."""

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


def item(w, **given):
    fields = {"service": w.service, "country_id": "MT", "opened_at": NOW}
    return QueueItem(**fields | given)


def call(w, **given):
    fields = {"service": w.service, "numbers": ["112"], "heard": "Demo", "by": w.vito, "at": NOW}
    return CallTest(**fields | given)


def link(w, **given):
    fields = {"service": w.service, "token_hash": "a" * 64, "created": NOW, "expires": NOW + DAY}
    return ProviderLink(**fields | given)


def held(w, **given):
    fields = {"state": "claimed", "claimed_by": w.vito, "leased_until": NOW}
    return item(w, **fields | given)


BAD = [
    ("verification_queue_one_waiting", lambda w: [item(w), item(w)]),
    ("verification_queue_one_waiting", lambda w: [item(w), held(w)]),
    ("verification_queue_claimed_has_a_lease", lambda w: [held(w, leased_until=None)]),
    ("verification_queue_claimed_has_a_lease", lambda w: [held(w, claimed_by=None)]),
    ("verification_queue_claimed_has_a_lease", lambda w: [item(w, leased_until=NOW)]),
    ("verification_queue_closed_has_a_date", lambda w: [item(w, state="done")]),
    ("verification_queue_closed_has_a_date", lambda w: [item(w, closed_at=NOW)]),
    ("verification_queue_closed_has_a_date", lambda w: [held(w, closed_at=NOW)]),
    ("verification_call_one_waiting", lambda w: [call(w), call(w, by=w.vera)]),
    (
        "verification_call_by_two_people",
        lambda w: [call(w, state="confirmed", second=w.vito, ended_at=NOW)],
    ),
    ("verification_call_ended_has_a_date", lambda w: [call(w, state="confirmed", second=w.vera)]),
    ("verification_call_ended_has_a_date", lambda w: [call(w, ended_at=NOW)]),
    ("verification_link_expires_after_it_began", lambda w: [link(w, expires=NOW)]),
    ("unique token_hash", lambda w: [link(w), link(w)]),
]


@pytest.mark.parametrize(("name", "make"), BAD)
def test_database_refuses_invalid_rows(world, name, make):
    *standing, bad = make(world)
    for row in standing:
        row.save(force_insert=True)
    before = type(bad)._default_manager.count()

    with pytest.raises(IntegrityError), transaction.atomic():
        bad.save(force_insert=True)

    assert type(bad)._default_manager.count() == before


@pytest.mark.parametrize(
    "make",
    [
        lambda w: [item(w, state="done", closed_at=NOW), item(w)],
        lambda w: [item(w, state="handed_on", claimed_by=w.vito, closed_at=NOW), held(w)],
        lambda w: [call(w, state="lapsed", ended_at=NOW), call(w)],
        lambda w: [call(w, state="confirmed", second=w.vera, ended_at=NOW)],
        lambda w: [link(w), link(w, token_hash="b" * 64, by=w.vito)],
    ],
)
def test_database_accepts_valid_rows(world, make):
    rows = make(world)
    for row in rows:
        row.save(force_insert=True)

    assert all(type(row)._default_manager.filter(pk=row.pk).exists() for row in rows)

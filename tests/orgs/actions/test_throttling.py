from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from protect.orgs import actions, rules
from protect.orgs.models import Attempt
from tests.orgs.conftest import AT
from tests.orgs.traces import everything

HERE, ELSEWHERE = "192.0.2.7", "198.51.100.9"


def fail(times: int, account="amal@demo.example", network=HERE, at=AT) -> None:
    for _ in range(times):
        actions.failed(account, network, at=at)


def left(account="amal@demo.example", network=HERE, at=AT) -> float:
    return actions.wait(account, network, at=at)


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (2, 0), (3, 1), (5, 4), (20, 60)])
def test_an_account_waits_longer_with_every_failure(failures, seconds):
    fail(failures)

    assert left() == seconds
    assert left(at=AT + timedelta(seconds=seconds)) == 0


def test_an_account_waits_wherever_it_is_tried_from_and_however_it_is_spelt():
    fail(5)

    assert left(network=ELSEWHERE) == 4
    assert left(account=" AMAL@demo.example") == 4
    assert left(account="bela@demo.example") == 0


def test_a_network_that_tries_many_accounts_waits_too():
    for number in range(rules.FREE_ATTEMPTS_NETWORK + 2):
        fail(1, account=f"demo{number}@demo.example", network=f"192.0.2.{number}")

    assert left(account="nobody@demo.example") == 4
    assert left(account="nobody@demo.example", network=ELSEWHERE) == 0


def test_success_frees_the_account_and_takes_one_failure_from_the_network():
    fail(rules.FREE_ATTEMPTS_NETWORK + 1)

    actions.succeeded("amal@demo.example", HERE, at=AT)

    assert left(network=ELSEWHERE) == 0
    assert left() == 1
    assert sum(row.count for row in Attempt.objects.order_by("key")) == rules.FREE_ATTEMPTS_NETWORK


@given(st.text(st.characters(), max_size=40), st.text(st.characters(), max_size=40))
def test_whatever_is_typed_can_be_asked_for(account, network):
    assert left(account=account, network=network) == 0


def test_success_without_failure_leaves_nothing():
    actions.succeeded("amal@demo.example", HERE, at=AT)

    assert Attempt.objects.count() == 0


def test_an_attempt_is_counted_before_it_is_known_how_it_ends():
    waits = [actions.attempt("amal@demo.example", HERE, at=AT) for _ in range(5)]

    assert waits == [0, 0, 0, 1, 1]  # who has to wait is not counted again
    assert left() == 1


def test_an_attempt_refuses_to_be_rolled_back_with_a_request():
    with transaction.atomic(), pytest.raises(RuntimeError):
        actions.attempt("amal@demo.example", HERE, at=AT)


def test_neither_address_nor_account_is_stored():
    fail(3)

    stored = str(everything())
    assert "amal" not in stored
    assert "192.0.2" not in stored


def test_the_keys_of_a_day_are_of_no_use_on_the_next(settings):
    fail(5)
    tomorrow = AT + timedelta(days=1)
    assert left(at=tomorrow) == 0
    today = set(Attempt.objects.values_list("key", flat=True).order_by("key"))

    fail(5, at=tomorrow)
    settings.SECRET_KEY = "another secret of more than thirty-two letters"
    fail(5)

    assert len(today) == 2
    assert Attempt.objects.count() == 6


def test_failures_are_forgotten_after_a_day():
    fail(1)
    fail(1, account="bela@demo.example", at=AT + timedelta(hours=1))

    assert actions.forget_attempts(at=AT + timedelta(days=1)) == 1
    assert actions.forget_attempts(at=AT + timedelta(days=1, hours=1)) == 2
    assert Attempt.objects.count() == 0


class NobodyIsLockedOut(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.sampled_from(["failed", "succeeded", "attempt"]), max_size=14))
    def test_whatever_happened_a_minute_later_everybody_may_try(self, deeds):
        for deed in deeds:
            getattr(actions, deed)("amal@demo.example", HERE, at=AT)

        assert 0 <= left() <= rules.LONGEST_DELAY
        assert left(at=AT + timedelta(seconds=rules.LONGEST_DELAY)) == 0

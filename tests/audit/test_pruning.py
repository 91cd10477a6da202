from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protect.audit import actions, facts, rules
from protect.audit.actions import Pruned
from protect.audit.enums import Fault
from protect.audit.facts import Break
from protect.audit.models import Chain, Checkpoint, Entry
from protect.kernel import clock
from tests.audit.tampering import tamper
from tests.audit.writing import AT, CHAIN, write

pytestmark = pytest.mark.django_db

# The database goes by its own clock: entries are written long ago, not removed in the future.
OLD = (
    datetime(2020, 1, 5, tzinfo=UTC),
    datetime(2020, 1, 31, 23, 59, tzinfo=UTC),
    datetime(2020, 3, 1, tzinfo=UTC),
)


def prune() -> list[Pruned]:
    return list(actions.prune(at=clock.now()))


def numbers(chain: str = CHAIN) -> list[int]:
    return list(Entry.objects.filter(chain=chain).order_by("n").values_list("n", flat=True))


def is_whole(heads: list[rules.Head] | None = None) -> bool:
    return all(not each.broken for each in facts.verify(at=clock.now(), heads=heads or []))


@pytest.fixture
def old() -> list[Entry]:
    """Three entries past their time in two months, and one of today."""
    return [write(at=at) for at in (*OLD, clock.now())]


def test_what_is_past_its_time_goes_and_leaves_a_checkpoint_of_each_month(old):
    assert prune() == [Pruned(CHAIN, removed=3)]

    kept = Checkpoint.objects.order_by("n").values_list("n", "month", "hash")
    assert [(n, month, bytes(own)) for n, month, own in kept] == [
        (2, date(2020, 1, 1), old[1].hash),
        (3, date(2020, 3, 1), old[2].hash),
    ]
    assert numbers() == [4]
    assert is_whole()


def test_pruning_again_changes_nothing(old):
    prune()
    before = list(Checkpoint.objects.order_by("n").values_list())

    assert prune() == [Pruned(CHAIN, removed=0)]

    assert list(Checkpoint.objects.order_by("n").values_list()) == before
    assert numbers() == [4]


def test_a_chain_goes_on_where_it_was_when_all_of_it_was_removed():
    last = [write(at=at) for at in OLD][-1]

    prune()
    assert is_whole()
    following = write()

    assert (following.n, following.prev_hash) == (4, last.hash)
    assert is_whole()


def test_earlier_heads_still_agree_where_a_checkpoint_stands_and_fail_nowhere(old):
    noted = [rules.Head("2020-01-31T23:59:59Z", CHAIN, entry.hash.hex(), entry.n) for entry in old]

    prune()

    (found,) = facts.verify(at=clock.now(), heads=noted)
    assert (found.broken, found.heads) == (None, 3)  # entry 1 is gone: nothing to compare with


def test_a_false_head_of_a_checkpoint_is_named(old):
    prune()

    (found,) = facts.verify(
        at=clock.now(), heads=[rules.Head("2020-03-01T00:00:00Z", CHAIN, "00" * 32, 3)]
    )

    assert found.broken == Break(3, Fault.FORKED)


@pytest.mark.parametrize(("chain", "kept"), [(rules.SIGN_IN, 1), (rules.PLATFORM, 2)])
def test_sign_ins_go_after_ninety_days_and_the_rest_after_three_years(chain, kept):
    for days in (150, 5):
        write(chain=chain, at=clock.now() - timedelta(days=days))

    prune()

    assert len(numbers(chain)) == kept
    assert is_whole()


def test_a_broken_chain_keeps_everything_and_the_others_are_pruned(old):
    write(chain=rules.PLATFORM, at=OLD[0])
    tamper("UPDATE audit_entry SET outcome = 'refused' WHERE n = 2 AND chain_id = %s", CHAIN)

    found = prune()

    broken = Break(2, Fault.CONTENT)
    assert found == [Pruned(CHAIN, 0, broken), Pruned(rules.PLATFORM, removed=1)]
    assert numbers() == [1, 2, 3, 4]
    assert not Checkpoint.objects.filter(chain=CHAIN).exists()


def test_an_entry_that_came_late_stays_with_the_one_it_follows():
    for at in (OLD[0], AT, OLD[1]):
        write(at=at)

    prune()

    assert numbers() == [2, 3]
    assert is_whole()


def test_entries_under_a_checkpoint_are_not_removed_one_by_one(old):
    prune()

    with pytest.raises(Exception, match="an entry stays"), transaction.atomic():
        Entry.objects.all().delete()

    assert numbers() == [4]


def test_removing_without_a_checkpoint_is_named(old):
    tamper("DELETE FROM audit_entry WHERE n < 3")

    (found,) = facts.verify(at=clock.now())

    assert found.broken == Break(3, Fault.ANCHOR)


def test_taking_a_checkpoint_away_is_named(old):
    prune()

    tamper("DELETE FROM audit_checkpoint WHERE n = 3")

    (found,) = facts.verify(at=clock.now())
    assert found.broken == Break(4, Fault.ANCHOR)


AGES = st.lists(st.lists(st.integers(0, 6 * 365), max_size=5), min_size=1, max_size=4)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rounds=AGES)
def test_whatever_was_written_when_pruning_keeps_the_chain_whole_and_the_young(rounds):
    now = clock.now()
    with transaction.atomic():
        for ages in rounds:
            for age in ages:
                write(at=now - timedelta(days=age))
            before = facts.heads(at=now)
            list(actions.prune(at=now))
            assert is_whole(before)

        young = sum(age < 3 * 365 for ages in rounds for age in ages)
        count, heads = len(numbers()), [chain.last_n for chain in Chain.objects.order_by("name")]
        transaction.set_rollback(True)

    assert young <= count
    assert heads == ([sum(map(len, rounds))] if any(rounds) else [])

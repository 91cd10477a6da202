from datetime import datetime, timedelta, timezone
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from protect.audit import facts, rules
from protect.audit.actions import defer_refusals, record, record_refusal
from protect.audit.models import Chain, Entry
from tests.audit.writing import AMALS, AT, CHAIN, OTHER_HOUSE, SAFE_HOUSE, write
from tests.examples import examples

SPELLED = {
    "at": AT,
    "chain": CHAIN,
    "action": "demo.step",
    "actor": None,
    "organisation": SAFE_HOUSE,
}


def numbers(chain: str = CHAIN) -> list[int]:
    return list(Entry.objects.filter(chain=chain).order_by("n").values_list("n", flat=True))


@pytest.mark.django_db
def test_entries_are_numbered_from_one_and_each_continues_the_last(five):
    head = Chain.objects.get(name=CHAIN)

    assert [entry.n for entry in five] == [1, 2, 3, 4, 5]
    assert five[0].prev_hash == rules.GENESIS.hash
    assert all(after.prev_hash == before.hash for before, after in pairwise(five))
    assert (head.last_n, bytes(head.last_hash)) == (5, five[-1].hash)


@pytest.mark.django_db
def test_an_entry_is_read_back_as_it_was_hashed(five):
    lines = list(facts.read_chain(CHAIN))

    assert [line.hash for line in lines] == [entry.hash for entry in five]
    assert all(line.hash == rules.entry_hash(line) for line in lines)
    assert (lines[4].actor, lines[4].at) == (AMALS, AT)


@pytest.mark.django_db
def test_each_chain_has_its_own_numbers():
    write(chain=rules.PLATFORM)
    write(chain=rules.organisation_chain(OTHER_HOUSE))

    second = write(chain=rules.PLATFORM)

    assert (second.n, numbers(rules.organisation_chain(OTHER_HOUSE))) == (2, [1])


@pytest.mark.django_db
def test_rolled_back_entry_leaves_no_gap(five):
    with transaction.atomic():
        record(**SPELLED)
        transaction.set_rollback(True)

    assert numbers() == [1, 2, 3, 4, 5]
    assert write().n == 6


@pytest.mark.django_db
def test_the_first_entry_of_a_chain_can_be_rolled_back_too():
    with transaction.atomic():
        record(**SPELLED)
        transaction.set_rollback(True)

    assert not Chain.objects.exists()
    assert write().n == 1


def test_nothing_is_written_outside_a_transaction(committed):
    with pytest.raises(transaction.TransactionManagementError):
        record(**SPELLED)

    assert not Chain.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"actor": str(AMALS)},
        {"organisation": str(SAFE_HOUSE)},
        {"consent": str(uuid4())},
        {"at": datetime(2026, 11, 25, 10)},  # noqa: DTZ001 - naive on purpose
    ],
)
def test_value_that_the_database_would_change_is_refused(changes):
    with pytest.raises(TypeError):
        write(**changes)

    assert not Entry.objects.exists()


IDS = st.none() | st.uuids()
CODES = st.from_regex(r"[a-z0-9_.-]{1,64}", fullmatch=True)
ZONES = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
STEPS = st.fixed_dictionaries(
    {
        "chain": st.sampled_from([rules.PLATFORM, rules.SIGN_IN, CHAIN]),
        "at": st.datetimes(datetime(1971, 1, 1), datetime(2199, 1, 1), timezones=ZONES),  # noqa: DTZ001
        "action": CODES,
        "outcome": CODES,
        "organisation": IDS,
        "consent": IDS,
        "target": st.just("") | st.uuids().map("team:{}".format),
    }
)


@pytest.mark.django_db
@settings(
    max_examples=examples(13),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(st.tuples(STEPS, st.booleans()), max_size=8))
def test_chains_are_whole_after_any_writes_and_rollbacks(amal, steps):
    with transaction.atomic():
        for deed, is_taken_back in steps:
            with transaction.atomic():
                record(actor=amal.pk, **deed)
                transaction.set_rollback(is_taken_back)

        found = list(facts.verify_chains(at=AT, heads=facts.current_heads(at=AT)))
        transaction.set_rollback(True)

    kept = [deed["chain"] for deed, is_taken_back in steps if not is_taken_back]
    assert {checked.chain: checked.entries for checked in found} == {
        chain: kept.count(chain) for chain in kept
    }
    assert [checked.broken for checked in found] == [None] * len(found)


def test_a_refusal_is_written_at_once_where_no_transaction_is_open(committed):
    record_refusal(**SPELLED, outcome="outside_consent")

    assert Entry.objects.get().outcome == "outside_consent"


def test_refusal_inside_a_transaction_raises_runtime_error(committed):
    with pytest.raises(RuntimeError), transaction.atomic():
        record_refusal(**SPELLED)

    assert not Entry.objects.exists()


def test_deferred_refusal_survives_the_rollback(committed):
    def refused() -> None:
        with transaction.atomic():
            record(**SPELLED, target=f"team:{UUID(int=1)}")
            record_refusal(**SPELLED, outcome="outside_consent")
            raise PermissionError

    with pytest.raises(PermissionError), defer_refusals():
        refused()

    entry = Entry.objects.get()
    assert (entry.n, entry.outcome, entry.target) == (1, "outside_consent", "")


def test_refusals_are_written_once_and_in_their_order(committed):
    with defer_refusals():
        record_refusal(**SPELLED, outcome="first")
        record_refusal(**SPELLED, outcome="second")
        assert not Entry.objects.exists()

    with defer_refusals():
        pass

    written = Entry.objects.order_by("n").values_list("outcome", flat=True)
    assert list(written) == ["first", "second"]


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_chain_is_locked_until_the_transaction_ends(django_assert_num_queries):
    write()

    with django_assert_num_queries(4) as queries:  # lock, head, entry, head
        record(**SPELLED)

    assert "pg_advisory_xact_lock" in queries[0]["sql"]
    assert connection.in_atomic_block

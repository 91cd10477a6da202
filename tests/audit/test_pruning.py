from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from protect.audit import actions, facts, rules
from protect.audit.actions import PruneResult
from protect.audit.enums import Fault
from protect.audit.facts import ChainBreak
from protect.audit.models import Chain, Checkpoint, Entry
from protect.kernel import clock
from tests.audit.tampering import tamper
from tests.audit.writing import AT, CHAIN, OTHER_HOUSE, SAFE_HOUSE, write
from tests.examples import examples

pytestmark = pytest.mark.django_db

# The database goes by its own clock: entries are written long ago, not removed in the future.
OLD = (
    datetime(2020, 1, 5, tzinfo=UTC),
    datetime(2020, 1, 31, 23, 59, tzinfo=UTC),
    datetime(2020, 3, 1, tzinfo=UTC),
)


def prune() -> list[PruneResult]:
    return list(actions.prune(at=clock.now()))


def numbers(chain: str = CHAIN) -> list[int]:
    return list(Entry.objects.filter(chain=chain).order_by("n").values_list("n", flat=True))


def is_whole(heads: list[rules.Head] | None = None) -> bool:
    return all(not each.broken for each in facts.verify_chains(at=clock.now(), heads=heads or []))


@pytest.fixture
def old() -> list[Entry]:
    """Three entries past their time in two months, and one of today."""
    return [write(at=at) for at in (*OLD, clock.now())]


def test_expired_months_are_removed_and_leave_a_checkpoint_each(old):
    assert prune() == [PruneResult(CHAIN, removed=3)]

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

    assert prune() == [PruneResult(CHAIN, removed=0)]

    assert list(Checkpoint.objects.order_by("n").values_list()) == before
    assert numbers() == [4]


def test_chain_continues_its_numbers_after_all_entries_were_removed():
    last = [write(at=at) for at in OLD][-1]

    prune()
    assert is_whole()
    following = write()

    assert (following.n, following.prev_hash) == (4, last.hash)
    assert is_whole()


def test_earlier_heads_match_checkpoints_and_fail_nowhere(old):
    noted = [rules.Head("2020-01-31T23:59:59Z", CHAIN, entry.hash.hex(), entry.n) for entry in old]

    prune()

    (found,) = facts.verify_chains(at=clock.now(), heads=noted)
    assert (found.broken, found.heads) == (None, 3)  # entry 1 is gone: nothing to compare with


def test_a_false_head_of_a_checkpoint_is_named(old):
    prune()

    (found,) = facts.verify_chains(
        at=clock.now(), heads=[rules.Head("2020-03-01T00:00:00Z", CHAIN, "00" * 32, 3)]
    )

    assert found.broken == ChainBreak(3, Fault.FORKED)


@pytest.mark.parametrize(("chain", "kept"), [(rules.SIGN_IN, 1), (rules.PLATFORM, 2)])
def test_sign_ins_expire_after_90_days_and_other_entries_after_three_years(chain, kept):
    for days in (150, 5):
        write(chain=chain, at=clock.now() - timedelta(days=days))

    prune()

    assert len(numbers(chain)) == kept
    assert is_whole()


def test_a_broken_chain_keeps_everything_and_the_others_are_pruned(old):
    write(chain=rules.PLATFORM, at=OLD[0])
    tamper("UPDATE audit_entry SET outcome = 'refused' WHERE n = 2 AND chain_id = %s", CHAIN)

    found = prune()

    broken = ChainBreak(2, Fault.CONTENT)
    assert found == [PruneResult(CHAIN, 0, broken), PruneResult(rules.PLATFORM, removed=1)]
    assert numbers() == [1, 2, 3, 4]
    assert not Checkpoint.objects.filter(chain=CHAIN).exists()


def test_late_entry_counts_to_the_month_of_the_entry_before_it():
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


def test_removal_without_a_checkpoint_is_reported(old):
    tamper("DELETE FROM audit_entry WHERE n < 3")

    (found,) = facts.verify_chains(at=clock.now())

    assert found.broken == ChainBreak(3, Fault.ANCHOR)


def test_removed_checkpoint_is_reported(old):
    prune()

    tamper("DELETE FROM audit_checkpoint WHERE n = 3")

    (found,) = facts.verify_chains(at=clock.now())
    assert found.broken == ChainBreak(4, Fault.ANCHOR)


# --- the state of what was sealed -----------------------------------------------------------------

CASE, NOTE, ERASED = (f"{kind}:{uuid4()}" for kind in ("case", "note", "case"))


def state(version: int) -> str:
    return rules.sealed_state(version, f"sealed {version}".encode())


def carried(chain: str = CHAIN) -> list[tuple[str, str | None]]:
    rows = Entry.objects.filter(chain=chain, action="audit.carry").order_by("n")
    return list(rows.values_list("target", "state"))


def test_newest_state_of_a_record_is_carried_over():
    for version, at in enumerate(OLD, 1):
        write(at=at, target=CASE, state=state(version))
    write(at=OLD[0], target=NOTE, state=state(1))
    at = clock.now()

    assert list(actions.prune(at=at)) == [PruneResult(CHAIN, removed=4)]

    entries = Entry.objects.order_by("n")
    assert list(entries.values_list("n", "target", "state", "action", "outcome")) == [
        (5, CASE, state(3), "audit.carry", "done"),
        (6, NOTE, state(1), "audit.carry", "done"),
    ]
    assert {(entry.actor_id, entry.organisation, entry.at) for entry in entries} == {
        (None, SAFE_HOUSE, at)
    }
    assert is_whole()


def test_erased_state_is_not_carried_over():
    write(at=OLD[0], target=ERASED, state=state(1))
    write(at=OLD[1], target=ERASED, state=rules.ERASED_STATE)

    prune()

    assert (numbers(), carried()) == ([], [])
    assert is_whole()


@pytest.mark.parametrize("newest", [state(2), rules.ERASED_STATE])
def test_older_state_in_a_later_entry_does_not_replace_the_newest(newest):
    """Who may only add to the audit says an older state once more and waits for three years."""
    write(at=OLD[0], target=CASE, state=newest)
    write(target=CASE, state=state(1))

    prune()

    assert carried() == [(CASE, newest)]
    assert Entry.objects.newest_states() == {CASE: newest}
    assert is_whole()


@pytest.mark.parametrize("is_later", [False, True], ids=["old", "later"])
@pytest.mark.parametrize("number", range(3))
def test_version_saved_with_different_bytes_stays_ambiguous(is_later, number):
    """Whichever of the two hashes is the larger one."""
    other = rules.sealed_state(1, f"other {number}".encode())
    write(at=OLD[0], target=CASE, state=state(1))
    write(**({} if is_later else {"at": OLD[1]}), target=CASE, state=other)

    prune()

    assert Entry.objects.newest_states() == {CASE: rules.AMBIGUOUS_STATE}
    assert {said for _, said in carried()} == ({state(1)} if is_later else {state(1), other})
    assert is_whole()


@pytest.mark.parametrize("later", [state(2), rules.ERASED_STATE])
def test_state_of_a_later_entry_is_not_carried_over(later):
    write(at=OLD[0], target=CASE, state=state(1))
    write(target=CASE, state=later)

    prune()

    assert (numbers(), carried()) == ([2], [])
    assert Entry.objects.newest_states() == {CASE: later}
    assert is_whole()


def test_later_entry_without_a_state_does_not_replace_the_state():
    write(at=OLD[0], target=CASE, state=state(1))
    write(target=CASE)  # it was opened

    prune()

    assert (numbers(), carried()) == ([2, 3], [(CASE, state(1))])


def test_each_chain_carries_its_own_states():
    other = rules.organisation_chain(OTHER_HOUSE)
    write(at=OLD[0], target=CASE, state=state(1))
    write(at=OLD[0], chain=other, organisation=OTHER_HOUSE, target=NOTE, state=state(2))

    prune()

    assert (carried(), carried(other)) == ([(CASE, state(1))], [(NOTE, state(2))])
    assert Entry.objects.get(chain=other).organisation == OTHER_HOUSE
    assert is_whole()


def test_carried_state_is_carried_again_when_it_expires():
    write(at=OLD[0], target=CASE, state=state(1))
    list(actions.prune(at=datetime(2023, 9, 1, tzinfo=UTC)))
    assert (numbers(), carried()) == ([2], [(CASE, state(1))])

    prune()

    assert (numbers(), carried()) == ([3], [(CASE, state(1))])
    assert is_whole()


def test_failed_pruning_carries_no_state(monkeypatch):
    write(at=OLD[0], target=CASE, state=state(1))

    def fail(*args: object, **fields: object) -> None:
        raise RuntimeError("the power failed")

    monkeypatch.setattr(Checkpoint.objects, "create", fail)
    with pytest.raises(RuntimeError, match="the power failed"):
        prune()

    assert (numbers(), carried()) == ([1], [])
    assert is_whole()


def test_a_broken_chain_carries_nothing(old):
    write(at=clock.now(), target=CASE, state=state(1))
    tamper("UPDATE audit_entry SET outcome = 'refused' WHERE n = 2 AND chain_id = %s", CHAIN)

    prune()

    assert (numbers(), carried()) == ([1, 2, 3, 4, 5], [])


SAVES = st.lists(
    st.tuples(
        st.integers(0, 6 * 365),  # days ago
        st.sampled_from([CASE, NOTE, ERASED]),
        st.booleans(),  # whether the bytes changed, or it was only opened
        st.integers(0, 9).map(lambda number: number == 0),  # whether it was erased
    ),
    max_size=12,
)


@settings(
    max_examples=examples(15),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(saves=SAVES, again=st.integers(1, 3))
def test_whatever_is_pruned_no_existing_record_loses_its_newest_state(saves, again):
    now, versions, gone = clock.now(), {CASE: 0, NOTE: 0, ERASED: 0}, set()
    with transaction.atomic():
        for days, target, is_sealed, is_erased in sorted(saves, reverse=True):
            at = now - timedelta(days=days)
            if target in gone or not (is_sealed or is_erased):
                write(at=at, target=target)
                continue
            versions[target] += 1
            write(
                at=at,
                target=target,
                state=rules.ERASED_STATE if is_erased else state(versions[target]),
            )
            gone |= {target} if is_erased else set()
        before = Entry.objects.newest_states()
        for _ in range(again):
            list(actions.prune(at=now))

        after, whole = Entry.objects.newest_states(), is_whole()
        transaction.set_rollback(True)

    existing = {target: said for target, said in before.items() if said != rules.ERASED_STATE}
    assert {
        target: said for target, said in after.items() if said != rules.ERASED_STATE
    } == existing
    assert whole


AGES = st.lists(st.lists(st.integers(0, 6 * 365), max_size=5), min_size=1, max_size=4)


@settings(
    max_examples=examples(10),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rounds=AGES)
def test_pruning_keeps_any_chain_whole_and_its_recent_entries(rounds):
    now = clock.now()
    with transaction.atomic():
        for ages in rounds:
            for age in ages:
                write(at=now - timedelta(days=age))
            before = facts.current_heads(at=now)
            list(actions.prune(at=now))
            assert is_whole(before)

        young = sum(age < 3 * 365 for ages in rounds for age in ages)
        count, heads = len(numbers()), [chain.last_n for chain in Chain.objects.order_by("name")]
        transaction.set_rollback(True)

    assert young <= count
    assert heads == ([sum(map(len, rounds))] if any(rounds) else [])

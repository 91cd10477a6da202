from datetime import UTC, datetime, timedelta

from hypothesis import example, given, settings, strategies as st

from protect.directory.enums import Fact
from protect.directory.hours import State, parse
from protect.directory.rules import DUE_FOR, freshness
from protect.matching.conditions.disclosure import cached_disclosure, cautions, disclosure_at
from protect.matching.costs import phone_answer_cost
from protect.matching.explanation import contacts
from protect.matching.questions import Question, build_query, fact_freshness
from protect.matching.services import cache
from protect.matching.services.cache import Cache, next_change
from tests.matching import generate
from tests.matching.oracle import NoCache
from tests.matching.test_engine_parts import HOURS_PARTS

AT = datetime(2026, 11, 24, 9, 0, 17, tzinfo=UTC)
TOWNS = generate.settlements("MT")
MINUTES = st.lists(st.integers(-90_000, 90_000) | st.integers(-90, 90), min_size=1, max_size=12)


def known(row, at, remembering):
    query = build_query(Question(needs=("legal",), at=at), remembering)
    seen = [fact_freshness(row, fact, query) for fact in Fact]
    return (
        seen,
        cached_disclosure(row, query),
        cautions(row, disclosure_at(row, query.at), query),
        phone_answer_cost(row, query),
        contacts(row, query),
    )


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10**6), minutes=MINUTES)
def test_cached_row_results_equal_fresh_results(seed, minutes):
    rows = list(generate.rows(generate.draw(4, seed, at=AT, among=TOWNS)))
    remembering = Cache()

    for minute in minutes:
        at = AT + timedelta(minutes=minute)
        found = [known(row, at, remembering) for row in rows]
        assert found == [known(row, at, NoCache()) for row in rows]


@settings(deadline=None, max_examples=40)
@given(minutes=MINUTES)
@example(minutes=[-17_881])  # late on a holiday that nobody spoke of: not open, not closed
def test_cached_hours_equal_fresh_results(minutes):
    remembering, anew = Cache(), NoCache()

    for minute in minutes:
        at = AT + timedelta(minutes=minute)
        for hours in HOURS_PARTS:
            assert remembering.state_now(hours, at) == anew.state_now(hours, at)
            assert remembering.state_and_wait(hours, at) == anew.state_and_wait(hours, at)
            if anew.state_now(hours, at).state is State.CLOSED:
                assert remembering.opening_if_closed(hours, at) == anew.opening_if_closed(hours, at)


@given(seed=st.integers(0, 10**6))
def test_nothing_that_was_checked_changes_before_the_next_change(seed):
    [row] = generate.rows(generate.draw(1, seed, at=AT, among=TOWNS))
    moments = [AT, *(c.next_check + DUE_FOR for checks in row.checks.values() for c in checks)]

    for at in moments:
        until = next_change(row, at) or at + timedelta(days=9)
        for fact, checks in row.checks.items():
            assert freshness(fact, checks, at) == freshness(
                fact, checks, until - timedelta(microseconds=1)
            )


def test_a_full_cache_is_emptied(monkeypatch):
    monkeypatch.setattr(cache, "MAX_ENTRIES", 2)
    rows = list(generate.rows(generate.draw(5, 3, at=AT, among=TOWNS)))
    remembering = Cache()
    hours = [parse(f"Mo 0{hour}:00-12:00", "Europe/Malta", "MT") for hour in range(1, 6)]

    found = [known(row, AT, remembering) for row in rows]
    waits = [remembering.state_and_wait(hour, AT)[1] for hour in hours]

    assert found == [known(row, AT, NoCache()) for row in rows]
    assert waits == [NoCache().state_and_wait(hour, AT)[1] for hour in hours]

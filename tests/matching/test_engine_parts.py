from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import example, given, settings, strategies as st

from protect.directory.enums import Verdict
from protect.directory.hours import WAIT_UNKNOWN, parse
from protect.directory.hours.answers import state_at, wait_minutes
from protect.directory.rules import CheckSummary, freshness
from protect.matching import weights
from protect.matching.conditions.criteria import stale_cost
from protect.matching.conditions.places import metres_between, minutes_for
from protect.matching.costs import CLOSED_STATES
from protect.matching.engine.columns import (
    bits,
    freshness as engine_freshness,
    points,
    waits as engine_waits,
)
from protect.matching.engine.columns.freshness import FACTS, STATES, FreshnessStates, StaleCosts
from protect.matching.engine.columns.points import Positions
from protect.matching.engine.columns.waits import NO_HOURS, UNKNOWN_WAIT, WaitCache
from tests.matching.generate import draw, row, settlements

TRAVEL = weights.load().travel
OPEN_WEIGHTS = weights.load().open
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
LATITUDES = st.floats(-90, 90) | st.sampled_from([-90.0, 0.0, 89.9999, 90.0])
LONGITUDES = st.floats(-180, 180) | st.sampled_from([-180.0, 179.9999, 180.0])
PLACES = st.tuples(LATITUDES, LONGITUDES)
NEARBY = st.tuples(st.floats(-0.001, 0.001), st.floats(-0.001, 0.001))


@given(rows=st.sets(st.integers(0, 299)), count=st.integers(300, 400))
def test_a_set_gives_back_its_rows(rows, count):
    flags = np.isin(np.arange(count), list(rows))

    found = bits.bits_of_flags(flags)

    assert bits.rows_of(found).tolist() == sorted(rows)
    assert bits.count_rows(found) == len(rows)
    assert bits.rows_of(found[2:], 2).tolist() == sorted(row for row in rows if row >= 128)


@given(counts=st.lists(st.integers(0, 4), min_size=1, max_size=20))
def test_runs_are_laid_one_after_the_other(counts):
    first = np.arange(len(counts)) * 10
    chosen, starts = bits.expand_runs(first, np.array(counts))

    expected = [10 * run + step for run, count in enumerate(counts) for step in range(count)]
    assert chosen.tolist() == expected
    assert starts.tolist() == [sum(counts[:run]) for run in range(len(counts))]


@settings(max_examples=300)
@given(origin=PLACES, places=st.lists(PLACES, min_size=1, max_size=8), step=NEARBY)
def test_distances_are_those_of_the_definition_to_the_metre(origin, places, step):
    places = [*places, (max(-90.0, min(90.0, origin[0] + step[0])), origin[1] + step[1])]

    distances = Positions.from_degrees(places).metres(origin, np.arange(len(places)), TRAVEL)

    assert distances.tolist() == [metres_between(origin, place, TRAVEL) for place in places]


@given(metres=st.lists(st.integers(0, 21_000_000), min_size=1))
def test_travel_takes_the_minutes_of_the_definition(metres):
    minutes = points.travel_minutes(np.array(metres), TRAVEL)

    assert minutes.tolist() == [minutes_for(metre, TRAVEL) for metre in metres]


@settings(max_examples=300)
@given(origin=PLACES, place=PLACES, near=NEARBY, share=st.floats(0, 1))
def test_a_window_holds_whatever_lies_within_the_distance(origin, place, near, share):
    place = tuple(mine + share * (its - mine) for mine, its in zip(origin, place, strict=True))
    place = min(max(place[0], -90.0), 90.0), place[1]  # rounding may lead past a pole
    distance = metres_between(origin, place, TRAVEL)
    window = points.window(origin, distance, TRAVEL)
    first, last = window.bands

    assert window.contains(np.array([place[1]])).all()
    assert window.south <= place[0] <= window.north
    assert first <= int((place[0] + 90) / points.BAND_DEGREES) < last


moments = st.integers(-400 * 24, 40 * 24).map(lambda hours: AT + timedelta(hours=hours))
checks = st.builds(
    lambda verdict, at, days: CheckSummary(verdict, at, at + timedelta(days=days)),
    st.sampled_from([*Verdict, Verdict.CONFIRMED]),
    moments,
    st.sampled_from([1, 30, 90]),
)


@given(
    seen=st.lists(st.tuples(*[st.lists(checks, max_size=3)] * len(FACTS)), min_size=1, max_size=4),
    instants=st.lists(moments, min_size=1, max_size=6),
)
def test_states_of_facts_are_those_of_the_rules(seen, instants):
    [some] = [row(draw(1, 1, at=AT, among=settlements("MT")), 0)]
    spans = [
        [engine_freshness._freshness_span(fact, of) for fact, of in zip(FACTS, each, strict=True)]
        for each in seen
    ]
    spans = [[*span, engine_freshness.phone_answer_span(some)[1]] for span in spans]
    kept = FreshnessStates(np.array(spans, dtype=np.int64))

    for at in instants:
        states = kept.states(np.arange(len(seen)), engine_freshness.ticks(at))
        expected = [[freshness(f, of, at) for f, of in zip(FACTS, e, strict=True)] for e in seen]
        assert [[STATES[code] for code in codes[:-1]] for codes in states] == expected


@given(cost=st.integers(0, 240), unknown=st.integers(0, 240), state=st.sampled_from(STATES))
def test_stale_costs_are_those_of_the_definition(cost, unknown, state):
    table = StaleCosts(weights.load().staleness).table(unknown, 240)

    assert table[STATES.index(state), cost] == stale_cost(cost, unknown, state, weights.load())


EXPRESSIONS = (
    "24/7", "Mo-Fr 09:00-17:00", "Mo-Fr 09:00-17:00; PH off", "Sa 22:00-04:00",
    "Dec 24 10:00-12:00",
    '"on request"', "10:00+", "Mo 09:00-10:00; Jul-Aug off", "",
)  # fmt: skip
HOURS_PARTS = [
    parse(text, "Europe/Brussels", "BE", by_appointment=flag)
    for text in EXPRESSIONS
    for flag in (False, True)
]


@settings(deadline=None)
@given(minutes=st.lists(st.integers(-60_000, 60_000), min_size=1, max_size=12))
def test_waits_are_those_of_the_hours_whatever_was_asked_before(minutes):
    cache = WaitCache()
    numbers = np.array([cache.number(hours) for hours in HOURS_PARTS], dtype=np.int32)

    for minute in minutes:
        at = AT + timedelta(minutes=minute, seconds=17)
        waits = cache.waits(numbers, at)
        expected = [wait_minutes(hours, at) for hours in HOURS_PARTS]
        assert [WAIT_UNKNOWN if wait >= UNKNOWN_WAIT else wait for wait in waits] == expected
        costs = cache.closed_costs(numbers, at, OPEN_WEIGHTS)
        assert costs.tolist() == [_closed_cost(hours, at) for hours in HOURS_PARTS]
    assert (
        cache.closed_costs(np.array([NO_HOURS], dtype=np.int32), AT, OPEN_WEIGHTS)
        > 2 * OPEN_WEIGHTS.no + 1
    )


# Questions of two threads about two minutes in turn: hours, minute, and whether only waits.
ASKED_IN_TURN = st.lists(
    st.tuples(
        st.sets(st.integers(0, len(HOURS_PARTS) - 1), min_size=1),
        st.sampled_from([0, 45_000]),
        st.booleans(),
    ),
    min_size=3,
    max_size=8,
)


@settings(deadline=None)
@given(asked=ASKED_IN_TURN)
@example(asked=[({0}, 0, False), ({0}, 45_000, True), ({0, 1}, 0, False)])
def test_costs_of_a_minute_outlast_questions_about_another_minute(asked):
    cache = WaitCache()
    numbers = np.array([cache.number(hours) for hours in HOURS_PARTS], dtype=np.int32)

    for chosen, minute, only_waits in asked:
        at, places = AT + timedelta(minutes=minute), sorted(chosen)
        if only_waits:
            cache.waits(numbers[places], at)
        else:
            costs = cache.closed_costs(numbers[places], at, OPEN_WEIGHTS)
            assert costs.tolist() == [_closed_cost(HOURS_PARTS[place], at) for place in places]


def _closed_cost(hours, at):
    """Return what `closed_costs` promises, from the definition of `costs`."""
    wait, is_closed = wait_minutes(hours, at), state_at(hours, at).state in CLOSED_STATES
    cost = min(OPEN_WEIGHTS.yes + wait, OPEN_WEIGHTS.no)
    return 2 * (OPEN_WEIGHTS.unknown if wait == WAIT_UNKNOWN else cost) + is_closed


def test_a_service_without_phone_has_no_phone_answer():
    cache = WaitCache()

    assert cache.number(None) == NO_HOURS
    assert cache.waits(np.array([NO_HOURS], dtype=np.int32), AT)[0] >= UNKNOWN_WAIT


def test_the_wait_cache_grows_beyond_its_first_size():
    cache = WaitCache()
    doors = [
        parse(f"Mo {hour:02}:{minute:02}-23:59", "Europe/Malta", "MT")
        for hour in range(10)
        for minute in range(60)
    ]
    numbers = np.array([cache.number(hours) for hours in doors], dtype=np.int32)

    waits = cache.waits(numbers[::37], AT)

    assert len(set(numbers.tolist())) == len(doors)
    assert waits.tolist() == [wait_minutes(hours, AT) for hours in doors[::37]]


def test_precomputed_hours_are_not_evaluated_again(monkeypatch):
    cache = WaitCache()
    numbers = np.array([cache.number(hours) for hours in HOURS_PARTS], dtype=np.int32)
    expected = cache.waits(numbers, AT)
    learnt = WaitCache()
    for hours in HOURS_PARTS[:5]:
        learnt.number(hours)
    learnt.precompute_hours(AT)
    for hours in HOURS_PARTS[5:]:
        learnt.number(hours)
    learnt.precompute_hours(AT)
    monkeypatch.setattr(engine_waits.answers, "wait_minutes", None)

    assert learnt.waits(numbers, AT).tolist() == expected.tolist()


def test_distances_of_the_antipodes_are_measured_by_the_definition():
    origin, place = (50.0, 4.0), (-50.0, -176.0)

    distances = Positions.from_degrees([place]).metres(origin, np.array([0]), TRAVEL)

    assert distances.tolist() == [metres_between(origin, place, TRAVEL)]

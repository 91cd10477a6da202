from datetime import UTC, datetime, timedelta

from hypothesis import given, settings, strategies as st

from protect.directory.hours import WAIT_UNKNOWN, State, parse
from protect.directory.hours.answers import (
    HORIZON_DAYS,
    next_open,
    state_at,
    state_of_both,
    wait_minutes,
)

MINUTE = timedelta(minutes=1)
EXPRESSIONS = [
    "24/7",
    "off",
    "",
    "Mo-Fr 09:00-17:00",
    "Mo-Fr 09:00-17:00; PH off",
    "Mo-Su 01:30-02:45; PH off",
    "Mo-Su 22:00-02:30; PH off",
    "Fr 20:00-04:00; Sa 10:00-12:00+; PH 10:00-11:00",
    "Mo,Th 10:00-12:00,14:00-16:00; Tu 18:00+",
    "We[2] 14:00+",
    'Mo-Fr 09:00-12:00 || "by appointment"',
    'Mo-Fr 09:00-17:00; Sa 09:00-17:00 off "answerphone"; PH off',
    "SH Mo-Fr 10:00-12:00; PH off",
    "Jan 01 00:00-00:05",
]
PLACES = [
    ("Europe/Brussels", "BE", None),
    ("Europe/Brussels", "BE", "BE-VLG"),
    ("Europe/Madrid", "ES", "ES-CT"),
    ("Europe/Madrid", "ES", None),
    ("Africa/Ceuta", "ES", "ES-CE"),
    ("Atlantic/Canary", "ES", "ES-CN"),
    ("Europe/Malta", "MT", None),
    ("Europe/Athens", "GR", None),
]
HOURS = st.builds(
    lambda expression, place, by_appointment: parse(
        expression, *place, by_appointment=by_appointment
    ),
    st.sampled_from(EXPRESSIONS),
    st.sampled_from(PLACES),
    st.booleans(),
)
# Any moment of two years, and more often the nights on which clocks change or years end.
NIGHTS = [datetime(2026, 3, 29), datetime(2026, 10, 25), datetime(2027, 1, 1)]  # noqa: DTZ001
INSTANTS = st.one_of(
    st.integers(0, 2 * 365 * 24 * 3600).map(
        lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    ),
    st.builds(
        lambda night, seconds: night.replace(tzinfo=UTC) + timedelta(seconds=seconds),
        st.sampled_from(NIGHTS),
        st.integers(-6 * 3600, 6 * 3600),
    ),
)


@settings(max_examples=300, deadline=None)
@given(hours=HOURS, at=INSTANTS)
def test_state_lasts_exactly_until_its_change(hours, at):
    now = state_at(hours, at)

    if now.until is not None:
        until = now.until.astimezone(UTC)
        assert until > at
        assert state_at(hours, until - MINUTE).state is now.state
        assert state_at(hours, until).state is not now.state


@settings(max_examples=100, deadline=None)
@given(hours=HOURS, at=INSTANTS)
def test_waiting_time_equals_counted_minutes(hours, at):
    if state_at(hours, at).state in {State.UNKNOWN, State.BY_APPOINTMENT}:
        assert wait_minutes(hours, at) == WAIT_UNKNOWN
        return
    window = 180
    floor = at.replace(second=0, microsecond=0)
    counted = next(
        (
            minutes
            for minutes in range(window)
            if state_at(hours, floor + minutes * MINUTE).state is State.OPEN
        ),
        None,
    )

    minutes = wait_minutes(hours, at)

    assert (minutes if 0 <= minutes < window else None) == counted


@settings(max_examples=200, deadline=None)
@given(hours=HOURS, at=INSTANTS)
def test_next_opening_is_the_first_open_instant(hours, at):
    opens = next_open(hours, at)

    if opens is None:
        return
    assert at <= opens < at + timedelta(days=HORIZON_DAYS)
    assert state_at(hours, opens).state is State.OPEN
    if opens > at:
        assert state_at(hours, opens.astimezone(UTC) - MINUTE).state is not State.OPEN


@settings(max_examples=200, deadline=None)
@given(line=HOURS, window=HOURS, at=INSTANTS)
def test_combined_state_is_the_weaker_until_its_change(line, window, at):
    def weaker(instant):
        states = [state_at(hours, instant).state for hours in (line, window)]
        return min(states, key=list(State).index)

    now = state_of_both(line, window, at)

    assert now.state is weaker(at)
    if now.until is not None:
        until = now.until.astimezone(UTC)
        assert weaker(until - MINUTE) is now.state
        assert weaker(until) is not now.state

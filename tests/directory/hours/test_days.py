from datetime import date, datetime, time, timedelta

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from opening_hours import OpeningHours, State as LibraryState

from protect.directory.hours import calendars, days
from protect.directory.hours.syntax import STATE_CODES, State

DAY = 24 * 60


def at(expression, day, clock, *, country="BE", subdivision=None):
    codes_by_day = days.codes_by_day(expression, country, subdivision, day.year)
    hours, minutes = clock.split(":")
    codes = codes_by_day[days.Frame.of(day.year).index(day)]
    return list(State)[codes[int(hours) * 60 + int(minutes)]]


THURSDAY, FRIDAY, SATURDAY = date(2026, 9, 10), date(2026, 9, 11), date(2026, 9, 12)
CHRISTMAS = date(2026, 12, 25)  # a Friday


@pytest.mark.parametrize(
    ("expression", "clock", "state"),
    [
        ("Th 09:00-12:00; Th 14:00-16:00", "10:00", State.CLOSED),  # a later rule replaces
        ("Th 09:00-12:00; Th 14:00-16:00", "15:00", State.OPEN),
        ("Th 09:00-12:00, Th 14:00-16:00", "10:00", State.OPEN),  # … or adds
        ("Th 09:00-16:00; Th 12:00-13:00 off", "12:30", State.CLOSED),  # … or takes away
        ("Th 09:00-16:00; Th 12:00-13:00 off", "10:00", State.OPEN),
        ("Th 09:00-12:00 || unknown", "10:00", State.OPEN),  # … or fills
        ("Th 09:00-12:00 || unknown", "13:00", State.UNKNOWN),
        ('Th 09:00-12:00 || "by appointment"', "13:00", State.BY_APPOINTMENT),
        ("Th 09:00-12:00+, Th 14:00-16:00", "13:00", State.UNKNOWN),
        ("Th 09:00-12:00+, Th 14:00-16:00", "15:00", State.OPEN),
        ("2026 Jul-Sep 09:00-12:00", "10:00", State.OPEN),  # which the library misreads
    ],
)
def test_rules_of_a_day_combine_by_their_operators(expression, clock, state):
    assert at(expression, THURSDAY, clock) is state


@pytest.mark.parametrize(
    ("expression", "state"),
    [
        ("Mo-Fr 09:00-17:00", State.UNKNOWN),  # nothing said about holidays
        ("Mo-Su 09:00-17:00", State.UNKNOWN),
        ('Mo-Fr 09:00-17:00 || "by appointment"', State.UNKNOWN),
        ("24/7", State.OPEN),
        ("Mo-Su 00:00-24:00", State.OPEN),
        ("Mo-Fr 09:00-17:00; PH off", State.CLOSED),
        ("Mo-Fr 09:00-17:00; SH,PH off", State.CLOSED),
        ("Mo-Fr,PH 09:00-17:00", State.OPEN),
        ("Mo-Fr 09:00-17:00; PH 13:00-14:00", State.CLOSED),
        ("Mo-Fr 09:00-17:00; Dec 25 off", State.CLOSED),  # the date itself is named
        ("Mo-Fr 09:00-17:00; Dec 24-Jan 01 off", State.CLOSED),
        ("Mo-Fr 09:00-17:00; Dec 25 09:00-11:00", State.OPEN),
        ("Oct 01-Mar 31 Mo-Fr 09:00-17:00", State.UNKNOWN),  # a season names no holiday
        ("Mo-Fr 09:00-17:00; Jul-Aug PH off", State.UNKNOWN),  # says nothing of this one
        ("Mo-Fr 09:00-17:00; PH -1 day off", State.UNKNOWN),
        ("PH off; Mo-Fr 09:00-17:00", State.UNKNOWN),  # contradicts itself
        ("Mo-Fr 09:00-17:00; PH Su off", State.UNKNOWN),  # holidays on Sundays only
        ("Mo-Fr 09:00-17:00; Su off", State.UNKNOWN),
        ("off", State.CLOSED),
    ],
)
def test_only_rules_about_holidays_apply_on_a_holiday(expression, state):
    assert at(expression, CHRISTMAS, "10:00") is state


def test_day_before_a_holiday_can_have_its_own_hours():
    assert at("Mo-Fr 09:00-17:00; PH off; PH -1 day 09:00-12:00", date(2026, 12, 24), "14:00") is (
        State.CLOSED
    )


def test_possible_school_holiday_is_unknown_only_where_the_states_differ():
    expression = "Mo-Fr 09:00-17:00; PH off; SH 10:00-12:00"

    assert at(expression, THURSDAY, "11:00", country="MT") is State.OPEN  # in both cases
    assert at(expression, THURSDAY, "14:00", country="MT") is State.UNKNOWN
    assert at(expression, THURSDAY, "20:00", country="MT") is State.CLOSED


def test_school_holidays_from_the_table_are_applied():
    expression = "Mo-Fr 09:00-17:00; PH off; SH 10:00-12:00"
    flanders = {"country": "BE", "subdivision": "BE-VLG"}

    assert at(expression, date(2026, 11, 3), "14:00", **flanders) is State.CLOSED
    assert at(expression, date(2026, 11, 17), "14:00", **flanders) is State.OPEN


def test_uncertain_public_and_school_holidays_combine():
    expression = "SH 10:00-12:00; PH off"  # Catalonia's day, and no terms of Spain are known

    assert at(expression, FRIDAY, "11:00", country="ES") is State.UNKNOWN


def test_night_that_begins_on_a_closed_day_is_closed():
    strip = days.codes_by_day("Mo-Su 20:00-02:00; PH off", "BE", None, 2026)

    assert not strip[days.Frame.of(2026).index(CHRISTMAS)].any()


def test_night_that_begins_on_an_unstated_holiday_is_unknown():
    strip = days.codes_by_day("Mo-Su 20:00-02:00", "BE", None, 2026)
    codes = strip[days.Frame.of(2026).index(CHRISTMAS)]

    assert codes[DAY + 60] == STATE_CODES[State.UNKNOWN]
    assert codes[DAY + 180] == STATE_CODES[State.CLOSED]


def test_cached_codes_are_read_only():
    strip = days.codes_by_day("Mo-Fr 09:00-17:00", "BE", None, 2026)[0]

    with pytest.raises(ValueError, match="read-only"):
        strip[0] = STATE_CODES[State.OPEN]


SELECTORS = st.sampled_from(
    ["", "Mo", "Mo-Fr", "Sa,Su", "Mo[1]", "We[2-4]", "Tu[-1],Fr", "Mo[2] +1 day", "Su-Tu"]
)
SEASONS = st.sampled_from(
    ["", "", "2026", "Jul-Aug", "Dec 24-Jan 02", "week 10-20/2", "easter", "2026 Jul-Aug"]
)
TIMES = st.sampled_from(["09:00-17:00", "09:00-12:00,14:00-16:00", "00:00-24:00"])
RULES = st.builds(
    lambda season, selector, times, modifier: f"{season} {selector} {times} {modifier}",
    SEASONS,
    SELECTORS,
    TIMES,
    st.sampled_from(["", "", "off", "unknown"]),
).map(lambda rule: " ".join(rule.split()))
PLAIN = st.lists(RULES, min_size=1, max_size=3).map("; ".join)
NO_HOLIDAYS = calendars.Calendar(frozenset(), frozenset())
LIBRARY = {LibraryState.OPEN: 4, LibraryState.UNKNOWN: 1, LibraryState.CLOSED: 0}


@settings(max_examples=60, deadline=None)
@given(expression=PLAIN)
def test_plain_rules_agree_with_the_library(expression):
    frame = days.Frame.of(2026)
    start = datetime.combine(frame.first, time())
    theirs = np.zeros(frame.days * DAY, dtype=np.uint8)
    for begin, end, state, _ in OpeningHours(expression).intervals(
        start, start + timedelta(frame.days)
    ):
        first, last = ((edge - start) // timedelta(minutes=1) for edge in (begin, end))
        theirs[first:last] = LIBRARY[state]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calendars, "public_holidays", lambda *place: NO_HOLIDAYS)
        ours = days.codes_by_day.__wrapped__(expression, "BE", None, 2026)  # not into the cache

    assert np.array_equal(np.concatenate([strip[:DAY] for strip in ours]), theirs)

"""Attendance rules: every cell of the tables, and properties of all records."""

from itertools import product
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from protect.trainings.attendance.enums import AttendanceMethod, AttendanceState
from protect.trainings.attendance.rules import (
    PRESENT_STATES,
    AttendanceRecord,
    attended_minutes,
    is_no_show,
    merge_states,
    minutes_for_state,
    percentage,
)
from tests.refusals import refuses

A, B, ELSEWHERE = UUID(int=1), UUID(int=2), UUID(int=9)
PRESENT, LATE, LEFT_EARLY, EXCUSED, ABSENT = AttendanceState
LIST, SCAN, SHEET = AttendanceMethod
# What a scan makes of what was noted before: each cell.
SCANNED = {
    None: PRESENT,
    PRESENT: PRESENT,
    LATE: LATE,
    LEFT_EARLY: LEFT_EARLY,
    EXCUSED: PRESENT,
    ABSENT: PRESENT,
}

sessions = st.dictionaries(st.sampled_from([UUID(int=n) for n in range(1, 6)]), st.integers(1, 300))
notes = st.lists(
    st.builds(
        AttendanceRecord,
        st.sampled_from([UUID(int=n) for n in range(1, 8)]),
        st.sampled_from(AttendanceState),
        st.integers(0, 300),
    ),
    max_size=8,
)


@pytest.mark.parametrize("before", [None, *AttendanceState])
def test_scan_changes_the_recorded_state(before):
    assert merge_states(before, SCAN, PRESENT) == SCANNED[before]


@pytest.mark.parametrize(
    ("before", "method", "typed_minutes"),
    [*product([None, *AttendanceState], [LIST, SHEET], AttendanceState)],
)
def test_list_and_sheet_overwrite_the_recorded_state(before, method, typed_minutes):
    assert merge_states(before, method, typed_minutes) == typed_minutes


@pytest.mark.parametrize(
    ("state", "typed_minutes", "minutes"),
    [
        (PRESENT, None, 180),
        (PRESENT, 20, 180),
        (LATE, 150, 150),
        (LATE, 1, 1),
        (LATE, 179, 179),
        (LEFT_EARLY, 60, 60),
        (EXCUSED, None, 0),
        (EXCUSED, 60, 0),
        (ABSENT, None, 0),
    ],
)
def test_each_state_has_its_minutes(state, typed_minutes, minutes):
    assert minutes_for_state(state, 180, typed_minutes) == minutes


@pytest.mark.parametrize("state", [LATE, LEFT_EARLY])
@pytest.mark.parametrize("typed_minutes", [None, -1, 0, 180, 181])
def test_partial_minutes_are_between_zero_and_all(state, typed_minutes):
    with refuses("trainings_attendance_minutes_wrong"):
        minutes_for_state(state, 180, typed_minutes)


@pytest.mark.parametrize(
    ("confirmed", "percent"),
    [
        ([], 0),
        ([AttendanceRecord(A, PRESENT, 180), AttendanceRecord(B, PRESENT, 120)], 100),
        ([AttendanceRecord(A, PRESENT, 180)], 60),
        (
            [AttendanceRecord(A, LATE, 179), AttendanceRecord(B, LEFT_EARLY, 60)],
            79,
        ),  # 79.67 is not 80
        ([AttendanceRecord(A, EXCUSED, 0), AttendanceRecord(B, PRESENT, 120)], 40),
        (
            [AttendanceRecord(A, PRESENT, 180), AttendanceRecord(ELSEWHERE, PRESENT, 180)],
            60,
        ),  # cancelled
        (
            [AttendanceRecord(A, PRESENT, 180), AttendanceRecord(A, PRESENT, 180)],
            60,
        ),  # made up, counted once
        (
            [AttendanceRecord(A, ABSENT, 0), AttendanceRecord(A, PRESENT, 240)],
            60,
        ),  # a longer sibling
    ],
)
def test_the_percentage_is_of_all_planned_minutes(confirmed, percent):
    assert percentage({A: 180, B: 120}, confirmed) == percent


def test_percentage_without_planned_minutes_is_none():
    assert percentage({}, [AttendanceRecord(A, PRESENT, 180)]) is None


@given(sessions, notes)
def test_attended_minutes_never_exceed_planned_minutes(planned, confirmed):
    assert 0 <= attended_minutes(planned, confirmed) <= sum(planned.values())


@given(sessions, notes)
def test_repeated_records_count_once_in_any_order(planned, confirmed):
    assert attended_minutes(planned, [*reversed(confirmed), *confirmed]) == attended_minutes(
        planned, confirmed
    )


@given(sessions, notes, notes)
def test_additional_record_never_reduces_attended_minutes(planned, confirmed, more):
    assert attended_minutes(planned, confirmed + more) >= attended_minutes(planned, confirmed)


@given(sessions, notes, st.integers(1, 100))
def test_percentage_meets_a_rule_exactly_when_minutes_do(planned, confirmed, rule):
    percent, total = percentage(planned, confirmed), sum(planned.values())
    reached = 100 * attended_minutes(planned, confirmed) >= rule * total

    assert (percent is not None and percent >= rule) == (reached and total > 0)


@given(sessions, notes)
def test_excused_and_absent_minutes_are_not_attended(planned, confirmed):
    there = [record for record in confirmed if record.state in PRESENT_STATES]

    assert attended_minutes(planned, confirmed) == attended_minutes(planned, there)


@pytest.mark.parametrize(
    ("confirmed", "no_show"),
    [
        ([], False),  # nobody noted anything yet
        ([AttendanceRecord(A, ABSENT, 0)], False),
        ([AttendanceRecord(A, ABSENT, 0), AttendanceRecord(B, ABSENT, 0)], True),
        ([AttendanceRecord(A, ABSENT, 0), AttendanceRecord(B, EXCUSED, 0)], False),
        ([AttendanceRecord(A, ABSENT, 0), AttendanceRecord(B, LATE, 5)], False),
        (
            [
                AttendanceRecord(A, ABSENT, 0),
                AttendanceRecord(B, ABSENT, 0),
                AttendanceRecord(A, PRESENT, 9),
            ],
            False,
        ),
        (
            [
                AttendanceRecord(A, ABSENT, 0),
                AttendanceRecord(B, ABSENT, 0),
                AttendanceRecord(ELSEWHERE, LATE, 9),
            ],
            True,
        ),
    ],
)
def test_no_show_is_recorded_absent_from_every_session(confirmed, no_show):
    assert is_no_show({A: 180, B: 120}, confirmed) is no_show
    assert not is_no_show({}, confirmed)

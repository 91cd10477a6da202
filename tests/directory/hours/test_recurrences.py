import csv
import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import protect.directory
from protect.directory.hours import Recurrence, State, parse, recurrences_of
from protect.directory.hours.answers import state_at
from protect.directory.hours.expressions import expression_of
from tests.directory.hours.recurrences import BEGIN, DAY, DAYS, PLACES, START, expanded, stated
from tests.directory.hours.test_starter_file import ZONES

STARTER = Path(protect.directory.__file__).parent / "data" / "services" / "services.csv"
WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
EXPRESSIONS = [
    "24/7",
    "Mo-Fr 09:00-17:00",
    "Mo-Fr 09:00-17:00; PH off",
    "Mo-Fr 08:00-21:00; Sa,Su,PH 10:00-17:00",
    "Mo,Th 10:00-12:00,14:00-16:00; Tu 18:00-20:00",
    "Mo-Su 01:30-02:45; PH off",
    "Mo-Su 22:00-02:30; PH off",
    "Fr 20:00-04:00; Sa 10:00-12:00; PH 10:00-11:00",
    "We[2] 14:00-16:00; Fr[-1] 10:00-12:00",
    "Apr-Sep Mo-Fr 09:00-18:00; Oct-Mar Mo-Fr 10:00-16:00; PH off",
    "24/7; Dec 25 off",
    "Mo-Fr 09:00-12:00; Jul 01-Aug 15 off",
    "Mo 00:00-24:00, Tu 20:00-20:00; PH off",
]
DOUBTFUL = [
    "",
    "off",
    "by appointment",
    '"by appointment"',
    'Mo-Fr 09:00-12:00 || "by appointment"',
    "We[2] 14:00+",
    "Mo-Fr 09:00-17:00+",
    "Mo-Fr 09:00-17:00 unknown",
    "SH Mo-Fr 10:00-12:00; PH off",
    "sunrise-sunset",
]

DAYS_NAMED = st.sampled_from(
    ["Mo-Fr", "Mo,We,Fr", "Sa,Su", "Tu", "Th[1]", "We[-1]", "Mo-Su", "Jun-Aug Mo-Sa", "Dec Fr"]
)
CLOCKS = st.integers(0, 47).map(lambda half: f"{half // 2:02}:{half % 2 * 30:02}")
TIMES = st.builds(lambda opens, closes: f"{opens}-{closes}", CLOCKS, CLOCKS)
RULES = st.builds(lambda days, times: f"{days} {times}", DAYS_NAMED, TIMES)
GENERATED = st.builds(
    lambda parts, joint, holidays: joint.join(parts) + holidays,
    st.lists(RULES, min_size=1, max_size=3),
    st.sampled_from(["; ", ", "]),
    st.sampled_from(["", "; PH off", "; PH 10:00-12:00", "; Dec 24,Dec 31 off"]),
)


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_recurrence_rows_open_exactly_when_the_hours_do(expression, place):
    rows = recurrences_of(expression, *place, start=START)

    assert rows
    assert np.array_equal(expanded(rows, place[0]), stated(expression, place))


@settings(max_examples=150, deadline=None)
@given(
    expression=st.one_of(GENERATED, st.sampled_from(EXPRESSIONS)), place=st.sampled_from([*PLACES])
)
def test_generated_recurrence_rows_open_exactly_when_the_hours_do(expression, place):
    rows = recurrences_of(expression, *PLACES[place], start=START)

    if rows is not None:
        opens = expanded(rows, PLACES[place][0])
        assert np.array_equal(opens, stated(expression, PLACES[place]))


def test_every_expression_of_the_starter_file_has_exact_rows_or_none():
    if not STARTER.is_file():
        pytest.skip("the starter directory is not part of this checkout")
    with STARTER.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {(row["country"], row["opening_hours"]) for row in rows}
    found |= {(r["country"], w) for r in rows for w in re.findall(r"\[([^\]]*)\]", r["languages"])}
    without = []
    for country, expression in sorted(found):
        place = (ZONES[country], country, None)
        said = recurrences_of(expression, *place, start=START)
        if said is None:
            without.append((country, expression))
        else:
            assert np.array_equal(expanded(said, place[0]), stated(expression, place)), expression

    assert len(found) > 40
    stated_without = {each for each in without if each[1] not in {"", "We[2] 14:00+"}}
    # Where no region is known, Italy and Spain have more doubtful days than rows can go round.
    assert {country for country, _ in stated_without} <= {"ES", "IT"}
    assert len(stated_without) <= 2


@pytest.mark.parametrize("expression", DOUBTFUL)
def test_doubtful_hours_have_no_recurrence_rows(expression):
    assert recurrences_of(expression, *PLACES["Brussels"], start=START) is None


def test_hours_day_and_night_are_one_row_without_an_end():
    rows = recurrences_of("24/7", *PLACES["Brussels"], start=START)

    assert rows == (Recurrence("WEEKLY", WEEK, "00:00", "00:00"),)
    assert rows[0].first_opening(START) == START


def test_week_is_one_row_between_unstated_holidays():
    rows = recurrences_of("Mo-Fr 09:00-17:00", *PLACES["Brussels"], start=START)

    assert {row[:4] for row in rows} == {("WEEKLY", WEEK[:5], "09:00", "17:00")}
    assert rows[0][4:] == (START, date(2026, 4, 5))  # Easter Monday is the 6th
    assert rows[1].valid_from == date(2026, 4, 7)
    assert rows[0].first_opening(START) == date(2026, 2, 2)
    assert rows[0].first_opening(date(2026, 4, 4)) is None


def test_monthly_day_is_one_monthly_row():
    (row, *_) = recurrences_of("We[2] 14:00-16:00", *PLACES["Athens"], start=START)

    assert (row.freq, row.byday, row.rule) == ("MONTHLY", ("2WE",), "FREQ=MONTHLY;BYDAY=2WE")


def test_list_of_single_days_has_no_rows():
    days = ",".join(f"2026 {month} {day:02}" for month in ("May", "Jun") for day in range(1, 28, 3))
    scattered = ", ".join(f"{days} {hour:02}:00-{hour:02}:30" for hour in (8, 10, 12, 14))

    assert recurrences_of(scattered, *PLACES["Brussels"], start=START) is None


@settings(max_examples=100, deadline=None)
@given(
    expression=st.one_of(GENERATED, st.sampled_from(EXPRESSIONS)), place=st.sampled_from([*PLACES])
)
def test_expression_of_rows_opens_at_the_same_instants(expression, place):
    rows = recurrences_of(expression, *PLACES[place], start=START)
    if rows is None:
        return
    text = expression_of(rows, on_holidays=True)

    if len(text) <= 500:  # more than the parser takes
        assert np.array_equal(stated(text, PLACES[place]), expanded(rows, PLACES[place][0]))


@settings(max_examples=100, deadline=None)
@given(
    expression=st.one_of(GENERATED, st.sampled_from(EXPRESSIONS)), place=st.sampled_from([*PLACES])
)
def test_expression_of_rows_never_opens_more_and_differs_only_on_holidays(expression, place):
    rows = recurrences_of(expression, *PLACES[place], start=START)
    if rows is None:
        return
    text, opens = expression_of(rows), expanded(rows, PLACES[place][0])

    if len(text) <= 500:
        told = stated(text, PLACES[place])
        assert not (told & ~opens).any()
        hours = parse(text, *PLACES[place])
        for minute in np.flatnonzero(opens & ~told)[::97]:
            at = BEGIN + timedelta(minutes=int(minute))
            assert state_at(hours, at).state is State.UNKNOWN


def test_expression_of_foreign_rows_is_unknown_on_holidays():
    foreign = [
        Recurrence("WEEKLY", ("FR", "MO", "TU", "WE", "TH"), "09:00", "12:30"),
        Recurrence("WEEKLY", ("TU",), "14:00", "16:00"),
        Recurrence("MONTHLY", ("1SA", "-1SA"), "10:00", "00:00"),
        Recurrence("WEEKLY", ("SU",), "22:00", "02:00", valid_from=date(2026, 5, 1)),
    ]

    text = expression_of(foreign)

    assert text == (
        "Mo-Fr 09:00-12:30, Tu 14:00-16:00, 2026 May 01+ Su 22:00-02:00, Sa[-1],Sa[1] 10:00-24:00"
    )
    assert len(stated(text, PLACES["Brussels"])) == DAYS * DAY
    assert expression_of([]) == ""
    assert expression_of([*foreign[:1], foreign[2]]) == (
        "Mo-Fr 09:00-12:30; Sa[-1],Sa[1] 10:00-24:00"
    )

from datetime import date

import pytest
from hypothesis import given, strategies as st

from protect.directory.hours import BadHours, parse, week, weekly
from protect.directory.hours.weekly import HOLIDAY, WEEKDAYS

MONDAY = date(2026, 11, 23)


@st.composite
def spans(draw):
    """Return hours of a day in order. The last may end after midnight."""
    minutes = sorted(draw(st.sets(st.integers(0, 287), min_size=2, max_size=6)))
    found = [
        (first * 5, last * 5) for first, last in zip(minutes[::2], minutes[1::2], strict=False)
    ]
    return tuple(found)


WEEKS = st.dictionaries(st.sampled_from(WEEKDAYS), spans(), max_size=7)


@given(WEEKS, st.none() | st.just(()) | spans())
def test_plain_week_round_trips(days, holiday):
    found = days | ({} if holiday is None else {HOLIDAY: holiday})

    assert weekly.parse_week(weekly.format_week(found)) == found


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("", {}),
        ("Mo-We 09:00-12:00", dict.fromkeys(["Mo", "Tu", "We"], ((540, 720),))),
        ("Sa-Mo 09:00-12:00", dict.fromkeys(["Sa", "Su", "Mo"], ((540, 720),))),
        ("Mo-Tu 09:00-12:00; Tu off", {"Mo": ((540, 720),)}),
        ("Fr 22:00-06:00", {"Fr": ((1320, 1800),)}),
        ("Mo,PH 09:00-12:00", {"Mo": ((540, 720),), "PH": ((540, 720),)}),
        ("Mo 09:00-12:00; PH off", {"Mo": ((540, 720),), "PH": ()}),
        ("PH off; Mo-Fr 09:00-12:00", None),
        ("24/7", None),
        ("09:00-12:00", None),  # on holidays as well
        ("Mo 09:00+", None),
        ('Mo 09:00-12:00 "by appointment"', None),
        ("Jan-Mar Mo 09:00-12:00", None),
        ("Mo[1] 09:00-12:00", None),
        ("SH off", None),
        ("Mo 09:00-12:00 || Tu 09:00-10:00", None),
        ("Mo-Fr 09:00-17:00; We 12:00-13:00 off", None),
    ],
)
def test_parse_week_returns_none_for_complex_hours(expression, expected):
    assert weekly.parse_week(expression) == expected


@pytest.mark.parametrize(
    ("week", "expected"),
    [
        ({}, ""),
        ({"PH": ()}, "PH off"),
        (
            dict.fromkeys(["Mo", "Tu", "Th"], ((540, 720), (780, 1020))),
            "Mo-Tu,Th 09:00-12:00,13:00-17:00",
        ),
        ({"Mo": ((540, 720),), "Tu": ((600, 720),)}, "Mo 09:00-12:00; Tu 10:00-12:00"),
        ({"Sa": ((1200, 1440),)}, "Sa 20:00-24:00"),
    ],
)
def test_days_with_equal_hours_are_joined(week, expected):
    assert weekly.format_week(week) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", None),
        ("  ", None),
        ("closed", ()),
        ("off", ()),
        ("9-17", ((540, 1020),)),
        ("9:30–12, 13.00-17h30", ((570, 720), (780, 1050))),
        ("09:00-12:00 13:00-17:00", ((540, 720), (780, 1020))),
        ("9 to 12 and 14 to 16", ((540, 720), (840, 960))),
        ("22-6", ((1320, 1800),)),
        ("9:00-5:00", ((540, 1740),)),
        ("0-24", ((0, 1440),)),
    ],
)
def test_parse_day_reads_common_spellings(typed, expected):
    assert weekly.parse_day(typed) == expected


@pytest.mark.parametrize(
    ("typed", "position"),
    [
        ("nine", 1),
        ("9-17, noon", 7),
        ("25-26", 1),
        ("9:75-10", 1),
        ("9-12, 11-13", 7),
        ("9", 1),
        ("9-5", 1),
        ("9-12, 13-5", 7),
        ("12-12", 1),
    ],
)
def test_parse_day_reports_the_position_of_invalid_text(typed, position):
    with pytest.raises(BadHours) as refusal:
        weekly.parse_day(typed)

    assert refusal.value.facts["position"] == position


def test_typed_hours_equal_the_shown_week():
    expression = weekly.format_week({"Mo": weekly.parse_day("9-12, 13-17")})

    days = week(parse(expression, "Europe/Malta", "MT"), MONDAY)

    assert [[f"{span.start:%H:%M}-{span.end:%H:%M}" for span in day.spans] for day in days[:2]] == [
        ["09:00-12:00", "13:00-17:00"],
        [],
    ]
    assert weekly.format_day(((540, 720), (780, 1020))) == "09:00-12:00, 13:00-17:00"

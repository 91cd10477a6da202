from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from protect.directory.hours.days import codes_by_day
from protect.directory.hours.syntax import DAY, STATES, State
from protect.directory.hours.timeline import minute_of, offset_periods, timeline

ZONES = [
    "Europe/Brussels",
    "Europe/Athens",
    "Europe/Dublin",
    "Europe/Malta",
    "Africa/Ceuta",
    "Atlantic/Canary",
    "Atlantic/Azores",
]


@pytest.mark.parametrize("zone", ZONES)
def test_european_year_has_three_adjoining_offset_periods(zone):
    found = offset_periods(zone, 2026)

    assert len(found) == 3
    assert [stretch.end for stretch in found[:-1]] == [stretch.start for stretch in found[1:]]
    assert found[1].start == minute_of(datetime(2026, 3, 29, 1, tzinfo=UTC))
    assert found[1].end == minute_of(datetime(2026, 10, 25, 1, tzinfo=UTC))


def test_zone_without_clock_changes_has_one_offset_period():
    assert [stretch.offset for stretch in offset_periods("Asia/Kolkata", 2026)] == [330]


@pytest.mark.parametrize("zone", ZONES)
def test_minutes_around_a_clock_change_follow_the_local_clock(zone):
    found = timeline("Mo-Su 00:30-01:30,02:15-02:45; PH off", zone, "BE", None, 2026)
    changes = dict(zip(found.starts, found.codes, strict=True))
    for change in (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)):
        state = None
        for minute in range(minute_of(change - timedelta(hours=6)), minute_of(change) + 360):
            state = changes.get(minute, state)
            if state is None:
                continue
            wall = datetime.fromtimestamp(minute * 60, ZoneInfo(zone)).strftime("%H:%M")
            is_open = "00:30" <= wall < "01:30" or "02:15" <= wall < "02:45"
            assert (STATES[state] is State.OPEN) is is_open, wall


def test_timeline_begins_with_the_first_minute_of_the_year():
    assert timeline("24/7", "Europe/Athens", "GR", None, 2026).starts[0] == minute_of(
        datetime(2026, 1, 1, tzinfo=UTC)
    )


def test_minute_of_a_naive_time_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        minute_of(datetime(2026, 1, 1))  # noqa: DTZ001 (the mistake under test)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "expression",
    [
        "",
        "24/7",
        "Fr 20:00-02:00; Sa 10:00-12:00",
        "Mo-Fr 22:00-24:00, Mo-Su 00:00-02:30; PH off",
        'Mo-Fr 09:00-12:00 || "by appointment"; SH 10:00+',
        "Dec 31 22:00-05:00; Jan 01 03:00-04:00",
    ],
)
def test_timeline_combines_each_day_with_the_night_before(expression, zone):
    days = codes_by_day(expression, "ES", None, 2026)
    wall = np.concatenate([np.maximum(last[DAY:], today[:DAY]) for last, today in pairwise(days)])
    first = minute_of(datetime(2025, 12, 31, tzinfo=UTC))

    found = timeline(expression, zone, "ES", None, 2026)

    lengths = np.diff([*found.starts, minute_of(datetime(2027, 1, 1, tzinfo=UTC))])
    expected = [
        wall[part.start + part.offset - first : part.end + part.offset - first]
        for part in offset_periods(zone, 2026)
    ]
    assert np.array_equal(np.repeat(list(found.codes), lengths), np.concatenate(expected))

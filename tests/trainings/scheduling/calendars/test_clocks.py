from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from protect.trainings.scheduling.calendars import instants
from protect.trainings.scheduling.calendars.clocks import has_change
from protect.trainings.scheduling.calendars.errors import (
    ClockAmbiguous,
    ClockRefused,
    ClockSkipped,
    DayFarAway,
    EndsBeforeStart,
    ZoneUnknown,
)
from tests.trainings.scheduling.calendars.meetings import ZONES, changes

changes_of = cache(changes)
BRUSSELS = "Europe/Brussels"
AUTUMN, SPRING = date(2026, 10, 25), date(2026, 3, 29)


def clock(text: str) -> time:
    return time.fromisoformat(text)


def test_an_ordinary_half_day_is_what_it_says():
    found = instants(date(2026, 11, 30), clock("09:00"), clock("12:30"), BRUSSELS)

    assert found.starts_at == datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert found.minutes == 210


@pytest.mark.parametrize(
    ("clock_from", "clock_to", "where", "minutes"),
    [
        ("01:00", "02:30", "to", [90, 150]),
        ("02:30", "04:00", "from", [150, 90]),
        ("02:15", "02:45", "from", [30, 90, 30]),
        ("02:45", "02:15", "from", [30]),  # once round: possible, and to be confirmed
        ("02:00", "03:00", "from", [120, 60]),
    ],
)
def test_a_time_that_comes_twice_offers_all_that_it_may_mean(clock_from, clock_to, where, minutes):
    with pytest.raises(ClockAmbiguous) as refused:
        instants(AUTUMN, clock(clock_from), clock(clock_to), BRUSSELS)

    assert refused.value.where == where
    assert [each.minutes for each in refused.value.readings] == minutes
    for each in refused.value.readings:
        assert instants(AUTUMN, clock(clock_from), clock(clock_to), BRUSSELS, each.key) == each


def test_a_reading_of_another_day_is_no_answer():
    with pytest.raises(ClockAmbiguous) as refused:
        instants(AUTUMN, clock("01:00"), clock("02:30"), BRUSSELS, "20251026T0000Z-20251026T0130Z")

    assert refused.value.text().startswith("In this night the clocks go back, and 02:30 comes")


def test_a_change_between_two_plain_times_is_counted_and_asks_nothing():
    longer = instants(AUTUMN, clock("01:00"), clock("04:00"), BRUSSELS)
    shorter = instants(SPRING, clock("01:00"), clock("04:00"), BRUSSELS)

    assert (longer.minutes, shorter.minutes) == (240, 120)
    assert has_change(longer.starts_at, longer.ends_at, BRUSSELS)


@pytest.mark.parametrize(
    ("clock_from", "clock_to", "where"),
    [("02:30", "05:00", "from"), ("01:00", "02:00", "to"), ("02:10", "02:20", "from")],
)
def test_a_time_that_does_not_exist_is_refused_with_the_next_that_does(clock_from, clock_to, where):
    with pytest.raises(ClockSkipped) as refused:
        instants(SPRING, clock(clock_from), clock(clock_to), BRUSSELS)

    assert refused.value.where == where
    assert refused.value.facts["next"] == "03:00"


def test_a_day_that_does_not_exist_is_refused_too():
    with pytest.raises(ClockSkipped):
        instants(date(2011, 12, 30), clock("09:00"), clock("10:00"), "Pacific/Apia")


def test_an_end_at_midnight_is_the_midnight_after():
    found = instants(date(2026, 11, 30), clock("22:00"), clock("00:00"), BRUSSELS)

    assert found.minutes == 120


@pytest.mark.parametrize(
    ("day", "clock_from", "clock_to", "zone", "error"),
    [
        (date(2026, 11, 30), "12:00", "09:00", BRUSSELS, EndsBeforeStart),
        (date(2026, 11, 30), "12:00", "12:00", BRUSSELS, EndsBeforeStart),
        (date(206, 11, 30), "09:00", "12:00", BRUSSELS, DayFarAway),
        (date(9999, 12, 31), "09:00", "00:00", BRUSSELS, DayFarAway),
        (date(2026, 11, 30), "09:00", "12:00", "Europe/Liège", ZoneUnknown),
        (date(2026, 11, 30), "09:00", "12:00", "../../etc/passwd", ZoneUnknown),
    ],
)
def test_what_is_no_session_is_refused_by_name(day, clock_from, clock_to, zone, error):
    with pytest.raises(error) as refused:
        instants(day, clock(clock_from), clock(clock_to), zone)

    with translation.override("en"):
        assert refused.value.code.startswith("trainings_")
        assert "Nothing was saved" in refused.value.text()


@given(
    day=st.dates(date(2025, 1, 1), date(2030, 12, 31)),
    times=st.tuples(st.times(), st.times()),
    zone=st.sampled_from(ZONES),
)
def test_what_is_accepted_is_shown_by_the_clock_on_the_wall(day, times, zone):
    clock_from, clock_to = times
    try:
        found = [instants(day, clock_from, clock_to, zone)]
    except ClockAmbiguous as refused:
        found = list(refused.readings)
    except ClockRefused:
        found = []
    for each in found:
        shown = [at.astimezone(ZoneInfo(zone)) for at in (each.starts_at, each.ends_at)]
        assert [at.strftime("%H:%M") for at in shown] == [f"{at:%H:%M}" for at in times]
        assert shown[0].date() == day
        assert each.minutes * timedelta(minutes=1) == each.ends_at - each.starts_at
        assert each.minutes > 0


@pytest.mark.parametrize("zone", ZONES)
def test_every_minute_round_a_change_of_clocks_can_be_typed(zone):
    reached = set()
    autumn = changes(zone, 2026)[1]
    day = autumn.astimezone(ZoneInfo(zone)).date()
    for minute in range(6 * 60):
        at = time(minute // 60, minute % 60)
        try:
            reached.add(instants(day, at, clock("12:00"), zone).starts_at)
        except ClockAmbiguous as refused:
            reached |= {each.starts_at for each in refused.readings}

    assert len(reached) == 7 * 60


@pytest.mark.parametrize("zone", ZONES)
def test_every_minute_that_the_clocks_leave_out_is_refused_and_the_next_one_is_taken(zone):
    spring = changes(zone, 2026)[0]
    place = ZoneInfo(zone)
    day, back = spring.astimezone(place).date(), spring.astimezone(place)
    refused = []
    for minute in range(6 * 60):
        at = time(minute // 60, minute % 60)
        try:
            instants(day, at, clock("12:00"), zone)
        except ClockSkipped as error:
            refused.append(f"{at:%H:%M}")
            after = instants(day, clock(str(error.facts["next"])), clock("12:00"), zone)
            assert after.starts_at == spring

    assert len(refused) == 60
    assert refused[-1] == f"{back - timedelta(minutes=1):%H:%M}"


@given(
    zone=st.sampled_from(ZONES),
    year=st.integers(2025, 2030),
    hours=st.tuples(st.integers(0, 5), st.integers(0, 59)),
    length=st.integers(1, 9 * 60),
)
def test_each_instant_near_a_change_is_one_of_the_readings_of_its_own_clock(
    zone, year, hours, length
):
    """What the wall shows of any session can be typed, and means that session or asks."""
    change = changes_of(zone, year)[hours[0] % 2]
    starts = change + timedelta(hours=hours[0] - 3, minutes=hours[1])
    ends = starts + timedelta(minutes=length)
    wall = [at.astimezone(ZoneInfo(zone)) for at in (starts, ends)]
    typed = (wall[0].date(), *(at.timetz().replace(tzinfo=None, fold=0) for at in wall), zone)
    try:
        found = [instants(*typed)]
    except ClockAmbiguous as asked:
        found = list(asked.readings)
    except EndsBeforeStart:
        assert wall[0].date() != wall[1].date() or wall[0].time() >= wall[1].time()
        return

    assert (starts, ends) in [(each.starts_at, each.ends_at) for each in found]

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given, strategies as st

from protect.trainings.scheduling.clocks import Times, has_clock_change, session_times
from protect.trainings.scheduling.errors import ClockRefused
from tests.refusals import refuses
from tests.trainings.scheduling.calendars.meetings import ZONES, changes

changes_of = cache(changes)


def try_times(*typed) -> tuple[Times | None, str]:
    """Return the instants of a session, or the code of the refusal."""
    try:
        return session_times(*typed), ""
    except ClockRefused as refused:
        return None, refused.code


BRUSSELS = "Europe/Brussels"
AUTUMN, SPRING = date(2026, 10, 25), date(2026, 3, 29)


def clock(text: str) -> time:
    return time.fromisoformat(text)


def minutes(times: Times) -> int:
    return (times.ends_at - times.starts_at) // timedelta(minutes=1)


def test_ordinary_session_has_the_typed_local_times():
    times = session_times(date(2026, 11, 30), clock("09:00"), clock("12:30"), BRUSSELS)

    assert times.starts_at == datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert minutes(times) == 210


@pytest.mark.parametrize(
    ("day", "clock_from", "clock_to", "where"),
    [
        (AUTUMN, "01:00", "02:30", "to"),
        (AUTUMN, "02:30", "04:00", "from"),
        (AUTUMN, "02:15", "02:45", "from"),
        (SPRING, "02:30", "05:00", "from"),
        (SPRING, "01:00", "02:00", "to"),
    ],
)
def test_ambiguous_or_missing_local_time_is_refused_at_its_field(day, clock_from, clock_to, where):
    with refuses("trainings_clock_change") as refused:
        session_times(day, clock(clock_from), clock(clock_to), BRUSSELS)

    assert refused.value.where == where
    assert str(refused.value.facts["clock"]) in refused.value.text()


def test_clock_change_within_a_session_is_included_in_its_length():
    longer = session_times(AUTUMN, clock("01:00"), clock("04:00"), BRUSSELS)
    shorter = session_times(SPRING, clock("01:00"), clock("04:00"), BRUSSELS)

    assert (minutes(longer), minutes(shorter)) == (240, 120)
    assert has_clock_change(longer.starts_at, longer.ends_at, BRUSSELS)


def test_day_skipped_by_its_zone_is_refused():
    with refuses("trainings_clock_change"):
        session_times(date(2011, 12, 30), clock("09:00"), clock("10:00"), "Pacific/Apia")


def test_end_at_midnight_is_the_following_midnight():
    times = session_times(date(2026, 11, 30), clock("22:00"), clock("00:00"), BRUSSELS)

    assert minutes(times) == 120


@pytest.mark.parametrize(
    ("day", "clock_from", "clock_to", "zone", "code"),
    [
        (date(2026, 11, 30), "12:00", "09:00", BRUSSELS, "trainings_clock_backwards"),
        (date(2026, 11, 30), "12:00", "12:00", BRUSSELS, "trainings_clock_backwards"),
        (date(206, 11, 30), "09:00", "12:00", BRUSSELS, "trainings_day_far_away"),
        (date(9999, 12, 31), "09:00", "00:00", BRUSSELS, "trainings_day_far_away"),
        (date(2026, 11, 30), "09:00", "12:00", "Europe/Liège", "trainings_zone_unknown"),
        (date(2026, 11, 30), "09:00", "12:00", "../../etc/passwd", "trainings_zone_unknown"),
    ],
)
def test_impossible_session_times_are_refused_with_a_code(day, clock_from, clock_to, zone, code):
    with refuses(code) as refused:
        session_times(day, clock(clock_from), clock(clock_to), zone)

    with translation.override("en"):
        assert "Nothing was saved" in refused.value.text()


@given(
    day=st.dates(date(2025, 1, 1), date(2030, 12, 31)),
    times=st.tuples(st.times(), st.times()),
    zone=st.sampled_from(ZONES),
)
def test_accepted_times_are_shown_as_typed_local_times(day, times, zone):
    try:
        found = session_times(day, *times, zone)
    except ClockRefused:
        return
    shown = [at.astimezone(ZoneInfo(zone)) for at in found]
    assert [at.strftime("%H:%M") for at in shown] == [f"{at:%H:%M}" for at in times]
    assert shown[0].date() == day
    assert minutes(found) > 0


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("season", [0, 1])
def test_only_times_in_the_hour_of_a_clock_change_are_refused(zone, season):
    change = changes(zone, 2026)[season]
    day = change.astimezone(ZoneInfo(zone)).date()
    refused, reached = [], set()
    for minute in range(6 * 60):
        at = time(minute // 60, minute % 60)
        found, code = try_times(day, at, clock("12:00"), zone)
        assert code in {"", "trainings_clock_change"}
        if found:
            reached.add(found.starts_at)
        else:
            refused.append(minute)

    assert len(reached) == 5 * 60
    assert refused == [*range(refused[0], refused[0] + 60)]


@given(
    zone=st.sampled_from(ZONES),
    year=st.integers(2025, 2030),
    hours=st.tuples(st.integers(0, 5), st.integers(0, 59)),
    length=st.integers(1, 9 * 60),
)
def test_times_near_a_clock_change_round_trip_or_are_refused(zone, year, hours, length):
    change = changes_of(zone, year)[hours[0] % 2]
    starts = change + timedelta(hours=hours[0] - 3, minutes=hours[1])
    ends = starts + timedelta(minutes=length)
    wall = [at.astimezone(ZoneInfo(zone)) for at in (starts, ends)]
    typed = (wall[0].date(), *(at.timetz().replace(tzinfo=None, fold=0) for at in wall), zone)
    found, code = try_times(*typed)
    if code == "trainings_clock_change":
        return
    if not found:
        assert code == "trainings_clock_backwards"
        assert wall[0].date() != wall[1].date() or wall[0].time() >= wall[1].time()
        return

    assert found == (starts, ends)

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from protect.directory.hours import WAIT_UNKNOWN, BadHours, Span, State, StateUntil, parse, week
from protect.directory.hours.answers import (
    WAIT_NEVER,
    next_open,
    state_at,
    state_of_both,
    wait_minutes,
)

BRUSSELS, MADRID = ZoneInfo("Europe/Brussels"), ZoneInfo("Europe/Madrid")
CANARY, CEUTA = ZoneInfo("Atlantic/Canary"), ZoneInfo("Africa/Ceuta")
OFFICE = "Mo-Fr 09:00-17:00; PH off"
AUTUMN_NIGHT = (2026, 10, 25)  # 03:00 becomes 02:00
SPRING_NIGHT = (2026, 3, 29)  # 02:00 becomes 03:00


def brussels(expression, **flags):
    return parse(expression, "Europe/Brussels", "BE", **flags)


def in_spain(expression, subdivision=None, zone="Europe/Madrid"):
    return parse(expression, zone, "ES", subdivision)


def test_state_is_open_until_the_end_of_the_span():
    at = datetime(2026, 9, 10, 10, tzinfo=BRUSSELS)

    assert state_at(brussels(OFFICE), at) == StateUntil(State.OPEN, at.replace(hour=17))


def test_state_is_closed_from_friday_evening_until_monday():
    at = datetime(2026, 9, 11, 18, tzinfo=BRUSSELS)

    assert state_at(brussels(OFFICE), at) == StateUntil(
        State.CLOSED, datetime(2026, 9, 14, 9, tzinfo=BRUSSELS)
    )


def test_state_does_not_depend_on_the_zone_of_the_instant():
    assert state_at(brussels(OFFICE), datetime(2026, 9, 10, 7, tzinfo=UTC)).state is State.OPEN


def test_change_is_returned_in_the_zone_of_the_hours():
    until = state_at(brussels(OFFICE), datetime(2026, 9, 10, 8, tzinfo=UTC)).until

    assert until is not None
    assert until.utcoffset() == timedelta(hours=2)


def test_hours_day_and_night_have_no_change():
    at = datetime(2026, 12, 24, 23, tzinfo=BRUSSELS)

    assert state_at(brussels("24/7"), at) == StateUntil(State.OPEN, None)


def test_state_over_new_year_ends_next_year():
    at = datetime(2026, 12, 31, 18, tzinfo=BRUSSELS)

    assert state_at(brussels("Mo-Fr 09:00-17:00; PH off"), at).until == datetime(
        2027, 1, 4, 9, tzinfo=BRUSSELS
    )


@pytest.mark.parametrize("expression", ["", "   "])
def test_blank_hours_are_unknown(expression):
    at = datetime(2026, 9, 10, 10, tzinfo=BRUSSELS)

    assert state_at(brussels(expression), at) == StateUntil(State.UNKNOWN, None)


def test_blank_hours_by_appointment_are_by_appointment():
    at = datetime(2026, 9, 10, 10, tzinfo=BRUSSELS)

    assert state_at(brussels("", by_appointment=True), at) == StateUntil(State.BY_APPOINTMENT, None)


def test_hours_by_appointment_are_neither_open_nor_continuous():
    hours = brussels(OFFICE, by_appointment=True)

    assert state_at(hours, datetime(2026, 9, 10, 10, tzinfo=BRUSSELS)).state is (
        State.BY_APPOINTMENT
    )
    assert state_at(hours, datetime(2026, 9, 10, 18, tzinfo=BRUSSELS)).state is State.CLOSED


def test_rest_of_the_day_after_an_open_end_is_unknown():
    hours = brussels("Mo-Fr 14:00-17:00+; PH off")

    assert state_at(hours, datetime(2026, 9, 10, 16, tzinfo=BRUSSELS)).state is State.OPEN
    assert state_at(hours, datetime(2026, 9, 10, 18, tzinfo=BRUSSELS)) == StateUntil(
        State.UNKNOWN, datetime(2026, 9, 11, tzinfo=BRUSSELS)
    )


def test_open_end_on_a_second_wednesday_is_unknown_from_its_start():
    at = datetime(2026, 9, 9, 14, tzinfo=BRUSSELS)

    assert state_at(brussels("We[2] 14:00+"), at).state is State.UNKNOWN


@pytest.mark.parametrize(
    ("subdivision", "state"),
    [("ES-CT", State.CLOSED), ("ES-MD", State.OPEN), (None, State.UNKNOWN)],
)
def test_regional_holiday_closes_only_its_region(subdivision, state):
    at = datetime(2026, 9, 11, 10, tzinfo=MADRID)

    assert state_at(in_spain(OFFICE, subdivision), at).state is state


def test_national_holiday_closes_only_its_country():
    at = datetime(2026, 5, 25, 10, tzinfo=BRUSSELS)

    assert state_at(brussels(OFFICE), at).state is State.CLOSED
    assert state_at(in_spain(OFFICE, "ES-MD"), at).state is State.OPEN


def test_regional_holiday_closes_ceuta():
    at = datetime(2026, 8, 5, 10, tzinfo=CEUTA)

    assert state_at(in_spain(OFFICE, "ES-CE", "Africa/Ceuta"), at).state is State.CLOSED
    assert state_at(in_spain(OFFICE, "ES-MD"), at).state is State.OPEN


def test_canary_islands_open_an_hour_after_the_mainland():
    at = datetime(2026, 9, 10, 9, 30, tzinfo=MADRID)

    assert state_at(in_spain(OFFICE, "ES-MD"), at).state is State.OPEN
    assert state_at(in_spain(OFFICE, "ES-CN", "Atlantic/Canary"), at) == StateUntil(
        State.CLOSED, datetime(2026, 9, 10, 9, tzinfo=CANARY)
    )


@pytest.mark.parametrize(
    ("zone", "country", "utc_hour"),
    [
        ("Europe/Malta", "MT", 8),
        ("Europe/Athens", "GR", 7),
        ("Europe/Dublin", "IE", 9),
        ("Africa/Ceuta", "ES", 8),
        ("Atlantic/Canary", "ES", 9),
    ],
)
def test_hours_follow_the_local_clock_of_each_zone(zone, country, utc_hour):
    hours = parse(OFFICE, zone, country)

    assert next_open(hours, datetime(2026, 1, 19, 0, tzinfo=UTC)) == datetime(
        2026, 1, 19, utc_hour, tzinfo=UTC
    )


def test_night_hours_continue_after_midnight():
    hours = brussels("Fr 20:00-02:00; Sa 10:00-12:00; PH off")

    assert state_at(hours, datetime(2026, 9, 12, 1, tzinfo=BRUSSELS)) == StateUntil(
        State.OPEN, datetime(2026, 9, 12, 2, tzinfo=BRUSSELS)
    )


def test_night_hours_that_began_before_a_holiday_continue():
    hours = brussels("Mo-Su 20:00-02:00; PH off")

    assert state_at(hours, datetime(2026, 12, 25, 1, tzinfo=BRUSSELS)).state is State.OPEN
    assert state_at(hours, datetime(2026, 12, 25, 21, tzinfo=BRUSSELS)).state is State.CLOSED
    assert state_at(hours, datetime(2026, 12, 26, 1, tzinfo=BRUSSELS)).state is State.CLOSED


def test_new_years_night_follows_the_hours_of_the_old_year():
    hours = brussels("Dec 31 20:00-04:00; PH off")

    assert state_at(hours, datetime(2027, 1, 1, 3, tzinfo=BRUSSELS)).state is State.OPEN


def test_repeated_hour_in_autumn_is_open_twice():
    hours = brussels("Mo-Su 02:00-02:30; PH off")
    first = datetime(*AUTUMN_NIGHT, 2, 15, tzinfo=BRUSSELS, fold=0)
    second = first.replace(fold=1)

    assert first.astimezone(UTC) + timedelta(hours=1) == second.astimezone(UTC)
    assert state_at(hours, first).state is State.OPEN
    assert state_at(hours, first + timedelta(minutes=30)).state is State.CLOSED
    assert state_at(hours, second).state is State.OPEN


def test_span_over_the_autumn_change_is_an_hour_longer():
    hours = brussels("Sa 20:00-04:00; PH off")
    at = datetime(2026, 10, 24, 20, tzinfo=BRUSSELS)

    until = state_at(hours, at).until

    assert until is not None
    assert until.astimezone(UTC) - at.astimezone(UTC) == timedelta(hours=9)


def test_hours_within_the_skipped_hour_in_spring_never_open():
    hours = brussels("Su 02:00-03:00; PH off")

    assert next_open(hours, datetime(*SPRING_NIGHT, 1, tzinfo=BRUSSELS)) != datetime(
        *SPRING_NIGHT, 3, tzinfo=BRUSSELS
    )


def test_hours_that_begin_in_the_skipped_hour_open_after_it():
    hours = brussels("Su 02:30-05:00; PH off")
    at = datetime(*SPRING_NIGHT, 1, 59, tzinfo=BRUSSELS)

    assert next_open(hours, at) == datetime(*SPRING_NIGHT, 3, tzinfo=BRUSSELS)
    assert wait_minutes(hours, at) == 1


def test_next_opening_skips_a_long_weekend():
    at = datetime(2026, 5, 22, 18, tzinfo=BRUSSELS)  # Friday; Monday is Whit Monday

    assert next_open(brussels(OFFICE), at) == datetime(2026, 5, 26, 9, tzinfo=BRUSSELS)


def test_next_opening_of_open_hours_is_now():
    at = datetime(2026, 9, 10, 10, 11, 12, tzinfo=BRUSSELS)

    assert next_open(brussels(OFFICE), at) == at


def test_next_opening_beyond_the_horizon_is_none():
    at = datetime(2026, 9, 11, 18, tzinfo=BRUSSELS)

    assert next_open(brussels(OFFICE), at, horizon_days=2) is None
    assert next_open(brussels("Dec 01 10:00-12:00"), at) is None


def test_horizon_includes_monthly_openings():
    at = datetime(2026, 9, 9, 15, tzinfo=BRUSSELS)

    assert next_open(brussels("We[2] 14:00-15:00; PH off"), at) == datetime(
        2026, 10, 14, 14, tzinfo=BRUSSELS
    )


def test_waiting_time_is_rounded_up_to_minutes():
    hours = brussels(OFFICE)

    assert wait_minutes(hours, datetime(2026, 9, 10, 8, 59, 1, tzinfo=BRUSSELS)) == 1
    assert wait_minutes(hours, datetime(2026, 9, 10, 8, 58, 59, tzinfo=BRUSSELS)) == 2
    assert wait_minutes(hours, datetime(2026, 9, 10, 9, 0, 0, tzinfo=BRUSSELS)) == 0


@pytest.mark.parametrize(
    ("expression", "by_appointment", "wait"),
    [
        ("24/7", False, 0),
        ("Th 12:00-13:00; PH off", False, 120),
        ("", False, WAIT_UNKNOWN),
        ("Mo-Fr 08:00+; PH off", False, WAIT_UNKNOWN),
        ("24/7", True, WAIT_UNKNOWN),
        ("Fr 14:00+; PH off", False, WAIT_UNKNOWN),  # closed now, and then nobody knows
        ("off", False, WAIT_NEVER),
        ("2027 Mar 01 10:00-12:00", False, WAIT_UNKNOWN),  # All Saints' lies between
        ("Jan 01-Dec 31 off", False, WAIT_NEVER),
    ],
)
def test_waiting_time_is_minutes_or_a_reason_code(expression, by_appointment, wait):
    at = datetime(2026, 10, 1, 10, tzinfo=BRUSSELS)

    assert wait_minutes(brussels(expression, by_appointment=by_appointment), at) == wait


@pytest.mark.parametrize("expression", ["", "off", "Fr 14:00+; PH off"])
def test_waiting_time_without_a_certain_opening_is_a_reason_code(expression):
    at = datetime(2026, 9, 10, 10, tzinfo=BRUSSELS)

    assert wait_minutes(brussels(expression), at) in {WAIT_UNKNOWN, WAIT_NEVER}


HOURS_OF = {
    State.OPEN: "24/7",
    State.CLOSED: "off",
    State.UNKNOWN: "24/7 unknown",
    State.BY_APPOINTMENT: '"by appointment"',
    State.ANSWERPHONE: '"answerphone"',
}


@pytest.mark.parametrize(
    ("line", "window", "state"),
    [
        (State.OPEN, State.OPEN, State.OPEN),
        (State.OPEN, State.CLOSED, State.CLOSED),
        (State.OPEN, State.UNKNOWN, State.UNKNOWN),
        (State.OPEN, State.BY_APPOINTMENT, State.BY_APPOINTMENT),
        (State.OPEN, State.ANSWERPHONE, State.ANSWERPHONE),
        (State.UNKNOWN, State.UNKNOWN, State.UNKNOWN),
        (State.UNKNOWN, State.CLOSED, State.CLOSED),
        (State.UNKNOWN, State.BY_APPOINTMENT, State.UNKNOWN),
        (State.UNKNOWN, State.ANSWERPHONE, State.UNKNOWN),
        (State.CLOSED, State.BY_APPOINTMENT, State.CLOSED),
    ],
)
def test_combined_hours_have_the_weaker_state(line, window, state):
    at = datetime(2026, 9, 10, 10, tzinfo=BRUSSELS)
    pair = [brussels(HOURS_OF[line]), brussels(HOURS_OF[window])]

    assert state_of_both(*pair, at).state is state
    assert state_of_both(*reversed(pair), at).state is state


def test_open_phone_line_is_closed_for_a_language_until_its_hours():
    line, arabic = brussels("Mo-Su 08:00-22:00; PH off"), brussels("Mo 09:00-11:00; PH off")
    at = datetime(2026, 9, 10, 10, tzinfo=BRUSSELS)
    monday = datetime(2026, 9, 14, 9, tzinfo=BRUSSELS)

    assert state_of_both(line, arabic, at) == StateUntil(State.CLOSED, monday)
    assert next_open(line, at, window=arabic) == monday


def test_combined_state_changes_when_either_changes():
    line, window = brussels("Mo-Fr 10:00-16:00; PH off"), brussels("Mo-Fr 09:00-12:00; PH off")

    assert state_of_both(line, window, datetime(2026, 9, 10, 9, 30, tzinfo=BRUSSELS)) == StateUntil(
        State.CLOSED, datetime(2026, 9, 10, 10, tzinfo=BRUSSELS)
    )
    assert state_of_both(line, window, datetime(2026, 9, 10, 11, tzinfo=BRUSSELS)) == StateUntil(
        State.OPEN, datetime(2026, 9, 10, 12, tzinfo=BRUSSELS)
    )


def test_week_lists_spans_by_day():
    hours = brussels("Mo-Fr 09:00-12:00,14:00-16:00; Sa 20:00-02:00; PH off")

    found = week(hours, date(2026, 9, 7))

    assert [day.weekday for day in found] == [0, 1, 2, 3, 4, 5, 6]
    assert found[0].spans == [
        Span(time(9), time(12), State.OPEN),
        Span(time(14), time(16), State.OPEN),
    ]
    assert found[5].spans == [Span(time(20), time(2), State.OPEN)]
    assert found[6].spans == []


def test_week_shows_holidays_and_unknown_spans():
    found = week(brussels("Mo-Fr 09:00-12:00+"), date(2026, 12, 21))

    assert found[3].spans == [
        Span(time(9), time(12), State.OPEN),
        Span(time(12), time(0), State.UNKNOWN),
    ]
    assert found[4].spans == [Span(time(0), time(0), State.UNKNOWN)]  # Christmas, all day


def test_week_over_new_year_has_seven_days():
    found = week(brussels("Mo-Su 09:00-12:00; PH off"), date(2026, 12, 28))

    assert [len(day.spans) for day in found] == [1, 1, 1, 1, 0, 1, 1]


def test_week_by_appointment_has_spans_by_appointment():
    found = week(brussels("Mo 09:00-12:00; PH off", by_appointment=True), date(2026, 9, 7))

    assert found[0].spans == [Span(time(9), time(12), State.BY_APPOINTMENT)]


def test_unreadable_hours_are_refused():
    with pytest.raises(BadHours):
        brussels("Mo-Fr 9 to 5")


@pytest.mark.parametrize(
    ("zone", "country"), [("Europe/Nowhere", "BE"), ("", "BE"), ("Europe/Brussels", "XX")]
)
def test_unknown_zone_or_country_raises_value_error(zone, country):
    with pytest.raises(ValueError, match="no "):
        parse("24/7", zone, country)


def test_naive_instant_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        state_at(brussels("24/7"), datetime(2026, 9, 10))  # noqa: DTZ001 (the mistake under test)

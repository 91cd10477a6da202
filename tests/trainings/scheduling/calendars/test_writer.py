from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

import icalendar
import pytest
import vobject
from hypothesis import HealthCheck, given, settings, strategies as st

from protect.trainings.scheduling.calendars import Reader, write_calendar
from tests.examples import examples
from tests.trainings.scheduling.calendars.linter import lint
from tests.trainings.scheduling.calendars.meetings import (
    CALENDAR,
    CONFIRMED,
    MEETING,
    PUBLIC,
    TEXTS,
    ZONES,
    changes,
    meeting,
    meetings,
    year_of,
)

LONG = settings(max_examples=examples(30), deadline=None, suppress_health_check=list(HealthCheck))
LOCATIONS = sorted(name for name in available_timezones() if "/" in name and "Etc" not in name)


def by_icalendar(whole: bytes) -> dict[str, tuple[datetime, datetime]]:
    events = icalendar.Calendar.from_ical(whole.decode()).walk("VEVENT")
    return {
        str(event["UID"]): (event["DTSTART"].dt.astimezone(UTC), event["DTEND"].dt.astimezone(UTC))
        for event in events
    }


def by_vobject(whole: bytes) -> dict[str, tuple[datetime, datetime]]:
    vars(vobject.icalendar)["__tzidMap"].clear()  # it keeps the zones of the calendar before
    events = vobject.readOne(whole.decode()).contents.get("vevent", [])
    return {
        event.uid.value: (event.dtstart.value.astimezone(UTC), event.dtend.value.astimezone(UTC))
        for event in events
    }


def event_of(whole: bytes) -> icalendar.Event:
    (event,) = icalendar.Calendar.from_ical(whole.decode()).walk("VEVENT")
    return event


@pytest.mark.parametrize("zone", ZONES)
def test_two_parsers_read_the_same_instants_through_a_year_of_clock_changes(zone):
    events = year_of(zone)
    whole = write_calendar(CALENDAR, events, PUBLIC)

    assert len(changes(zone, 2026)) == 2
    ours = {str(event.key): (event.starts_at, event.ends_at) for event in events}
    assert by_icalendar(whole) == ours
    assert by_vobject(whole) == ours


@LONG
@given(events=st.lists(meetings(), max_size=4, unique_by=lambda event: event.key))
def test_written_calendar_passes_the_linter_and_is_read_back(events):
    whole = write_calendar(CALENDAR, events, CONFIRMED)

    ours = {str(event.key): (event.starts_at, event.ends_at) for event in events}
    assert lint(whole) == []
    assert by_icalendar(whole) == ours
    assert by_vobject(whole) == ours


@LONG
@given(events=meetings(LOCATIONS))
def test_events_of_any_zone_are_read_back_unchanged(events):
    assert by_icalendar(write_calendar(CALENDAR, [events], PUBLIC)) == {
        str(events.key): (events.starts_at, events.ends_at)
    }


def test_second_occurrence_of_a_repeated_time_is_written_in_utc():
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30, for the first time
    hour = timedelta(hours=1)
    for at, local in ((first, True), (first + hour, False)):
        whole = write_calendar(
            CALENDAR, [replace(MEETING, starts_at=at, ends_at=at + 2 * hour)], PUBLIC
        ).decode()
        assert ("DTSTART;TZID=Europe/Brussels:20261025T023000" in whole) == local
        assert ("VTIMEZONE" in whole) == local
        assert ("DTSTART:20261025T013000Z" in whole) != local


def test_zone_description_covers_only_the_needed_days():
    summer = datetime(2026, 7, 1, 8, tzinfo=UTC)
    one = meeting(1, starts_at=summer, ends_at=summer + timedelta(hours=1))
    zone = "Europe/Dublin"
    other = meeting(2, starts_at=summer, ends_at=summer + timedelta(days=150), zone=zone)

    calendar = icalendar.Calendar.from_ical(write_calendar(CALENDAR, [one, other], PUBLIC).decode())

    parts = {
        str(component["TZID"]): len(component.subcomponents)
        for component in calendar.walk("VTIMEZONE")
    }
    assert parts == {"Europe/Brussels": 1, "Europe/Dublin": 2}


@pytest.mark.parametrize("zone", ZONES)
def test_zone_description_contains_the_clock_change_in_earlier_local_time(zone):
    event = meeting(1, zone=zone, ends_at=MEETING.starts_at + timedelta(days=400))

    whole = write_calendar(CALENDAR, [event], PUBLIC).decode()

    (told,) = icalendar.Calendar.from_ical(whole).walk("VTIMEZONE")
    instants = [
        (part["DTSTART"].dt - part["TZOFFSETFROM"].td).replace(tzinfo=UTC)
        for part in told.subcomponents
    ]
    ours = [at for year in (2026, 2027) for at in changes(zone, year)]
    assert instants[1:] == [at for at in ours if event.starts_at < at < event.ends_at]
    assert len(instants) == 3


def test_calendar_without_sessions_is_valid():
    whole = write_calendar(CALENDAR, [], PUBLIC)

    assert lint(whole) == []
    assert by_icalendar(whole) == by_vobject(whole) == {}


@LONG
@given(events=meetings(), words=TEXTS)
def test_unconfirmed_reader_gets_no_address_link_or_title(events, words):
    secret = "Zx9qSecret"
    hidden = replace(
        events, title=secret + words, address=secret, link=f"https://meet.demo.example/{secret}"
    )

    whole = write_calendar(CALENDAR, [hidden], PUBLIC).replace(b"\r\n ", b"")

    assert secret.encode() not in whole


def test_confirmed_reader_gets_the_address_and_on_request_the_title():
    placed = event_of(write_calendar(CALENDAR, [MEETING], Reader("en", has_place=True)))
    titled = event_of(write_calendar(CALENDAR, [MEETING], Reader("en", has_titles=True)))

    assert (placed["LOCATION"], placed["SUMMARY"]) == ("12 rue de la Démo, Liège", "Training 2")
    assert (titled["LOCATION"], titled["SUMMARY"]) == ("Liège", MEETING.title)


def test_cancelled_session_stays_in_the_calendar_as_free_time():
    told = replace(MEETING, is_cancelled=True, sequence=3)

    event = event_of(write_calendar(CALENDAR, [told], PUBLIC))

    assert (event["STATUS"], event["TRANSP"], event["SEQUENCE"]) == ("CANCELLED", "TRANSPARENT", 3)
    assert event["SUMMARY"] == "Cancelled: Training 2"
    assert event["UID"] == str(MEETING.key)


def test_calendar_names_its_producer_and_refresh_interval():
    calendar = icalendar.Calendar.from_ical(write_calendar(CALENDAR, [MEETING], PUBLIC).decode())

    assert (calendar["METHOD"], calendar["PRODID"]) == ("PUBLISH", "-//PROTECT//trainings//EN")
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=6)
    assert calendar["X-PUBLISHED-TTL"] == "PT6H"


def test_online_link_is_only_in_calendars_of_confirmed_people():
    online = replace(MEETING, town="", address="", link="https://meet.demo.example/x")

    event = event_of(write_calendar(CALENDAR, [online], PUBLIC))

    assert event["LOCATION"] == "Online"
    assert "DESCRIPTION" not in event
    joined = event_of(write_calendar(CALENDAR, [online], Reader("en", has_place=True)))
    assert joined["LOCATION"] == "https://meet.demo.example/x"


def test_session_across_a_clock_change_names_the_offsets():
    night = datetime(2026, 10, 24, 23, tzinfo=UTC)
    told = replace(MEETING, starts_at=night, ends_at=night + timedelta(hours=4))

    event = event_of(write_calendar(CALENDAR, [told], PUBLIC))

    assert event["DESCRIPTION"] == (
        "25 October 2026, 01:00 (UTC+02:00)–04:00 (UTC+01:00), Brussels"
    )


def test_times_keep_their_order_in_right_to_left_text():
    night = datetime(2026, 10, 24, 23, tzinfo=UTC)
    told = replace(
        MEETING, short_title="تدريب ٢", starts_at=night, ends_at=night + timedelta(hours=4)
    )

    event = event_of(write_calendar(CALENDAR, [told], Reader("ar")))

    assert event["SUMMARY"] == "تدريب ٢"
    assert "\u206601:00 (UTC+02:00)–04:00 (UTC+01:00)\u2069" in event["DESCRIPTION"]


def test_demonstration_is_marked_in_calendar_and_events():
    notice = "Demonstration: nobody teaches here."
    whole = write_calendar(replace(CALENDAR, notice=notice), [MEETING], PUBLIC)

    calendar = icalendar.Calendar.from_ical(whole.decode())
    assert calendar["X-WR-CALDESC"] == notice
    assert event_of(whole)["DESCRIPTION"] == notice


def test_order_of_events_does_not_change_the_calendar():
    events = year_of("Europe/Malta")[:20]

    assert write_calendar(CALENDAR, events, PUBLIC) == write_calendar(
        CALENDAR, events[::-1], PUBLIC
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"sequence": -1},
        {"ends_at": MEETING.starts_at},
        {"starts_at": MEETING.starts_at.replace(tzinfo=None)},
    ],
)
def test_impossible_event_is_refused(wrong):
    with pytest.raises(ValueError, match="session"):
        replace(MEETING, **wrong)

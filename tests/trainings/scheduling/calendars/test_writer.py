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
def test_two_parsers_read_our_instants_through_a_year_with_its_clock_changes(zone):
    found = year_of(zone)
    whole = write_calendar(CALENDAR, found, PUBLIC)

    assert len(changes(zone, 2026)) == 2
    ours = {str(event.key): (event.starts_at, event.ends_at) for event in found}
    assert by_icalendar(whole) == ours
    assert by_vobject(whole) == ours


@LONG
@given(found=st.lists(meetings(), max_size=4, unique_by=lambda event: event.key))
def test_whatever_is_written_obeys_the_rules_and_is_read_as_it_was(found):
    whole = write_calendar(CALENDAR, found, CONFIRMED)

    ours = {str(event.key): (event.starts_at, event.ends_at) for event in found}
    assert lint(whole) == []
    assert by_icalendar(whole) == ours
    assert by_vobject(whole) == ours


@LONG
@given(found=meetings(LOCATIONS))
def test_a_zone_anywhere_gives_the_same_instants(found):
    assert by_icalendar(write_calendar(CALENDAR, [found], PUBLIC)) == {
        str(found.key): (found.starts_at, found.ends_at)
    }


def test_the_second_of_two_readings_is_written_in_utc_for_no_zone_can_say_it():
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30, for the first time
    hour = timedelta(hours=1)
    for at, local in ((first, True), (first + hour, False)):
        whole = write_calendar(
            CALENDAR, [replace(MEETING, starts_at=at, ends_at=at + 2 * hour)], PUBLIC
        ).decode()
        assert ("DTSTART;TZID=Europe/Brussels:20261025T023000" in whole) == local
        assert ("VTIMEZONE" in whole) == local
        assert ("DTSTART:20261025T013000Z" in whole) != local


def test_a_zone_is_described_for_the_days_that_need_it_and_no_more():
    summer = datetime(2026, 7, 1, 8, tzinfo=UTC)
    one = meeting(1, starts_at=summer, ends_at=summer + timedelta(hours=1))
    zone = "Europe/Dublin"
    other = meeting(2, starts_at=summer, ends_at=summer + timedelta(days=150), zone=zone)

    found = icalendar.Calendar.from_ical(write_calendar(CALENDAR, [one, other], PUBLIC).decode())

    parts = {
        str(component["TZID"]): len(component.subcomponents)
        for component in found.walk("VTIMEZONE")
    }
    assert parts == {"Europe/Brussels": 1, "Europe/Dublin": 2}


@pytest.mark.parametrize("zone", ZONES)
def test_a_zone_changes_when_its_clocks_do_and_as_the_wall_shows_it_before(zone):
    found = meeting(1, zone=zone, ends_at=MEETING.starts_at + timedelta(days=400))

    whole = write_calendar(CALENDAR, [found], PUBLIC).decode()

    (told,) = icalendar.Calendar.from_ical(whole).walk("VTIMEZONE")
    instants = [
        (part["DTSTART"].dt - part["TZOFFSETFROM"].td).replace(tzinfo=UTC)
        for part in told.subcomponents
    ]
    ours = [at for year in (2026, 2027) for at in changes(zone, year)]
    assert instants[1:] == [at for at in ours if found.starts_at < at < found.ends_at]
    assert len(instants) == 3


def test_a_calendar_without_sessions_is_one_all_the_same():
    whole = write_calendar(CALENDAR, [], PUBLIC)

    assert lint(whole) == []
    assert by_icalendar(whole) == by_vobject(whole) == {}


@LONG
@given(found=meetings(), words=TEXTS)
def test_who_is_not_confirmed_learns_no_address_link_or_title(found, words):
    secret = "Zx9qSecret"
    hidden = replace(
        found, title=secret + words, address=secret, link=f"https://meet.demo.example/{secret}"
    )

    whole = write_calendar(CALENDAR, [hidden], PUBLIC).replace(b"\r\n ", b"")

    assert secret.encode() not in whole


def test_who_is_confirmed_reads_the_address_and_who_asks_for_titles_the_title():
    placed = event_of(write_calendar(CALENDAR, [MEETING], Reader("en", has_place=True)))
    titled = event_of(write_calendar(CALENDAR, [MEETING], Reader("en", has_titles=True)))

    assert (placed["LOCATION"], placed["SUMMARY"]) == ("12 rue de la Démo, Liège", "Training 2")
    assert (titled["LOCATION"], titled["SUMMARY"]) == ("Liège", MEETING.title)


def test_a_cancelled_session_stays_says_so_and_takes_no_time():
    told = replace(MEETING, is_cancelled=True, sequence=3)

    event = event_of(write_calendar(CALENDAR, [told], PUBLIC))

    assert (event["STATUS"], event["TRANSP"], event["SEQUENCE"]) == ("CANCELLED", "TRANSPARENT", 3)
    assert event["SUMMARY"] == "Cancelled: Training 2"
    assert event["UID"] == str(MEETING.key)


def test_a_program_is_told_who_wrote_it_and_when_to_ask_again():
    found = icalendar.Calendar.from_ical(write_calendar(CALENDAR, [MEETING], PUBLIC).decode())

    assert (found["METHOD"], found["PRODID"]) == ("PUBLISH", "-//PROTECT//trainings//EN")
    assert found["REFRESH-INTERVAL"].dt == timedelta(hours=6)
    assert found["X-PUBLISHED-TTL"] == "PT6H"


def test_an_online_session_tells_its_link_to_confirmed_people_alone():
    online = replace(MEETING, town="", address="", link="https://meet.demo.example/x")

    told = event_of(write_calendar(CALENDAR, [online], PUBLIC))

    assert told["LOCATION"] == "Online"
    assert "DESCRIPTION" not in told
    joined = event_of(write_calendar(CALENDAR, [online], Reader("en", has_place=True)))
    assert joined["LOCATION"] == "https://meet.demo.example/x"


def test_a_session_in_which_clocks_change_tells_the_offsets():
    night = datetime(2026, 10, 24, 23, tzinfo=UTC)
    told = replace(MEETING, starts_at=night, ends_at=night + timedelta(hours=4))

    event = event_of(write_calendar(CALENDAR, [told], PUBLIC))

    assert event["DESCRIPTION"] == (
        "25 October 2026, 01:00 (UTC+02:00)–04:00 (UTC+01:00), Brussels"
    )


def test_times_keep_their_order_from_right_to_left():
    night = datetime(2026, 10, 24, 23, tzinfo=UTC)
    told = replace(
        MEETING, short_title="تدريب ٢", starts_at=night, ends_at=night + timedelta(hours=4)
    )

    event = event_of(write_calendar(CALENDAR, [told], Reader("ar")))

    assert event["SUMMARY"] == "تدريب ٢"
    assert "\u206601:00 (UTC+02:00)–04:00 (UTC+01:00)\u2069" in event["DESCRIPTION"]


def test_a_demonstration_says_so_in_the_calendar_and_in_each_event():
    notice = "Demonstration: nobody teaches here."
    whole = write_calendar(replace(CALENDAR, notice=notice), [MEETING], PUBLIC)

    found = icalendar.Calendar.from_ical(whole.decode())
    assert found["X-WR-CALDESC"] == notice
    assert event_of(whole)["DESCRIPTION"] == notice


def test_the_same_sessions_in_another_order_are_the_same_bytes():
    found = year_of("Europe/Malta")[:20]

    assert write_calendar(CALENDAR, found, PUBLIC) == write_calendar(CALENDAR, found[::-1], PUBLIC)


@pytest.mark.parametrize(
    "wrong",
    [
        {"sequence": -1},
        {"ends_at": MEETING.starts_at},
        {"starts_at": MEETING.starts_at.replace(tzinfo=None)},
    ],
)
def test_what_is_no_session_is_refused(wrong):
    with pytest.raises(ValueError, match="session"):
        replace(MEETING, **wrong)

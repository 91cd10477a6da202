import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import numpy as np
import pytest
from dateutil.rrule import rrulestr

from protect.directory.enums import Readers
from protect.directory.facts.opening_hours import ScheduleRow
from protect.interchange.exports import calendars
from protect.interchange.exports.store import ExportedService, ExportHeader, ExtraFields
from protect.interchange.hsds.entries import Entry, OrganisationRow, ServiceRow
from protect.interchange.hsds.schedules import HoursContext
from protect.kernel.ids import stable_uuid
from tests.directory.hours.recurrences import BEGIN, DAY, DAYS, PLACES, START, stated

KEY = stable_uuid("service", "demo", "calendar")
MINUTE = timedelta(minutes=1)
UNTIL = re.compile(r";UNTIL=\w+")


def service(expression, place, note="") -> ExportedService:
    """Return a service with hours and no other fact."""
    texts = dict.fromkeys(ServiceRow._fields, "")
    known = {"id": KEY, "country_id": place[1], "name": "Demo", "last_modified": BEGIN}
    row = ScheduleRow(KEY, KEY, "visit", expression, by_appointment=False, note=note)
    entry = Entry(
        ServiceRow(**texts | known),
        OrganisationRow(KEY, "Demo House", "", None, "", "", []),
        {"schedules": [row], "sites": []},
    )
    extra = ExtraFields(
        KEY, "bcdfgh", "demo-1", professionals_only=False, referral_route="", reply_days=None
    )
    return ExportedService(entry, extra, HoursContext(*place, START))


def written(*given) -> icalendar.Calendar:
    head = ExportHeader(BEGIN, Readers.PUBLIC, is_demo=False)
    return icalendar.Calendar.from_ical(b"".join(calendars.write([service(*given)], head)).decode())


def expanded(calendar, zone):
    """Return for each minute (UTC) from BEGIN whether an event takes place, as a calendar does."""
    found = np.zeros(DAYS * DAY, dtype=np.bool_)
    for event in calendar.walk("VEVENT"):
        for begin, end in _occurrences(event, ZoneInfo(zone)):
            first = max(0, (begin - BEGIN) // MINUTE)
            found[first : max(0, (end - BEGIN) // MINUTE)] = True
    return found


def _occurrences(event, zone):
    start, end = event["DTSTART"].dt, event["DTEND"].dt
    is_whole_day = not isinstance(start, datetime)
    if is_whole_day:
        start, end = (datetime.combine(day, time(), zone) for day in (start, end))
    length = end.astimezone(UTC) - start.astimezone(UTC)
    if "RRULE" not in event:
        yield start.astimezone(UTC), end.astimezone(UTC)
        return
    recurrence = event["RRULE"].to_ical().decode()
    naive = rrulestr(UNTIL.sub("", recurrence), dtstart=start.replace(tzinfo=None))
    until = event["RRULE"].get("UNTIL", [None])[0]
    exdates = event.get("EXDATE", [])
    exdates = exdates if isinstance(exdates, list) else [exdates]
    without = {each.dt.replace(tzinfo=None) for some in exdates for each in some.dts}
    last = datetime.combine(START, time()) + timedelta(days=DAYS + 5)
    for opens in naive.between(start.replace(tzinfo=None), last, inc=True):
        at = opens.replace(tzinfo=zone).astimezone(UTC)
        if opens in without or (until and at > until):
            continue
        # An event lasts as long as it lasts (RFC 5545 §3.8.5.3), a whole day until the next.
        ends = (opens + timedelta(1)).replace(tzinfo=zone).astimezone(UTC)
        yield at, ends if is_whole_day else at + length


EXPRESSIONS = [
    "24/7",
    "Mo-Fr 09:00-17:00; PH off",
    "Mo-Su 22:00-03:30; PH 22:00-03:30",
    "Mo-Su 01:30-02:45; PH 01:30-02:45",
    "Sa,Su 00:00-24:00; PH off",
    "We[2] 14:00-16:00; Su[-1] 00:00-06:00; PH 10:00-11:00",
]


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_events_cover_exactly_the_stated_hours(expression, place):
    calendar = written(expression, place)

    assert np.array_equal(expanded(calendar, place[0]), stated(expression, place))


def test_hours_without_rules_make_a_valid_calendar_without_events():
    calendar = written("We[2] 14:00+", PLACES["Brussels"])

    assert not calendar.walk("VEVENT")
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Brussels"]


def test_event_contains_the_hours_and_their_note():
    (event, *_) = written("Mo 09:00-10:00", PLACES["Brussels"], "Ring, then wait; door 2").walk(
        "VEVENT"
    )

    assert str(event["SUMMARY"]) == "Demo: Open"
    assert str(event["DESCRIPTION"]) == "Mo 09:00-10:00 Ring, then wait; door 2"
    assert event["DTSTART"].dt.date() == date(2026, 2, 2)

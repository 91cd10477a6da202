"""Invented sessions, and the time zones of the twelve countries."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from protect.reference import vocabulary
from protect.trainings.scheduling.calendars import Calendar, CalendarEvent, Reader

ZONES = sorted({country.zone for country in vocabulary.countries().values()})
CALENDAR = Calendar("Demo", "Demo House", "mailto:demo@demo.example", "Europe/Brussels")
AT = datetime(2026, 11, 26, 9, tzinfo=UTC)
MEETING = CalendarEvent(
    key=UUID(int=7),
    sequence=0,
    changed_at=AT,
    starts_at=datetime(2026, 11, 30, 8, tzinfo=UTC),
    ends_at=datetime(2026, 11, 30, 11, 30, tzinfo=UTC),
    zone="Europe/Brussels",
    title="Demo: supporting survivors, module 2",
    short_title="Training 2",
    town="Liège",
    address="12 rue de la Démo",
)
PUBLIC, CONFIRMED = Reader("en"), Reader("en", has_place=True, has_titles=True)


def year_of(zone: str, year: int = 2026, minutes: int = 150) -> list[CalendarEvent]:
    """Return a session each day of a year, and one each half hour round its clock changes."""
    begin = datetime(year, 1, 1, 8, tzinfo=UTC)
    starts = [begin + timedelta(days=day) for day in range(365)]
    for at in changes(zone, year):
        starts += [at + timedelta(minutes=30 * step) for step in range(-8, 9)]
    return [
        meeting(number, starts_at=at, ends_at=at + timedelta(minutes=minutes), zone=zone)
        for number, at in enumerate(starts)
    ]


def changes(zone: str, year: int) -> list[datetime]:
    """Return the hours (UTC) before which the clocks of a zone change."""
    place = ZoneInfo(zone)
    hours = [
        datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=number) for number in range(365 * 24)
    ]
    offsets = [hour.astimezone(place).utcoffset() for hour in hours]
    return [hours[at] for at in range(1, len(hours)) if offsets[at] != offsets[at - 1]]


def meeting(number: int, **given: Any) -> CalendarEvent:
    return replace(MEETING, key=UUID(int=number + 1), **given)


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=90)


@st.composite
def meetings(draw: st.DrawFn, zones: list[str] = ZONES) -> CalendarEvent:
    """Draw a session of any length, with any words, at any minute of four years."""
    starts_at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(
        minutes=draw(st.integers(0, 2_100_000))
    )
    return meeting(
        draw(st.integers(0, 10**9)),
        sequence=draw(st.integers(0, 99)),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=draw(st.integers(1, 3000))),
        zone=draw(st.sampled_from(zones)),
        title=draw(TEXTS),
        short_title=draw(TEXTS),
        town=draw(TEXTS),
        is_cancelled=draw(st.booleans()),
        link=draw(st.sampled_from(("", "https://meet.demo.example/room"))),
    )

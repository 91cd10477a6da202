"""Overlapping times, and conflicts between two bookings."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, strategies as st

from protect.trainings.scheduling import vocabulary
from protect.trainings.scheduling.actions.conflicts import Conflict, conflicts_about
from protect.trainings.scheduling.enums import BookingRole, Severity
from protect.trainings.scheduling.rules import (
    ConflictKind,
    Occupancy,
    ResourceFacts,
    Span,
    conflict_kinds,
    overlaps_any,
)

NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)
EVERYTHING = dict.fromkeys(ConflictKind, Severity.BLOCK)
HERE, THERE = UUID(int=1), UUID(int=2)
TRAVEL = {frozenset({HERE, THERE}): 30}


def span(start: int, end: int) -> Span:
    """Return a span in minutes after nine."""
    return Span(NINE + timedelta(minutes=start), NINE + timedelta(minutes=end))


def make_occupancy(
    start: int, end: int, role=BookingRole.TRAINER, venue: UUID | None = HERE
) -> Occupancy:
    return Occupancy(uuid4(), UUID(int=5), role, span(start, end), venue)


PERSON = ResourceFacts()
ROOM = ResourceFacts(is_venue=True)


def kinds_of_conflicts(
    wanted: Occupancy, others: list[Occupancy], thing: ResourceFacts
) -> list[ConflictKind]:
    return [*conflict_kinds(wanted, others, thing, TRAVEL)]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (make_occupancy(60, 120), []),  # begins when the first ends
        (make_occupancy(-60, 0), []),
        (make_occupancy(59, 120), [ConflictKind.PERSON_TWICE]),
        (make_occupancy(0, 60), [ConflictKind.PERSON_TWICE]),  # the very same time
        (make_occupancy(-10, 70), [ConflictKind.PERSON_TWICE]),
        (make_occupancy(10, 20), [ConflictKind.PERSON_TWICE]),
        (make_occupancy(60, 120, venue=THERE), [ConflictKind.TRAVEL_SHORT]),
        (make_occupancy(89, 120, venue=THERE), [ConflictKind.TRAVEL_SHORT]),
        (make_occupancy(90, 120, venue=THERE), []),
        (make_occupancy(60, 120, venue=None), []),  # online: no way
    ],
)
def test_person_conflicts_with_other_bookings_and_travel_time(other, expected):
    assert kinds_of_conflicts(make_occupancy(0, 60), [other], PERSON) == expected


@pytest.mark.parametrize(
    ("start", "thing", "expected"),
    [
        (60, ROOM, []),
        (59, ROOM, [ConflictKind.ROOM_TWICE]),
        (59, ResourceFacts(is_venue=True, is_shareable=True), [ConflictKind.SHARED_ROOM_TWICE]),
        (84, ResourceFacts(is_venue=True, set_up=15, clear_away=10), [ConflictKind.ROOM_TWICE]),
        (85, ResourceFacts(is_venue=True, set_up=15, clear_away=10), []),
    ],
)
def test_room_needs_time_to_clear_and_set_up_between_sessions(start, thing, expected):
    wanted, other = (
        make_occupancy(0, 60, BookingRole.ROOM),
        make_occupancy(start, 120, BookingRole.ROOM),
    )

    assert kinds_of_conflicts(wanted, [other], thing) == expected
    assert kinds_of_conflicts(other, [wanted], thing) == expected


@pytest.mark.parametrize(("start", "expected"), [(60, []), (59, [ConflictKind.ROOM_TWICE])])
def test_room_needs_no_setup_time_between_sessions_of_one_training(start, expected):
    thing = ResourceFacts(is_venue=True, set_up=15, clear_away=10)
    wanted, other = (
        replace(make_occupancy(*times, BookingRole.ROOM), training=UUID(int=7))
        for times in ((0, 60), (start, 120))
    )

    assert kinds_of_conflicts(wanted, [other], thing) == expected
    assert kinds_of_conflicts(wanted, [replace(other, training=UUID(int=8))], thing) == [
        ConflictKind.ROOM_TWICE
    ]
    assert kinds_of_conflicts(*of_no_training(wanted, other), thing) == [ConflictKind.ROOM_TWICE]


def of_no_training(wanted: Occupancy, other: Occupancy) -> tuple[Occupancy, list[Occupancy]]:
    """Return two information sessions, which know nothing of each other."""
    return replace(wanted, training=None), [replace(other, training=None)]


def test_ignored_conflict_kinds_are_not_reported(monkeypatch):
    severities = EVERYTHING | {ConflictKind.SHARED_ROOM_TWICE: Severity.IGNORE}
    monkeypatch.setattr(vocabulary, "conflict_severities", lambda: severities)

    expected = conflicts_about(HERE, [ConflictKind.SHARED_ROOM_TWICE, ConflictKind.ROOM_TWICE])

    assert expected == [Conflict(ConflictKind.ROOM_TWICE, HERE)]


@pytest.mark.parametrize(
    ("thing", "expected"),
    [
        (ResourceFacts(closed=(span(30, 40),)), [ConflictKind.UNAVAILABLE]),
        (ResourceFacts(is_venue=True, closed=(span(59, 90),)), [ConflictKind.CLOSED]),
        (ResourceFacts(is_venue=True, closed=(span(60, 90),)), []),
    ],
)
def test_absent_person_or_closed_venue_cannot_be_booked(thing, expected):
    assert kinds_of_conflicts(make_occupancy(0, 60), [], thing) == expected


def test_equipment_is_in_one_session_at_a_time():
    wanted, other = (
        make_occupancy(0, 60, BookingRole.EQUIPMENT),
        make_occupancy(0, 60, BookingRole.EQUIPMENT),
    )

    assert kinds_of_conflicts(wanted, [other, wanted], PERSON) == [ConflictKind.THING_TWICE]


def test_other_resource_causes_no_conflict():
    wanted, other = make_occupancy(0, 60), make_occupancy(0, 60)

    assert kinds_of_conflicts(wanted, [replace(other, resource=UUID(int=6))], PERSON) == []


MINUTES = st.integers(0, 300)
SPANS = st.tuples(MINUTES, st.integers(1, 120)).map(lambda pair: span(pair[0], sum(pair)))


@given(SPANS, SPANS)
def test_spans_overlap_when_they_share_a_minute(one, other):
    def minutes(span_: Span) -> set[int]:
        start = int((span_.start - NINE).total_seconds() // 60)
        return {*range(start, start + int((span_.end - span_.start).total_seconds() // 60))}

    assert one.overlaps(other) == other.overlaps(one) == bool(minutes(one) & minutes(other))


@given(SPANS, SPANS, st.integers(0, 60), st.integers(0, 60))
def test_wider_spans_overlap_wherever_narrow_ones_do(one, other, before, after):
    wide = one.widened(timedelta(minutes=before), timedelta(minutes=after))

    assert wide.overlaps(other) >= one.overlaps(other)


@given(SPANS, st.lists(SPANS, max_size=4))
def test_overlap_with_any_of_several_spans(one, others):
    assert overlaps_any(one, others) == any(one.overlaps(other) for other in others)
    assert overlaps_any(one, [*others, one])


@given(SPANS, SPANS)
def test_conflict_is_symmetric(one, other):
    first = Occupancy(uuid4(), UUID(int=5), BookingRole.TRAINER, one, HERE)
    second = Occupancy(uuid4(), UUID(int=5), BookingRole.TRAINER, other, THERE)

    assert kinds_of_conflicts(first, [second], PERSON) == kinds_of_conflicts(
        second, [first], PERSON
    )

"""Overlapping sessions and rooms that need a reason; a refused save changes nothing."""

from datetime import timedelta
from functools import partial

import pytest

from protect.trainings.editions.actions import plan
from protect.trainings.editions.actions.clone import clone_edition
from protect.trainings.editions.board import edition_board
from protect.trainings.scheduling import vocabulary
from protect.trainings.scheduling.actions import bookings
from protect.trainings.scheduling.actions.bookings import BookingRequest
from protect.trainings.scheduling.enums import BookingRole, Severity
from protect.trainings.scheduling.errors import ClashBlocks, ClashNeedsReason
from protect.trainings.scheduling.models import Booking, Edition
from protect.trainings.scheduling.rules import ConflictKind
from tests.refusals import refuses
from tests.trainings.editions.test_plan import session_plan
from tests.trainings.planning import AT, FIRST_DAY, make_edition, make_hall, make_trainer
from tests.trainings.registrations.test_decisions import come, fill

MEETS = "Another session of this training takes place at the same time."
PARALLEL = "Two groups"


@pytest.fixture
def pia(planners):
    return planners.scope("pia")


@pytest.fixture
def edition(planners):
    return make_edition(planners.host, sessions=1)


def times(edition) -> list[tuple]:
    return [*edition.sessions.order_by("number").values_list("starts_at", "reason")]


@pytest.mark.parametrize("hours", [0, 2, -2])  # the very same time, and parts of it
def test_overlapping_sessions_of_a_training_need_a_stored_reason(pia, edition, hours):
    with pytest.raises(ClashNeedsReason) as refused:
        plan.add_session(pia, edition, session_plan(0, hours), at=AT)
    assert refused.value.facts == {"findings": "sessions_meet"}
    assert times(edition) == [(FIRST_DAY, "")]
    plan.add_session(pia, edition, session_plan(0, hours), at=AT, reason=PARALLEL)

    assert [reason for _start, reason in times(edition)] == ["", PARALLEL]


@pytest.mark.parametrize("hours", [3, -3])
def test_consecutive_sessions_need_no_reason(pia, edition, hours):
    plan.add_session(pia, edition, session_plan(0, hours), at=AT, reason=PARALLEL)

    assert [reason for _start, reason in times(edition)] == ["", ""]


@pytest.mark.parametrize("is_over", [True, False])
def test_session_entered_afterwards_needs_a_reason(pia, edition, is_over):
    wanted = session_plan(5)
    at = wanted.ends_at - timedelta(seconds=0 if is_over else 1)
    adding = partial(plan.add_session, pia, edition, wanted, at=at)
    moving = partial(plan.move_session, pia, edition.sessions.get(), wanted, at=at)
    if is_over:
        for refused in (moving, adding):
            with pytest.raises(ClashNeedsReason) as said:
                refused()
            assert said.value.facts == {"findings": "in_the_past"}
        assert times(edition) == [(FIRST_DAY, "")]
    adding(reason="Held before we wrote it down here")

    assert [row.reason for row in edition.sessions.filter(number=2)] == [
        "Held before we wrote it down here" if is_over else ""
    ]


def test_cancelled_session_causes_no_conflict(pia, edition):
    plan.cancel_session(pia, edition.sessions.get(), at=AT)
    plan.add_session(pia, edition, session_plan(0), at=AT)

    assert edition.sessions.not_cancelled().count() == 1


def test_only_a_move_to_an_overlapping_time_needs_a_reason(pia, edition):
    second = plan.add_session(pia, edition, session_plan(1), at=AT)
    with pytest.raises(ClashNeedsReason):
        plan.move_session(pia, second, session_plan(0, 1), at=AT)
    assert times(edition)[1] == (session_plan(1).starts_at, "")
    plan.move_session(pia, second, session_plan(0, 1), at=AT, reason=PARALLEL)
    link = "https://meet.demo.example/2"
    plan.move_session(pia, second, session_plan(0, 1, link=link), at=AT)  # asks nothing again
    assert times(edition)[1] == (session_plan(0, 1).starts_at, PARALLEL)
    plan.move_session(pia, second, session_plan(2), at=AT)

    assert times(edition)[1] == (session_plan(2).starts_at, "")


def test_reason_does_not_allow_double_bookings_of_room_or_trainer(planners, pia, edition):
    room, trainer = make_hall(planners.host), make_trainer(planners.host)
    first = edition.sessions.get()
    plan.move_session(pia, first, session_plan(0, venue=room), at=AT)
    bookings.book_resource(pia, first, BookingRequest(trainer, BookingRole.TRAINER), at=AT)
    with pytest.raises(ClashBlocks):
        plan.add_session(pia, edition, session_plan(0, venue=room), at=AT, reason=PARALLEL)
    assert edition.sessions.count() == 1
    second = plan.add_session(pia, edition, session_plan(0), at=AT, reason=PARALLEL)
    with pytest.raises(ClashBlocks):
        bookings.book_resource(
            pia,
            second,
            BookingRequest(trainer, BookingRole.TRAINER),
            at=AT,
            reason="They run to and fro",
        )

    assert not second.bookings.exists()


def test_all_conflicts_of_a_session_are_reported_together(planners, pia, edition):
    room = make_hall(planners.host, capacity=2)
    with pytest.raises(ClashNeedsReason) as refused:
        plan.add_session(pia, edition, session_plan(0, venue=room), at=AT)
    assert refused.value.facts == {"findings": "sessions_meet room_small"}
    second = plan.add_session(pia, edition, session_plan(1), at=AT)
    plan.move_session(pia, second, session_plan(1, venue=room), at=AT, reason="Two stay away")
    with pytest.raises(ClashNeedsReason) as refused:
        plan.move_session(pia, second, session_plan(0, venue=room), at=AT)

    assert refused.value.facts == {"findings": "sessions_meet room_small"}
    assert times(edition)[1] == (session_plan(1).starts_at, "")


def test_office_can_ignore_overlapping_sessions(pia, edition, monkeypatch):
    ignored = vocabulary.conflict_severities() | {ConflictKind.SESSIONS_MEET: Severity.IGNORE}
    monkeypatch.setattr(vocabulary, "conflict_severities", lambda: ignored)
    plan.add_session(pia, edition, session_plan(0), at=AT)

    assert [reason for _start, reason in times(edition)] == ["", ""]
    assert edition_board(edition, at=AT)["warned"] == []


def test_board_lists_overlapping_sessions(pia, edition):
    plan.add_session(pia, edition, session_plan(0), at=AT, reason=PARALLEL)

    assert edition_board(edition, at=AT)["warned"] == [f"Session {n}: {MEETS}" for n in (1, 2)]


def test_clone_with_overlapping_sessions_needs_the_reason_again(pia, edition):
    plan.add_session(pia, edition, session_plan(0), at=AT, reason=PARALLEL)
    day = session_plan(90).starts_at.date()
    with pytest.raises(ClashNeedsReason):
        clone_edition(pia, edition, day, at=AT)
    assert Edition.objects.count() == 1

    assert times(clone_edition(pia, edition, day, at=AT, reason=PARALLEL))[1][1] == PARALLEL


def test_room_of_unknown_capacity_needs_a_reason(planners, pia, edition):
    room = make_hall(planners.host, capacity=None)
    with pytest.raises(ClashNeedsReason) as refused:
        plan.add_session(pia, edition, session_plan(5, venue=room), at=AT)
    assert refused.value.conflicts == (("capacity_unknown", room.pk),)
    assert not Booking.objects.exists()
    plan.add_session(pia, edition, session_plan(5, venue=room), at=AT, reason="They say fifty")

    assert Booking.objects.get().reason == "They say fifty"
    said = "Session 2: It is not known how many people Demo Hall holds."
    assert edition_board(edition, at=AT)["warned"] == [said]


def test_seat_limit_below_the_taken_seats_is_refused_with_the_number(pia, edition):
    fill(edition, 5)  # three sit, two wait
    plan.edit_edition(pia, edition, {"seat_limit": 4}, edited=1, at=AT)  # and one is offered a seat
    with refuses("trainings_seats_below_taken") as refused:
        plan.edit_edition(pia, edition, {"seat_limit": 3}, edited=2, at=AT)
    edition.refresh_from_db()

    assert refused.value.facts == {"taken": 4}
    assert (edition.seat_limit, edition.edited) == (4, 2)


def test_limiting_unlimited_seats_below_the_taken_seats_is_refused(planners, pia):
    edition = make_edition(planners.host, seat_limit=None)
    for _ in range(3):
        come(edition)
    with refuses("trainings_seats_below_taken"):
        plan.edit_edition(pia, edition, {"seat_limit": 2}, edited=1, at=AT)
    plan.edit_edition(pia, edition, {"seat_limit": 3}, edited=1, at=AT)

    assert Edition.objects.get(pk=edition.pk).seat_limit == 3


def test_seat_limit_may_rise_although_still_below_confirmed_seats(pia, edition):
    fill(edition, 3)
    Edition.objects.update(seat_limit=1)
    plan.edit_edition(pia, edition, {"seat_limit": 2}, edited=1, at=AT)

    assert Edition.objects.get().seat_limit == 2

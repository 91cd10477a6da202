"""A cloned training copies plan and forms, but no people, answers or bookings."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from protect.trainings.editions.actions import plan
from protect.trainings.editions.actions.clone import clone_edition
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.actions import bookings
from protect.trainings.scheduling.actions.bookings import BookingRequest
from protect.trainings.scheduling.enums import BookingRole
from protect.trainings.scheduling.errors import ClashBlocks, ClockRefused
from protect.trainings.scheduling.models import Edition
from tests.trainings.editions.test_plan import session_plan
from tests.trainings.planning import AT, make_edition, make_hall, make_trainer
from tests.trainings.registrations.test_decisions import fill

SPRING = date(2027, 5, 3)


@pytest.fixture
def pia(planners):
    return planners.scope("pia")


@pytest.fixture
def edition(planners):
    return make_edition(planners.host, seat_limit=7, note="Demo note", grant_number="Demo 1")


def test_clone_copies_plan_and_rooms_but_no_people(planners, pia, edition):
    fill(edition, 2)
    room = make_hall(planners.host)
    added = plan.add_session(pia, edition, session_plan(9, venue=room), at=AT)
    trainer = BookingRequest(make_trainer(planners.host), BookingRole.TRAINER)
    bookings.book_resource(pia, added, trainer, at=AT)
    made = clone_edition(pia, edition, SPRING, at=AT)

    assert (made.seat_limit, made.grant_number, made.note, made.state) == (
        7,
        "Demo 1",
        "",
        "planned",
    )
    assert made.course_version == edition.course_version
    assert [*made.languages.values_list("pk", flat=True)] == ["en"]
    assert not Registration.objects.filter(edition=made).exists()
    last = made.sessions.order_by("number").last()
    assert (last.venue, last.link) == (room, "")
    assert [*last.bookings.values_list("role", flat=True)] == ["room"]


def test_clone_keeps_local_times_across_clock_changes(pia, edition):
    made = clone_edition(pia, edition, SPRING, at=AT)

    first, second = made.sessions.order_by("number")
    assert first.starts_at.isoformat() == "2027-05-03T07:00:00+00:00"  # nine in summer
    assert second.starts_at - first.starts_at == timedelta(days=1)


def test_clone_is_refused_if_a_room_is_booked(planners, pia, edition):
    room = make_hall(planners.host)
    plan.add_session(pia, edition, session_plan(9, venue=room), at=AT)
    with pytest.raises(ClashBlocks):
        clone_edition(pia, edition, date(2027, 1, 12), at=AT)  # on the same days

    assert Edition.objects.count() == 1


def test_clone_to_an_ambiguous_local_time_is_refused(planners, pia):
    night = make_edition(planners.host, sessions=0)
    plan.add_session(pia, night, session_plan(0, -7), at=AT)  # from two in the night
    edited = night.sessions.get()
    with pytest.raises(ClockRefused):
        clone_edition(pia, night, date(2027, 10, 31), at=AT)

    assert edited.starts_at.hour == 1
    assert Edition.objects.count() == 1


def test_only_planners_of_the_host_clone_an_edition(planners, edition):
    for name in ("tom", "otto"):
        with pytest.raises(PermissionDenied):
            clone_edition(planners.scope(name), edition, SPRING, at=AT)

    assert Edition.objects.count() == 1

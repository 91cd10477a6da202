"""Planning of editions and sessions, with their bookings."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from protect.assessments.models import Inquiry, Measuring
from protect.audit.context import AuditContext
from protect.notices.models import Outgoing
from protect.trainings.editions.actions import plan
from protect.trainings.editions.actions.plan import SessionPlan
from protect.trainings.scheduling.actions import bookings
from protect.trainings.scheduling.actions.bookings import BookingRequest
from protect.trainings.scheduling.enums import BookingMove, BookingRole, EditionMove
from protect.trainings.scheduling.errors import (
    BookingMoveNotAllowed,
    ClashBlocks,
    ClashNeedsReason,
    EditionMoveNotAllowed,
)
from protect.trainings.scheduling.models import Booking, Edition, Travel
from tests.refusals import refuses
from tests.trainings.locked import find_locks
from tests.trainings.planning import (
    AT,
    FIRST_DAY,
    make_course,
    make_edition,
    make_hall,
    make_sender,
    make_trainer,
)
from tests.trainings.registrations.test_decisions import come, fill, registration_states

TRAINER = BookingRole.TRAINER
OVER = FIRST_DAY + timedelta(days=2)


def session_plan(days: int, hours: int = 0, **given) -> SessionPlan:
    start = FIRST_DAY + timedelta(days=days, hours=hours)
    return SessionPlan(start, start + timedelta(hours=3), "Europe/Brussels", **given)


@pytest.fixture
def pia(planners):
    return planners.scope("pia")


@pytest.fixture
def edition(planners):
    return make_edition(planners.host)


def test_edition_needs_a_published_course(planners, pia):
    draft = make_course(planners.host, state="draft", published_at=None)
    fields = {"country_id": "BE", "zone": "Europe/Brussels", "languages": ["fr"]}
    with refuses("trainings_version_not_published"):
        plan.create_edition(pia, planners.host, draft, fields, at=AT)
    edition = plan.create_edition(pia, planners.host, make_course(planners.host), fields, at=AT)

    assert [*edition.languages.values_list("pk", flat=True)] == ["fr"]
    assert Edition.objects.count() == 1


@pytest.mark.parametrize(
    ("forms", "order", "asked"),
    [
        ({}, None, {}),
        ({"pre": "knowledge-a"}, "same", {"pre": "knowledge-a", "post": "knowledge-a"}),
        (
            {"pre": "knowledge-a", "post": "knowledge-b", "evaluation": "evaluation"},
            "ab",
            {"pre": "knowledge-a", "post": "knowledge-b", "evaluation": "evaluation"},
        ),
        ({"evaluation": "evaluation", "pre": "gone"}, "same", {"evaluation": "evaluation"}),
        ({"pre": "knowledge-a", "post": "evaluation"}, None, {}),
    ],
    ids=["nothing", "one set", "two sets", "gone", "differ"],
)
def test_new_edition_gets_the_forms_of_its_course(planners, pia, forms, order, asked):
    course = make_course(planners.host, forms=forms, assessment="none")
    fields = {"country_id": "BE", "zone": "Europe/Brussels", "languages": ["fr"]}
    edition = plan.create_edition(pia, planners.host, course, fields, at=AT)
    rows = Inquiry.objects.filter(measuring=edition.pk).order_by("pk")

    assert dict(rows.values_list("phase", "form__code")) == asked
    row = Measuring.objects.filter(pk=edition.pk).first()
    assert (row and row.order) == order


@pytest.mark.parametrize("name", ["tom", "otto", "chidi"])
def test_only_planners_of_the_host_change_an_edition(planners, edition, name):
    scope, session = planners.scope(name), edition.sessions.get(number=1)
    trainer = make_trainer(planners.host)
    for refused in (
        lambda: plan.edit_edition(scope, edition, {"seat_limit": 9}, edited=1, at=AT),
        lambda: plan.move_edition(scope, edition, EditionMove.CLOSE, at=AT),
        lambda: plan.add_session(scope, edition, session_plan(9), at=AT),
        lambda: plan.move_session(scope, session, session_plan(9), at=AT),
        lambda: plan.cancel_session(scope, session, at=AT),
        lambda: bookings.book_resource(scope, session, BookingRequest(trainer, TRAINER), at=AT),
    ):
        with pytest.raises(PermissionDenied):
            refused()

    edition.refresh_from_db()
    assert (edition.seat_limit, edition.state, edition.sequence) == (3, "open", 0)
    assert edition.sessions.not_cancelled().count() == 2
    assert not Booking.objects.exists()


def test_outdated_save_of_an_edition_is_refused(pia, edition):
    plan.edit_edition(pia, edition, {"seat_limit": 9}, edited=1, at=AT)
    with refuses("trainings_edit_conflict"):
        plan.edit_edition(pia, edition, {"seat_limit": 5}, edited=1, at=AT)

    edition.refresh_from_db()
    assert (edition.seat_limit, edition.edited) == (9, 2)


def test_additional_seats_are_offered_at_once(pia, edition):
    fill(edition, 5)
    plan.edit_edition(pia, edition, {"seat_limit": 4}, edited=1, at=AT)

    assert registration_states(edition) == ["confirmed"] * 3 + ["offered", "waiting"]


def test_cancelling_an_edition_stores_the_reason_and_ends_all_bookings(planners, pia, edition):
    fill(edition, 4)
    session = edition.sessions.get(number=1)
    request = BookingRequest(make_trainer(planners.host), TRAINER)
    row = bookings.book_resource(pia, session, request, at=AT)
    with refuses("trainings_reason_missing"):
        plan.move_edition(pia, edition, EditionMove.CANCEL, at=AT)
    plan.move_edition(pia, edition, EditionMove.CANCEL, at=AT, reason="The trainer is ill")
    row.refresh_from_db()

    assert registration_states(edition) == ["cancelled"] * 4
    assert row.state == "cancelled"
    assert not edition.sessions.not_cancelled().exists()


def test_cancelling_an_edition_locks_sessions_before_resources(planners, pia, edition):
    for session in edition.sessions.order_by("number"):
        request = BookingRequest(make_trainer(planners.host), TRAINER)
        bookings.book_resource(pia, session, request, at=AT)
    with CaptureQueriesContext(connection) as queries:
        plan.move_edition(pia, edition, EditionMove.CANCEL, at=AT, reason="The trainer is ill")
    tables = [table for table, _sql in find_locks(queries.captured_queries)]
    assert tables == ["session", "resource"]
    assert {*edition.sessions.values_list("changed_at", flat=True)} == {AT}


def test_a_trainer_is_not_booked_twice_at_one_time(planners, pia, edition):
    trainer = make_trainer(planners.host)
    one, other = edition.sessions.get(number=1), make_edition(planners.host).sessions.get(number=1)
    bookings.book_resource(pia, one, BookingRequest(trainer, TRAINER), at=AT)
    with pytest.raises(ClashBlocks) as refused:
        bookings.book_resource(pia, other, BookingRequest(trainer, TRAINER), at=AT)

    assert refused.value.facts == {"findings": "person_twice"}
    assert refused.value.conflicts == (("person_twice", trainer.pk),)
    assert trainer.bookings.count() == 1


def answer_booking(row: Booking, move: BookingMove) -> None:
    audit = AuditContext(at=AT, actor=None, organisation=row.resource.organisation_id)
    bookings.answer_booking(row, move, audit=audit, keeps_cases_out=move is BookingMove.ACCEPT)


def test_trainer_that_declined_is_free_for_other_sessions(planners, pia, edition):
    trainer = make_trainer(planners.host)
    other = make_edition(planners.host).sessions.get(number=1)
    session, request = edition.sessions.get(number=1), BookingRequest(trainer, TRAINER)
    row = bookings.book_resource(pia, session, request, at=AT)
    answer_booking(row, BookingMove.DECLINE)

    booked = bookings.book_resource(pia, other, BookingRequest(trainer, TRAINER), at=AT)
    assert booked.state == "asked"


def test_a_small_room_needs_a_reason(planners, pia, edition):
    room = make_hall(planners.host, capacity=2)
    session = edition.sessions.get(number=1)
    wanted = BookingRequest(room.resource, BookingRole.ROOM)
    with pytest.raises(ClashNeedsReason) as refused:
        bookings.book_resource(pia, session, wanted, at=AT)
    row = bookings.book_resource(pia, session, wanted, at=AT, reason="Two will be online")

    assert refused.value.conflicts == (("room_small", room.pk),)
    assert row.reason == "Two will be online"


def test_travel_time_between_venues_is_a_warning(planners, pia, edition):
    here, away = sorted((make_hall(planners.host) for _ in range(2)), key=lambda row: row.pk)
    Travel.objects.create(first=here, second=away, minutes=60)
    trainer, session = make_trainer(planners.host), edition.sessions.get(number=1)
    edition.sessions.update(venue=here)
    session.refresh_from_db()
    bookings.book_resource(pia, session, BookingRequest(trainer, TRAINER), at=AT)
    near = plan.add_session(pia, edition, session_plan(0, 3, venue=away), at=AT)

    with pytest.raises(ClashNeedsReason):
        bookings.book_resource(pia, near, BookingRequest(trainer, TRAINER), at=AT)

    assert not near.bookings.filter(resource=trainer).exists()


def test_booking_moves_with_its_session_and_is_asked_again(planners, pia, edition):
    session = edition.sessions.get(number=1)
    request = BookingRequest(make_trainer(planners.host), TRAINER)
    row = bookings.book_resource(pia, session, request, at=AT)
    answer_booking(row, BookingMove.ACCEPT)
    moved = plan.move_session(pia, session, session_plan(5), at=AT)
    row.refresh_from_db()

    assert (row.starts_at, row.ends_at) == (moved.starts_at, moved.ends_at)
    assert (row.state, moved.sequence) == ("asked", 1)


def test_confirmed_participants_get_mail_about_a_moved_or_cancelled_session(pia, edition):
    *_, waiting = fill(edition, 4)
    session = edition.sessions.get(number=1)
    Outgoing.objects.all().delete()
    plan.move_session(pia, session, session_plan(0), at=AT)
    assert not Outgoing.objects.exists()  # nothing has changed

    plan.move_session(pia, session, session_plan(5), at=AT)
    told = set(Outgoing.objects.values_list("to", "template"))
    rows = edition.registrations.filter(state="confirmed")
    assert told == {(row.participant.email, "training_changed") for row in rows}
    assert len(told) == 3
    Outgoing.objects.all().delete()
    plan.cancel_session(pia, session, at=AT)

    assert set(Outgoing.objects.values_list("to", "template")) == told
    assert waiting.participant.email not in dict(told)


def test_session_cannot_move_to_a_time_at_which_its_trainer_is_booked(planners, pia, edition):
    trainer = make_trainer(planners.host)
    first, second = edition.sessions.order_by("number")
    for session in (first, second):
        bookings.book_resource(pia, session, BookingRequest(trainer, TRAINER), at=AT)
    with pytest.raises(ClashBlocks):
        plan.move_session(pia, first, session_plan(1, 1), at=AT)

    first.refresh_from_db()
    assert first.starts_at == FIRST_DAY


def test_quota_is_between_taken_seats_and_the_seat_limit(planners, pia, edition):
    shelter = make_sender(planners.host)
    with refuses("trainings_quotas_above_seats"):
        plan.set_quota(pia, edition, shelter, 4, released_at=None, at=AT)
    plan.set_quota(pia, edition, shelter, 2, released_at=None, at=AT)
    for _ in range(2):
        come(edition, sender=shelter)
    with refuses("trainings_quota_below_confirmed"):
        plan.set_quota(pia, edition, shelter, 1, released_at=None, at=AT)

    assert edition.quotas.get().seats == 2
    with refuses("trainings_quotas_above_seats"):
        plan.edit_edition(pia, edition, {"seat_limit": 1}, edited=1, at=AT)

    edition.refresh_from_db()
    assert edition.seat_limit == 3


def rooms_of(session) -> list[tuple[str, str]]:
    rows = session.bookings.filter(role=BookingRole.ROOM).order_by("created", "pk")
    return [*rows.values_list("resource__name", "state")]


def test_session_books_its_room_exclusively(planners, pia, edition):
    room = make_hall(planners.host)
    first = plan.add_session(pia, edition, session_plan(9, venue=room), at=AT)
    other = make_edition(planners.host)
    with pytest.raises(ClashBlocks) as refused:
        plan.add_session(pia, other, session_plan(9, 2, venue=room), at=AT)

    assert refused.value.facts == {"findings": "room_twice"}
    assert rooms_of(first) == [("Demo Hall", "accepted")]
    assert other.sessions.count() == 2
    assert room.resource.bookings.count() == 1


def test_shared_room_takes_two_sessions(planners, pia, edition):
    room = make_hall(planners.host, is_shareable=True)
    for planned in (edition, make_edition(planners.host)):
        plan.add_session(pia, planned, session_plan(9, venue=room), at=AT)

    assert room.resource.bookings.live().count() == 2


def test_too_small_room_needs_a_stored_reason(planners, pia, edition):
    room = make_hall(planners.host, capacity=2)
    with pytest.raises(ClashNeedsReason):
        plan.add_session(pia, edition, session_plan(9, venue=room), at=AT)
    assert edition.sessions.count() == 2
    plan.add_session(pia, edition, session_plan(9, venue=room), at=AT, reason="Two stay away")

    assert room.resource.bookings.get().reason == "Two stay away"


def test_changing_the_room_frees_the_first_one(planners, pia, edition):
    first, second = make_hall(planners.host), make_hall(planners.host, "Demo Attic")
    session = plan.add_session(pia, edition, session_plan(9, venue=first), at=AT)
    plan.move_session(pia, session, session_plan(9, venue=second), at=AT)

    assert sorted(rooms_of(session)) == [("Demo Attic", "accepted"), ("Demo Hall", "cancelled")]
    other = make_edition(planners.host)
    assert plan.add_session(pia, other, session_plan(9, venue=first), at=AT).venue == first


def test_move_into_a_booked_room_is_refused(planners, pia, edition):
    room = make_hall(planners.host)
    plan.add_session(pia, edition, session_plan(9, venue=room), at=AT)
    session = plan.add_session(pia, edition, session_plan(10), at=AT)
    with pytest.raises(ClashBlocks):
        plan.move_session(pia, session, session_plan(9, venue=room), at=AT)

    session.refresh_from_db()
    assert (session.starts_at, session.venue) == (session_plan(10).starts_at, None)
    assert rooms_of(session) == []


def test_new_online_link_asks_no_booking_again(planners, pia, edition):
    session = edition.sessions.get(number=1)
    request = BookingRequest(make_trainer(planners.host), TRAINER)
    row = bookings.book_resource(pia, session, request, at=AT)
    answer_booking(row, BookingMove.ACCEPT)
    link = "https://meet.demo.example/1"
    plan.move_session(pia, session, session_plan(0, link=link), at=AT)
    row.refresh_from_db()

    assert row.state == "accepted"
    assert edition.sessions.get(number=1).link == link


def test_partial_booking_keeps_its_part_after_a_move(planners, pia, edition):
    session = edition.sessions.get(number=1)
    hour = FIRST_DAY + timedelta(hours=1)
    wanted = BookingRequest(make_trainer(planners.host), TRAINER, starts_at=FIRST_DAY, ends_at=hour)
    row = bookings.book_resource(pia, session, wanted, at=AT)
    plan.move_session(pia, session, session_plan(4), at=AT)
    row.refresh_from_db()

    assert (row.starts_at, row.ends_at) == (FIRST_DAY + timedelta(4), hour + timedelta(4))


def test_edition_can_be_marked_as_done_after_its_last_session(pia, edition):
    fill(edition, 4)
    plan.move_edition(pia, edition, EditionMove.CLOSE, at=AT)
    before, last = registration_states(edition), edition.sessions.get(number=2)
    with refuses("trainings_edition_not_ended"):
        plan.move_edition(pia, edition, EditionMove.FINISH, at=last.ends_at - timedelta(seconds=1))
    edition.refresh_from_db()
    assert (edition.state, registration_states(edition)) == ("closed", before)
    plan.cancel_session(pia, last, at=AT)
    over = edition.sessions.get(number=1).ends_at
    assert plan.move_edition(pia, edition, EditionMove.FINISH, at=over).state == "done"


@pytest.mark.parametrize("move", [EditionMove.CANCEL, EditionMove.FINISH])
def test_past_edition_refuses_changes_and_offers_no_seats(planners, pia, edition, move):
    *_sitting, _waiting = fill(edition, 4)
    session = edition.sessions.get(number=1)
    plan.move_edition(pia, edition, EditionMove.CLOSE, at=AT)
    plan.move_edition(pia, edition, move, at=OVER, reason="It is over")
    before = registration_states(edition)
    request = BookingRequest(make_trainer(planners.host), TRAINER)
    for refused in (
        lambda: plan.edit_edition(pia, edition, {"seat_limit": 9}, edited=1, at=AT),
        lambda: plan.add_session(pia, edition, session_plan(9), at=AT),
        lambda: plan.move_session(pia, session, session_plan(9), at=AT),
        lambda: plan.cancel_session(pia, session, at=AT),
        lambda: bookings.book_resource(pia, session, request, at=AT),
    ):
        with pytest.raises(EditionMoveNotAllowed):
            refused()

    assert registration_states(edition) == before
    assert not Booking.objects.exists()
    assert "waiting" not in before
    assert edition.sessions.count() == 2
    session.refresh_from_db()
    assert session.starts_at == FIRST_DAY


def test_cancelled_session_cannot_be_booked(planners, pia, edition):
    session = plan.cancel_session(pia, edition.sessions.get(number=1), at=AT)
    request = BookingRequest(make_trainer(planners.host), TRAINER)
    with pytest.raises(BookingMoveNotAllowed):
        bookings.book_resource(pia, session, request, at=AT)
    assert not Booking.objects.exists()
    assert [row.number for row in edition.sessions.not_cancelled()] == [2]

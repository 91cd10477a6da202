"""After a session moves, accepted bookings and arranged needs are asked again."""

import pytest

from protect.audit.context import AuditContext
from protect.notices.models import Outgoing
from protect.trainings.editions.actions import plan
from protect.trainings.editions.board import edition_board
from protect.trainings.needs import actions
from protect.trainings.needs.enums import NeedState
from protect.trainings.needs.models import Need
from protect.trainings.needs.pages import own_need_lines
from protect.trainings.scheduling.actions import bookings
from protect.trainings.scheduling.actions.bookings import BookingRequest
from protect.trainings.scheduling.enums import BookingMove, BookingRole
from protect.trainings.scheduling.models import Booking
from tests.trainings.editions.test_plan import session_plan
from tests.trainings.logistics import ACCESS, CARE, DIET, assign_logistics_team, store_needs
from tests.trainings.planning import AT, make_edition, make_hall, make_resource, make_trainer
from tests.trainings.registrations.test_decisions import come
from tests.trainings.registrations.views.test_applications import own_page, plain
from tests.vault.cast import serve
from tests.vault.views.desk import Desk, words

WAITS = "To be arranged again after a change of time or place"


@pytest.fixture(autouse=True)
def ledger(settings, tmp_path):
    settings.LEDGER = tmp_path / "ledger.jsonl"


@pytest.fixture
def pia(planners):
    return planners.scope("pia")


@pytest.fixture
def edition(planners):
    return make_edition(planners.host, sessions=1)


@pytest.fixture
def session(edition):
    return edition.sessions.get()


@pytest.fixture
def booked(pia, edition, session):
    """Return accepted bookings by role."""
    host = edition.host
    things = {
        BookingRole.TRAINER: make_trainer(host),
        BookingRole.CHILDCARE: make_resource(host, "childcare", "Demo crèche"),
        BookingRole.EQUIPMENT: make_resource(host, "equipment", "Demo projector"),
    }
    rows = {
        role: bookings.book_resource(pia, session, BookingRequest(thing, role), at=AT)
        for role, thing in things.items()
    }
    for row in rows.values():
        answer_booking(row, BookingMove.ACCEPT)
    return rows


def answer_booking(row, move):
    audit = AuditContext(at=AT, actor=None, organisation=row.session.training.host_id)
    bookings.answer_booking(row, move, audit=audit, keeps_cases_out=True)


def booking_states() -> dict[str, tuple]:
    rows = Booking.objects.order_by("role")
    return {row.role: (row.state, row.asked_again_at) for row in rows}


def board_warnings(edition) -> list[str]:
    return [
        line for line in edition_board(edition, at=AT)["warned"] if "asked" in line or "ask" in line
    ]


def test_all_bookings_except_the_room_are_asked_again(pia, edition, session, booked):
    hall = make_hall(edition.host)
    plan.move_session(pia, session, session_plan(0, venue=hall), at=AT)  # to another place
    plan.move_session(pia, session, session_plan(2, venue=hall), at=AT)  # to another time

    assert booking_states() == dict.fromkeys(booked, ("asked", AT)) | {"room": ("accepted", None)}
    assert len(board_warnings(edition)) == len(booked)
    assert any("Demo crèche" in warning for warning in board_warnings(edition))


def test_unanswered_booking_stays_asked(pia, edition, session):
    care = make_resource(edition.host, "childcare")
    bookings.book_resource(pia, session, BookingRequest(care, BookingRole.CHILDCARE), at=AT)
    plan.move_session(pia, session, session_plan(2), at=AT)

    assert booking_states() == {"childcare": ("asked", None)}
    assert board_warnings(edition) == []


def test_accepted_booking_stays_if_neither_time_nor_place_changes(pia, edition, session, booked):
    plan.move_session(pia, session, session_plan(0, link="https://demo.example/x"), at=AT)

    assert booking_states() == dict.fromkeys(booked, ("accepted", None))
    assert board_warnings(edition) == []


@pytest.mark.parametrize(
    ("move", "state"),
    [
        (BookingMove.ACCEPT, "accepted"),
        (BookingMove.DECLINE, "declined"),
        (BookingMove.CANCEL, "cancelled"),
    ],
)
def test_answer_settles_a_repeated_request(pia, edition, session, booked, move, state):
    plan.move_session(pia, session, session_plan(2), at=AT)
    answer_booking(booked[BookingRole.CHILDCARE], move)

    assert booking_states()["childcare"] == (state, None)
    assert not any("crèche" in warning for warning in board_warnings(edition))


def test_cancelling_a_moved_session_ends_its_repeated_requests(pia, session, booked):
    plan.move_session(pia, session, session_plan(2), at=AT)
    plan.cancel_session(pia, session, at=AT)

    assert booking_states() == dict.fromkeys(booked, ("cancelled", None))


@pytest.fixture
def lena(edition):
    person = assign_logistics_team(edition)
    serve(person, edition.host, "coordinator")
    return person


@pytest.fixture
def row(edition, lena):
    return come(edition)


def arrange(lena, row) -> None:
    """Book childcare, which accepts, and order the rest."""
    diet, care, access = store_needs(row, DIET, CARE, ACCESS)
    actions.mark_ordered(lena.scope, [diet, access], at=AT)
    found = actions.book(lena.scope, care, make_resource(row.edition.host, "childcare"), at=AT)
    answer_booking(found.booking, BookingMove.ACCEPT)


def test_arranged_need_must_be_arranged_again(pia, row, session, lena):
    arrange(lena, row)
    assert {str(said.word) for _need, said in own_need_lines(row)} == {"Ordered", "Booked"}
    plan.move_session(pia, session, session_plan(2), at=AT)

    assert [str(said.word) for _need, said in own_need_lines(row)] == [WAITS] * 3
    assert sorted(Need.objects.values_list("state", flat=True)) == ["booked", "open", "open"]


def test_logistics_team_gets_one_mail(pia, row, session, lena):
    arrange(lena, row)
    Outgoing.objects.all().delete()
    for days in (2, 3):
        plan.move_session(pia, session, session_plan(days), at=AT)

    mail = Outgoing.objects.get(to=lena.user.email)
    assert (mail.template, mail.link.rpartition("/trainings/")[2]) == (
        "work_waiting",
        f"{row.edition_id}/needs",
    )


def test_logistics_team_gets_no_mail_without_arranged_needs(pia, row, session, lena):
    store_needs(row, DIET, CARE)
    Outgoing.objects.all().delete()
    plan.move_session(pia, session, session_plan(2), at=AT)

    assert not Outgoing.objects.filter(to=lena.user.email).exists()
    assert {str(said.word) for _need, said in own_need_lines(row)} == {"To be arranged"}


def test_need_arranged_again_is_shown_as_arranged(pia, row, session, lena):
    arrange(lena, row)
    plan.move_session(pia, session, session_plan(2), at=AT)
    actions.mark_ordered(lena.scope, Need.objects.filter(state=NeedState.OPEN), at=AT)
    answer_booking(Booking.objects.get(role=BookingRole.CHILDCARE), BookingMove.ACCEPT)

    assert {str(said.word) for _need, said in own_need_lines(row)} == {"Ordered", "Booked"}


@pytest.mark.usefixtures("starter", "one_connection")
def test_every_page_shows_the_repeated_request(pia, edition, row, session, lena):
    arrange(lena, row)
    plan.move_session(pia, session, session_plan(2), at=AT)
    desk = Desk(at=AT).let_in(lena)
    care = Booking.objects.get(role=BookingRole.CHILDCARE)

    for page in (f"/trainings/{edition.pk}", f"/trainings/sessions/{session.pk}/book"):
        assert "Session moved: new answer needed" in words(desk.get(page)), page
        assert "&lt;bdi&gt;" not in desk.get(page).content.decode()
    assert "was accepted for another time or place, so that answer is no longer valid." in words(
        desk.get(f"/trainings/bookings/{care.pk}")
    )
    assert words(desk.get(f"/trainings/{edition.pk}/needs")).count(WAITS) == 3
    for need in row.needs.order_by("kind"):
        shown = words(desk.get(f"/trainings/needs/{need.pk}"))
        assert "the old time or place" in shown
    assert (
        plain(desk.client.get(f"{own_page(row)}/needs", headers={"host": "127.0.0.1"})).count(WAITS)
        == 3
    )

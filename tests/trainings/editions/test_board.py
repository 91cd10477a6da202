"""Missing and warned items on the page of an edition, and its number of queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from protect.orgs.models import Team
from protect.trainings.editions.board import edition_board
from protect.trainings.scheduling.actions import bookings
from protect.trainings.scheduling.actions.bookings import BookingRequest
from protect.trainings.scheduling.enums import BookingRole
from protect.vault.models import Record
from tests.orgs.conftest import make_team
from tests.trainings.editions.test_plan import make_hall, make_trainer
from tests.trainings.planning import AT, make_edition, make_session
from tests.trainings.registrations.test_decisions import come

LAST = "Session 1: A language of the training has no speaker or interpreter booked."


@pytest.fixture
def pia(planners):
    return planners.scope("pia")


@pytest.fixture
def edition(planners):
    return make_edition(planners.host, sessions=1)


def book(pia, edition, *languages, role=BookingRole.TRAINER, **given):
    who = make_trainer(edition.host, f"Demo {role}")
    who.languages.set(languages)
    return bookings.book_resource(
        pia, edition.sessions.get(), BookingRequest(who, role, **given), at=AT
    )


def make_need(edition, kind, **given):
    day = AT.date() + timedelta(days=90)
    known = Team.objects.filter(organisation=edition.host).order_by("pk").first()
    team = known or make_team(edition.host, "Demo logistics")
    record = Record.objects.create(
        kind="need", owner_team=team, retention=day.replace(day=1), created=AT, changed=AT
    )
    return come(edition).needs.create(kind=kind, record=record, purge_on=day, **given)


def test_language_is_covered_by_a_speaker_or_an_interpreter(pia, edition):
    edition.languages.set(["fr", "ar"])
    book(pia, edition, "fr")
    assert LAST in edition_board(edition, at=AT)["missing"]
    book(pia, edition, role=BookingRole.INTERPRETER, language="ar")

    assert LAST not in edition_board(edition, at=AT)["missing"]


def test_board_shows_a_missing_interpreter(pia, edition):
    book(pia, edition, "en")
    assert LAST not in edition_board(edition, at=AT)["missing"]
    make_need(edition, "interpreter", language_id="ti")

    assert LAST in edition_board(edition, at=AT)["missing"]


def test_board_shows_missing_childcare_until_it_suffices(pia, edition):
    make_need(edition, "childcare", quantity=2)
    said = "Session 1: Childcare is booked for too few children."
    assert said in edition_board(edition, at=AT)["missing"]
    book(pia, edition, role=BookingRole.CHILDCARE, quantity=2)

    assert said not in edition_board(edition, at=AT)["missing"]


def test_need_answered_with_an_alternative_does_not_block_readiness(edition):
    make_need(edition, "childcare", state="cannot_be_met")

    assert "Childcare" not in " ".join(edition_board(edition, at=AT)["missing"])


def test_missing_step_free_access_blocks_readiness_but_a_small_room_does_not(edition):
    room = make_hall(edition.host, capacity=2, is_step_free=False)
    edition.sessions.update(venue=room)
    make_need(edition, "accessibility")
    board = edition_board(edition, at=AT)

    assert any("Demo Hall is not known to have it" in line for line in board["missing"])
    assert board["warned"] == [
        "Session 1: Demo Hall is too small for the number of seats or participants."
    ]


def test_number_of_queries_does_not_grow_with_sessions(pia, edition):
    book(pia, edition, "en")
    with CaptureQueriesContext(
        connection,
    ) as one:
        edition_board(edition, at=AT)
    for number in range(2, 8):
        start = edition.sessions.get(number=1).starts_at + timedelta(days=number)
        session = make_session(edition, number, start, start + timedelta(hours=3))
        wanted = BookingRequest(make_trainer(edition.host, f"Demo {number}"), BookingRole.TRAINER)
        bookings.book_resource(pia, session, wanted, at=AT)
    with CaptureQueriesContext(connection) as many:
        edition_board(edition, at=AT)

    assert len(many) == len(one)

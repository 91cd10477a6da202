"""Calendar feeds by link: readers, content, and sequence numbers of changes."""

from datetime import timedelta

import pytest
import vobject
from django.test import Client

from protect.audit.context import AuditContext
from protect.kernel import clock
from protect.kernel.ids import hash_token
from protect.trainings.editions.actions import plan
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.actions import bookings, mail
from protect.trainings.scheduling.actions.bookings import BookingRequest
from protect.trainings.scheduling.actions.mail import Link
from protect.trainings.scheduling.enums import BookingMove, BookingRole
from tests.trainings.editions.test_plan import make_hall, make_trainer, session_plan
from tests.trainings.planning import AT, make_course, make_edition
from tests.trainings.registrations.test_decisions import come

LATER = AT + timedelta(hours=2)


@pytest.fixture
def pia(planners):
    return planners.scope("pia")


@pytest.fixture
def edition(planners):
    course = make_course(planners.host, title="Demo long title", short_title="Module 1")
    edition = make_edition(planners.host, sessions=1, course_version=course, is_listed=True)
    edition.sessions.update(venue=make_hall(planners.host, address="Demo Street 1"))
    return edition


def events(address: str, at=AT) -> list:
    """Return what a calendar program reads at an address."""
    with clock.frozen(at):
        answer = Client(headers={"host": "127.0.0.1"}).get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert not answer.cookies
    return list(vobject.readOne(answer.content.decode()).contents.get("vevent", []))


def event_facts(event) -> tuple[str, str, str, int]:
    return (
        event.summary.value,
        event.location.value,
        event.status.value,
        int(event.sequence.value),
    )


def feed_of(row: Registration) -> str:
    row.feed_hash = hash_token("demo-token")
    row.save()
    return "/trainings/en/own/demo-token/calendar.ics"


def test_public_calendar_shows_the_town_and_a_neutral_title(edition):
    make_edition(edition.host, sessions=1)  # not listed

    assert [event_facts(event) for event in events("/trainings/en/calendar.ics")] == [
        ("Module 1", "Leuven", "CONFIRMED", 0)
    ]


def test_public_calendar_shows_full_titles_on_request(edition):
    (event,) = events("/trainings/fr/calendar.ics?titles=1")

    assert event.summary.value == "Demo long title"


def test_feed_shows_the_address_if_confirmed_and_cancelled_if_withdrawn(edition):
    row = come(edition)
    address = feed_of(row)
    (event,) = events(address)
    assert event_facts(event) == ("Module 1", "Demo Hall, Demo Street 1, Leuven", "CONFIRMED", 0)
    Registration.objects.filter(pk=row.pk).update(state="withdrawn", ended_at=AT)

    (after,) = events(address)
    assert event_facts(after) == ("Cancelled: Module 1", "Leuven", "CANCELLED", 1)
    assert after.uid.value == event.uid.value


def test_feed_of_a_waiting_participant_is_empty(edition):
    row = come(edition)
    Registration.objects.filter(pk=row.pk).update(state="waiting")

    assert events(feed_of(Registration.objects.get(pk=row.pk))) == []


def test_moved_session_has_a_higher_sequence_number(pia, edition):
    address = feed_of(come(edition))
    (before,) = events(address)
    moved = session_plan(5, venue=edition.sessions.get().venue)
    plan.move_session(pia, edition.sessions.get(), moved, at=LATER)
    (after,) = events(address, LATER)

    assert int(after.sequence.value) > int(before.sequence.value)
    assert after.uid.value == before.uid.value
    assert after.dtstamp.value == LATER
    plan.cancel_session(pia, edition.sessions.get(), at=LATER)
    (cancelled,) = events(address, LATER)
    assert int(cancelled.sequence.value) > int(after.sequence.value)
    assert cancelled.status.value == "CANCELLED"


def test_booking_feed_works_until_its_link_ends(planners, pia, edition):
    who = make_trainer(planners.host)
    row = bookings.book_resource(
        pia, edition.sessions.get(), BookingRequest(who, BookingRole.TRAINER), at=AT
    )
    audit = AuditContext(at=AT, actor=None, organisation=planners.host.pk)
    address = (
        f"/trainings/en/bookings/{mail.activate_link(who, Link.FEED, audit=audit)}/calendar.ics"
    )
    (before,) = events(address)
    bookings.answer_booking(row, BookingMove.DECLINE, audit=audit)
    (after,) = events(address)

    assert (before.status.value, after.status.value) == ("CONFIRMED", "CANCELLED")
    assert int(after.sequence.value) > int(before.sequence.value)
    mail.deactivate_link(who, Link.FEED, audit=audit)
    assert Client(headers={"host": "127.0.0.1"}).get(address).status_code == 404


def test_feed_link_cannot_answer_bookings(planners, pia, edition):
    who = make_trainer(planners.host)
    token = mail.activate_link(
        who, Link.FEED, audit=AuditContext(at=AT, actor=None, organisation=planners.host.pk)
    )

    answer = Client(headers={"host": "127.0.0.1"}).get(f"/trainings/en/bookings/{token}")
    assert answer.status_code == 404


def test_feed_link_stays_the_same_until_it_is_ended(planners):
    who, audit = (
        make_trainer(planners.host),
        AuditContext(at=AT, actor=None, organisation=planners.host.pk),
    )
    first = mail.activate_link(who, Link.PAGE, audit=audit)
    assert mail.activate_link(who, Link.PAGE, audit=audit) == first
    mail.deactivate_link(who, Link.PAGE, audit=audit)
    who.refresh_from_db()

    assert mail.active_token(who, Link.PAGE) == ""
    assert mail.activate_link(who, Link.PAGE, audit=audit) != first


def test_new_feed_link_of_a_participant_ends_the_old_one(edition):
    row = come(edition)
    address = f"/trainings/en/own/{row.own_token()}/calendar"
    visitor = Client(headers={"host": "127.0.0.1", "origin": "http://127.0.0.1"})
    with clock.frozen(AT):
        given = [visitor.post(address, {"deed": "give"}).context["feed"] for _ in range(2)]
        feeds = ["/" + feed_url.split("/", 3)[3] for feed_url in given]
        assert [visitor.get(feed).status_code for feed in feeds] == [404, 200]
        assert feeds[1].encode() not in visitor.get(address).content
        visitor.post(address, {"deed": "end"})
        assert visitor.get(feeds[1]).status_code == 404
    Registration.objects.filter(pk=row.pk).update(state="waiting")
    assert visitor.get(address).status_code == 404

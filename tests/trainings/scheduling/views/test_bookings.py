"""Bookings at the desk, the user's own bookings, and bookings by link."""

from datetime import timedelta

import pytest
from django.test import Client

from protect.kernel import clock
from protect.notices.models import Outgoing
from protect.trainings.scheduling.actions import bookings
from protect.trainings.scheduling.actions.bookings import BookingRequest
from protect.trainings.scheduling.enums import BookingRole
from protect.trainings.scheduling.models import Booking, Edition, Resource
from tests.orgs.conftest import make_organisation
from tests.trainings.editions.test_board import make_need
from tests.trainings.editions.test_plan import make_hall, make_trainer
from tests.trainings.planning import AT, make_edition
from tests.trainings.scheduling.views.test_resources import open_desk, scope_of
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import Desk, words

TRAINER = BookingRole.TRAINER
PUBLIC = "127.0.0.1"


@pytest.fixture
def host(db):
    return make_organisation("Demo Academy")


@pytest.fixture
def pia(host):
    return open_desk("pia", host)


@pytest.fixture
def session(host):
    return make_edition(host).sessions.get(number=1)


@pytest.fixture
def tom(host):
    """Return somebody with an account who can be booked, and their desk."""
    who = make_person("tom")
    serve(who, host, "trainer")
    Resource.objects.create(
        organisation=host, kind="person", name="Demo Tom", user=who.user, created=AT
    )
    return Desk(at=AT).let_in(who)


def book(host, session, who, role=TRAINER) -> Booking:
    return bookings.book_resource(scope_of("zoe", host), session, BookingRequest(who, role), at=AT)


def test_candidates_show_their_conflicts_before_booking(pia, host, session):
    busy, away = make_trainer(host, "Demo Busy"), make_trainer(host, "Demo Away")
    make_trainer(host, "Demo Idle")
    book(host, make_edition(host).sessions.get(number=1), busy)
    away.away.create(starts_at=session.starts_at, ends_at=session.ends_at)
    shown = words(pia.get(f"/trainings/sessions/{session.pk}/book"))

    free, warned, blocked = map(
        shown.index, ("Demo Idle Free", "Demo Away is entered as away", "Demo Busy has")
    )
    assert free < warned < blocked


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("interpreter", ["Tigrinya 2", "Interpreter, language not given 1"]),
        ("childcare", ["Children 3"]),
        ("trainer", []),
    ],
)
def test_booking_page_shows_number_and_language_of_needs(pia, session, role, expected):
    given = [("interpreter", {"language_id": "ti"}), ("interpreter", {"language_id": "ti"})]
    given += [("interpreter", {}), ("childcare", {"quantity": 2}), ("childcare", {})]
    Edition.objects.update(seat_limit=None)
    for kind, more in given:
        make_need(session.edition, kind, **more)
    make_need(session.edition, "childcare", state="cannot_be_met")
    shown = words(pia.get(f"/trainings/sessions/{session.pk}/book?as={role}"))

    assert ("Needs of the participants" in shown) == bool(expected)
    assert all(text in shown for text in expected)


def test_booking_a_trainer_with_a_warning_needs_a_reason(pia, host, session):
    who = make_trainer(host)
    who.away.create(starts_at=session.starts_at, ends_at=session.ends_at)
    address = f"/trainings/sessions/{session.pk}/book"
    response = pia.post(address, resource=who.pk, reason="")
    assert (response.status_code, Booking.objects.count()) == (422, 0)
    assert "Demo Trainer is entered as away at that time." in words(response)
    pia.post(address, resource=who.pk, reason="They offered it")

    row = Booking.objects.get()
    assert (row.resource, row.role, row.reason) == (who, "trainer", "They offered it")


def test_an_interpreter_has_a_language_and_a_part_of_the_time(pia, host, session):
    who = make_trainer(host, "Demo Interpreter")
    address = f"/trainings/sessions/{session.pk}/book?as=interpreter"
    assert pia.post(address, resource=who.pk, language="").status_code == 422
    pia.post(address, resource=who.pk, language="ar", clock_from="09:30", clock_to="11:00")

    row = Booking.objects.get()
    assert (row.language_id, row.starts_at - session.starts_at) == ("ar", timedelta(minutes=30))
    assert row.ends_at - row.starts_at == timedelta(minutes=90)


def test_times_outside_of_the_session_are_refused(pia, host, session):
    typed = {"resource": make_trainer(host).pk, "clock_from": "07:00"}
    response = pia.post(f"/trainings/sessions/{session.pk}/book", **typed)

    assert (response.status_code, Booking.objects.count()) == (422, 0)


def test_only_resources_of_the_host_can_be_chosen(pia, host, session):
    stranger = make_trainer(make_organisation("Demo Elsewhere", "MT"), "Demo Stranger")
    response = pia.post(f"/trainings/sessions/{session.pk}/book", resource=stranger.pk)

    assert (response.status_code, Booking.objects.count()) == (422, 0)
    assert "Demo Stranger" not in words(response)


def test_coordinator_answers_a_booking_by_phone_and_cancels_it(pia, host, session):
    row = book(host, session, make_trainer(host))
    pia.post(f"/trainings/bookings/{row.pk}", move="accept", keeps_cases_out="on")
    row.refresh_from_db()
    assert row.state == "accepted"
    pia.post(f"/trainings/bookings/{row.pk}", move="cancel")
    row.refresh_from_db()

    assert row.state == "cancelled"
    again = pia.post(f"/trainings/bookings/{row.pk}", move="accept", keeps_cases_out="on")
    assert again.status_code == 409
    assert pia.post(f"/trainings/bookings/{row.pk}", move="dance").status_code == 404


def test_trainer_accepts_only_with_the_rule_against_real_cases(pia, host, session, tom):
    mine = book(host, session, Resource.objects.get())
    answers = [
        tom.post(f"/trainings/own/{mine.pk}", move="accept"),
        pia.post(f"/trainings/bookings/{mine.pk}", move="accept"),
    ]
    mine.refresh_from_db()

    assert {answer.status_code for answer in answers} == {422}
    assert all("no real case" in words(answer) for answer in answers)
    assert mine.state == "asked"
    assert 'name="keeps_cases_out"' in tom.get("/trainings/own").content.decode()


def test_interpreter_is_not_asked_for_the_rule_of_trainers(host, session, tom):
    wanted = BookingRequest(Resource.objects.get(), BookingRole.INTERPRETER, language="ar")
    row = bookings.book_resource(scope_of("zoe", host), session, wanted, at=AT)
    tom.post(f"/trainings/own/{row.pk}", move="accept")
    row.refresh_from_db()

    assert row.state == "accepted"


def test_booked_person_gets_one_mail_about_open_requests(host, tom):
    resource, scope = Resource.objects.get(), scope_of("zoe", host)
    for session in make_edition(host).sessions.order_by("number"):
        bookings.book_resource(scope, session, BookingRequest(resource, TRAINER), at=AT)

    mail = Outgoing.objects.get(template="work_waiting")
    assert mail.link.endswith("/trainings/own")


def test_start_page_lists_unanswered_bookings(host, session, tom):
    row = book(host, session, Resource.objects.get())
    assert "Dates to answer" in words(tom.get("/"))
    tom.post(f"/trainings/own/{row.pk}", move="accept", keeps_cases_out="on")

    assert "Dates to answer" not in words(tom.get("/"))


def test_mail_without_an_account_links_to_the_bookings_page(host, session):
    who = make_trainer(host, email="demo.trainer@demo.example", mail_language_id="fr")
    book(host, session, who)
    mail = Outgoing.objects.get()

    assert (mail.to, mail.language) == ("demo.trainer@demo.example", "fr")
    with clock.frozen(AT):
        page = open_client().get("/" + mail.link.split("/", 3)[3])
    assert (page.status_code, page.headers["Content-Language"]) == (200, "fr")


def test_booked_person_answers_only_own_bookings(host, session, tom):
    mine, other = book(host, session, Resource.objects.get()), make_trainer(host)
    theirs = bookings.book_resource(
        scope_of("ann", host), session, BookingRequest(other, TRAINER), at=AT
    )
    assert "I will come" in words(tom.get("/trainings/own"))
    tom.post(f"/trainings/own/{mine.pk}", move="decline")
    assert tom.post(f"/trainings/own/{theirs.pk}", move="decline").status_code == 404
    assert tom.post(f"/trainings/own/{mine.pk}", move="cancel").status_code == 409

    assert {*Booking.objects.values_list("resource__name", "state")} == {
        ("Demo Tom", "declined"),
        ("Demo Trainer", "asked"),
    }


def open_client() -> Client:
    return Client(headers={"host": PUBLIC, "origin": f"http://{PUBLIC}"})


def test_booking_is_answered_by_link_until_it_ends(pia, host, session):
    who = make_trainer(host)
    row = book(host, session, who)
    pia.post(f"/trainings/resources/{who.pk}/link")
    address = "/" + pia.get(f"/trainings/resources/{who.pk}").context["link"].split("/", 3)[3]
    visitor = open_client()
    with clock.frozen(AT):
        page = visitor.get(address)
        assert "I will come" in words(page)
        assert not page.cookies
        response = visitor.post(
            address, {"booking": row.pk, "move": "accept", "keeps_cases_out": "on"}
        )
    row.refresh_from_db()
    assert (response.status_code, row.state) == (303, "accepted")
    pia.post(f"/trainings/resources/{who.pk}/link", deed="end")

    assert visitor.get(address).status_code == 404
    pia.post(f"/trainings/resources/{who.pk}/link")
    assert visitor.get(address).status_code == 404


def test_link_opens_no_booking_of_another_person(pia, host, session):
    who = make_trainer(host)
    other = book(host, session, make_trainer(host, "Demo Other"))
    pia.post(f"/trainings/resources/{who.pk}/link")
    address = "/" + pia.get(f"/trainings/resources/{who.pk}").context["link"].split("/", 3)[3]
    response = open_client().post(address, {"booking": other.pk, "move": "decline"})
    other.refresh_from_db()

    assert (response.status_code, other.state) == (404, "asked")


def test_booking_page_does_not_offer_rooms(pia, host, session):
    make_hall(host, "Demo Hall")
    for role in ("trainer", "childcare", "equipment", "room"):
        shown = words(pia.get(f"/trainings/sessions/{session.pk}/book?as={role}"))
        assert "Demo Hall" not in shown

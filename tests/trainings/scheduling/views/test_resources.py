"""Bookable people, venues and equipment at the desk."""

from datetime import date, timedelta

import pytest

from protect.kernel import clock
from protect.trainings.scheduling.actions import bookings
from protect.trainings.scheduling.actions.bookings import BookingRequest
from protect.trainings.scheduling.enums import BookingRole
from protect.trainings.scheduling.models import Away, Resource, Suitability, Travel, Venue
from tests.orgs.conftest import make_organisation
from tests.trainings.editions.test_plan import make_hall, make_trainer
from tests.trainings.planning import AT, make_edition
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import Desk, words


@pytest.fixture
def host(db):
    return make_organisation("Demo Academy")


@pytest.fixture
def pia(host):
    return open_desk("pia", host)


def open_desk(name, organisation, role="coordinator") -> Desk:
    who = make_person(name)
    serve(who, organisation, role)
    return Desk(at=AT).let_in(who)


def send(desk: Desk, where: str, fields):
    """Post a form that has a field called address."""
    with clock.frozen(desk.at):
        return desk.client.post(where, fields)


def venue_data(**change):
    return {
        "name": "Demo House",
        "is_active": "on",
        "country": "BE",
        "place": "Leuven",
        "address": "Demo Street 1",
        "capacity": "20",
        "is_step_free": "true",
        "has_private_room": "unknown",
        "set_up": "15",
        "clear_away": "0",
    } | change


def test_empty_resource_list_explains_itself(pia):
    assert "Nothing of this kind yet" in words(pia.get("/trainings/resources"))


def test_a_person_is_added_with_their_languages(pia, host):
    typed = {"name": "Demo Trainer", "is_active": "on", "languages": ["fr", "ar"]}
    response = pia.post("/trainings/resources/person", **typed, mail_language="fr")
    resource = Resource.objects.get()

    assert response.headers["Location"] == f"/trainings/resources/{resource.pk}"
    assert (resource.organisation, resource.kind, resource.mail_language_id) == (
        host,
        "person",
        "fr",
    )
    shown = words(pia.get("/trainings/resources"))
    assert "Demo Trainer" in shown
    assert "Arabic, French" in shown


def test_account_is_listed_once(pia, host):
    tom = make_person("tom")
    serve(tom, host, "trainer")
    typed = {"name": "Demo Tom", "is_active": "on", "user": tom.pk, "mail_language": "en"}
    assert pia.post("/trainings/resources/person", **typed).status_code == 302
    response = pia.post("/trainings/resources/person", **typed)

    assert response.status_code == 422
    assert "user" in response.context["form"].errors
    assert Resource.objects.count() == 1


def test_a_venue_is_added_by_the_name_of_its_town(pia):
    assert send(pia, "/trainings/resources/venue", venue_data()).status_code == 302
    venue = Venue.objects.select_related("place").get()

    assert (venue.place.name, venue.capacity, venue.is_step_free) == ("Leuven", 20, True)
    assert (venue.has_private_room, venue.set_up) == (None, 15)


def test_unknown_town_is_refused_and_typed_values_stay(pia):
    answer = send(pia, "/trainings/resources/venue", venue_data(place="Nowhereville"))

    assert answer.status_code == 422
    assert "place" in answer.context["form"].errors
    assert b'value="Demo Street 1"' in answer.content
    assert not Resource.objects.exists()


def test_changed_address_raises_calendar_sequence_numbers(pia, host):
    room, edition = make_hall(host), make_edition(host)
    edition.sessions.update(venue=room)
    address = f"/trainings/resources/{room.pk}/venue"
    typed = venue_data(name="Demo Hall", place="Leuven", address="")
    assert send(pia, address, typed).status_code == 302
    assert {*edition.sessions.values_list("sequence", flat=True)} == {0}
    send(pia, address, typed | {"address": "Other Street 2"})

    assert {*edition.sessions.values_list("sequence", "changed_at")} == {(1, AT)}


def test_absence_of_whole_days_includes_the_last_day(pia, host):
    who = make_trainer(host)
    address = f"/trainings/resources/{who.pk}"
    pia.post(f"{address}/away", first="2027-01-12", last="2027-01-13")
    away = Away.objects.get()

    assert away.starts_at.isoformat() == "2027-01-11T23:00:00+00:00"  # midnight in Brussels
    assert away.ends_at - away.starts_at == timedelta(days=2)
    assert "12 Jan 2027" in words(pia.get(address))
    pia.post(f"{address}/away/{away.pk}/end")
    assert not Away.objects.exists()


def test_a_venue_closes_for_hours(pia, host):
    room = make_hall(host)
    typed = {
        "first": "2027-01-12",
        "last": "2027-01-12",
        "clock_from": "12:00",
        "clock_to": "11:00",
    }
    response = pia.post(f"/trainings/resources/{room.pk}/away", **typed)
    assert (response.status_code, Away.objects.count()) == (422, 0)
    pia.post(f"/trainings/resources/{room.pk}/away", **typed | {"clock_to": "14:30"})

    away = Away.objects.get()
    assert away.ends_at - away.starts_at == timedelta(hours=2, minutes=30)


def test_document_is_recorded_and_replaced_by_a_newer_one(pia, host):
    who = make_trainer(host)
    address = f"/trainings/resources/{who.pk}"
    assert "Not shown" in words(pia.get(address))
    for day in ("2026-12-01", "2027-06-01"):
        typed = {"kind": "vetting", "shown_on": "2026-11-01", "expires_on": day}
        assert pia.post(f"{address}/paper", **typed).status_code == 302

    assert Suitability.objects.get().expires_on == date(2027, 6, 1)
    assert "Vetting Still valid until 1 Jun 2027" in words(pia.get(address))


def test_travel_time_is_symmetric_and_0_deletes_it(pia, host):
    here, there = make_hall(host), make_hall(host, "Demo Attic")
    pia.post(f"/trainings/resources/{here.pk}/way", other=there.pk, minutes="40")
    pia.post(f"/trainings/resources/{there.pk}/way", other=here.pk, minutes="45")
    assert Travel.objects.get().minutes == 45
    assert "45 minutes" in words(pia.get(f"/trainings/resources/{there.pk}"))
    pia.post(f"/trainings/resources/{here.pk}/way", other=there.pk, minutes="0")

    assert not Travel.objects.exists()


def test_resources_of_another_organisation_are_not_found(host):
    who, room = make_trainer(host), make_hall(host)
    otto = open_desk("otto", make_organisation("Demo Elsewhere", "MT"))

    assert "Demo Trainer" not in words(otto.get("/trainings/resources"))
    for address in (f"{who.pk}", f"{who.pk}/person", f"{who.pk}/away", f"{room.pk}/way"):
        assert otto.get(f"/trainings/resources/{address}").status_code == 404
    assert otto.post(f"/trainings/resources/{who.pk}/link").status_code == 404
    who.refresh_from_db()
    assert who.token_hash is None


def test_trainer_cannot_manage_resources(host):
    assert open_desk("tom", host, "trainer").get("/trainings/resources").status_code == 403


def test_number_of_queries_does_not_grow_with_people(pia, host, django_assert_max_num_queries):
    session, scope = make_edition(host).sessions.get(number=1), scope_of("zoe", host)
    for number in range(12):
        who = make_trainer(host, f"Demo {number}")
        who.languages.set(["fr", "nl"])
        bookings.book_resource(scope, session, BookingRequest(who, BookingRole.TRAINER), at=AT)
    with django_assert_max_num_queries(30):
        assert "Demo 11" in words(pia.get("/trainings/resources"))


def scope_of(name, organisation):
    who = make_person(name)
    serve(who, organisation, "coordinator")
    return who.scope

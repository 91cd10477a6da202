"""Trainings at the desk: plan, open, register, decide, cancel."""

from datetime import timedelta
from uuid import uuid4

import pytest

from protect.notices.models import Outgoing
from protect.reference.models import Place
from protect.trainings.registrations.models import Participant, Registration
from protect.trainings.scheduling.enums import Approval
from protect.trainings.scheduling.models import Edition, Resource, Session, Venue
from tests.orgs.conftest import make_organisation
from tests.trainings.planning import AT, make_course, make_edition, make_participant, make_sender
from tests.trainings.registrations.test_decisions import come, fill, registration_states
from tests.vault.views.desk import words


@pytest.fixture
def edition(host):
    return make_edition(host)


def edition_data(course, **change):
    return {
        "course_version": course.pk,
        "country": "BE",
        "delivery": "in_person",
        "languages": ["en", "fr"],
        "seat_limit": "12",
        "approval": "owner",
        "offer_hours": "48",
    } | change


def participant_data(**change):
    return {
        "sent_key": uuid4(),
        "name": "Demo Noor",
        "email": "Noor@Demo.example",
        "country": "BE",
        "language": "fr",
        "sex": "undisclosed",
    } | change


def test_empty_edition_list_explains_the_first_step(desk_of):
    shown = words(desk_of().get("/trainings"))

    assert shown.count("Plan a training") == 2  # above the list, and where it is empty
    assert "Plan a training" not in words(desk_of("tom", "trainer").get("/trainings"))


def test_training_list_shows_seats(desk_of, edition):
    fill(edition, 2)

    shown = words(desk_of().get("/trainings"))
    assert edition.course_version.title in shown
    assert "2 of 3" in shown
    assert edition.course_version.title not in words(desk_of("zoe").get("/trainings?show=past"))


def test_a_training_is_planned(desk_of, host):
    desk, course = desk_of(), make_course(host)
    response = desk.post("/trainings/new", **edition_data(course))
    edition = Edition.objects.get()

    assert response.headers["Location"] == f"/trainings/{edition.pk}"
    assert (edition.seat_limit, edition.offer_hours, edition.zone) == (12, 48, host.zone)
    assert [*edition.languages.order_by("pk").values_list("pk", flat=True)] == ["en", "fr"]
    assert "The training has no session yet." in words(desk.get(f"/trainings/{edition.pk}"))


def test_no_number_of_seats_means_any_number_and_zero_means_none(desk_of, host):
    desk, course = desk_of(), make_course(host)
    for typed in ("", "0"):
        desk.post("/trainings/new", **edition_data(course, seat_limit=typed))

    assert [*Edition.objects.order_by("created", "seat_limit").values_list("seat_limit")] in (
        [(None,), (0,)],
        [(0,), (None,)],
    )


def test_mistakes_are_shown_at_their_fields_and_nothing_is_stored(desk_of, host):
    wrong = edition_data(
        make_course(host), opens_at="2027-01-02T10:00", closes_at="2027-01-01T10:00", languages=[]
    )
    response = desk_of().post("/trainings/new", **wrong)

    assert response.status_code == 422
    assert {*response.context["form"].errors} == {"closes_at", "languages"}
    assert not Edition.objects.exists()


def test_session_times_are_entered_in_local_time(desk_of, edition):
    address = f"/trainings/{edition.pk}/session"
    desk_of().post(address, day="2027-01-20", clock_from="09:00", clock_to="12:30")

    session = Session.objects.get(number=3)
    assert session.starts_at.isoformat() == "2027-01-20T08:00:00+00:00"
    assert session.ends_at - session.starts_at == timedelta(hours=3, minutes=30)


def test_ambiguous_local_time_is_refused_and_typed_values_stay(desk_of, edition):
    typed = {"day": "2027-10-31", "clock_from": "02:30", "clock_to": "05:00"}
    response = desk_of().post(f"/trainings/{edition.pk}/session", **typed)

    assert response.status_code == 422
    assert {*response.context["form"].errors} == {"clock_from"}
    assert "02:30 occurs twice or not at all" in words(response)
    assert b'value="2027-10-31"' in response.content
    assert not Session.objects.filter(number=3).exists()


def test_moved_session_keeps_its_number(desk_of, edition):
    session = edition.sessions.get(number=2)
    desk_of().post(
        f"/trainings/sessions/{session.pk}", day="2027-02-01", clock_from="13:00", clock_to="16:00"
    )
    session.refresh_from_db()

    assert session.starts_at.isoformat() == "2027-02-01T12:00:00+00:00"
    assert (session.number, session.sequence) == (2, 1)


def test_participant_is_entered_once_for_any_spelling_of_the_address(desk_of, edition):
    desk, address = desk_of(), f"/trainings/{edition.pk}/register"
    assert "Registered: Confirmed." in words(
        desk.get(desk.post(address, **participant_data())["Location"])
    )
    again = desk.post(address, **participant_data(email="noor@demo.example"))

    assert again.status_code == 409
    assert "This person is already registered, with the status “" in words(again)
    assert f"/trainings/registrations/{Registration.objects.get().pk}" in again.content.decode()
    assert Participant.objects.get().email == "noor@demo.example"


def test_registration_form_sent_twice_registers_once(desk_of, edition):
    desk, typed = desk_of(), participant_data()
    for _ in range(2):
        desk.post(f"/trainings/{edition.pk}/register", **typed)

    assert Registration.objects.count() == 1


def test_applications_are_decided_on_one_page(desk_of, host):
    edition = make_edition(host, approval=Approval.OWNER, seat_limit=1)
    first, second, third = fill(edition, 3)
    desk = desk_of()
    assert "Registrations to decide" in words(desk.get("/"))
    for row, typed in (
        (first, {"deed": "approve"}),
        (second, {"deed": "approve"}),
        (third, {"deed": "refuse", "reason": "Another course fits better"}),
    ):
        assert desk.post(f"/trainings/registrations/{row.pk}", **typed).status_code == 302

    assert registration_states(edition) == ["confirmed", "waiting", "refused"]
    shown = words(desk.get(f"/trainings/{edition.pk}"))
    assert "Number 1 on the waiting list" in shown
    assert "Noted. On the waiting list." in shown  # nobody thinks that they were confirmed


def test_rejection_needs_a_reason(desk_of, host):
    row = come(make_edition(host, approval=Approval.OWNER))
    response = desk_of().post(f"/trainings/registrations/{row.pk}", deed="refuse", reason="")

    assert response.status_code == 422
    assert registration_states(row.edition) == ["applied"]


def test_waiting_list_priority_is_changed_with_a_stored_reason(desk_of, edition):
    *_, _first, second = fill(edition, 5)
    desk, address = desk_of(), f"/trainings/registrations/{second.pk}"
    desk.post(address, deed="place", priority="1", reason="Starts work there next week")

    shown = words(desk.get(address))
    assert "Number 1 on the waiting list" in shown
    assert "Starts work there next week" in shown


def test_a_training_is_cancelled_with_a_reason(desk_of, edition):
    fill(edition, 1)
    desk, address = desk_of(), f"/trainings/{edition.pk}/move/cancel"
    assert desk.post(address, reason="").status_code == 422
    assert registration_states(edition) == ["confirmed"]
    desk.post(address, reason="The trainer is ill")

    assert registration_states(edition) == ["cancelled"]
    assert "The trainer is ill" in words(desk.get(f"/trainings/{edition.pk}"))


def test_trainer_sees_the_training_but_changes_nothing(desk_of, edition):
    row, session = come(edition), edition.sessions.get(number=1)
    desk = desk_of("tom", "trainer")

    assert desk.get(f"/trainings/{edition.pk}").status_code == 200
    for address in (
        f"/trainings/{edition.pk}/edit",
        f"/trainings/{edition.pk}/move/close",
        f"/trainings/{edition.pk}/session",
        f"/trainings/{edition.pk}/register",
    ):
        assert desk.get(address).status_code == 403, address
    for address in (
        f"/trainings/sessions/{session.pk}",
        f"/trainings/sessions/{session.pk}/cancel",
        f"/trainings/registrations/{row.pk}",
    ):
        assert desk.get(address).status_code == 404, address


def test_trainings_of_another_organisation_are_not_found(desk_of, edition):
    other = make_organisation("Demo Elsewhere", "MT")
    desk = desk_of("otto", "coordinator", other)

    assert edition.course_version.title not in words(desk.get("/trainings"))
    assert desk.get(f"/trainings/{edition.pk}").status_code == 404


def test_edit_conflict_shows_both_versions(desk_of, edition):
    desk, address = desk_of(), f"/trainings/{edition.pk}/edit"
    typed = edition_data(edition.course_version, seat_limit="9", edited="1")
    assert desk.post(address, **typed).status_code == 302
    response = desk.post(address, **typed | {"seat_limit": "5"})

    assert response.status_code == 409
    assert "Changes by another user" in words(response)
    assert "Seats: 9" in words(response)
    edition.refresh_from_db()
    assert edition.seat_limit == 9
    assert desk.post(address, **typed | {"seat_limit": "5", "edited": "2"}).status_code == 302


def test_form_shows_quotas_when_reducing_seats(desk_of, edition):
    edition.quotas.create(sender=make_sender(edition.host), seats=3)
    response = desk_of().post(
        f"/trainings/{edition.pk}/edit",
        **edition_data(edition.course_version, seat_limit="2", edited="1"),
    )

    assert response.status_code == 409
    assert "seat_limit" in response.context["form"].errors


def test_seat_limit_below_the_taken_seats_is_refused_and_typed_values_stay(desk_of, edition):
    fill(edition, 3)
    data = edition_data(edition.course_version, seat_limit="2", edited="1", note="Demo note")
    response = desk_of().post(f"/trainings/{edition.pk}/edit", **data)

    assert response.status_code == 409
    assert "3 seats are taken already" in response.context["form"].errors["seat_limit"][0]
    assert "Demo note" in response.content.decode()
    edition.refresh_from_db()
    assert (edition.seat_limit, edition.note) == (3, "")


def test_training_abroad_uses_the_time_zone_of_its_country(desk_of, host):
    desk = desk_of()
    desk.post("/trainings/new", **edition_data(make_course(host), country="GR"))
    edition = Edition.objects.get()
    desk.post(
        f"/trainings/{edition.pk}/session", day="2027-01-20", clock_from="09:00", clock_to="12:00"
    )

    assert edition.zone == "Europe/Athens"
    assert Session.objects.get().starts_at.isoformat() == "2027-01-20T07:00:00+00:00"
    assert "12:00 EET" in words(desk.get(f"/trainings/{edition.pk}"))


def test_refused_registration_does_not_change_the_participant(desk_of, edition):
    desk, address = desk_of(), f"/trainings/{edition.pk}/register"
    desk.post(address, **participant_data())
    assert (
        desk.post(address, **participant_data(name="Demo Other", country="NL")).status_code == 409
    )

    participant = Participant.objects.get()
    assert (participant.name, participant.country_id) == ("Demo Noor", "BE")


def test_planner_corrects_a_name(desk_of, edition):
    participant = make_participant(edition.host, name="Demo Nor", email="noor@demo.example")
    desk_of().post(f"/trainings/{edition.pk}/register", **participant_data())

    participant.refresh_from_db()
    assert participant.name == "Demo Noor"


def test_edit_conflict_shows_values_as_text(desk_of, edition):
    desk, address = desk_of(), f"/trainings/{edition.pk}/edit"
    typed = edition_data(edition.course_version, edited="1")
    desk.post(address, **typed | {"languages": ["fr", "ar"], "approval": "auto"})
    shown = words(desk.post(address, **typed | {"is_listed": "on"}))

    assert "Languages: Arabic, French" in shown
    assert "Who gets a seat: Each applicant at once, while there are seats" in shown
    assert "Listed in the public calendar, with the town but no address: No" in shown


def test_coordinator_accepts_an_offer_by_phone(desk_of, edition):
    first, *_, waiting = fill(edition, 4)
    desk = desk_of()
    page = f"/trainings/registrations/{first.pk}"
    desk.post(page, deed="withdraw")  # is asked first
    assert f'href="{page}/withdraw"' in desk.get(page).content.decode()
    assert first.participant.name in words(desk.get(f"{page}/withdraw"))
    first.refresh_from_db()
    assert first.state == "confirmed"
    desk.post(f"{page}/withdraw")
    waiting.refresh_from_db()
    assert waiting.state == "offered"
    desk.post(f"/trainings/registrations/{waiting.pk}", deed="accept")

    waiting.refresh_from_db()
    assert (waiting.state, waiting.is_own_consent) == ("confirmed", True)


def test_marking_as_done_lists_undecided_applications(desk_of, host):
    edition = make_edition(host, approval=Approval.OWNER, state="closed")
    make = f"/trainings/{edition.pk}/move/finish"
    desk = desk_of()
    assert "have no decision yet" not in words(desk.get(make))
    edition.state = "open"
    edition.save(update_fields=["state"])
    row = come(edition)
    shown = words(desk.get(make))

    assert "These people have no decision yet" in shown
    assert row.participant.name in shown
    assert "have no decision yet" not in words(desk.get(f"/trainings/{edition.pk}/move/close"))


def test_coordinator_resumes_a_paused_registration_by_phone(desk_of, edition):
    *_, row = fill(edition, 4)
    row.is_paused = True
    row.save()
    desk_of().post(f"/trainings/registrations/{row.pk}", deed="renew")

    row.refresh_from_db()
    assert not row.is_paused


def test_coordinator_sends_the_own_link_again(desk_of, edition):
    row = come(edition)
    Outgoing.objects.all().delete()
    desk_of().post(f"/trainings/registrations/{row.pk}", deed="mail")

    assert Outgoing.objects.get().link.endswith(row.own_token())


def test_seat_limit_above_the_room_capacity_needs_a_reason(desk_of, edition):
    session = edition.sessions.get(number=1)
    hall = Resource.objects.create(
        organisation=edition.host, kind="venue", name="Demo Hall", created=AT
    )
    place = Place.objects.order_by("pk")[0]
    session.venue = Venue.objects.create(resource=hall, place=place, capacity=4)
    session.save()
    desk, address = desk_of(), f"/trainings/{edition.pk}/edit"
    for seats in ("5", ""):
        response = desk.post(
            address, **edition_data(edition.course_version, seat_limit=seats, edited="1")
        )
        assert (response.status_code, {*response.context["form"].errors}) == (422, {"reason"})
    data = edition_data(
        edition.course_version, seat_limit="5", edited="1", reason="A larger one comes"
    )

    assert desk.post(address, **data).status_code == 302
    edition.refresh_from_db()
    assert edition.seat_limit == 5


def test_registration_window_uses_the_time_zone_of_the_training(desk_of, host):
    desk = desk_of()
    data = edition_data(make_course(host), country="GR", opens_at="2027-01-01T10:00")
    desk.post("/trainings/new", **data)
    edition = Edition.objects.get()

    assert edition.opens_at.isoformat() == "2027-01-01T08:00:00+00:00"
    assert 'value="2027-01-01T10:00"' in desk.get(f"/trainings/{edition.pk}/edit").content.decode()
    assert "10:00 EET" in words(desk.get(f"/trainings/{edition.pk}"))

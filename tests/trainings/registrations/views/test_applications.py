"""Registration without an account: calendar, application, own page."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from protect.kernel import clock
from protect.reference.models import Place
from protect.trainings.registrations.actions import register
from protect.trainings.registrations.actions.register import Origin
from protect.trainings.registrations.enums import Source
from protect.trainings.registrations.models import Participant, Registration
from protect.trainings.scheduling.enums import Approval, EditionState
from protect.trainings.scheduling.models import Resource, Venue
from tests.orgs.conftest import make_organisation
from tests.trainings.planning import AT, make_course, make_edition, make_participant, make_sender
from tests.trainings.registrations.test_decisions import come, fill
from tests.vault.views.desk import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter", "one_connection")]

SECOND = timedelta(seconds=1)


@pytest.fixture
def visitor():
    with clock.frozen(AT):
        yield Client(headers={"host": "127.0.0.1"})


@pytest.fixture
def host():
    return make_organisation("Demo Academy")


@pytest.fixture
def edition(host):
    return make_edition(host, is_listed=True)


def typed(**more):
    fields = {
        "sent_key": uuid4(),
        "name": "Demo Noor",
        "email": "noor@demo.example",
        "country": "BE",
        "language": "fr",
        "sex": "undisclosed",
    }
    return fields | more


def last_end(edition):
    return edition.sessions.latest("ends_at").ends_at


def own_page(row, tag: str = "en") -> str:
    return f"/trainings/{tag}/own/{row.own_token()}"


def plain(response) -> str:
    return words(response).replace("⁨", "").replace("⁩", "")


def book_hall(edition) -> None:
    resource = Resource.objects.create(
        organisation=edition.host, kind="venue", name="Demo Hall", created=AT
    )
    place = Place.objects.get(pk=2800866)
    venue = Venue.objects.create(resource=resource, place=place, address="Demo Street 1")
    edition.sessions.update(venue=venue)


def test_calendar_shows_the_town_but_no_address(visitor, edition):
    book_hall(edition)
    shown = plain(visitor.get("/trainings/en/"))

    assert edition.course_version.title in shown
    assert "12:00 CET" in shown
    assert "Brussels" in shown
    assert "Demo Street" not in shown
    assert "Demo Hall" not in shown


@pytest.mark.parametrize(
    "given",
    [
        {"is_listed": False},
        {"state": EditionState.PLANNED},
        {"state": EditionState.CANCELLED, "state_reason": "Demo"},
        {"sessions": 0},
    ],
)
def test_past_or_private_editions_are_not_listed(visitor, host, given):
    edition = make_edition(host, **{"is_listed": True} | given)

    assert edition.course_version.title not in plain(visitor.get("/trainings/en/"))


def test_calendar_is_filtered_by_country_and_language(visitor, host, edition):
    other = make_edition(host, is_listed=True, country_id="MT")
    other.languages.set(["mt"])

    assert other.course_version.title not in plain(visitor.get("/trainings/en/?country=BE"))
    assert other.course_version.title in plain(visitor.get("/trainings/en/?languages=mt"))
    assert edition.course_version.title not in plain(visitor.get("/trainings/en/?languages=mt"))
    assert edition.course_version.title in plain(visitor.get("/trainings/en/?country=<script>"))


def test_application_after_the_last_session_is_refused(visitor, edition):
    address = f"/trainings/en/e/{edition.code}/apply"
    with clock.frozen(last_end(edition) - SECOND):
        assert "Check your e-mail" in plain(visitor.post(address, typed()))
    with clock.frozen(last_end(edition)):
        response = visitor.post(address, typed(email="late@demo.example"))
        assert "Your e-mail address" not in plain(visitor.get(address))

    assert response.status_code == 409
    assert Registration.objects.get().participant.email == "noor@demo.example"


def test_withdrawal_after_the_last_session_began_is_refused(visitor, edition):
    row = come(edition)
    with clock.frozen(last_end(edition) - timedelta(hours=3)):
        response = visitor.post(own_page(row), {"deed": "withdraw"})
        shown = plain(visitor.get(f"{own_page(row)}?ask=withdraw"))

    row.refresh_from_db()
    assert (response.status_code, row.state) == (409, "confirmed")
    assert "could lose their certificate" in plain(response)
    assert "to withdraw, tell the organiser" in shown
    assert 'value="withdraw"' not in shown


def test_attendance_page_is_offered_until_the_last_session_ends(visitor, edition):
    row = come(edition)
    link = f'href="{own_page(row)}/attendance"'
    with clock.frozen(last_end(edition) - SECOND):
        assert link in visitor.get(own_page(row)).content.decode()
    with clock.frozen(last_end(edition)):
        assert link not in visitor.get(own_page(row)).content.decode()


@pytest.mark.parametrize(
    ("seats", "expected"),
    [
        (None, "Seats available"),
        (9, "Seats available"),
        (3, "Few seats left"),
        (0, "Full: there is a waiting list"),
    ],
)
def test_number_of_seats_is_shown_as_text(visitor, host, seats, expected):
    edition = make_edition(host, is_listed=True, seat_limit=seats)

    assert expected in plain(visitor.get(f"/trainings/en/e/{edition.code}"))


def test_training_page_shows_objectives_and_a_help_line(visitor, host):
    edition = make_edition(
        host, is_listed=True, course_version=make_course(host, objectives=["Demo"])
    )
    shown = plain(visitor.get(f"/trainings/en/e/{edition.code}"))

    assert "What you learn Demo" in shown
    assert "without giving a reason" in shown
    assert "Do you want to talk to someone?" in shown


def test_statistics_answers_are_optional_and_stored(visitor, host, edition):
    address = f"/trainings/en/e/{edition.code}/apply"
    fields = {"profession": "nurse", "sector": "health", "age_band": "50-up", "sex": "x"}
    assert "Only totals are passed on, never with a name." in plain(visitor.get(address))
    visitor.post(address, typed(**fields))
    visitor.post(address, typed(email="ali@demo.example", sex=""))

    noor, ali = Participant.objects.order_by("-sex")
    assert {name: getattr(noor, name) for name in fields} == fields
    assert {name: getattr(ali, name) for name in fields} == dict.fromkeys(fields, "") | {
        "sex": "undisclosed"
    }


def test_unknown_profession_is_refused(visitor, edition):
    response = visitor.post(f"/trainings/en/e/{edition.code}/apply", typed(profession="moon"))

    assert (response.status_code, {*response.context["form"].errors}) == (422, {"profession"})
    assert not Participant.objects.exists()


def test_mistakes_are_shown_at_their_fields_and_nothing_is_stored(visitor, edition):
    response = visitor.post(
        f"/trainings/en/e/{edition.code}/apply", typed(email="nobody", country="XX", name="")
    )

    assert response.status_code == 422
    assert {*response.context["form"].errors} == {"name", "email", "country"}
    assert not Participant.objects.exists()


def test_application_after_the_window_is_refused(visitor, host):
    edition = make_edition(host, is_listed=True, closes_at=AT)
    address = f"/trainings/en/e/{edition.code}/apply"

    assert "Registration is closed" in plain(visitor.get(address))
    assert visitor.post(address, typed()).status_code == 409
    assert not Participant.objects.exists()


def test_cross_site_post_is_refused(visitor, edition):
    response = visitor.post(
        f"/trainings/en/e/{edition.code}/apply",
        typed(),
        headers={"origin": "https://elsewhere.example"},
    )

    assert response.status_code == 403
    assert not Registration.objects.exists()


def test_applied_and_waiting_have_different_texts(visitor, host):
    undecided = come(make_edition(host, approval=Approval.OWNER))
    *_, waiting = fill(make_edition(host), 6)

    assert "Awaiting a decision" in plain(visitor.get(own_page(undecided)))
    assert "Number 3 on the waiting list" in plain(visitor.get(own_page(waiting)))


def test_offer_shows_its_local_deadline_and_is_accepted(visitor, edition):
    first, *_, waiting = fill(edition, 4)
    visitor.post(own_page(first), {"deed": "withdraw"})
    shown = plain(visitor.get(own_page(waiting)))
    assert "A seat is kept for you until 27 Nov 2026" in shown
    assert "11:00 CET" in shown
    response = visitor.post(own_page(waiting), {"deed": "accept"})

    assert "The seat is yours." in plain(visitor.get(response["Location"]))
    waiting.refresh_from_db()
    assert waiting.state == "confirmed"


def test_late_answer_is_told_that_the_seat_was_passed_on(visitor, edition):
    first, *_, late, following = fill(edition, 5)
    visitor.post(own_page(first), {"deed": "withdraw"})
    with clock.frozen(AT + timedelta(hours=73)):
        response = visitor.post(own_page(late), {"deed": "accept"})
        shown = plain(visitor.get(response["Location"]))

    assert "the seat was offered to another person" in shown
    assert "Number 1 on the waiting list" in shown
    following.refresh_from_db()
    assert following.state == "offered"


def test_paused_participant_resumes_waiting(visitor, edition):
    *_, row = fill(edition, 4)
    row.is_paused = True
    row.save()
    assert "Paused on the waiting list" in plain(visitor.get(own_page(row)))
    visitor.post(own_page(row), {"deed": "renew"})

    row.refresh_from_db()
    assert not row.is_paused


def test_photo_consent_is_separate_and_can_be_changed(visitor, edition):
    row = come(edition)
    assert "unless you say yes" in plain(visitor.get(own_page(row)))
    for deed, said in (("pictures", "may be taken of you"), ("no_pictures", "no pictures may be")):
        response = visitor.post(own_page(row), {"deed": deed})
        row.refresh_from_db()

        assert row.is_pictured == (deed == "pictures")
        assert said in plain(visitor.get(response["Location"]))


def test_photo_consent_can_be_withdrawn_after_withdrawal(visitor, edition):
    row = come(edition)
    visitor.post(own_page(row), {"deed": "pictures"})
    visitor.post(own_page(row), {"deed": "withdraw"})
    assert "No more pictures of me" in plain(visitor.get(own_page(row)))
    visitor.post(own_page(row), {"deed": "no_pictures"})
    row.refresh_from_db()

    assert (row.state, row.is_pictured) == ("withdrawn", False)


def test_nominated_participant_accepts_or_declines(visitor, host, edition):
    sender = make_sender(host)
    yes, no = come(edition, sender=sender), come(edition, sender=sender)
    assert "Demo Shelter has nominated you." in plain(visitor.get(own_page(yes)))
    visitor.post(own_page(yes), {"deed": "agree"})
    visitor.post(own_page(no), {"deed": "withdraw"})

    assert "has nominated you" not in plain(visitor.get(own_page(yes)))
    yes.refresh_from_db()
    no.refresh_from_db()
    assert (yes.is_own_consent, no.state) == (True, "withdrawn")


def test_only_confirmed_participants_see_address_and_online_link(visitor, edition):
    book_hall(edition)
    edition.sessions.update(link="https://meet.demo.example/x")
    first, *_, waiting = fill(edition, 4)

    for told in ("Demo Street 1", "meet.demo.example"):
        assert told in plain(visitor.get(own_page(first)))
        assert told not in plain(visitor.get(own_page(waiting)))


def test_own_page_shows_the_reason_of_a_cancellation_or_rejection(visitor, edition):
    row = come(edition)
    row.state, row.ended_at = "cancelled", AT
    row.save()
    edition.state, edition.state_reason = "cancelled", "The trainer is ill"
    edition.save()

    assert "The trainer is ill" in plain(visitor.get(own_page(row)))


def test_impossible_action_is_refused_with_a_message(visitor, edition):
    row = come(edition)
    response = visitor.post(own_page(row), {"deed": "renew"})

    assert response.status_code == 409
    assert "This is not possible now" in plain(response)
    row.refresh_from_db()
    assert row.state == "confirmed"


@pytest.mark.parametrize("deed", ["", "approve", "confirm_over"])
def test_participant_cannot_decide_about_the_own_application(visitor, host, deed):
    row = come(make_edition(host, approval=Approval.OWNER))
    visitor.post(own_page(row), {"deed": deed})

    row.refresh_from_db()
    assert row.state == "applied"


@pytest.mark.parametrize("path", ["own/" + "A" * 43, "send/" + "A" * 43, "e/NONE", "e/NONE/apply"])
def test_unknown_address_shows_the_not_found_page(visitor, path):
    assert visitor.get(f"/trainings/en/{path}").status_code == 404


def test_only_the_hash_of_an_own_link_is_stored(edition):
    row = register.register_participant(
        edition, make_participant(edition.host), Origin(Source.APPLIED), at=AT
    )

    assert row.own_token() not in str(Registration.objects.filter(pk=row.pk).values())
    assert re.fullmatch(r"[\w-]{43}", row.own_token())


def test_withdrawal_needs_confirmation_and_redirects_back(visitor, edition):
    row = come(edition)
    assert "Withdraw?" in plain(visitor.get(f"{own_page(row)}?ask=withdraw"))
    response = visitor.post(f"{own_page(row)}?ask=withdraw", {"deed": "withdraw"})

    shown = plain(visitor.get(response["Location"]))
    assert "You have withdrawn." in shown
    assert "Apply again" in shown


def test_pages_of_a_suspended_organisation_are_not_found(visitor, host, edition):
    host.state, host.suspended_at = "suspended", AT
    host.save()

    assert edition.course_version.title not in plain(visitor.get("/trainings/en/"))
    assert visitor.get(f"/trainings/en/e/{edition.code}").status_code == 404
    assert visitor.post(f"/trainings/en/e/{edition.code}/apply", typed()).status_code == 404
    assert not Registration.objects.exists()


def test_withdrawal_after_the_training_is_refused(visitor, edition):
    row = come(edition)
    edition.state = EditionState.DONE
    edition.save()

    assert "This training is over." in plain(visitor.get(own_page(row)))
    for deed in ("withdraw", "agree"):
        assert visitor.post(own_page(row), {"deed": deed}).status_code == 409
    row.refresh_from_db()
    assert row.state == "confirmed"

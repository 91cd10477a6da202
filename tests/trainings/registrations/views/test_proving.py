"""An application is confirmed by its mailed link; pages reveal no registered address."""

from datetime import timedelta

import pytest
from django.test import Client

from protect.kernel import clock
from protect.notices.models import Outgoing
from protect.trainings.registrations.models import Participant, Registration
from protect.trainings.scheduling.enums import Approval
from tests.trainings.planning import AT, make_edition, make_participant
from tests.trainings.registrations.test_decisions import fill
from tests.trainings.registrations.views.test_applications import book_hall, own_page, plain, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter", "one_connection")]


@pytest.fixture
def visitor():
    with clock.frozen(AT):
        yield Client(headers={"host": "127.0.0.1"})


@pytest.fixture
def edition(host):
    return make_edition(host, is_listed=True)


def apply(visitor, edition, **more):
    return visitor.post(f"/trainings/en/e/{edition.code}/apply", typed(**more))


def test_applicant_confirms_by_the_mailed_link_and_gets_the_seat(visitor, edition):
    book_hall(edition)
    answer = apply(visitor, edition)
    row = Registration.objects.get()

    assert (row.state, row.source) == ("unproven", "applied")
    assert row.own_token() not in answer.content.decode()
    assert "Demo Street" not in plain(answer)
    mail = Outgoing.objects.get()
    assert (mail.to, mail.template) == ("noor@demo.example", "training_to_confirm")
    assert mail.link.endswith(own_page(row, "fr"))
    assert "Yes, confirm my application" in plain(visitor.get(own_page(row)))
    assert "Demo Street" not in plain(visitor.get(own_page(row)))
    response = visitor.get(visitor.post(own_page(row), {"deed": "prove"})["Location"])
    assert "Your application counts from now on." in plain(response)
    assert "Demo Street 1" in plain(response)
    assert response["X-Robots-Tag"] == "noindex"
    assert not visitor.cookies


def test_seat_goes_to_the_first_confirmed_applicant(visitor, host):
    edition = make_edition(host, is_listed=True, seat_limit=1)
    apply(visitor, edition)
    *_, other = fill(edition, 1)
    row = Registration.objects.get(participant__email="noor@demo.example")
    shown = plain(visitor.get(visitor.post(own_page(row), {"deed": "prove"})["Location"]))

    assert other.state == "confirmed"
    assert "Number 1 on the waiting list" in shown


@pytest.mark.parametrize(
    ("given", "state"),
    [({"approval": Approval.OWNER}, "applied"), ({"seat_limit": 0}, "waiting"), ({}, "confirmed")],
)
def test_state_of_an_application_is_decided_at_confirmation(visitor, host, given, state):
    apply(visitor, make_edition(host, is_listed=True, **given))
    row = Registration.objects.get()
    assert (row.state, row.offer_expires_at) == ("unproven", None)
    visitor.post(own_page(row), {"deed": "prove"})

    row.refresh_from_db()
    assert (row.state, row.offer_expires_at) == (state, None)


def test_visitor_cannot_find_out_registered_addresses(visitor, edition):
    first, again = apply(visitor, edition), apply(visitor, edition)
    other = apply(visitor, edition, email="ali@demo.example")

    assert first.status_code == again.status_code == other.status_code == 200
    assert plain(first) == plain(again) == plain(other).replace("ali@", "noor@")


def test_application_with_a_foreign_address_changes_and_reveals_nothing(visitor, host, edition):
    participant = make_participant(
        host, name="Demo Zhanna", email="noor@demo.example", language_id="en"
    )
    answer = apply(visitor, edition, sex="f")

    participant.refresh_from_db()
    assert (participant.name, participant.language_id) == ("Demo Zhanna", "en")
    assert participant.sex == "f"  # nobody had said it
    assert "Zhanna" not in plain(answer)
    assert "Zhanna" not in plain(visitor.get(own_page(Registration.objects.get())))


def test_application_sent_twice_registers_and_mails_once(visitor, edition):
    fields = typed()
    address = f"/trainings/en/e/{edition.code}/apply"
    first, second = (plain(visitor.post(address, fields)) for _ in range(2))

    assert first == second
    assert Registration.objects.count() == Outgoing.objects.count() == 1


def test_repeated_application_mails_the_link_and_opens_no_page(visitor, edition):
    address = f"/trainings/en/e/{edition.code}/apply"
    visitor.post(address, typed())
    Outgoing.objects.all().delete()
    response = visitor.post(address, typed(name="Demo Stranger", email="Noor@demo.example"))

    assert (response.status_code, Participant.objects.get().name) == (200, "Demo Noor")
    row = Registration.objects.get()
    assert row.own_token() not in response.content.decode()
    assert Outgoing.objects.get().link.endswith(own_page(row, "fr"))


@pytest.mark.parametrize(
    ("approval", "next_step"),
    [
        (Approval.AUTO, "If a seat is free when you confirm, it is yours."),
        (
            Approval.OWNER,
            "After you confirm, the host decides about your application, and you get a mail.",
        ),
    ],
)
def test_pages_explain_that_an_application_must_be_confirmed(visitor, host, approval, next_step):
    edition = make_edition(host, is_listed=True, approval=approval)
    before = plain(visitor.get(f"/trainings/en/e/{edition.code}"))
    after = plain(visitor.post(f"/trainings/en/e/{edition.code}/apply", typed()))
    opened = plain(visitor.get(own_page(Registration.objects.get())))

    for said in (before, after, opened):
        assert (
            "Until you confirm your application, you have no seat and no place on the waiting list."
            in said
        )
        assert next_step in said
    for said in (after, opened):
        assert "If you do not confirm your application, it is deleted after 30 days." in said
    assert "E-mail address not confirmed" in opened


def test_unconfirmed_applications_do_not_reduce_shown_seats(visitor, host):
    edition = make_edition(host, is_listed=True, seat_limit=6)
    for number in range(6):
        with clock.frozen(AT + timedelta(seconds=number)):
            visitor.post(
                f"/trainings/en/e/{edition.code}/apply", typed(email=f"{number}@demo.example")
            )

    assert Registration.objects.filter(state="unproven").count() == 6
    assert "Seats available" in plain(visitor.get(f"/trainings/en/e/{edition.code}"))

"""Information sessions of an ambassador without an account, by the bookings link."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from protect.audit.context import AuditContext
from protect.kernel import clock
from protect.notices.models import Outgoing
from protect.outreach.models import Ambassador, Debrief, HeadCount
from protect.outreach.rules import COUNTABLE_FOR
from protect.trainings.scheduling.actions import mail
from protect.trainings.scheduling.actions.mail import Link
from protect.trainings.scheduling.enums import BookingRole, BookingState
from protect.trainings.scheduling.models import Booking
from protect.ui.assets import OFFLINE_CSP, OPEN_CSP
from tests.orgs.conftest import make_organisation
from tests.outreach.requests import make_ambassador, make_request, make_request_session
from tests.trainings.planning import AT
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]
POLICY = "Content-Security-Policy"


class World:
    """sami speaks for the host and has no account; sana answers for him."""

    def __init__(self) -> None:
        self.host = make_organisation("Demo Academy", "BE")
        self.sana = make_person("sana")
        serve(self.sana, self.host, "coordinator")
        self.sami = make_ambassador(self.host, self.sana.user)
        self.session = make_request_session(
            make_request(self.host, class_level="secondary_1_3"), AT
        )
        self.booking = self.book(self.session)
        self.token = mail.activate_link(
            self.sami, Link.PAGE, audit=AuditContext(at=AT, actor=None, organisation=self.host.pk)
        )
        self.at = AT + timedelta(hours=1)

    def book(self, session, **given) -> Booking:
        fields = {
            "resource": self.sami,
            "role": BookingRole.AMBASSADOR,
            "state": BookingState.ACCEPTED,
            "starts_at": session.starts_at,
            "ends_at": session.ends_at,
            "created": AT,
        }
        return session.bookings.create(**fields | given)

    def page(self, under: str = "", tag: str = "en", booking: Booking | None = None) -> str:
        pk = (booking or self.booking).pk
        return f"/trainings/{tag}/bookings/{self.token}/{pk}{under}"

    def get(self, under: str = "", **where):
        with clock.frozen(self.at):
            return self.client().get(self.page(under, **where))

    def post(self, under: str, **fields):
        with clock.frozen(self.at):
            return self.client().post(self.page(under), fields)

    def client(self) -> Client:
        return Client(headers={"host": "127.0.0.1"})


@pytest.fixture
def world(db):
    return World()


def test_bookings_page_links_to_the_session_until_some_days_after_it(world):
    address = f"/trainings/en/bookings/{world.token}"
    for at, is_there in ((world.at, True), (world.session.ends_at + COUNTABLE_FOR, False)):
        with clock.frozen(at):
            shown = world.client().get(address).content.decode()
            assert (world.page() in shown) is is_there
            assert (world.client().get(world.page()).status_code == 200) is is_there


def test_ambassador_with_a_link_counts_and_corrects(world):
    response = world.post("/count", nonce=uuid4(), n_secondary_1_3_f="12", n_unknown_m="5")
    assert response.status_code == 303
    assert response["Location"] == f"{world.page()}?done=counted"
    world.post("/count", nonce=uuid4(), n_secondary_1_3_f="13", answered="20", could_name="9")

    shown = words(world.get())
    assert "Version 2 of the numbers" in shown
    assert "9 of 20 people could name a service" in shown
    assert {*HeadCount.objects.order_by("pk").values_list("declared_by", "declared_as")} == {
        (None, world.sami.pk)
    }
    assert 'value="13"' in world.get("/count").content.decode()


def test_declaration_sent_twice_counts_once(world):
    typed = {"nonce": uuid4(), "n_unknown_f": "3", "by": "script"}
    codes = [world.post("/count", **typed).status_code for _ in range(2)]

    assert codes == [204, 204]
    assert [*HeadCount.objects.values_list("n", "revision")] == [(3, 1)]


def test_invalid_number_is_refused_at_its_field(world):
    response = world.post("/count", nonce=uuid4(), n_unknown_f="7", answered="2", could_name="3")

    assert response.status_code == 422
    assert "could_name" in response.context["form"].errors
    assert b'value="7"' in response.content
    assert not HeadCount.objects.exists()


def test_count_before_the_start_is_refused(world):
    world.at = AT - timedelta(minutes=1)
    response = world.post("/count", nonce=uuid4(), n_unknown_f="7")

    assert response.status_code == 409
    assert (
        "You can count people only after a session has begun, and not at a cancelled session."
        in words(response)
    )
    assert b'value="7"' in response.content
    assert not HeadCount.objects.exists()
    assert "Count people" not in words(world.get())


def test_newer_count_is_shown_and_replaced_by_a_second_save(world):
    HeadCount.objects.create(
        session=world.session,
        revision=1,
        band="unknown",
        sex="unknown",
        n=20,
        nonce=uuid4(),
        declared_by=world.sana.user,
        declared_at=AT,
    )
    typed = {"nonce": uuid4(), "n_unknown_f": "7", "seen": "0"}
    response = world.post("/count", **typed)

    assert response.status_code == 409
    assert "has saved a count of 20" in words(response)
    assert b'value="7"' in response.content
    assert f'href="{world.page()}" data-drops' in response.content.decode()
    assert [*HeadCount.objects.values_list("n", flat=True)] == [20]
    seen = response.context["form"]["seen"].value()
    assert world.post("/count", **typed | {"seen": seen}).status_code == 303
    assert [*HeadCount.objects.order_by("pk").values_list("n", flat=True)] == [20, 7]


@pytest.mark.parametrize("why", ["ended", "declined", "others", "cancelled", "late", "inactive"])
@pytest.mark.parametrize("under", ["", "/count", "/count/copy", "/after", "/incident"])
def test_link_without_a_held_session_neither_opens_nor_writes(world, why, under):
    prepare_link(world, why)
    opened = world.get(under).status_code
    sent = world.post(under, nonce=uuid4(), n_unknown_f="3", mood="well").status_code

    assert {opened, sent} <= {404, 405}
    assert 404 in {opened, sent}
    assert not HeadCount.objects.exists()
    assert not Debrief.objects.exists()
    assert not Outgoing.objects.exists()


def prepare_link(world, why: str) -> None:
    if why == "ended":
        mail.deactivate_link(
            world.sami, Link.PAGE, audit=AuditContext(at=AT, actor=None, organisation=world.host.pk)
        )
    elif why == "declined":
        Booking.objects.update(state=BookingState.DECLINED)
    elif why == "others":
        other = make_ambassador(world.host, world.sana.user)
        Booking.objects.update(resource=other)
    elif why == "cancelled":
        world.session.cancelled_at = AT
        world.session.save(update_fields=["cancelled_at"])
    elif why == "late":
        world.at = world.session.ends_at + COUNTABLE_FOR
    else:
        world.sami.is_active = False
        world.sami.save(update_fields=["is_active"])


def test_incident_button_mails_the_supervisor_at_once(world):
    response = world.post("/incident")

    assert response["Location"] == f"{world.page()}?done=told"
    assert "to call you. If you are in danger, call 112." in words(world.get("?done=told"))
    assert Debrief.objects.get().incident_at == world.at
    assert [*Outgoing.objects.values_list("to", "template")] == [("sana@demo.example", "call_now")]


def test_a_reported_incident_stays_shown_until_the_call(world):
    assert "You asked for a call" not in words(world.get())
    world.post("/incident")
    assert "You asked for a call" in words(world.get())
    Debrief.objects.update(called_at=world.at)

    assert "You asked for a call" not in words(world.get())


def test_page_shows_the_phone_number_but_the_offline_copy_does_not(world, settings):
    settings.IS_DEMO = False
    link = 'href="tel:+3220000000"'

    assert link in world.get().content.decode()
    assert link in world.get("/count").content.decode()
    assert "3220000000" not in world.get("/count/copy").content.decode()
    Ambassador.objects.update(phone="")
    assert "Write this number down" not in words(world.get())


@pytest.mark.parametrize("state", ["asked", "accepted"])
def test_names_of_a_session_are_shown_to_holders_that_accepted(world, state):
    other = make_ambassador(world.host, world.sana.user)
    world.book(world.session, resource=other)
    request = world.session.request
    request.safeguarding_lead, request.expected = "Demo Lead", 24
    request.save(update_fields=["safeguarding_lead", "expected"])
    Booking.objects.filter(pk=world.booking.pk).update(state=state)
    shown = words(world.get())

    assert "Secondary, 12 to 14 years" in shown
    assert "24" in shown
    for name in ("Demo School", "Demo Lead", other.name):
        assert (name in shown) is (state == "accepted"), name


def test_decline_needs_confirmation_and_names_the_contact(world):
    Booking.objects.update(state=BookingState.ASKED)
    with clock.frozen(world.session.starts_at):
        answer = world.client().get(f"/trainings/en/bookings/{world.token}")
    _, asks, rest = answer.content.decode().partition("<summary>I cannot come</summary>")

    assert asks
    assert 'value="decline"' in rest
    assert "+32 2 000 00 00" in rest
    assert (
        "Another person can then be asked. You cannot undo this here: to change your answer, call"
        in words(answer)
    )


def test_debrief_page_takes_one_word_and_an_optional_call_request(world):
    world.at = world.session.ends_at + timedelta(hours=1)
    assert "How do you feel after the session?" in words(world.get())
    assert world.post("/after", mood="?").status_code == 422
    assert not Debrief.objects.exists()
    world.post("/after", mood="heavy", wants_call="on")

    row = Debrief.objects.get()
    assert (row.mood, row.wants_call, row.resource) == ("heavy", True, world.sami)
    assert [*Outgoing.objects.values_list("template", flat=True)] == ["work_waiting"]


def test_offline_copy_has_no_place_time_or_link(world):
    response = world.get("/count/copy", tag="ar")
    shown = response.content.decode()

    assert 'dir="rtl"' in shown
    assert world.token not in shown
    for word in ("Bruxelles", "Brussels", "Demo ", "2026"):
        assert word not in shown, word
    assert f'data-count="{world.booking.pk}"' in shown
    assert "data-is-copy" in shown


def test_only_count_pages_may_use_scripts_requests_and_a_worker(world):
    policies = {under: world.get(under)[POLICY] for under in ("", "/count", "/count/copy")}

    assert policies == {"": OPEN_CSP, "/count": OFFLINE_CSP, "/count/copy": OFFLINE_CSP}
    page = world.get("/count").content.decode()
    assert 'data-within="/trainings/en/bookings/"' in page  # what stays on the phone names no link


def test_number_of_forms_per_ip_address_is_limited(world):
    codes = []
    for _ in range(21):
        with clock.frozen(world.at):
            address = world.page("/count")
            answer = world.client().post(address, {"answered": "x"}, REMOTE_ADDR="192.0.2.77")
            codes.append(answer.status_code)

    assert codes == [422] * 20 + [429]


def test_emergency_card_names_the_numbers_to_call(world):
    shown = words(world.get("/count"))

    assert "If a person tells you about violence" in shown
    assert "116 111" in shown

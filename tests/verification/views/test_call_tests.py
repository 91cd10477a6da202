from dataclasses import replace
from datetime import timedelta

import pytest

from protect.directory.enums import Fact, Method, Status, Verdict
from protect.directory.fact_records import checks
from protect.directory.fact_records.values import fingerprint_of, read_fact, read_facts
from protect.directory.models import FactCheck, Service
from protect.directory.services.actions.edits import Edit, edit_fact
from protect.interchange.hsds import services
from protect.verification.call_tests import call_tests
from protect.verification.enums import CallState, QueueReason
from protect.verification.models import CallTest, QueueItem
from protect.verification.queue import queue
from tests.vault.views.desk import led_to, words
from tests.verification.nights import BEFORE, NOW, checked, entry
from tests.verification.views.test_queue import hidden_fields

pytestmark = pytest.mark.django_db
HEARD = "A woman says Demo Counselling, in Maltese."
SECOND = "A man says the name of Demo Counselling."
NOTE = "With Demo Anna at the desk"


@pytest.fixture
def service(staff):
    return entry(status=Status.REVIEW)


@pytest.fixture
def call(staff, service):
    return call_tests.record_first_call(staff.vito.scope, service, HEARD, at=BEFORE)


def test_two_users_call_and_compare_through_the_pages(staff, service):
    first, second = staff.desk("vito"), staff.desk("vera")

    first.post(f"/directory/services/{service.pk}/call", heard=HEARD)
    call = CallTest.objects.get()
    page = f"/directory/calls/{call.pk}"
    assert "Demo Counselling" in words(second.get("/directory/calls"))
    answer = second.post(page, answer="service", heard=SECOND)

    assert led_to(answer) == page
    text = words(second.get(page))
    assert (HEARD in text, SECOND in text) == (True, True)
    assert text.index("First call") < text.index(HEARD) < text.index("Second call")
    assert not checks.has_call_test(service)
    second.post(f"{page}/compare", action="same")
    assert checks.has_call_test(service)
    for desk in (first, second):
        text = words(desk.get(page))
        assert (
            HEARD in text,
            SECOND in text,
            "Both callers reached the same service. The number is tested." in text,
        ) == (True, True, True)


def pages_about_call(service, call):
    """Return the paths of all desk pages about a call or the called number."""
    return [
        "/",
        "/directory",
        "/directory/queue",
        "/directory/calls",
        f"/directory/calls/{call.pk}",
        f"/directory/services/{service.pk}",
        f"/directory/services/{service.pk}/call",
        f"/directory/services/{service.pk}/history",
        *(f"/directory/services/{service.pk}/checks/{fact}" for fact in ("phone", "cost")),
        f"/directory/queue/{QueueItem.objects.waiting().get(service=service).pk}",
    ]


def test_first_call_is_hidden_on_every_page_until_the_second_is_saved(staff):
    """The first caller checks the whole entry with a source and makes the call on that page."""
    service = entry("s3")  # published, so it is exported
    item = queue.enqueue(service, QueueReason.UNVERIFIED, at=BEFORE)
    first = staff.desk("vito")
    first.post(f"/directory/queue/{item.pk}/take")
    fields = hidden_fields(first.get(f"/directory/queue/{item.pk}"))
    fields |= {"is_phone": "right", "is_cost": "right", "how": "call"}
    first.post(f"/directory/queue/{item.pk}", **fields, call=HEARD, source=NOTE)
    call = CallTest.objects.get()
    queue.enqueue(service, QueueReason.UNVERIFIED, at=NOW)
    pages = pages_about_call(service, call)

    for name in ("vera", "cora"):
        desk = staff.desk(name)
        for page in pages:
            answer = desk.get(page)
            shown = answer.content.decode()
            if answer.status_code != 200:
                assert answer.status_code in {403, 404}, page
            assert (HEARD in shown, NOTE in shown) == (False, False), page
        history = words(desk.get(f"/directory/services/{service.pk}/checks/phone"))
        assert "Until this fact is checked" in history
    (exported,) = services.documents(Service.objects.order_by("pk"), at=NOW)
    assert {row["fact"] for row in exported["metadata"]} == {"cost"}
    assert not FactCheck.objects.filter(fact=Fact.PHONE).exists()

    second = staff.desk("vera")
    second.post(f"/directory/calls/{call.pk}", answer="service", heard=SECOND)
    assert HEARD in words(second.get(f"/directory/calls/{call.pk}"))
    assert NOTE in words(second.get(f"/directory/services/{service.pk}/checks/cost"))


def test_replaced_first_call_is_hidden_from_the_second_caller(staff, service, call):
    call_tests.record_first_call(staff.vito.scope, service, "Demo again", at=NOW)

    page = staff.desk("vera").get(f"/directory/calls/{call.pk}")

    assert "You do not need to do anything" in words(page)
    assert HEARD not in page.content.decode()


def test_first_callers_confirming_edit_records_no_check(staff, service, call):
    edit = Edit(
        Fact.PHONE, read_facts(service)[Fact.PHONE], fingerprint_of(read_fact(service, Fact.PHONE))
    )
    scope = staff.vito.scope
    editor = replace(scope, held=scope.held + staff.edda.scope.held)

    edit_fact(editor, service, replace(edit, method=Method.CALL, source=NOTE), at=NOW)

    assert not FactCheck.objects.exists()


def test_the_first_caller_cannot_be_the_second(staff, call):
    desk = staff.desk("vito")

    page = desk.get(f"/directory/calls/{call.pk}")
    answer = desk.post(f"/directory/calls/{call.pk}", answer="service", heard=SECOND)

    assert "Another person has to make the second one" in words(page)
    assert "Does this service answer?" not in words(page)
    assert answer.status_code == 409
    assert "You made the first call yourself" in words(answer)
    assert not FactCheck.objects.exists()


def test_call_list_separates_own_calls(staff, call):
    text = words(staff.desk("vito").get("/directory/calls"))

    assert "No calls to make" in text
    assert "Your calls waiting for a colleague" in text


def test_every_verifier_but_the_first_caller_can_compare(staff, service, call):
    call_tests.record_second_call(
        staff.vera.scope, call, is_service_reached=True, note=SECOND, at=NOW
    )

    for name in ("vera", "cora"):
        desk = staff.desk(name)
        assert "Calls to compare" in words(desk.get("/directory/calls"))
        assert "Did both callers reach the same service?" in words(
            desk.get(f"/directory/calls/{call.pk}")
        )
        assert "have to be compared" in words(desk.get(f"/directory/services/{service.pk}/call"))
    assert "have to be compared" in words(staff.desk("cora").get("/directory/release/MT"))
    assert "Compare" in words(staff.desk("vera").get("/"))
    first = staff.desk("vito")
    assert "Demo Vera has called too" in words(first.get("/directory/calls"))
    assert "Did both callers reach the same service?" not in words(
        first.get(f"/directory/calls/{call.pk}")
    )
    answer = first.post(f"/directory/calls/{call.pk}/compare", action="same")
    call.refresh_from_db()
    assert (answer.status_code, call.state) == (409, CallState.WAITING)


def test_comparison_without_an_answer_changes_nothing(staff, service, call):
    call_tests.record_second_call(
        staff.vera.scope, call, is_service_reached=True, note=SECOND, at=NOW
    )

    staff.desk("vera").post(f"/directory/calls/{call.pk}/compare", action="perhaps")

    call.refresh_from_db()
    assert (call.state, FactCheck.objects.exists()) == (CallState.WAITING, False)


@pytest.mark.parametrize("answer", ["service", "other"])
def test_second_caller_must_enter_a_note_for_every_answer(staff, call, answer):
    desk = staff.desk("vera")

    response = desk.post(f"/directory/calls/{call.pk}", answer=answer)

    call.refresh_from_db()
    assert (response.status_code, call.second, FactCheck.objects.exists()) == (422, None, False)
    assert HEARD not in response.content.decode()


def test_second_call_page_disputes_a_wrong_number(staff, call):
    desk = staff.desk("vera")

    desk.post(f"/directory/calls/{call.pk}", answer="other", heard="A bakery.")

    check = FactCheck.objects.get()
    assert (check.verdict, check.source) == (Verdict.DISPUTED, "A bakery.")
    text = words(desk.get(f"/directory/calls/{call.pk}"))
    assert ("A bakery." in text, HEARD in text) == (True, True)
    assert (
        "The second call did not reach the service, or the two calls reached different services. "
        "The number was marked as disputed." in text
    )


def test_second_call_to_an_old_number_shows_that_it_does_not_count(staff, service, call):
    service.phones.update(number="+35621000002")
    desk = staff.desk("vera")

    assert "The number of the service has changed" in words(desk.get(f"/directory/calls/{call.pk}"))
    desk.post(f"/directory/calls/{call.pk}", answer="service", heard=SECOND)

    call.refresh_from_db()
    assert call.state == CallState.LAPSED
    assert "The number of the service has changed." in words(desk.get("/directory/calls"))
    assert not FactCheck.objects.exists()


def test_first_call_page_links_to_the_waiting_second_call(staff, service, call):
    page = staff.desk("vera").get(f"/directory/services/{service.pk}/call")

    assert "has already called. You can make the second call." in words(page)
    assert f"/directory/calls/{call.pk}" in page.content.decode()


@pytest.mark.parametrize("name", ["edda", "rita", "zoe"])
def test_users_without_permission_cannot_see_or_answer_a_call(staff, call, name):
    desk = staff.desk(name)

    assert desk.get(f"/directory/calls/{call.pk}").status_code == 404
    answered = desk.post(f"/directory/calls/{call.pk}", answer="service", heard=SECOND)
    assert answered.status_code == 404
    compared = desk.post(f"/directory/calls/{call.pk}/compare", action="same")
    assert compared.status_code == 404
    call.refresh_from_db()
    assert call.state == CallState.WAITING


def test_fact_history_shows_both_callers_method_and_time(staff, service, call):
    yesterday = NOW - timedelta(days=1)
    call_tests.record_second_call(
        staff.vera.scope, call, is_service_reached=True, note=SECOND, at=yesterday
    )
    call_tests.record_comparison(staff.vera.scope, call, is_same=True, at=yesterday)
    checked(
        service,
        Fact.PHONE,
        NOW,
        verdict=Verdict.DISPUTED,
        by=staff.mona.user,
        source="Demo",
    )

    text = words(staff.desk("cora").get(f"/directory/services/{service.pk}/checks/phone"))

    assert "Demo Vito · Demo Vera" in text
    assert "Confirmed, by phone" in text
    assert text.index("Reported wrong") < text.index("Confirmed, by phone")


@pytest.mark.parametrize(
    ("name", "fact", "status"),
    [("edda", "phone", 200), ("rita", "phone", 404), ("zoe", "phone", 404), ("cora", "x", 404)],
)
def test_fact_history_is_visible_only_to_maintainers_of_the_country(staff, name, fact, status):
    service = entry()  # every user may see the service itself

    page = staff.desk(name).get(f"/directory/services/{service.pk}/checks/{fact}")

    assert page.status_code == status


def test_fact_history_without_checks_shows_a_message(staff, service):
    text = words(staff.desk("vito").get(f"/directory/services/{service.pk}/checks/cost"))

    assert "Until this fact is checked" in text


def test_release_page_lists_what_services_lack(staff, service):
    desk = staff.desk("cora")
    entry("s2", status=Status.REVIEW, phone="", name="Demo House", email="a@demo.example")
    page = words(desk.get("/directory/release/MT"))
    assert "A call test of its number is missing" in page
    assert "Publish 1 service" in page
    call_tests.record_first_call(staff.vito.scope, service, HEARD, at=BEFORE)

    assert "Demo Vito called" in words(desk.get("/directory/release/MT"))


def test_release_publishes_ready_services_after_confirmation(staff, service):
    desk = staff.desk("cora")
    Service.objects.filter(pk=service.pk).update(name="Demo Held")
    ready = entry(
        "s2",
        status=Status.REVIEW,
        phone="",
        name="Demo Ready",
        email="a@demo.example",
        address_audience="never_stored",
    )

    page = words(desk.get("/directory/release/MT/confirm"))
    assert "1 service is published at once" in page
    assert "1 service stays unpublished" in page
    assert "Services to publish 1 Demo Ready Demo House" in page
    assert "No region is shown instead of its address, so no distance is known." in page
    assert "Demo Held" not in page
    answer = desk.post("/directory/release/MT/confirm")

    ready.refresh_from_db()
    service.refresh_from_db()
    assert led_to(answer) == "/directory/release/MT"
    assert (ready.status, service.status) == (Status.PUBLISHED, Status.REVIEW)
    assert "1 service is published" in words(desk.get("/directory/release/MT"))


@pytest.mark.parametrize(
    ("name", "country", "status"),
    [("vito", "MT", 403), ("zoe", "MT", 403), ("cora", "IE", 403), ("cora", "XX", 404)],
)
def test_only_coordinators_of_the_country_can_release(staff, service, name, country, status):
    desk = staff.desk(name)

    assert desk.get(f"/directory/release/{country}").status_code == status
    assert desk.post(f"/directory/release/{country}/confirm").status_code == status
    service.refresh_from_db()
    assert service.status == Status.REVIEW

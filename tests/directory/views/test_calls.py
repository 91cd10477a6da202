from __future__ import annotations

from datetime import timedelta

import pytest

from protect.directory.actions import calling
from protect.directory.enums import CallState, Fact, Status, Verdict
from protect.directory.models import CallTest, FactCheck, Service
from tests.directory.keeping import BEFORE, NOW, checked, entry
from tests.vault.views.desk import led_to, words

pytestmark = pytest.mark.django_db
HEARD = "A woman says Demo Counselling, in Maltese."


@pytest.fixture
def service(keepers):
    return entry(status=Status.REVIEW)


@pytest.fixture
def call(keepers, service):
    return calling.record_call(keepers.vito.scope, service, HEARD, at=BEFORE)


def test_two_people_call_one_after_the_other(keepers, service):
    first, second = keepers.desk("vito"), keepers.desk("vera")

    first.post(f"/directory/services/{service.pk}/call", heard=HEARD)
    call = CallTest.objects.get()
    page = second.get(f"/directory/calls/{call.pk}")
    assert HEARD in words(page)
    assert "Demo Counselling" in words(second.get("/directory/calls"))
    answer = second.post(f"/directory/calls/{call.pk}", answer="same")

    assert led_to(answer) == "/directory/calls"
    assert calling.is_tested(service)


def test_nobody_is_their_own_second_person(keepers, call):
    desk = keepers.desk("vito")

    page = desk.get(f"/directory/calls/{call.pk}")
    answer = desk.post(f"/directory/calls/{call.pk}", answer="same")

    assert "Somebody else has to make the second one" in words(page)
    assert "Is it the same?" not in words(page)
    assert answer.status_code == 409
    assert "You made the first call yourself" in words(answer)
    assert not FactCheck.objects.exists()


def test_the_list_keeps_ones_own_calls_apart(keepers, call):
    said = words(keepers.desk("vito").get("/directory/calls"))

    assert "No call waits for you" in said
    assert "Your own calls wait for somebody else" in said


def test_whoever_hears_something_else_says_what(keepers, call):
    desk = keepers.desk("vera")

    lacking = desk.post(f"/directory/calls/{call.pk}", answer="other")
    assert (lacking.status_code, "Write what you heard" in words(lacking)) == (422, True)
    desk.post(f"/directory/calls/{call.pk}", answer="other", heard="A bakery.")

    check = FactCheck.objects.get()
    assert (check.verdict, check.source) == (Verdict.DISPUTED, "A bakery.")


def test_a_call_of_an_old_number_is_said_to_count_for_nothing(keepers, service, call):
    service.phones.update(number="+35621000002")
    desk = keepers.desk("vera")

    assert "another number by now" in words(desk.get(f"/directory/calls/{call.pk}"))
    desk.post(f"/directory/calls/{call.pk}", answer="same")

    call.refresh_from_db()
    assert call.state == CallState.LAPSED
    assert "counts for nothing" in words(desk.get("/directory/calls"))
    assert not FactCheck.objects.exists()


def test_where_somebody_has_called_already_one_is_led_to_be_the_second(keepers, service, call):
    page = keepers.desk("vera").get(f"/directory/services/{service.pk}/call")

    assert "You can be the second person" in words(page)
    assert f"/directory/calls/{call.pk}" in page.content.decode()


@pytest.mark.parametrize("name", ["edda", "rita", "zoe"])
def test_others_neither_see_nor_answer_a_call(keepers, call, name):
    desk = keepers.desk(name)

    assert desk.get(f"/directory/calls/{call.pk}").status_code == 404
    assert desk.post(f"/directory/calls/{call.pk}", answer="same").status_code == 404
    call.refresh_from_db()
    assert call.state == CallState.WAITING


def test_the_history_of_a_fact_names_both_who_how_and_when(keepers, service, call):
    calling.answer_call(keepers.vera.scope, call, is_same=True, at=NOW - timedelta(days=1))
    checked(service, Fact.PHONE, NOW, verdict=Verdict.DISPUTED, by=keepers.mona.user, source="Demo")

    said = words(keepers.desk("cora").get(f"/directory/services/{service.pk}/checks/phone"))

    assert "Demo Vito · Demo Vera" in said
    assert "Confirmed, by phone" in said
    assert said.index("Reported wrong") < said.index("Confirmed, by phone")


@pytest.mark.parametrize(
    ("name", "fact", "status"),
    [("edda", "phone", 200), ("rita", "phone", 404), ("zoe", "phone", 404), ("cora", "x", 404)],
)
def test_who_checked_is_for_those_who_keep_the_country(keepers, name, fact, status):
    service = entry()  # everybody may see the service itself

    page = keepers.desk(name).get(f"/directory/services/{service.pk}/checks/{fact}")

    assert page.status_code == status


def test_a_fact_that_nobody_checked_says_so(keepers, service):
    said = words(keepers.desk("vito").get(f"/directory/services/{service.pk}/checks/cost"))

    assert "Nobody has ever checked this" in said


def test_what_keeps_services_from_being_shown_is_listed(keepers, service):
    desk = keepers.desk("cora")
    entry("s2", status=Status.REVIEW, phone="", name="Demo House", email="a@demo.example")
    page = words(desk.get("/directory/release/MT"))
    assert "Nobody has called its number" in page
    assert "Show 1 service" in page
    calling.record_call(keepers.vito.scope, service, HEARD, at=BEFORE)

    assert "Demo Vito called" in words(desk.get("/directory/release/MT"))


def test_reviewed_services_are_shown_after_a_page_that_says_what_happens(keepers, service):
    desk = keepers.desk("cora")
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
    assert "1 service is shown to everybody" in page
    assert "1 service stays hidden" in page
    assert "What would be shown 1 Demo Ready Demo House" in page
    assert "No region is told instead of its address" in page
    assert "Demo Held" not in page
    answer = desk.post("/directory/release/MT/confirm")

    ready.refresh_from_db()
    service.refresh_from_db()
    assert led_to(answer) == "/directory/release/MT"
    assert (ready.status, service.status) == (Status.PUBLISHED, Status.REVIEW)
    assert "1 service is shown now" in words(desk.get("/directory/release/MT"))


@pytest.mark.parametrize(
    ("name", "country", "status"),
    [("vito", "MT", 403), ("zoe", "MT", 403), ("cora", "IE", 403), ("cora", "XX", 404)],
)
def test_only_who_answers_for_a_country_shows_it(keepers, service, name, country, status):
    desk = keepers.desk(name)

    assert desk.get(f"/directory/release/{country}").status_code == status
    assert desk.post(f"/directory/release/{country}/confirm").status_code == status
    service.refresh_from_db()
    assert service.status == Status.REVIEW

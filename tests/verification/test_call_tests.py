from datetime import timedelta
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied

from protect.directory.enums import Fact, Method, Status, Verdict
from protect.directory.fact_records import checks
from protect.directory.models import FactCheck
from protect.verification import rules
from protect.verification.call_tests import call_tests
from protect.verification.enums import CallState
from protect.verification.models import CallTest, QueueItem
from tests.refusals import refuses
from tests.verification.nights import NOW, count_audit_entries, entry

LATER = NOW + timedelta(hours=2)
EVENING = NOW + timedelta(hours=8)
HEARD = "A woman said “Demo Counselling” in English and Maltese."
SECOND = "A man said “Demo Counselling”."


@pytest.fixture
def service(staff):
    return entry(status=Status.REVIEW)


@pytest.fixture
def call(staff, service):
    return call_tests.record_first_call(staff.vito.scope, service, HEARD, at=NOW)


def stored_rows():
    return [list(each.objects.order_by("pk").values()) for each in (CallTest, FactCheck, QueueItem)]


@pytest.mark.parametrize(("state", "to"), [*product(CallState, CallState)])
def test_call_test_ends_once_and_never_waits_again(state, to):
    if state == CallState.WAITING and to != CallState.WAITING:
        assert rules.next_call_state(state, to) == to
    else:
        with refuses("verification_call_not_possible") as refusal:
            rules.next_call_state(state, to)
        assert refusal.value.code == "verification_call_not_possible"


def test_first_call_alone_does_not_confirm_the_number(staff, service, call):
    assert (call.state, call.numbers, call.heard) == ("waiting", ["+35621000001"], HEARD)
    assert not FactCheck.objects.exists()
    assert not checks.has_call_test(service)


def test_number_is_call_tested_after_two_matching_calls(staff, service, call):
    second = call_tests.record_second_call(
        staff.vera.scope, call, is_service_reached=True, note=SECOND, at=LATER
    )
    assert (second.state, second.second, second.second_heard) == (
        CallState.WAITING,
        staff.vera.user,
        SECOND,
    )
    assert (checks.has_call_test(service), FactCheck.objects.exists()) == (False, False)

    ended = call_tests.record_comparison(staff.vera.scope, call, is_same=True, at=EVENING)

    check = FactCheck.objects.get()
    assert (ended.state, ended.second_at, ended.ended_at) == ("confirmed", LATER, EVENING)
    assert (check.fact, check.verdict, check.method) == (
        Fact.PHONE,
        Verdict.CONFIRMED,
        Method.CALL,
    )
    assert (check.by, check.second_checker) == (
        staff.vito.user,
        staff.vera.user,
    )
    assert checks.has_call_test(service)
    assert [count_audit_entries(each) for each in ("call_test", "second_call", "confirm_call")] == [
        1,
        1,
        1,
    ]


def assert_disputed(staff, service, ended):
    check = FactCheck.objects.get()
    assert ended.state == CallState.REFUSED
    assert (ended.heard, ended.second_heard) == (HEARD, "A bakery.")
    assert (check.verdict, check.by, check.second_checker, check.source) == (
        Verdict.DISPUTED,
        staff.vera.user,
        None,
        "A bakery.",
    )
    assert QueueItem.objects.get().reasons == ["disputed"]
    assert not checks.has_call_test(service)
    assert count_audit_entries("refuse_call") == 1


def test_number_is_disputed_when_the_second_caller_does_not_reach_the_service(staff, service, call):
    ended = call_tests.record_second_call(
        staff.vera.scope, call, is_service_reached=False, note="A bakery.", at=LATER
    )

    assert_disputed(staff, service, ended)


def test_number_is_disputed_when_both_calls_reached_different_services(staff, service, call):
    call_tests.record_second_call(
        staff.vera.scope, call, is_service_reached=True, note="A bakery.", at=LATER
    )

    ended = call_tests.record_comparison(staff.cora.scope, call, is_same=False, at=EVENING)

    assert_disputed(staff, service, ended)


@pytest.mark.parametrize("answer", [True, False])
def test_first_caller_can_neither_make_the_second_call_nor_compare(staff, call, answer):
    before = stored_rows()

    with refuses("verification_second_person_needed") as refusal:
        call_tests.record_second_call(
            staff.vito.scope, call, is_service_reached=answer, note=SECOND, at=LATER
        )
    assert refusal.value.code == "verification_second_person_needed"
    assert stored_rows() == before

    call_tests.record_second_call(
        staff.vera.scope, call, is_service_reached=True, note=SECOND, at=LATER
    )
    before = stored_rows()
    with refuses("verification_second_person_needed"):
        call_tests.record_comparison(staff.vito.scope, call, is_same=answer, at=LATER)
    assert stored_rows() == before


@pytest.mark.parametrize("name", ["edda", "rita", "zoe"])
def test_only_verifiers_of_the_country_can_call_and_compare(staff, service, call, name):
    scope, before = staff.people[name].scope, stored_rows()

    with pytest.raises(PermissionDenied):
        call_tests.record_first_call(scope, service, HEARD, at=LATER)
    with pytest.raises(PermissionDenied):
        call_tests.record_second_call(scope, call, is_service_reached=True, note=SECOND, at=LATER)
    with pytest.raises(PermissionDenied):
        call_tests.record_comparison(scope, call, is_same=True, at=LATER)

    assert stored_rows() == before


@pytest.mark.parametrize("answer", [True, False])
def test_second_call_can_be_recorded_only_once(staff, call, answer):
    call_tests.record_second_call(
        staff.vera.scope, call, is_service_reached=True, note=SECOND, at=LATER
    )
    before = stored_rows()

    with refuses("verification_call_not_possible"):
        call_tests.record_second_call(
            staff.cora.scope, call, is_service_reached=answer, note="Demo", at=LATER
        )

    assert stored_rows() == before


@pytest.mark.parametrize("is_same", [True, False])
def test_calls_can_be_compared_once_and_only_after_the_second_call(staff, call, is_same):
    before = stored_rows()
    with refuses("verification_call_not_possible"):
        call_tests.record_comparison(staff.vera.scope, call, is_same=is_same, at=LATER)
    assert stored_rows() == before

    call_tests.record_second_call(
        staff.vera.scope, call, is_service_reached=True, note=SECOND, at=LATER
    )
    call_tests.record_comparison(staff.vera.scope, call, is_same=True, at=LATER)
    before = stored_rows()
    with refuses("verification_call_not_possible"):
        call_tests.record_comparison(staff.cora.scope, call, is_same=is_same, at=LATER)
    assert stored_rows() == before


def test_changing_the_number_ends_a_waiting_first_call(staff, service, call):
    service.phones.update(number="+35621000002")

    ended = call_tests.record_second_call(
        staff.vera.scope, call, is_service_reached=True, note=SECOND, at=LATER
    )

    assert (ended.state, ended.second, ended.second_heard) == (CallState.LAPSED, None, "")
    assert not FactCheck.objects.exists()
    assert not checks.has_call_test(service)


def test_changing_the_number_ends_two_calls_that_wait_for_comparison(staff, service, call):
    call_tests.record_second_call(
        staff.vera.scope, call, is_service_reached=True, note=SECOND, at=LATER
    )
    service.phones.update(number="+35621000002")

    ended = call_tests.record_comparison(staff.vera.scope, call, is_same=True, at=EVENING)

    assert ended.state == CallState.LAPSED
    assert not FactCheck.objects.exists()
    assert not checks.has_call_test(service)


def test_another_user_cannot_start_a_call_test_while_one_waits(staff, service, call):
    before = stored_rows()

    with refuses("verification_call_not_possible"):
        call_tests.record_first_call(staff.vera.scope, service, "Demo", at=LATER)

    assert stored_rows() == before


def test_first_caller_can_replace_their_own_waiting_call(staff, service, call):
    again = call_tests.record_first_call(staff.vito.scope, service, "Now in Arabic too.", at=LATER)

    call.refresh_from_db()
    assert (call.state, again.state) == (CallState.LAPSED, CallState.WAITING)


def test_first_caller_cannot_replace_their_call_after_the_second_call(staff, service, call):
    call_tests.record_second_call(
        staff.vera.scope, call, is_service_reached=True, note=SECOND, at=LATER
    )
    before = stored_rows()

    with refuses("verification_call_not_possible"):
        call_tests.record_first_call(staff.vito.scope, service, "Demo", at=LATER)

    assert stored_rows() == before


def test_waiting_call_to_an_old_number_does_not_block_a_new_call_test(staff, service, call):
    service.phones.update(number="+35621000002")

    again = call_tests.record_first_call(staff.vera.scope, service, HEARD, at=LATER)

    assert (again.numbers, CallTest.objects.count()) == (["+35621000002"], 2)


@pytest.mark.parametrize("given", [{"phone": ""}, {"status": Status.WITHDRAWN}])
def test_call_is_refused_for_services_that_cannot_be_call_tested(staff, given):
    with refuses("verification_call_not_possible"):
        call_tests.record_first_call(staff.vito.scope, entry("s2", **given), HEARD, at=NOW)

    assert not CallTest.objects.exists()


def test_first_call_note_with_a_shelter_address_is_refused(staff):
    shelter = entry("s2", address_audience="never_stored")

    with refuses("directory_tells_where") as refusal:
        call_tests.record_first_call(staff.vito.scope, shelter, "We are at 12 Triq Demo.", at=NOW)

    assert refusal.value.code == "directory_tells_where"
    assert not CallTest.objects.exists()
    assert count_audit_entries("call_test") == 0


def test_second_call_note_with_a_shelter_address_is_refused(staff):
    shelter = entry("s2", address_audience="never_stored")
    call = call_tests.record_first_call(staff.vito.scope, shelter, HEARD, at=NOW)
    before = stored_rows()

    with refuses("directory_tells_where"):
        call_tests.record_second_call(
            staff.vera.scope,
            call,
            is_service_reached=False,
            note="12 Triq Demo",
            at=LATER,
        )

    assert stored_rows() == before

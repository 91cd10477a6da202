"""Concurrent checks on separate connections. SQLite runs its transactions one after the other."""

from collections.abc import Iterator
from functools import partial

import pytest

from protect.directory.enums import Fact, Method
from protect.directory.fact_records.values import fingerprint_of, read_fact
from protect.directory.models import FactCheck, Organisation, Service
from protect.verification.call_tests import call_tests
from protect.verification.checks.checks import CheckResult, save_checks
from protect.verification.enums import CallState, QueueReason, QueueState
from protect.verification.models import CallTest, ProviderLink, QueueItem
from protect.verification.provider_links import provider_links
from protect.verification.queue import queue
from protect.verification.queue.queue import refresh_queue
from tests.orgs.threads import apart, together
from tests.vault.cast import forget_cast
from tests.vault.test_key_races import refusals
from tests.verification.nights import (
    NOW,
    DirectoryStaff,
    count_audit_entries,
    entry,
    make_directory_staff,
)

pytestmark = pytest.mark.postgres
ROUNDS = 6


@pytest.fixture
def staff(db) -> Iterator[DirectoryStaff]:
    """Committed users that other connections see; they are deleted afterwards."""
    yield apart(make_directory_staff)
    apart(delete_all)


def delete_all() -> None:
    Service.objects.all().delete()
    Organisation.objects.all().delete()
    forget_cast()


def make_entry(number: int) -> Service:
    return apart(entry, f"s{number}", email="desk@demo.example")


def test_concurrent_claims_of_one_item_refuse_one_user(staff):
    for number in range(ROUNDS):
        item = apart(queue.enqueue, make_entry(number), QueueReason.UNVERIFIED, at=NOW)
        scopes = [staff.vito.scope, staff.vera.scope]

        results = together(*(partial(queue.claim, scope, item, at=NOW) for scope in scopes))

        assert refusals(results) == ["verification_queue_move_not_allowed"]
        stored_item = QueueItem.objects.get(pk=item.pk)
        assert stored_item.state == QueueState.CLAIMED
        assert [result.claimed_by_id for result in results if isinstance(result, QueueItem)] == [
            stored_item.claimed_by_id
        ]
    assert count_audit_entries("queue_claim") == ROUNDS


def test_concurrent_reports_create_one_queue_item(staff):
    reasons = [QueueReason.DISPUTED, QueueReason.MISSING, QueueReason.CONFLICT]
    for number in range(ROUNDS):
        service = make_entry(number)

        results = together(*(partial(queue.enqueue, service, reason, at=NOW) for reason in reasons))

        assert refusals(results) == []
        item = QueueItem.objects.get(service=service)
        assert item.reasons == ["conflict", "disputed", "missing"]


def test_reason_added_while_an_item_is_finished_is_kept(staff):
    for number in range(ROUNDS):
        service = make_entry(number)
        item = apart(queue.enqueue, service, QueueReason.UNVERIFIED, at=NOW)
        apart(queue.claim, staff.vito.scope, item, at=NOW)
        fingerprints = {Fact.COST: fingerprint_of(read_fact(service, Fact.COST))}
        result = CheckResult(
            Method.CALL, confirmed=frozenset({Fact.COST}), fingerprints=fingerprints
        )
        save = partial(
            save_checks,
            staff.vito.scope,
            item,
            result,
            reasons=frozenset({"unverified"}),
            at=NOW,
        )

        results = together(save, partial(queue.enqueue, service, QueueReason.DISPUTED, at=NOW))

        assert refusals(results) == []
        assert QueueItem.objects.waiting().get(service=service).reasons == ["disputed"]


def test_concurrent_second_calls_refuse_one_user(staff):
    for number in range(ROUNDS):
        call = apart(
            call_tests.record_first_call,
            staff.vito.scope,
            make_entry(number),
            "Demo",
            at=NOW,
        )
        answers = [(staff.vera.scope, True), (staff.cora.scope, False)]

        results = together(
            *(
                partial(
                    call_tests.record_second_call,
                    scope,
                    call,
                    is_service_reached=is_reached,
                    note="Demo",
                    at=NOW,
                )
                for scope, is_reached in answers
            )
        )

        assert refusals(results) == ["verification_call_not_possible"]
        ended = CallTest.objects.get(pk=call.pk)
        assert ended.second_id in {
            staff.vera.scope.user_id,
            staff.cora.scope.user_id,
        }
        assert ended.state in {CallState.WAITING, CallState.REFUSED}
        disputes = FactCheck.objects.filter(service=call.service).count()
        assert disputes == (ended.state == CallState.REFUSED)


def test_concurrent_comparisons_refuse_one_user(staff):
    for number in range(ROUNDS):
        call = apart(
            call_tests.record_first_call,
            staff.vito.scope,
            make_entry(number),
            "Demo",
            at=NOW,
        )
        vera, cora = staff.vera.scope, staff.cora.scope
        apart(
            call_tests.record_second_call, vera, call, is_service_reached=True, note="Demo", at=NOW
        )

        results = together(
            partial(call_tests.record_comparison, vera, call, is_same=True, at=NOW),
            partial(call_tests.record_comparison, cora, call, is_same=False, at=NOW),
        )

        assert refusals(results) == ["verification_call_not_possible"]
        ended = CallTest.objects.get(pk=call.pk)
        assert ended.state in {CallState.CONFIRMED, CallState.REFUSED}
        assert FactCheck.objects.filter(service=call.service).count() == 1


def test_concurrent_first_calls_refuse_one_user(staff):
    for number in range(ROUNDS):
        service = make_entry(number)
        scopes = [staff.vito.scope, staff.vera.scope]

        results = together(
            *(
                partial(call_tests.record_first_call, scope, service, "Demo", at=NOW)
                for scope in scopes
            )
        )

        assert refusals(results) == ["verification_call_not_possible"]
        assert CallTest.objects.filter(service=service).count() == 1


def test_of_two_provider_links_sent_concurrently_only_one_is_valid(staff):
    for number in range(ROUNDS):
        service = make_entry(number)

        together(
            *(partial(provider_links.send_link, staff.vito.scope, service, at=NOW) for _ in "ab")
        )

        assert ProviderLink.objects.filter(service=service, revoked_at=None).count() == 1


def test_concurrent_queue_refreshes_open_each_service_once(staff):
    for number in range(ROUNDS):
        make_entry(number)

    results = together(*(partial(refresh_queue, at=NOW) for _ in "ab"))

    assert refusals(results) == []
    assert QueueItem.objects.count() == ROUNDS

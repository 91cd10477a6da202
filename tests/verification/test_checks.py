from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from protect.directory.enums import Fact, Freshness, Method, Verdict
from protect.directory.fact_records.checks import service_fact_states
from protect.directory.fact_records.values import fingerprint_of, read_fact
from protect.directory.models import FactCheck, Service, ServiceCapacity
from protect.verification import rules
from protect.verification.checks.checks import CheckResult, save_checks, save_unanswered_call
from protect.verification.enums import QueueReason, QueueState
from protect.verification.models import CallTest, QueueItem
from protect.verification.queue import queue
from tests.refusals import refuses
from tests.verification.nights import BEFORE, NOW, checked, count_audit_entries, entry

HOUR = timedelta(hours=1)
SEEN = frozenset({"unverified"})
ASKED = frozenset({Fact.LANGUAGES, Fact.COST})
COSTS = {"costs": [{"kind": "free", "note": ""}]}


@pytest.fixture
def item(staff):
    item = queue.enqueue(entry(), QueueReason.UNVERIFIED, at=BEFORE)
    return queue.claim(staff.vito.scope, item, at=NOW)


def check_result(service, confirmed=ASKED, **given):
    facts = {*confirmed, *given.get("changed", {})}
    fingerprints = {fact: fingerprint_of(read_fact(service, fact)) for fact in facts}
    return CheckResult(
        **{"method": Method.CALL, "confirmed": confirmed, "fingerprints": fingerprints} | given
    )


def states(service, at=NOW):
    return {fact: each.state for fact, each in service_fact_states(service, at).items()}


def stored_rows():
    models = (FactCheck, QueueItem, CallTest, Service)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_confirming_without_an_edit_records_a_check(staff, item):
    version = item.service.version

    closed_item = save_checks(
        staff.vito.scope, item, check_result(item.service), reasons=SEEN, at=NOW
    )

    freshness_by_fact = states(item.service)
    assert {freshness_by_fact[fact] for fact in ASKED} == {Freshness.FRESH}
    assert {freshness_by_fact[fact] for fact in set(freshness_by_fact) - ASKED} == {
        Freshness.UNVERIFIED
    }
    assert {check.by for check in FactCheck.objects.all()} == {staff.vito.user}
    assert closed_item.state == QueueState.DONE
    assert Service.objects.get().version == version
    assert count_audit_entries("check_facts", "queue_finish") == 2


def test_changed_fact_is_saved_and_other_facts_keep_their_freshness(staff, item):
    before = checked(item.service, Fact.LANGUAGES, BEFORE)
    result = check_result(item.service, confirmed=frozenset(), changed={Fact.COST: COSTS})

    save_checks(staff.vito.scope, item, result, reasons=SEEN, at=NOW)

    check = FactCheck.objects.exclude(pk=before.pk).get()
    assert (check.fact, check.verdict, check.method) == (Fact.COST, Verdict.CHANGED, Method.CALL)
    assert read_fact(item.service, Fact.COST) == COSTS
    assert FactCheck.objects.filter(pk=before.pk).values().get()["next_check"] == before.next_check


def test_change_to_equal_values_counts_as_confirmed(staff, item):
    item.service.costs.create(kind="free")
    result = check_result(item.service, confirmed=frozenset(), changed={Fact.COST: COSTS})

    save_checks(staff.vito.scope, item, result, reasons=SEEN, at=NOW)

    assert FactCheck.objects.get().verdict == Verdict.CONFIRMED


def test_changed_number_is_queued_for_a_call_test(staff, item):
    phones = [{"number": "+35621000009", "kind": "voice", "cost": "", "shown_on_bill": "unknown"}]
    phones[0]["works_without_credit"] = "unknown"
    result = check_result(
        item.service, confirmed=frozenset(), changed={Fact.PHONE: {"phones": phones}}
    )

    save_checks(staff.vito.scope, item, result, reasons=SEEN, at=NOW)

    assert QueueItem.objects.waiting().get().reasons == ["changed"]


def test_fact_edited_since_the_page_was_shown_cannot_be_confirmed(staff, item):
    result = check_result(item.service)
    item.service.costs.create(kind="paid")
    before = stored_rows()

    with refuses("directory_edit_conflict"):
        save_checks(staff.vito.scope, item, result, reasons=SEEN, at=NOW)

    assert stored_rows() == before
    assert count_audit_entries("check_facts") == 0


def test_edit_of_an_unanswered_fact_does_not_block_saving(staff, item):
    result = check_result(item.service, confirmed=frozenset({Fact.LANGUAGES}))
    item.service.costs.create(kind="paid")

    save_checks(staff.vito.scope, item, result, reasons=SEEN, at=NOW)

    assert FactCheck.objects.get().fact == Fact.LANGUAGES


def test_check_can_be_saved_after_the_lease_if_no_other_user_claimed_the_item(staff, item):
    at = NOW + rules.LEASE + HOUR

    closed_item = save_checks(
        staff.vito.scope, item, check_result(item.service), reasons=SEEN, at=at
    )

    assert (closed_item.state, closed_item.closed_by) == (
        QueueState.DONE,
        staff.vito.user,
    )
    assert count_audit_entries("queue_claim") == 2


@pytest.mark.parametrize(
    "save",
    [
        lambda scope, item, at: save_checks(
            scope, item, check_result(item.service), reasons=SEEN, at=at
        ),
        lambda scope, item, at: save_unanswered_call(scope, item, reasons=SEEN, at=at),
    ],
)
def test_saving_is_refused_if_another_user_claimed_the_item(staff, item, save):
    at = NOW + rules.LEASE
    queue.claim(staff.vera.scope, item, at=at)
    before = stored_rows()

    with refuses("verification_queue_move_not_allowed"):
        save(staff.vito.scope, item, at)

    assert stored_rows() == before


@pytest.mark.parametrize("name", ["edda", "rita", "zoe"])
def test_only_verifiers_of_the_country_can_save_checks(staff, item, name):
    before = stored_rows()

    with pytest.raises(PermissionDenied):
        save_checks(
            staff.people[name].scope,
            item,
            check_result(item.service),
            reasons=SEEN,
            at=NOW,
        )
    with pytest.raises(PermissionDenied):
        save_unanswered_call(staff.people[name].scope, item, reasons=SEEN, at=NOW)

    assert stored_rows() == before


def test_number_expires_after_two_unanswered_calls_but_not_after_one(staff, item):
    checked(item.service, Fact.PHONE, BEFORE)

    closed_item = save_unanswered_call(staff.vito.scope, item, reasons=SEEN, at=NOW)
    assert closed_item.state == QueueState.NOT_REACHED
    assert states(item.service)[Fact.PHONE] == Freshness.FRESH
    again = queue.enqueue(item.service, QueueReason.DUE, at=NOW)
    save_unanswered_call(staff.vera.scope, again, reasons=SEEN, at=NOW + HOUR)

    assert states(item.service, NOW + HOUR)[Fact.PHONE] == Freshness.EXPIRED


def test_call_note_saved_with_a_check_starts_a_call_test(staff, item):
    result = check_result(
        item.service, confirmed=frozenset({Fact.PHONE}), call="They say Demo Counselling."
    )

    save_checks(staff.vito.scope, item, result, reasons=SEEN, at=NOW)

    call = CallTest.objects.get()
    assert (call.state, call.by, call.heard) == (
        "waiting",
        staff.vito.user,
        "They say Demo Counselling.",
    )
    assert not FactCheck.objects.filter(fact=Fact.PHONE, at=NOW).exists()  # until the second calls


def test_confirming_free_places_extends_their_expiry_by_a_day(staff, item):
    ServiceCapacity.objects.create(
        service=item.service, available=2, updated_at=BEFORE, expires_at=BEFORE + HOUR
    )
    result = check_result(item.service, confirmed=frozenset({Fact.CAPACITY}))

    save_checks(staff.vito.scope, item, result, reasons=SEEN, at=NOW)

    capacity = ServiceCapacity.objects.get()
    assert (capacity.available, capacity.updated_at, capacity.expires_at) == (
        2,
        NOW,
        NOW + 24 * HOUR,
    )
    assert states(item.service)[Fact.CAPACITY] == Freshness.FRESH


def test_check_source_with_a_shelter_address_is_refused(staff, item):
    Service.objects.update(address_audience="never_stored")
    result = check_result(item.service, source="They moved to 12 Triq Demo.")
    before = stored_rows()

    with refuses("directory_tells_where"):
        save_checks(staff.vito.scope, item, result, reasons=SEEN, at=NOW)

    assert stored_rows() == before

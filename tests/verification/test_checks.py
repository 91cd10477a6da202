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
from tests.verification.nights import BEFORE, NOW, checked, deeds, entry

HOUR = timedelta(hours=1)
SEEN = frozenset({"unverified"})
ASKED = frozenset({Fact.LANGUAGES, Fact.COST})
COSTS = {"costs": [{"kind": "free", "note": ""}]}


@pytest.fixture
def item(keepers):
    item = queue.enqueue(entry(), QueueReason.UNVERIFIED, at=BEFORE)
    return queue.claim(keepers.vito.scope, item, at=NOW)


def heard(service, confirmed=ASKED, **given):
    facts = {*confirmed, *given.get("changed", {})}
    fingerprints = {fact: fingerprint_of(read_fact(service, fact)) for fact in facts}
    return CheckResult(
        **{"method": Method.CALL, "confirmed": confirmed, "fingerprints": fingerprints} | given
    )


def states(service, at=NOW):
    return {fact: each.state for fact, each in service_fact_states(service, at).items()}


def rows():
    models = (FactCheck, QueueItem, CallTest, Service)
    return [list(each.objects.order_by("pk").values()) for each in models]


def test_to_confirm_without_an_edit_is_a_check(keepers, item):
    version = item.service.version

    done = save_checks(keepers.vito.scope, item, heard(item.service), reasons=SEEN, at=NOW)

    found = states(item.service)
    assert {found[fact] for fact in ASKED} == {Freshness.FRESH}
    assert {found[fact] for fact in set(found) - ASKED} == {Freshness.UNVERIFIED}
    assert {check.by for check in FactCheck.objects.all()} == {keepers.vito.user}
    assert done.state == QueueState.DONE
    assert Service.objects.get().version == version
    assert deeds("check_facts", "queue_finish") == 2


def test_a_changed_fact_is_written_and_ages_no_other(keepers, item):
    before = checked(item.service, Fact.LANGUAGES, BEFORE)
    told = heard(item.service, confirmed=frozenset(), changed={Fact.COST: COSTS})

    save_checks(keepers.vito.scope, item, told, reasons=SEEN, at=NOW)

    check = FactCheck.objects.exclude(pk=before.pk).get()
    assert (check.fact, check.verdict, check.method) == (Fact.COST, Verdict.CHANGED, Method.CALL)
    assert read_fact(item.service, Fact.COST) == COSTS
    assert FactCheck.objects.filter(pk=before.pk).values().get()["next_check"] == before.next_check


def test_a_change_to_the_same_values_counts_as_confirmed(keepers, item):
    item.service.costs.create(kind="free")
    told = heard(item.service, confirmed=frozenset(), changed={Fact.COST: COSTS})

    save_checks(keepers.vito.scope, item, told, reasons=SEEN, at=NOW)

    assert FactCheck.objects.get().verdict == Verdict.CONFIRMED


def test_a_new_number_waits_for_its_call_test(keepers, item):
    phones = [{"number": "+35621000009", "kind": "voice", "cost": "", "shown_on_bill": "unknown"}]
    phones[0]["works_without_credit"] = "unknown"
    told = heard(item.service, confirmed=frozenset(), changed={Fact.PHONE: {"phones": phones}})

    save_checks(keepers.vito.scope, item, told, reasons=SEEN, at=NOW)

    assert QueueItem.objects.waiting().get().reasons == ["changed"]


def test_a_fact_that_changed_meanwhile_cannot_be_confirmed(keepers, item):
    told = heard(item.service)
    item.service.costs.create(kind="paid")
    before = rows()

    with refuses("directory_edit_conflict"):
        save_checks(keepers.vito.scope, item, told, reasons=SEEN, at=NOW)

    assert rows() == before
    assert deeds("check_facts") == 0


def test_a_fact_that_was_not_marked_may_have_changed_meanwhile(keepers, item):
    told = heard(item.service, confirmed=frozenset({Fact.LANGUAGES}))
    item.service.costs.create(kind="paid")

    save_checks(keepers.vito.scope, item, told, reasons=SEEN, at=NOW)

    assert FactCheck.objects.get().fact == Fact.LANGUAGES


def test_after_the_half_hour_one_still_saves_as_long_as_nobody_else_took_it(keepers, item):
    at = NOW + rules.LEASE + HOUR

    done = save_checks(keepers.vito.scope, item, heard(item.service), reasons=SEEN, at=at)

    assert (done.state, done.closed_by) == (QueueState.DONE, keepers.vito.user)
    assert deeds("queue_claim") == 2


@pytest.mark.parametrize(
    "save",
    [
        lambda scope, item, at: save_checks(scope, item, heard(item.service), reasons=SEEN, at=at),
        lambda scope, item, at: save_unanswered_call(scope, item, reasons=SEEN, at=at),
    ],
)
def test_an_item_that_a_colleague_took_meanwhile_is_refused(keepers, item, save):
    at = NOW + rules.LEASE
    queue.claim(keepers.vera.scope, item, at=at)
    before = rows()

    with refuses("verification_queue_move_not_allowed"):
        save(keepers.vito.scope, item, at)

    assert rows() == before


@pytest.mark.parametrize("name", ["edda", "rita", "zoe"])
def test_only_who_checks_for_the_country_saves(keepers, item, name):
    before = rows()

    with pytest.raises(PermissionDenied):
        save_checks(keepers.people[name].scope, item, heard(item.service), reasons=SEEN, at=NOW)
    with pytest.raises(PermissionDenied):
        save_unanswered_call(keepers.people[name].scope, item, reasons=SEEN, at=NOW)

    assert rows() == before


def test_two_unanswered_calls_expire_a_number_and_one_does_not(keepers, item):
    checked(item.service, Fact.PHONE, BEFORE)

    missed = save_unanswered_call(keepers.vito.scope, item, reasons=SEEN, at=NOW)
    assert missed.state == QueueState.NOT_REACHED
    assert states(item.service)[Fact.PHONE] == Freshness.FRESH
    again = queue.enqueue(item.service, QueueReason.DUE, at=NOW)
    save_unanswered_call(keepers.vera.scope, again, reasons=SEEN, at=NOW + HOUR)

    assert states(item.service, NOW + HOUR)[Fact.PHONE] == Freshness.EXPIRED


def test_a_note_of_a_call_while_checking_begins_a_call_test(keepers, item):
    told = heard(item.service, confirmed=frozenset({Fact.PHONE}), call="They say Demo Counselling.")

    save_checks(keepers.vito.scope, item, told, reasons=SEEN, at=NOW)

    call = CallTest.objects.get()
    assert (call.state, call.by, call.heard) == (
        "waiting",
        keepers.vito.user,
        "They say Demo Counselling.",
    )
    assert not FactCheck.objects.filter(fact=Fact.PHONE, at=NOW).exists()  # until the second calls


def test_free_places_that_are_confirmed_are_true_for_another_day(keepers, item):
    ServiceCapacity.objects.create(
        service=item.service, available=2, updated_at=BEFORE, expires_at=BEFORE + HOUR
    )
    told = heard(item.service, confirmed=frozenset({Fact.CAPACITY}))

    save_checks(keepers.vito.scope, item, told, reasons=SEEN, at=NOW)

    room = ServiceCapacity.objects.get()
    assert (room.available, room.updated_at, room.expires_at) == (2, NOW, NOW + 24 * HOUR)
    assert states(item.service)[Fact.CAPACITY] == Freshness.FRESH


def test_where_a_shelter_is_is_not_written_beside_a_check(keepers, item):
    Service.objects.update(address_audience="never_stored")
    told = heard(item.service, source="They moved to 12 Triq Demo.")
    before = rows()

    with refuses("directory_tells_where"):
        save_checks(keepers.vito.scope, item, told, reasons=SEEN, at=NOW)

    assert rows() == before

"""Merging two entries and undoing the merge."""

from datetime import timedelta
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied

from protect.directory import access
from protect.directory.enums import AddressReaders, Fact, Status
from protect.directory.fact_records.checks import service_fact_states
from protect.directory.models import FactCheck, Location, Service, ServiceAtLocation
from protect.directory.services.actions.edits import write_fact
from protect.verification import rules
from protect.verification.duplicates import merges
from protect.verification.duplicates.merges import MergeChoice
from protect.verification.enums import PairState, QueueReason
from protect.verification.models import DuplicatePair, QueueItem
from tests.refusals import refuses
from tests.verification.merges import (
    all_rows,
    is_proposed_again,
    merge_pair,
    pair_of,
    undo_pair_merge,
)
from tests.verification.nights import NOW, NUMBER, checked, count_audit_entries, entry, locate

pytestmark = pytest.mark.django_db
STREET = "Demo Street 5"


@pytest.fixture
def entries_and_pair(staff):
    """Two entries with one number in common, and their proposed pair."""
    one, other = entry("s1"), entry("s2")
    other.phones.create(number="+35621000002", position=1)
    Service.objects.filter(pk=other.pk).update(fact_sources={"phone": ["Demo list, 2025"]})
    return one, other, pair_of(one, other)


def test_withdrawn_entry_redirects_to_the_remaining_entry(staff, entries_and_pair):
    one, other, pair = entries_and_pair

    merge_pair(staff, pair, one)

    other.refresh_from_db()
    assert (other.status, other.merged_into) == (Status.WITHDRAWN, one)
    assert access.follow_merges(other) == one
    assert DuplicatePair.objects.get().state == PairState.MERGED
    assert count_audit_entries("merge") == 1


def test_taken_fact_moves_with_its_checks_and_keeps_its_freshness(staff, entries_and_pair):
    one, other, pair = entries_and_pair
    checked(one, Fact.PHONE, NOW - timedelta(days=1))
    old = checked(other, Fact.PHONE, NOW - timedelta(days=20))
    checked(other, Fact.COST)
    before = service_fact_states(other, NOW)[Fact.PHONE]

    merge_pair(staff, pair, one, Fact.PHONE)

    assert [phone.number for phone in one.phones.all()] == [NUMBER, "+35621000002"]
    assert Service.objects.get(pk=one.pk).fact_sources == {"phone": ["Demo list, 2025"]}
    assert Service.objects.get(pk=other.pk).fact_sources == {}
    assert service_fact_states(one, NOW)[Fact.PHONE] == before
    assert [check.pk for check in one.checks.all()] == [old.pk]
    assert {check.fact for check in other.checks.all()} == {Fact.PHONE, Fact.COST}


def test_facts_that_are_not_taken_stay_with_the_withdrawn_entry(staff, entries_and_pair):
    one, other, pair = entries_and_pair
    other.costs.create(kind="free")
    checked(other, Fact.COST)

    merge_pair(staff, pair, one, Fact.PHONE)

    assert not one.costs.exists()
    assert (other.costs.count(), other.checks.filter(fact=Fact.COST).count()) == (1, 1)


@pytest.mark.parametrize(("state", "decision"), [*product(PairState, PairState)])
def test_pair_is_decided_once_and_only_a_merge_can_be_undone(state, decision):
    allowed = {
        (PairState.PROPOSED, PairState.MERGED),
        (PairState.PROPOSED, PairState.DIFFERENT),
        (PairState.MERGED, PairState.PROPOSED),
    }

    if (state, decision) in allowed:
        assert rules.next_pair_state(state, decision) == decision
    else:
        with refuses("verification_pair_decided"):
            rules.next_pair_state(state, decision)


@pytest.mark.parametrize("first", ["merge", "different"])
@pytest.mark.parametrize("second", ["merge", "different"])
def test_second_decision_on_a_pair_is_refused(staff, entries_and_pair, first, second):
    one, _, pair = entries_and_pair
    decide = {
        "merge": lambda: merge_pair(staff, pair, one, Fact.PHONE),
        "different": lambda: merges.mark_as_different(staff.cora.scope, pair, at=NOW),
    }
    decide[first]()
    before = all_rows()

    with refuses("verification_pair_decided"):
        decide[second]()

    assert all_rows() == before


@pytest.mark.parametrize("name", ["vito", "mona", "rita", "zoe"])
def test_only_editors_of_the_country_can_decide_on_pairs(staff, entries_and_pair, name):
    one, _, pair = entries_and_pair
    scope = staff.people[name].scope
    before = all_rows()

    for action in (
        lambda: merges.merge(scope, pair, MergeChoice(one.pk), at=NOW),
        lambda: merges.mark_as_different(scope, pair, at=NOW),
        lambda: merges.undo_merge(scope, pair, at=NOW),
    ):
        with pytest.raises(PermissionDenied):
            action()

    assert all_rows() == before


def test_merge_that_would_hide_a_published_entry_is_refused(staff, entries_and_pair):
    one, other, pair = entries_and_pair
    Service.objects.filter(pk=one.pk).update(status=Status.SUSPENDED)
    before = all_rows()

    with refuses("verification_merge_hides_published"):
        merge_pair(staff, pair, one)

    assert all_rows() == before
    assert merge_pair(staff, pair, other) == other


def test_entry_merged_in_another_pair_cannot_be_merged_again(staff, entries_and_pair):
    one, other, pair = entries_and_pair
    third = entry("s3")
    merge_pair(staff, pair, one)
    before = all_rows()

    for pair, keep in ((pair_of(other, third), third), (pair_of(other, entry("s4")), other)):
        with refuses("verification_pair_decided"):
            merge_pair(staff, pair, keep)

    assert [each for each in all_rows()["Service"] if each["id"] in {one.pk, other.pk}] == [
        each for each in before["Service"] if each["id"] in {one.pk, other.pk}
    ]


def test_chain_of_merges_redirects_to_the_last_entry(staff, entries_and_pair):
    one, other, pair = entries_and_pair
    third = entry("s3")
    merge_pair(staff, pair, one)
    merge_pair(staff, pair_of(one, third), third)

    assert access.follow_merges(Service.objects.get(pk=other.pk)) == third
    assert access.follow_merges(third) == third


def test_merge_cannot_be_undone_while_its_result_is_merged_into_another_entry(
    staff, entries_and_pair
):
    one, _, pair = entries_and_pair
    third = entry("s3")
    merge_pair(staff, pair, one)
    later = pair_of(one, third)
    merge_pair(staff, later, third)
    before = all_rows()

    with refuses("verification_pair_decided"):
        undo_pair_merge(staff, pair)
    assert all_rows() == before

    undo_pair_merge(staff, later)
    undo_pair_merge(staff, pair)
    assert is_proposed_again(pair)


def test_merge_cannot_be_undone_after_an_edit_of_a_taken_fact(staff, entries_and_pair):
    one, _, pair = entries_and_pair
    merge_pair(staff, pair, one, Fact.PHONE)
    write_fact(Service.objects.get(pk=one.pk), Fact.PHONE, {"phones": []}, at=NOW)
    before = all_rows()

    with refuses("verification_merge_edited") as refused:
        undo_pair_merge(staff, pair)

    assert refused.value.facts == {"facts": "Phone"}
    assert all_rows() == before


def test_edit_of_another_fact_survives_undoing_a_merge(staff, entries_and_pair):
    one, _, pair = entries_and_pair
    merge_pair(staff, pair, one, Fact.PHONE)
    costs = {"costs": [{"kind": "paid", "note": ""}]}
    write_fact(Service.objects.get(pk=one.pk), Fact.COST, costs, at=NOW)

    undo_pair_merge(staff, pair)

    assert [each.kind for each in one.costs.all()] == ["paid"]
    assert [phone.number for phone in one.phones.all()] == [NUMBER]


def test_check_after_a_merge_moves_back_with_its_fact(staff, entries_and_pair):
    one, other, pair = entries_and_pair
    merge_pair(staff, pair, one, Fact.PHONE)
    check = checked(one, Fact.PHONE, NOW)

    undo_pair_merge(staff, pair)

    assert FactCheck.objects.get(pk=check.pk).service == other


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.WITHDRAWN])
def test_undoing_a_merge_does_not_publish_a_suspended_or_withdrawn_entry(
    staff, entries_and_pair, status
):
    one, other, pair = entries_and_pair
    merge_pair(staff, pair, one)
    Service.objects.filter(pk=one.pk).update(status=status)

    undo_pair_merge(staff, pair)

    other.refresh_from_db()
    assert (other.status, other.merged_into) == (status, None)


def test_merged_untested_number_is_queued_for_a_call_test(staff, entries_and_pair):
    one, _, pair = entries_and_pair

    merge_pair(staff, pair, one, Fact.PHONE)

    assert [(item.service, item.reasons) for item in QueueItem.objects.all()] == [
        (one, [QueueReason.CHANGED])
    ]


@pytest.mark.parametrize("taken", [Fact.PHONE, Fact.COST])
def test_merged_tested_or_unchanged_number_is_not_queued(staff, entries_and_pair, taken):
    one, other, pair = entries_and_pair
    people = {"by": staff.vito.user, "second_checker": staff.vera.user}
    checked(other, Fact.PHONE, NOW, **people)

    merge_pair(staff, pair, one, taken)

    assert not QueueItem.objects.exists()


@pytest.mark.parametrize(("days", "is_undone"), [(29, True), (30, False)])
def test_merge_can_be_undone_for_thirty_days(staff, entries_and_pair, days, is_undone):
    one, _, pair = entries_and_pair
    merge_pair(staff, pair, one, Fact.PHONE)
    at = NOW + timedelta(days=days)
    before = all_rows()

    if is_undone:
        assert undo_pair_merge(staff, pair, at).state == PairState.PROPOSED
    else:
        with refuses("verification_merge_too_old"):
            undo_pair_merge(staff, pair, at)
        assert all_rows() == before


@pytest.mark.parametrize(("days", "left"), [(29, True), (30, False)])
def test_undo_data_of_a_merge_is_erased_after_thirty_days(staff, entries_and_pair, days, left):
    one, _, pair = entries_and_pair
    merge_pair(staff, pair, one)

    merges.erase_undo_data(at=NOW + timedelta(days=days))

    pair.refresh_from_db()
    assert (bool(pair.before), pair.state) == (left, PairState.MERGED)


def shelter_entry(code):
    return entry(code, address_audience=AddressReaders.NEVER_STORED, categories=["shelter"])


@pytest.mark.parametrize("keeps_shelter", [True, False])
def test_merge_with_a_protected_entry_protects_the_result_and_erases_addresses(
    staff, keeps_shelter
):
    shelter, public = shelter_entry("s1"), entry("s2", desk_notes=f"At {STREET}.")
    Service.objects.filter(pk=shelter.pk).update(desk_notes=f"Was at {STREET}.")
    locate(public, STREET)
    pair = pair_of(shelter, public)
    keep = shelter if keeps_shelter else public

    merge_pair(staff, pair, keep, *Fact)

    assert not Location.objects.exists()
    assert not ServiceAtLocation.objects.exists()
    assert {service.address_audience for service in Service.objects.all()} == {"never_stored"}
    assert STREET not in str(all_rows())


def test_protected_entry_stays_protected_after_the_merge_is_undone(staff):
    shelter, public = shelter_entry("s1"), entry("s2")
    locate(public, STREET)
    pair = pair_of(shelter, public)
    merge_pair(staff, pair, public)

    undo_pair_merge(staff, pair)

    assert {service.address_audience for service in Service.objects.all()} == {"never_stored"}
    assert {service.status for service in Service.objects.all()} == {"published"}
    assert not Location.objects.exists()


def test_merge_keeps_entries_for_professionals_hidden_from_the_public(staff, entries_and_pair):
    one, other, pair = entries_and_pair
    location = locate(one)
    Service.objects.filter(pk=other.pk).update(
        professionals_only=True, address_audience=AddressReaders.PROFESSIONALS
    )

    merge_pair(staff, pair, one, Fact.PHONE)

    one.refresh_from_db()
    location.refresh_from_db()
    assert (one.professionals_only, one.address_audience) == (True, "professionals")
    assert location.audience == "professionals"


def test_undo_data_contains_no_address(staff, entries_and_pair):
    one, other, pair = entries_and_pair
    locate(one, STREET)
    locate(other, "Demo Street 6")

    merge_pair(staff, pair, one, Fact.ADDRESS)

    assert "Street" not in str(DuplicatePair.objects.get().before)

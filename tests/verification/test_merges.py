"""Two entries become one, and are two again as if nothing had been."""

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
from tests.verification.merges import everything, merged, pair_of, undone, waits
from tests.verification.nights import NOW, NUMBER, checked, deeds, entry, locate

pytestmark = pytest.mark.django_db
P = PairState
SPOT = "Demo Street 5"


@pytest.fixture
def both(keepers):
    """Two entries with one number in common, and the pair that they are."""
    one, other = entry("s1"), entry("s2")
    other.phones.create(number="+35621000002", position=1)
    Service.objects.filter(pk=other.pk).update(fact_sources={"phone": ["Demo list, 2025"]})
    return one, other, pair_of(one, other)


def test_withdrawn_entry_redirects_to_the_remaining_entry(keepers, both):
    one, other, pair = both

    merged(keepers, pair, one)

    other.refresh_from_db()
    assert (other.status, other.merged_into) == (Status.WITHDRAWN, one)
    assert access.follow_merges(other) == one
    assert DuplicatePair.objects.get().state == P.MERGED
    assert deeds("merge") == 1


def test_taken_fact_moves_with_its_checks_and_keeps_its_freshness(keepers, both):
    one, other, pair = both
    checked(one, Fact.PHONE, NOW - timedelta(days=1))
    old = checked(other, Fact.PHONE, NOW - timedelta(days=20))
    checked(other, Fact.COST)
    before = service_fact_states(other, NOW)[Fact.PHONE]

    merged(keepers, pair, one, Fact.PHONE)

    assert [each.number for each in one.phones.all()] == [NUMBER, "+35621000002"]
    assert Service.objects.get(pk=one.pk).fact_sources == {"phone": ["Demo list, 2025"]}
    assert Service.objects.get(pk=other.pk).fact_sources == {}
    assert service_fact_states(one, NOW)[Fact.PHONE] == before
    assert [each.pk for each in one.checks.all()] == [old.pk]
    assert {each.fact for each in other.checks.all()} == {Fact.PHONE, Fact.COST}


def test_facts_that_are_not_taken_stay_with_the_withdrawn_entry(keepers, both):
    one, other, pair = both
    other.costs.create(kind="free")
    checked(other, Fact.COST)

    merged(keepers, pair, one, Fact.PHONE)

    assert not one.costs.exists()
    assert (other.costs.count(), other.checks.filter(fact=Fact.COST).count()) == (1, 1)


@pytest.mark.parametrize(("state", "decision"), [*product(P, P)])
def test_pair_is_decided_once_and_only_a_merge_can_be_undone(state, decision):
    allowed = {(P.PROPOSED, P.MERGED), (P.PROPOSED, P.DIFFERENT), (P.MERGED, P.PROPOSED)}

    if (state, decision) in allowed:
        assert rules.next_pair_state(state, decision) == decision
    else:
        with refuses("verification_pair_decided"):
            rules.next_pair_state(state, decision)


@pytest.mark.parametrize("first", ["merge", "different"])
@pytest.mark.parametrize("second", ["merge", "different"])
def test_second_decision_on_a_pair_is_refused(keepers, both, first, second):
    one, _, pair = both
    deeds_of = {
        "merge": lambda: merged(keepers, pair, one, Fact.PHONE),
        "different": lambda: merges.mark_as_different(keepers.cora.scope, pair, at=NOW),
    }
    deeds_of[first]()
    before = everything()

    with refuses("verification_pair_decided"):
        deeds_of[second]()

    assert everything() == before


@pytest.mark.parametrize("name", ["vito", "mona", "rita", "zoe"])
def test_only_editors_of_the_country_can_decide_on_pairs(keepers, both, name):
    one, _, pair = both
    scope = keepers.people[name].scope
    before = everything()

    for deed in (
        lambda: merges.merge(scope, pair, MergeChoice(one.pk), at=NOW),
        lambda: merges.mark_as_different(scope, pair, at=NOW),
        lambda: merges.undo_merge(scope, pair, at=NOW),
    ):
        with pytest.raises(PermissionDenied):
            deed()

    assert everything() == before


def test_merge_that_would_hide_a_published_entry_is_refused(keepers, both):
    one, other, pair = both
    Service.objects.filter(pk=one.pk).update(status=Status.SUSPENDED)
    before = everything()

    with refuses("verification_merge_hides_published"):
        merged(keepers, pair, one)

    assert everything() == before
    assert merged(keepers, pair, other) == other


def test_entry_merged_in_another_pair_cannot_be_merged_again(keepers, both):
    one, other, pair = both
    third = entry("s3")
    merged(keepers, pair, one)
    before = everything()

    for pair, keep in ((pair_of(other, third), third), (pair_of(other, entry("s4")), other)):
        with refuses("verification_pair_decided"):
            merged(keepers, pair, keep)

    assert [each for each in everything()["Service"] if each["id"] in {one.pk, other.pk}] == [
        each for each in before["Service"] if each["id"] in {one.pk, other.pk}
    ]


def test_chain_of_merges_redirects_to_the_last_entry(keepers, both):
    one, other, pair = both
    third = entry("s3")
    merged(keepers, pair, one)
    merged(keepers, pair_of(one, third), third)

    assert access.follow_merges(Service.objects.get(pk=other.pk)) == third
    assert access.follow_merges(third) == third


def test_merge_cannot_be_undone_while_its_result_is_merged_into_another_entry(keepers, both):
    one, _, pair = both
    third = entry("s3")
    merged(keepers, pair, one)
    later = pair_of(one, third)
    merged(keepers, later, third)
    before = everything()

    with refuses("verification_pair_decided"):
        undone(keepers, pair)
    assert everything() == before

    undone(keepers, later)
    undone(keepers, pair)
    assert waits(pair)


def test_merge_cannot_be_undone_after_an_edit_of_a_taken_fact(keepers, both):
    one, _, pair = both
    merged(keepers, pair, one, Fact.PHONE)
    write_fact(Service.objects.get(pk=one.pk), Fact.PHONE, {"phones": []}, at=NOW)
    before = everything()

    with refuses("verification_merge_edited") as refused:
        undone(keepers, pair)

    assert refused.value.facts == {"facts": "Phone"}
    assert everything() == before


def test_edit_of_another_fact_survives_undoing_a_merge(keepers, both):
    one, _, pair = both
    merged(keepers, pair, one, Fact.PHONE)
    costs = {"costs": [{"kind": "paid", "note": ""}]}
    write_fact(Service.objects.get(pk=one.pk), Fact.COST, costs, at=NOW)

    undone(keepers, pair)

    assert [each.kind for each in one.costs.all()] == ["paid"]
    assert [each.number for each in one.phones.all()] == [NUMBER]


def test_check_after_a_merge_moves_back_with_its_fact(keepers, both):
    one, other, pair = both
    merged(keepers, pair, one, Fact.PHONE)
    check = checked(one, Fact.PHONE, NOW)

    undone(keepers, pair)

    assert FactCheck.objects.get(pk=check.pk).service == other


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.WITHDRAWN])
def test_undoing_a_merge_does_not_publish_a_suspended_or_withdrawn_entry(keepers, both, status):
    one, other, pair = both
    merged(keepers, pair, one)
    Service.objects.filter(pk=one.pk).update(status=status)

    undone(keepers, pair)

    other.refresh_from_db()
    assert (other.status, other.merged_into) == (status, None)


def test_merged_untested_number_is_queued_for_a_call_test(keepers, both):
    one, _, pair = both

    merged(keepers, pair, one, Fact.PHONE)

    assert [(each.service, each.reasons) for each in QueueItem.objects.all()] == [
        (one, [QueueReason.CHANGED])
    ]


@pytest.mark.parametrize("taken", [Fact.PHONE, Fact.COST])
def test_merged_tested_or_unchanged_number_is_not_queued(keepers, both, taken):
    one, other, pair = both
    people = {"by": keepers.vito.user, "second_checker": keepers.vera.user}
    checked(other, Fact.PHONE, NOW, **people)

    merged(keepers, pair, one, taken)

    assert not QueueItem.objects.exists()


@pytest.mark.parametrize(("days", "is_undone"), [(29, True), (30, False)])
def test_merge_can_be_undone_for_thirty_days(keepers, both, days, is_undone):
    one, _, pair = both
    merged(keepers, pair, one, Fact.PHONE)
    at = NOW + timedelta(days=days)
    before = everything()

    if is_undone:
        assert undone(keepers, pair, at).state == P.PROPOSED
    else:
        with refuses("verification_merge_too_old"):
            undone(keepers, pair, at)
        assert everything() == before


@pytest.mark.parametrize(("days", "left"), [(29, True), (30, False)])
def test_undo_data_of_a_merge_is_erased_after_thirty_days(keepers, both, days, left):
    one, _, pair = both
    merged(keepers, pair, one)

    merges.erase_undo_data(at=NOW + timedelta(days=days))

    pair.refresh_from_db()
    assert (bool(pair.before), pair.state) == (left, P.MERGED)


def protected(code):
    return entry(code, address_audience=AddressReaders.NEVER_STORED, categories=["shelter"])


@pytest.mark.parametrize("keeps_shelter", [True, False])
def test_merge_with_a_protected_entry_protects_the_result_and_erases_addresses(
    keepers, keeps_shelter
):
    shelter, public = protected("s1"), entry("s2", desk_notes=f"At {SPOT}.")
    Service.objects.filter(pk=shelter.pk).update(desk_notes=f"Was at {SPOT}.")
    locate(public, SPOT)
    pair = pair_of(shelter, public)
    keep = shelter if keeps_shelter else public

    merged(keepers, pair, keep, *Fact)

    assert not Location.objects.exists()
    assert not ServiceAtLocation.objects.exists()
    assert {each.address_audience for each in Service.objects.all()} == {"never_stored"}
    assert SPOT not in str(everything())


def test_protected_entry_stays_protected_after_the_merge_is_undone(keepers):
    shelter, public = protected("s1"), entry("s2")
    locate(public, SPOT)
    pair = pair_of(shelter, public)
    merged(keepers, pair, public)

    undone(keepers, pair)

    assert {each.address_audience for each in Service.objects.all()} == {"never_stored"}
    assert {each.status for each in Service.objects.all()} == {"published"}
    assert not Location.objects.exists()


def test_merge_keeps_entries_for_professionals_hidden_from_the_public(keepers, both):
    one, other, pair = both
    door = locate(one)
    Service.objects.filter(pk=other.pk).update(
        professionals_only=True, address_audience=AddressReaders.PROFESSIONALS
    )

    merged(keepers, pair, one, Fact.PHONE)

    one.refresh_from_db()
    door.refresh_from_db()
    assert (one.professionals_only, one.address_audience) == (True, "professionals")
    assert door.audience == "professionals"


def test_undo_data_contains_no_address(keepers, both):
    one, other, pair = both
    locate(one, SPOT)
    locate(other, "Demo Street 6")

    merged(keepers, pair, one, Fact.ADDRESS)

    assert "Street" not in str(DuplicatePair.objects.get().before)

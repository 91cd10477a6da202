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


def test_the_entry_that_goes_leads_to_the_one_that_remains(keepers, both):
    one, other, pair = both

    merged(keepers, pair, one)

    other.refresh_from_db()
    assert (other.status, other.merged_into) == (Status.WITHDRAWN, one)
    assert access.follow_merges(other) == one
    assert DuplicatePair.objects.get().state == P.MERGED
    assert deeds("merge") == 1


def test_a_chosen_fact_comes_with_its_checks_and_grows_no_fresher(keepers, both):
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


def test_what_was_not_chosen_stays_with_the_entry_that_goes(keepers, both):
    one, other, pair = both
    other.costs.create(kind="free")
    checked(other, Fact.COST)

    merged(keepers, pair, one, Fact.PHONE)

    assert not one.costs.exists()
    assert (other.costs.count(), other.checks.filter(fact=Fact.COST).count()) == (1, 1)


@pytest.mark.parametrize(("state", "decision"), [*product(P, P)])
def test_a_pair_is_decided_once_and_only_a_merging_is_taken_back(state, decision):
    allowed = {(P.PROPOSED, P.MERGED), (P.PROPOSED, P.DIFFERENT), (P.MERGED, P.PROPOSED)}

    if (state, decision) in allowed:
        assert rules.next_pair_state(state, decision) == decision
    else:
        with refuses("verification_pair_decided"):
            rules.next_pair_state(state, decision)


@pytest.mark.parametrize("first", ["merge", "different"])
@pytest.mark.parametrize("second", ["merge", "different"])
def test_a_second_decision_changes_nothing(keepers, both, first, second):
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
def test_only_editors_of_the_country_decide(keepers, both, name):
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


def test_a_merge_may_not_hide_a_published_entry(keepers, both):
    one, other, pair = both
    Service.objects.filter(pk=one.pk).update(status=Status.SUSPENDED)
    before = everything()

    with refuses("verification_merge_hides_published"):
        merged(keepers, pair, one)

    assert everything() == before
    assert merged(keepers, pair, other) == other


def test_an_entry_that_went_into_another_pair_is_not_merged_again(keepers, both):
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


def test_chains_of_merges_lead_to_the_last(keepers, both):
    one, other, pair = both
    third = entry("s3")
    merged(keepers, pair, one)
    merged(keepers, pair_of(one, third), third)

    assert access.follow_merges(Service.objects.get(pk=other.pk)) == third
    assert access.follow_merges(third) == third


def test_a_merging_is_not_taken_back_while_its_result_was_merged_itself(keepers, both):
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


def test_a_merging_is_refused_its_undoing_when_the_same_fact_was_edited(keepers, both):
    one, _, pair = both
    merged(keepers, pair, one, Fact.PHONE)
    write_fact(Service.objects.get(pk=one.pk), Fact.PHONE, {"phones": []}, at=NOW)
    before = everything()

    with refuses("verification_merge_edited") as refused:
        undone(keepers, pair)

    assert refused.value.facts == {"facts": "Phone"}
    assert everything() == before


def test_an_edit_of_another_fact_survives_the_undoing(keepers, both):
    one, _, pair = both
    merged(keepers, pair, one, Fact.PHONE)
    costs = {"costs": [{"kind": "paid", "note": ""}]}
    write_fact(Service.objects.get(pk=one.pk), Fact.COST, costs, at=NOW)

    undone(keepers, pair)

    assert [each.kind for each in one.costs.all()] == ["paid"]
    assert [each.number for each in one.phones.all()] == [NUMBER]


def test_a_check_made_meanwhile_goes_with_the_fact_that_it_was_made_of(keepers, both):
    one, other, pair = both
    merged(keepers, pair, one, Fact.PHONE)
    check = checked(one, Fact.PHONE, NOW)

    undone(keepers, pair)

    assert FactCheck.objects.get(pk=check.pk).service == other


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.WITHDRAWN])
def test_taking_back_shows_nothing_that_was_taken_off_the_site(keepers, both, status):
    one, other, pair = both
    merged(keepers, pair, one)
    Service.objects.filter(pk=one.pk).update(status=status)

    undone(keepers, pair)

    other.refresh_from_db()
    assert (other.status, other.merged_into) == (status, None)


def test_a_number_that_nobody_has_called_waits_for_its_call(keepers, both):
    one, _, pair = both

    merged(keepers, pair, one, Fact.PHONE)

    assert [(each.service, each.reasons) for each in QueueItem.objects.all()] == [
        (one, [QueueReason.CHANGED])
    ]


@pytest.mark.parametrize("taken", [Fact.PHONE, Fact.COST])
def test_a_number_that_two_have_called_or_that_stays_needs_no_other_call(keepers, both, taken):
    one, other, pair = both
    people = {"by": keepers.vito.user, "second_checker": keepers.vera.user}
    checked(other, Fact.PHONE, NOW, **people)

    merged(keepers, pair, one, taken)

    assert not QueueItem.objects.exists()


@pytest.mark.parametrize(("days", "is_undone"), [(29, True), (30, False)])
def test_a_merging_can_be_taken_back_for_thirty_days(keepers, both, days, is_undone):
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
def test_the_undo_of_a_merge_is_erased_after_thirty_days(keepers, both, days, left):
    one, _, pair = both
    merged(keepers, pair, one)

    merges.erase_undo_data(at=NOW + timedelta(days=days))

    pair.refresh_from_db()
    assert (bool(pair.before), pair.state) == (left, P.MERGED)


def protected(code):
    return entry(code, address_audience=AddressReaders.NEVER_STORED, categories=["shelter"])


@pytest.mark.parametrize("keeps_shelter", [True, False])
def test_a_protected_entry_makes_the_result_protected_and_no_address_is_left(
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


def test_a_protected_result_stays_protected_when_the_merging_is_taken_back(keepers):
    shelter, public = protected("s1"), entry("s2")
    locate(public, SPOT)
    pair = pair_of(shelter, public)
    merged(keepers, pair, public)

    undone(keepers, pair)

    assert {each.address_audience for each in Service.objects.all()} == {"never_stored"}
    assert {each.status for each in Service.objects.all()} == {"published"}
    assert not Location.objects.exists()


def test_what_only_professionals_see_is_shown_to_nobody_else_by_a_merging(keepers, both):
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


def test_what_is_remembered_for_the_undoing_holds_no_place(keepers, both):
    one, other, pair = both
    locate(one, SPOT)
    locate(other, "Demo Street 6")

    merged(keepers, pair, one, Fact.ADDRESS)

    assert "Street" not in str(DuplicatePair.objects.get().before)

"""The nightly search for entries that may be one service."""

from datetime import timedelta

import pytest

from protect.directory.enums import AddressReaders
from protect.directory.models import Service
from protect.verification.duplicates import merges
from protect.verification.duplicates.duplicates import propose_pairs
from protect.verification.duplicates.merges import MergeChoice
from protect.verification.enums import PairState
from protect.verification.models import DuplicatePair
from tests.verification.merges import pair_of
from tests.verification.nights import LATER, NOW, entry, house, locate, make_directory_staff

pytestmark = pytest.mark.django_db


def entry_elsewhere(code, **given):
    """Return an entry of another organisation with another name."""
    return entry(code, name="Something else", organisation=house(name="Other House"), **given)


def stored_pairs():
    return list(DuplicatePair.objects.order_by("pk").values())


def test_entries_with_the_same_number_are_proposed_once():
    one, other = entry("s1"), entry_elsewhere("s2")

    assert propose_pairs(at=NOW) == 1
    assert propose_pairs(at=LATER) == 0

    (pair,) = DuplicatePair.objects.all()
    assert {pair.first_id, pair.second_id} == {one.pk, other.pk}
    assert (pair.signs, pair.proposed_at, pair.country_id) == (["same_number"], NOW, "MT")


def test_short_numbers_other_countries_and_withdrawn_entries_are_not_paired():
    entry("s1", phone="112")
    entry_elsewhere("s2", phone="112")
    entry("s3")
    entry("s4", "IE", name="Third")
    entry_elsewhere("s5", status="withdrawn")

    assert propose_pairs(at=NOW) == 0


def test_near_addresses_and_similar_names_make_a_pair():
    for code in ("s1", "s2"):
        locate(entry(code, phone=""), is_exact=True)

    propose_pairs(at=NOW)

    assert DuplicatePair.objects.get().signs == ["similar_name", "near"]


@pytest.mark.parametrize("hidden", [AddressReaders.PROFESSIONALS, AddressReaders.NEVER_STORED])
def test_location_of_a_protected_entry_is_not_compared(hidden):
    for code in ("s1", "s2"):
        locate(entry(code, phone=""), is_exact=True)
    Service.objects.filter(source_id="s1").update(address_audience=hidden)

    propose_pairs(at=NOW)

    assert not DuplicatePair.objects.exists()


def test_town_centre_coordinates_are_not_compared():
    for code in ("s1", "s2"):
        locate(entry(code, phone=""), is_exact=False)

    assert propose_pairs(at=NOW) == 0


def test_pair_marked_as_different_is_not_proposed_again():
    staff = make_directory_staff()
    pair = pair_of(entry("s1"), entry("s2"))
    merges.mark_as_different(staff.edda.scope, pair, at=NOW)
    before = stored_pairs()

    assert propose_pairs(at=NOW + timedelta(days=400)) == 0
    assert stored_pairs() == before


def test_merged_pair_is_not_changed_by_the_nightly_search():
    staff = make_directory_staff()
    one = entry("s1")
    pair = pair_of(one, entry("s2"))
    merges.merge(staff.edda.scope, pair, MergeChoice(one.pk), at=NOW)
    before = stored_pairs()

    assert propose_pairs(at=LATER) == 0
    assert stored_pairs() == before


def test_proposed_pair_without_similarity_is_deleted():
    one = entry("s1")
    entry_elsewhere("s2")
    propose_pairs(at=NOW)
    one.phones.all().delete()

    propose_pairs(at=LATER)

    assert not DuplicatePair.objects.exists()


def test_proposed_pair_is_rescored_when_entries_change():
    one, other = entry("s1"), entry_elsewhere("s2")
    propose_pairs(at=NOW)
    for service in (one, other):
        Service.objects.filter(pk=service.pk).update(website="https://demo.example")

    propose_pairs(at=LATER)

    pair = DuplicatePair.objects.get()
    assert (pair.state, pair.signs) == (PairState.PROPOSED, ["same_number", "same_host"])
    assert (pair.score, pair.proposed_at) == (0.9, NOW)

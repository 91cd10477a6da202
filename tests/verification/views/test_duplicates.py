"""Pages on possible duplicates."""

from datetime import timedelta

import pytest

from protect.directory.changes import run_nightly_steps
from protect.directory.enums import AddressReaders, Fact
from protect.directory.models import Service
from protect.verification.duplicates import merges
from protect.verification.duplicates.duplicates import propose_by_hand, propose_pairs
from protect.verification.duplicates.merges import MergeChoice
from protect.verification.enums import PairState, Similarity
from protect.verification.models import DuplicatePair
from tests.refusals import refuses
from tests.vault.views.desk import words
from tests.verification.merges import all_rows, pair_of
from tests.verification.nights import LATER, NOW, checked, count_audit_entries, entry, locate

DAY = timedelta(days=1)
OTHER = "+35621000002"


@pytest.fixture
def entries_and_pair(staff):
    """Two entries with different numbers, the second called a day ago, and their pair."""
    one, other = entry("s1", name="Demo One"), entry("s2", name="Demo Two", phone=OTHER)
    checked(one, Fact.PHONE, NOW - 20 * DAY)
    checked(other, Fact.PHONE, NOW - DAY)
    return one, other, pair_of(one, other, signs=[Similarity.NUMBER, Similarity.NEAR])


def side(pair, service):
    return "first" if pair.first_id == service.pk else "second"


def pair_url(pair, path=""):
    return f"/directory/duplicates/{pair.pk}{path}"


def test_pair_list_shows_similarities(staff, entries_and_pair):
    shown = words(staff.desk("edda").get("/directory/duplicates"))

    assert "Demo One" in shown
    assert "Demo Two" in shown
    assert "Same number · Less than 200 m apart" in shown


def test_empty_list_explains_itself(staff):
    assert "the numbers, websites, names and addresses of the entries are compared." in words(
        staff.desk("edda").get("/directory/duplicates")
    )


def test_fresher_version_is_preselected(staff, entries_and_pair):
    _, other, pair = entries_and_pair

    form = staff.desk("edda").get(pair_url(pair)).context["form"]

    assert form.initial["is_phone"] == side(pair, other)


def test_merge_form_asks_only_about_differing_facts(staff, entries_and_pair):
    _, _, pair = entries_and_pair

    assert set(staff.desk("edda").get(pair_url(pair)).context["form"].fields) == {
        "keep",
        "is_phone",
    }


def test_entries_are_merged_as_chosen(staff, entries_and_pair):
    one, other, pair = entries_and_pair
    desk = staff.desk("edda")

    answer = desk.post(pair_url(pair), keep=side(pair, one), is_phone=side(pair, other))

    assert answer.headers["Location"] == f"/directory/services/{one.pk}"
    assert [phone.number for phone in one.phones.all()] == [OTHER]
    assert Service.objects.get(pk=other.pk).merged_into == one
    assert (
        "The entries are merged. You can undo this for 30 days: "
        "under “Duplicates”, choose the state “Merged”."
        in words(desk.get(answer.headers["Location"]))
    )


def test_equal_facts_take_the_checks_of_the_fresher_entry(staff, entries_and_pair):
    one, other, pair = entries_and_pair
    for each in entries_and_pair[:2]:
        each.costs.create(kind="free")
    checked(other, Fact.COST, NOW - DAY)

    staff.desk("edda").post(pair_url(pair), keep=side(pair, one), is_phone=side(pair, one))

    assert one.checks.filter(fact=Fact.COST).count() == 1


def test_desk_page_of_a_merged_entry_redirects_to_the_remaining_entry(staff, entries_and_pair):
    one, other, pair = entries_and_pair
    merges.merge(staff.edda.scope, pair, MergeChoice(one.pk), at=NOW)

    for name in ("rita", "edda"):
        answer = staff.desk(name).get(f"/directory/services/{other.pk}")
        assert answer.headers["Location"] == f"/directory/services/{one.pk}"


def test_merge_without_choices_is_refused(staff, entries_and_pair):
    _, _, pair = entries_and_pair
    before = all_rows()

    answer = staff.desk("edda").post(pair_url(pair), keep="third")

    assert answer.status_code == 422
    assert "Choose which version stays." in words(answer)
    assert all_rows() == before


def test_second_decision_on_the_page_is_refused(staff, entries_and_pair):
    one, other, pair = entries_and_pair
    desk = staff.desk("edda")
    merges.mark_as_different(staff.cora.scope, pair, at=NOW)
    before = all_rows()

    answer = desk.post(pair_url(pair), keep=side(pair, one), is_phone=side(pair, other))

    assert answer.status_code == 409
    assert "This pair has been decided on in the meantime" in words(answer)
    assert all_rows() == before


def test_unpublished_entry_cannot_remain_over_a_published_one(staff, entries_and_pair):
    one, _, pair = entries_and_pair
    Service.objects.filter(pk=one.pk).update(status="suspended")

    answer = staff.desk("edda").post(pair_url(pair), keep=side(pair, one), is_phone=side(pair, one))

    assert answer.status_code == 409
    assert "Keep the entry that the public sees." in words(answer)


def test_pair_marked_different_is_listed_as_two_services(staff, entries_and_pair):
    _, _, pair = entries_and_pair
    desk = staff.desk("edda")

    desk.post(pair_url(pair, "/different"))

    assert DuplicatePair.objects.get().state == PairState.DIFFERENT
    assert "Two services" in words(desk.get(pair_url(pair)))
    page = words(desk.get("/directory/duplicates?state=different"))
    assert "No pairs match these filters." not in page


def test_merge_is_undone_after_confirmation(staff, entries_and_pair):
    one, _, pair = entries_and_pair
    before = all_rows()
    merges.merge(staff.edda.scope, pair, MergeChoice(one.pk, frozenset({Fact.PHONE})), at=NOW)
    desk = staff.desk("cora", LATER)

    assert "Undo" in words(desk.get(pair_url(pair)))
    assert "Undo this merge?" in words(desk.get(pair_url(pair, "/undo")))
    desk.post(pair_url(pair, "/undo"))

    assert all_rows() == before


def test_undo_is_not_offered_after_thirty_days(staff, entries_and_pair):
    one, _, pair = entries_and_pair
    merges.merge(staff.edda.scope, pair, MergeChoice(one.pk), at=NOW)
    DuplicatePair.objects.update(decided_at=NOW - 31 * DAY)
    desk = staff.desk("edda")

    assert "Undo" not in words(desk.get(pair_url(pair)))
    answer = desk.post(pair_url(pair, "/undo"))
    assert answer.status_code == 409
    assert "they have passed" in words(answer)


def test_merge_page_hides_addresses_and_warns_if_one_entry_is_protected(staff):
    one, other = entry("s1"), entry("s2", address_audience=AddressReaders.NEVER_STORED)
    locate(one, "Demo Street 5")

    answer = staff.desk("edda").get(pair_url(pair_of(one, other)))

    assert "The address of one entry is never stored." in words(answer)
    assert "is_address" not in answer.context["form"].fields


def test_pair_list_shows_the_time_of_the_last_search(staff, entries_and_pair):
    desk = staff.desk("edda")
    assert "The entries have not been compared yet." in words(desk.get("/directory/duplicates"))

    run_nightly_steps(at=NOW, say=lambda step, done: None)

    assert "last compared on 24 Nov 2026" in words(desk.get("/directory/duplicates"))


@pytest.fixture
def unrelated_entries(staff):
    """Two dissimilar entries of Malta; a withdrawn one and one abroad also exist."""
    one = entry("u1", name="Demo Harbour", phone="")
    other = entry("u2", name="Demo Lantern", phone="", categories=["legal"])
    entry("u3", name="Demo Lantern Gone", phone="", status="withdrawn")
    entry("u4", "IE", name="Demo Lantern Abroad", phone="")
    return one, other


def test_manually_proposed_pair_survives_the_nightly_search(staff, unrelated_entries):
    one, other = unrelated_entries
    desk, path = staff.desk("edda"), f"/directory/services/{one.pk}/duplicate"
    assert path in desk.get(f"/directory/services/{one.pk}").content.decode()

    shown = words(desk.get(f"{path}?q=demo lantern"))
    assert "Demo Lantern" in shown
    assert "Gone" not in shown
    assert "Abroad" not in shown
    answer = desk.post(path, other=other.pk)

    pair = DuplicatePair.objects.get()
    assert answer.headers["Location"] == pair_url(pair)
    assert "Proposed by a colleague" in words(desk.get(pair_url(pair)))
    propose_pairs(at=LATER)
    assert DuplicatePair.objects.get() == pair
    assert desk.post(path, other=other.pk).headers["Location"] == pair_url(pair)
    assert count_audit_entries("pair_propose") == 1


def test_decided_pair_shows_its_decision_without_a_form(staff, unrelated_entries):
    one, other = unrelated_entries
    pair = pair_of(one, other)
    merges.mark_as_different(staff.edda.scope, pair, at=NOW)

    answer = staff.desk("edda").post(f"/directory/services/{one.pk}/duplicate", other=other.pk)

    assert answer.headers["Location"] == pair_url(pair)
    assert DuplicatePair.objects.get().state == PairState.DIFFERENT


@pytest.mark.parametrize("code", ["u1", "u3", "u4"])
def test_pair_across_countries_or_with_a_withdrawn_entry_is_refused(staff, unrelated_entries, code):
    other = Service.objects.get(source_id=code)
    scope = staff.edda.scope

    with refuses("verification_pair_not_possible"):
        propose_by_hand(scope, unrelated_entries[0], other, at=NOW)

    assert not DuplicatePair.objects.exists()
    assert count_audit_entries("pair_propose") == 0


@pytest.mark.parametrize(("name", "status"), [("vito", 403), ("rita", 403), ("zoe", 403)])
def test_only_editors_can_propose_a_pair(staff, unrelated_entries, name, status):
    one, other = unrelated_entries
    desk, path = staff.desk(name), f"/directory/services/{one.pk}/duplicate"

    assert desk.get(path).status_code == status
    assert desk.post(path, other=other.pk).status_code == status
    assert not DuplicatePair.objects.exists()

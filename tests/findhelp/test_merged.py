"""An old address leads to the entry that remained."""

import pytest
from django.db import Error
from django.test import Client

from protect.directory import access as directory
from protect.verification.duplicates import merges
from protect.verification.duplicates.merges import MergeChoice
from tests.verification.merges import pair_of
from tests.verification.nights import LATER, NOW, entry, make_directory_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return make_directory_staff()


@pytest.fixture
def both(staff):
    """Two entries that were merged: the one that remained, the other, and their pair."""
    one, other = entry("s1"), entry("s2")
    pair = pair_of(one, other)
    merges.merge(staff.edda.scope, pair, MergeChoice(one.pk), at=NOW)
    return one, other, pair


@pytest.fixture
def public():
    return Client(headers={"host": "127.0.0.1"})


@pytest.mark.parametrize(
    "address", ["/en/{}", "/fr/{}/q", "/en/ns8wfx-gk/{}", "/en/{}/info-3.pdf", "/en/{}/w"]
)
def test_every_url_of_a_merged_entry_redirects_to_the_remaining_one(public, both, address):
    one, other, _ = both

    answer = public.get(address.format(other.short))

    assert (answer.status_code, answer.headers["Location"]) == (302, address.format(one.short))
    assert public.get(answer.headers["Location"]).status_code == 200


def test_a_chain_of_merges_redirects_to_its_end(public, staff, both):
    one, other, _ = both
    third = entry("s3")
    merges.merge(staff.edda.scope, pair_of(one, third), MergeChoice(third.pk), at=NOW)

    assert public.get(f"/en/{other.short}").headers["Location"] == f"/en/{third.short}"


def test_an_undone_merge_restores_the_page(public, staff, both):
    _, other, pair = both
    merges.undo_merge(staff.edda.scope, pair, at=LATER)

    assert public.get(f"/en/{other.short}").status_code == 200


def test_a_merged_entry_is_not_found_if_the_remaining_one_is_not_public(public, both):
    one, other, _ = both
    type(one).objects.filter(pk=one.pk).update(professionals_only=True)

    assert public.get(f"/en/{other.short}").status_code == 404


def test_merged_urls_are_not_found_while_the_database_is_unavailable(public, both, monkeypatch):
    def away(**named):
        raise Error

    monkeypatch.setattr(directory, "find_merge_target", away)

    assert public.get("/en/zzzzzz").status_code == 404

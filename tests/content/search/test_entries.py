"""Full-text search, by the index of whichever database runs."""

import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.django import TestCase

from protect.content.enums import SearchKind
from protect.content.models import SearchEntry
from protect.content.search.entries import find_keys, replace_entries, store_entries
from tests.content.editing import translate

KIND = SearchKind.RESOURCE
TEXTS = {
    "manual": ["Manual for trainers", "Répondre à la violence"],
    "film": ["Film: you are not alone", "لستِ وحدك"],
    "card": ["Wallet card", "ካርድ ምስጢር"],
}


@pytest.fixture
def stored(db):
    replace_entries(KIND, TEXTS)


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("manual", ["manual"]),
        ("MANU train", ["manual"]),
        ("repondre", ["manual"]),
        ("manual film", []),
        ("وحدك", ["film"]),
        ("ምስጢር", ["card"]),
        ("alone", ["film"]),
        ("lone", []),
        ("'; DROP TABLE", []),
        ('" OR *', []),
        ("not:alone", ["film"]),
    ],
)
def test_each_typed_word_begins_a_word_of_the_thing(typed, keys):
    assert find_keys(KIND, typed) == keys


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("typed", ["", "   ", "%&*()'\"", "—"])
def test_nothing_typed_is_no_search(typed):
    assert find_keys(KIND, typed) is None


@pytest.mark.usefixtures("stored")
def test_things_of_other_kinds_are_not_found():
    store_entries(SearchKind.MATERIAL, {"1": ["Manual"]})

    assert find_keys(KIND, "manual") == ["manual"]


@pytest.mark.usefixtures("stored")
def test_a_changed_thing_is_found_by_its_new_words_and_a_removed_one_not():
    store_entries(KIND, {"manual": ["Guide"]})
    assert find_keys(KIND, "manual") == []
    assert find_keys(KIND, "guide") == ["manual"]

    replace_entries(KIND, {"film": TEXTS["film"]})

    assert find_keys(KIND, "guide") == []
    assert SearchEntry.objects.filter(kind=KIND).count() == 1


@pytest.mark.usefixtures("stored")
def test_what_has_a_word_more_often_comes_first():
    store_entries(KIND, {"much": ["train train train"], "once": ["train in a long text of words"]})

    assert find_keys(KIND, "train")[0] == "much"


@pytest.mark.django_db
def test_a_page_is_found_by_a_translation_once_it_is_saved(page, amal):
    assert "men" not in find_keys(SearchKind.PAGE, "pamplemousse")

    translate(amal, page, "Un pamplemousse.")

    assert find_keys(SearchKind.PAGE, "PAMPLEM") == ["men"]


class AnythingTyped(TestCase):
    @settings(deadline=None)
    @given(typed=st.text(max_size=120))
    def test_no_typed_text_breaks_the_query(self, typed):
        found = find_keys(SearchKind.PAGE, typed)

        assert found is None or isinstance(found, list)

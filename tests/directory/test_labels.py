"""Words of the desk for codes: every code has some, in every language of the desk."""

import pytest
from django.conf import settings
from django.utils import translation

from protect.directory import labels
from protect.directory.enums import Method
from protect.reference import vocabulary

OTHERS = [tag for tag in settings.DESK_LANGUAGES if tag != "en"]


def test_every_kind_of_service_that_we_ship_has_words_of_the_desk():
    shipped = {code for code, each in vocabulary.categories().items() if not each.derived}

    assert shipped == set(labels.CATEGORIES)
    assert all(vocabulary.categories()[code].name for code in shipped)


@pytest.mark.parametrize("tag", OTHERS)
@pytest.mark.parametrize("code", sorted(labels.CATEGORIES))
def test_every_kind_of_service_is_said_in_every_language_of_the_desk(tag, code):
    with translation.override("en"):
        english = str(labels.category_label(code))
    with translation.override(tag):
        said = str(labels.category_label(code))

    assert said
    assert said != english or code in {"police", "information"}  # the same word in French


def test_a_kind_that_an_office_added_is_said_as_it_wrote_it(tmp_path, settings, monkeypatch):
    police = vocabulary.categories()["police"]
    own = police.model_copy(update={"code": "demo-own", "name": "Demo kind"})
    monkeypatch.setattr(vocabulary, "categories", lambda: {"demo-own": own})

    assert labels.category_label("demo-own") == "Demo kind"
    assert labels.category_label("demo-gone") == "demo-gone"


def test_every_way_of_checking_is_said_by_whoever_did_it_and_to_others():
    assert set(labels.METHODS) == set(Method)
    assert all(str(way.label) != str(way.phrase) for way in labels.METHODS.values())

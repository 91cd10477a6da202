"""Labels of codes at the desk: every code has a label in every language of the desk."""

import pytest
from django.conf import settings
from django.utils import translation

from protect.directory import labels
from protect.directory.enums import Method
from protect.reference import vocabulary

OTHERS = [tag for tag in settings.DESK_LANGUAGES if tag != "en"]


def test_every_category_has_a_desk_label():
    shipped = {code for code, each in vocabulary.categories().items() if not each.derived}

    assert shipped == set(labels.CATEGORIES)
    assert all(vocabulary.categories()[code].name for code in shipped)


@pytest.mark.parametrize("tag", OTHERS)
@pytest.mark.parametrize("code", sorted(labels.CATEGORIES))
def test_every_category_label_is_translated_for_the_desk(tag, code):
    with translation.override("en"):
        english = str(labels.category_label(code))
    with translation.override(tag):
        said = str(labels.category_label(code))

    assert said
    assert said != english or code in {"police", "information"}  # the same word in French


def test_category_from_an_overlay_is_shown_as_written(tmp_path, settings, monkeypatch):
    police = vocabulary.categories()["police"]
    own = police.model_copy(update={"code": "demo-own", "name": "Demo kind"})
    monkeypatch.setattr(vocabulary, "categories", lambda: {"demo-own": own})

    assert labels.category_label("demo-own") == "Demo kind"
    assert labels.category_label("demo-gone") == "demo-gone"


def test_every_method_has_a_label_and_a_different_phrase():
    assert set(labels.METHODS) == set(Method)
    assert all(str(way.label) != str(way.phrase) for way in labels.METHODS.values())

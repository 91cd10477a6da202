"""Languages to choose from."""

from __future__ import annotations

from django.utils import translation

from protect.reference import vocabulary
from protect.trainings.forms.speaking import by_name


def test_languages_of_the_country_come_first_then_all_by_name():
    with translation.override("en"):
        found = by_name(vocabulary.languages(), "BE")

    assert [tag for tag, _name in found[:3]] == ["nl", "fr", "de"]
    names = [name for _tag, name in found]
    assert names[:3] == sorted(names[:3])
    assert names[3:] == sorted(names[3:])
    assert len(found) == len(vocabulary.languages())


def test_without_a_country_all_stand_by_name():
    names = [name for _tag, name in by_name(vocabulary.languages(), "")]

    assert names == sorted(names)

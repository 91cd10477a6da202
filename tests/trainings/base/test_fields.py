"""Order of the language choices."""

from itertools import pairwise

import pytest
from django.utils import translation

from protect.reference import vocabulary
from protect.reference.lookup.fold import fold
from protect.trainings.base.fields import language_choices


def place(tag: str, own: tuple[str, ...]) -> tuple[bool, bool]:
    return tag not in own, not vocabulary.languages()[tag].has_text


@pytest.mark.parametrize("country", ["BE", "MT", ""])
@pytest.mark.parametrize("tag", ["en", "fr", "ar"])
def test_language_choices_start_with_country_then_page_languages_then_names(country, tag):
    with translation.override(tag):
        choices = language_choices(vocabulary.languages(), country)

    own = vocabulary.countries()[country].languages if country else ()
    assert {code for code, _name in choices[: len(own)]} == {*own}
    keys = [(*place(code, own), fold(name)) for code, name in choices]
    assert all(first <= second for first, second in pairwise(keys))
    assert {code for code, _name in choices} == vocabulary.languages().keys()


def test_name_order_ignores_case_and_accents():
    with translation.override("fr"):
        names = [name for _tag, name in language_choices(["sq", "es", "fa"], "")]

    assert names == ["albanais", "espagnol", "persan"]

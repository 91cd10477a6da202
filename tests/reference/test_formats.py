from collections.abc import Iterable

import pytest
from babel import localedata

from protect.reference import formats, vocabulary


def names_of_days(tags: Iterable[str]) -> dict[str, list[str]]:
    """Return the short names of the weekdays, asked in this order by a process that knows none."""
    formats.cldr_locale.cache_clear()
    localedata._cache.clear()
    days = {tag: formats.cldr_locale(tag).days["stand-alone"]["abbreviated"] for tag in tags}
    return {tag: [names[day] for day in range(7)] for tag, names in days.items()}


def test_weekdays_do_not_depend_on_the_languages_asked_before():
    tags = [*vocabulary.published_languages("demo")]

    there, back = names_of_days(tags), names_of_days(tags[::-1])

    assert there == back
    assert there["ur"] != there["ps"]


@pytest.mark.parametrize(
    ("label", "tag", "between"),
    [
        ("Age", "en", ":"),
        ("Âge", "fr", "\N{NO-BREAK SPACE}:"),
        ("年龄", "zh", "："),
        ("ዕድመ", "ti", "፦"),
        ("When did it happen?", "en", ""),
        ("متى حدث ذلك؟", "ar", ""),
        ("Πότε έγινε;", "el", ""),
    ],
)
def test_a_label_ends_with_the_colon_of_its_language_unless_it_asks(label, tag, between):
    assert formats.colon_after(label, tag) == between


@pytest.mark.parametrize(
    ("code", "tag", "name"),
    [
        ("sl", "en", "Slovenian"),
        ("el", "fa", "یونانی"),
        ("uk", "pl", "ukraiński"),
        ("prs", "ckb", "دری"),  # CLDR has no Sorani name
        ("hsh", "en", "Hungarian Sign Language"),
        ("hsh", "fr", "Magyar jelnyelv"),
        ("xx", "fr", "xx"),
    ],
)
def test_a_language_has_the_name_that_the_reader_knows(code, tag, name):
    assert formats.language_name(code, tag) == name


@pytest.mark.parametrize("tag", [*vocabulary.published_languages("demo")])
def test_kurmanji_never_has_the_name_of_all_kurdish(tag):
    assert formats.language_name("kmr", tag) in {"Kurmancî", "Kurmanji Kurdish"}


@pytest.mark.parametrize("code", ["bin", "byn"])
def test_a_language_without_a_right_name_in_cldr_has_its_own_name(code):
    assert formats.language_name(code, "so") == vocabulary.languages()[code].endonym

import pytest

from protect.reference import vocabulary
from protect.reference.lookup import store
from protect.reference.lookup.fold import fold
from protect.reference.lookup.place_names import (
    ALPHABETS,
    DATA_FOLDER,
    LATIN,
    SIGN,
    area_name,
    camp_name,
    is_written_in,
    place_name,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "country", "tag", "shown"),
    [
        ("Madrid", "ES", "ar", "مدريد (Madrid)"),
        ("Athens", "GR", "el", "Αθήνα"),
        ("Sofia", "BG", "bg", "София"),
        ("Sofia", "BG", "uk", "Софія (Sofia)"),
        ("Madrid", "ES", "en", "Madrid"),
        ("Warsaw", "PL", "pl", "Warszawa"),
        ("Warsaw", "PL", "fr", "Varsovie"),
        ("Warsaw", "PL", "vi", "Warszawa"),  # Vietnamese has no name of its own
        ("Warsaw", "PL", "fa", "ورشو (Warszawa)"),
        ("Rome", "IT", "it", "Roma"),
        ("Antwerp", "BE", "nl", "Antwerpen"),
        ("Imsida", "MT", "en", "Msida"),
        ("Łódź", "PL", "uk", "Лодзь (Łódź)"),
        ("Łódź", "PL", "bg", "Лодз (Łódź)"),
        ("Tríkala", "GR", "prs", "تریکالا (Tríkala)"),  # as in Persian
        ("Przemyśl", "PL", "de", "Przemyśl"),
    ],
)
def test_a_settlement_is_spelled_as_readers_of_the_language_spell_it(name, country, tag, shown):
    place = store.place_index().find(name, country).best[0]

    assert place_name(place, tag) == shown


def test_arabic_readers_get_no_letter_that_arabic_lacks_if_another_name_is_known():
    arabic = set(ALPHABETS["ar"])
    for place in store.place_rows().values():
        names = [name for name in place.names if is_written_in("Arab", name)]
        if any(set(filter(str.isalpha, name)) <= arabic for name in names):
            shown = place_name(place, "ar").partition("(")[0]
            assert set(filter(str.isalpha, shown)) <= arabic, place


@pytest.mark.parametrize(("tag", "foreign"), [("fa", "يكة"), ("ckb", "يكة"), ("ar", "یک")])
def test_letters_of_a_related_script_are_written_as_the_language_writes_them(tag, foreign):
    shown = {place_name(place, tag) for place in store.place_rows().values()}

    assert not [name for name in shown if set(name) & set(foreign)]


def town_names():
    lines = (DATA_FOLDER / "town_names.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")][1:]


def test_names_of_towns_are_sorted_once_each_and_in_the_script_of_their_language():
    rows = town_names()
    keys = [(int(place), tag) for place, tag, _ in rows]

    assert keys == sorted(set(keys))
    for place, tag, name in rows:
        language = vocabulary.languages()["en" if tag == SIGN else tag]
        letters = {char for char in name.lower() if char.isalpha()}
        assert int(place) in store.place_rows()
        assert is_written_in(language.script, name), name
        assert letters <= set(ALPHABETS.get(tag, letters)), name
        assert name == name.strip(), name


def test_names_of_towns_are_found_when_they_are_typed():
    for place, tag, name in town_names():
        row = store.place_rows()[int(place)]
        others = {fold(other) for other in (row.name, *row.local_names, *row.names)}
        assert fold(name) in others, (tag, name)


def test_capitals_have_a_name_in_every_language_of_another_script():
    by_place = {(place, tag) for place, tag, _ in town_names()}
    capitals = (
        "2800866 727011 3117735 264371 3186886 3054643 2964574 3169070 2562305 2759794 756135"
    )
    written = {
        tag
        for tag, language in vocabulary.published_languages("demo").items()
        if language.script != LATIN
    }

    for place in [*capitals.split(), "3196359"]:
        for tag in written - {"prs", "ps"}:  # they read the Persian name
            assert (place, tag) in by_place, (place, tag)


def test_a_camp_is_named_in_the_script_of_the_reader_before_its_own_name():
    camp = vocabulary.camps()["gr-diavata"]
    place = store.place_rows()[camp.place]

    assert camp_name(camp, place, "fa") == "دیاواتا · Διαβατά (Diavata)"
    assert camp_name(camp, place, "am") == "ዲያቫታ · Διαβατά (Diavata)"  # as its settlement
    assert camp_name(camp, place, "el") == camp_name(camp, place, "en") == "Διαβατά (Diavata)"


def test_a_region_is_named_in_the_script_of_the_reader_if_that_name_is_known():
    areas = store.areas()

    assert area_name(areas["BG-26"], "bg") == "Хасково"
    assert area_name(areas["BG-26"], "uk") == "Хасковська область (Haskovo)"
    assert area_name(areas["ES-AN"], "prs") == "اندلس (Andalucía)"  # as in Persian
    assert area_name(areas["GR-I"], "el") == "Αττική"
    assert area_name(areas["BE-WAL"], "nl") == "Wallonie"
    assert area_name(areas["BE-WAL"], "ti") == "Wallonie"  # no Tigrinya name is known

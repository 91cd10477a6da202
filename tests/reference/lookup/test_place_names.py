import pytest

from protect.reference.lookup import store
from protect.reference.lookup.place_names import ALPHABETS, area_name, is_written_in, place_name

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "country", "tag", "shown"),
    [
        ("Madrid", "ES", "ar", "مدريد (Madrid)"),
        ("Athens", "GR", "el", "Αθήνα"),
        ("Sofia", "BG", "bg", "София"),
        ("Sofia", "BG", "uk", "София (Sofia)"),
        ("Madrid", "ES", "en", "Madrid"),
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


def test_a_region_is_named_in_the_script_of_the_reader_if_that_name_is_known():
    areas = store.areas()

    assert area_name(areas["BG-26"], "bg") == "Хасково"
    assert area_name(areas["BG-26"], "uk") == "Хасковська область (Haskovo)"
    assert area_name(areas["ES-AN"], "prs") == "اندلس (Andalucía)"  # as in Persian
    assert area_name(areas["GR-I"], "el") == "Αττική"
    assert area_name(areas["BE-WAL"], "nl") == "Wallonie"
    assert area_name(areas["BE-WAL"], "ti") == "Wallonie"  # no Tigrinya name is known

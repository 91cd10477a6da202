from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from protect.reference.lookup.fold import fold
from protect.reference.lookup.index import (
    PlaceIndex,
    PlaceRow,
    area_chain,
    distance_km,
    enclosing_areas,
)

LIEGE = PlaceRow(1, "BE", "BE-WLG", "Liège", ("Luik", "Lüttich"), 195_278, 50.63, 5.57)
MONS = PlaceRow(2, "BE", "BE-WHT", "Mons", ("Bergen",), 95_299, 50.45, 3.95)
NAMUR = PlaceRow(3, "BE", "BE-WNA", "Namur", ("Namen",), 106_284, 50.47, 4.87)
LEUZE_WEST = PlaceRow(4, "BE", "BE-WHT", "Leuze", (), 7_095, 50.6, 3.62)
LEUZE_EAST = PlaceRow(5, "BE", "BE-WNA", "Leuze", (), 2_454, 50.56, 4.91)
BERGEN = PlaceRow(6, "NL", "NL-NH-0373", "Bergen", (), 12_925, 52.67, 4.7)
LODZ = PlaceRow(7, "PL", "PL-10", "Łódź", ("Lodzia", "لودز"), 639_890, 51.77, 19.47)
ATHENS = PlaceRow(8, "GR", "GR-I", "Athens", ("Athina", "Atene"), 664_046, 37.98, 23.73, ("Αθήνα",))
SMALL_ATENE = PlaceRow(9, "GR", "GR-J", "Sparta", ("Atene",), 16_000, 37.07, 22.43)
VICTORIA = PlaceRow(10, "MT", "MT-45", "Victoria", (), 6_596, 36.04, 14.24, ("Rabat",))
RABAT = PlaceRow(11, "MT", "MT-46", "Rabat", (), 11_936, 35.88, 14.4)
VALLETTA = PlaceRow(12, "MT", "MT-60", "Valletta", (), 6_794, 35.9, 14.51)
ROWS = (LIEGE, MONS, NAMUR, LEUZE_WEST, LEUZE_EAST, BERGEN, LODZ, ATHENS, SMALL_ATENE)
ROWS += (VICTORIA, RABAT, VALLETTA)
PARENTS = {"BE-WLG": "BE-WAL", "BE-WHT": "BE-WAL", "BE-WNA": "BE-WAL", "NL-NH-0373": "NL-NH"}


@pytest.fixture
def index():
    return PlaceIndex(ROWS)


@pytest.mark.parametrize(
    ("typed", "country", "place"),
    [
        ("Liège", "BE", LIEGE),
        ("LIEGE", None, LIEGE),
        ("luik", "BE", LIEGE),
        ("Lodz", "PL", LODZ),
        ("athens", "GR", ATHENS),
        ("Αθηνα", "GR", ATHENS),
        ("Athens", "EL", ATHENS),  # as the European Union writes Greece
        ("لودز", None, LODZ),
        ("Bergen", "BE", MONS),
        ("Bergen", "NL", BERGEN),
    ],
)
def test_a_name_that_one_place_has_is_found_exactly(index, typed, country, place):
    matches = index.find(typed, country)

    assert (matches.best, matches.exact, matches.ambiguous) == ((place,), True, False)


@pytest.mark.parametrize(
    ("typed", "country", "place"),
    [
        ("لييج", "BE", LIEGE),
        ("ሊዬዥ", "BE", LIEGE),
        ("Лієж", "BE", LIEGE),
        ("فاليتا", "MT", VALLETTA),
        ("ቫሌታ", "MT", VALLETTA),
        ("أثينا", "GR", ATHENS),
        ("لوڈز", "PL", LODZ),
        ("Афины", "GR", ATHENS),
        ("নামুর", "BE", NAMUR),
    ],
)
def test_a_name_in_another_script_is_found_but_never_called_exact(index, typed, country, place):
    matches = index.find(typed, country)

    assert matches.best[0] == place
    assert not matches.exact


@pytest.mark.parametrize("typed", ["Vallettta", "Valetta", "Vallettq", "Vallteta"])
def test_one_typo_is_forgiven(index, typed):
    assert index.find(typed, "MT").best == (VALLETTA,)


def test_a_typo_is_never_called_exact(index):
    assert not index.find("Valetta", "MT").exact


@pytest.mark.parametrize(("typed", "country"), [("Vallet", "MT"), ("Mos", "BE"), ("Zzzzz", None)])
def test_more_than_one_typo_or_a_short_word_finds_nothing(index, typed, country):
    matches = index.find(typed, country)

    assert (matches.best, matches.exact, matches.ambiguous) == ((), False, False)


def test_homonyms_are_all_shown_and_none_is_chosen(index):
    matches = index.find("Leuze", "BE")

    assert matches.best == (LEUZE_WEST, LEUZE_EAST)
    assert matches.exact
    assert matches.ambiguous


def test_a_local_name_is_a_main_name(index):
    matches = index.find("Rabat", "MT")

    assert matches.best == (RABAT, VICTORIA)
    assert matches.ambiguous


def test_a_larger_place_with_the_name_as_other_name_is_shown_too(index):
    matches = index.find("Bergen")

    assert matches.best == (BERGEN, MONS)
    assert matches.ambiguous


def test_a_smaller_place_with_the_name_as_other_name_is_hidden():
    hamlet = replace(SMALL_ATENE, names=("Athens",))

    matches = PlaceIndex([ATHENS, hamlet]).find("Athens")

    assert (matches.best, matches.ambiguous) == ((ATHENS,), False)


def test_places_that_share_only_another_name_are_ambiguous(index):
    matches = index.find("Atene", "GR")

    assert matches.best == (ATHENS, SMALL_ATENE)
    assert matches.ambiguous


def test_areas_lead_from_the_smallest_to_the_largest_and_the_country():
    assert area_chain("BE-WNA", PARENTS) == ("BE-WNA", "BE-WAL")
    assert enclosing_areas(LEUZE_EAST, PARENTS) == ("BE-WNA", "BE-WAL", "BE")


def test_a_limit_cuts_the_list_and_still_says_that_it_is_ambiguous(index):
    matches = index.find("Leuze", "BE", limit=1)

    assert matches.best == (LEUZE_WEST,)
    assert matches.ambiguous


@pytest.mark.parametrize("country", ["FR", "xx"])
def test_an_unknown_country_finds_nothing(index, country):
    assert index.find("Liège", country).best == ()


@pytest.mark.parametrize("typed", ["", " -' ", "x" * 81, "ا" * 100_000])
def test_nothing_and_far_too_much_find_nothing(index, typed):
    assert index.find(typed).best == ()


def test_the_nearest_larger_town_tells_homonyms_apart(index):
    assert index.nearest_larger_town(LEUZE_WEST) == MONS
    assert index.nearest_larger_town(LEUZE_EAST) == NAMUR


def test_the_largest_town_has_no_larger_one(index):
    assert index.nearest_larger_town(LIEGE) is None


def test_distance_is_that_of_the_sphere():
    pole = PlaceRow(1, "XX", "XX", "Demo Pole", latitude=90.0)
    equator = PlaceRow(2, "XX", "XX", "Demo Equator")

    assert distance_km(pole, equator) == pytest.approx(10_007.56, abs=0.01)


places = st.builds(
    PlaceRow,
    id=st.integers(1, 10_000),
    country=st.sampled_from(["BE", "NL"]),
    area=st.sampled_from(["BE-WAL", "NL-NH"]),
    name=st.sampled_from(["Demo", "Dèmo", "Other", "Mons"]),
    names=st.tuples() | st.tuples(st.sampled_from(["Demo", "Bergen"])),
    population=st.integers(0, 1000),
)
worlds = st.lists(places, max_size=12, unique_by=lambda row: row.id)


@given(worlds)
def test_no_homonym_by_main_name_is_ever_left_out(rows):
    matches = PlaceIndex(rows).find("demo", limit=12)
    homonyms = {row.id for row in rows if fold(row.name) == "demo"}

    assert homonyms <= {row.id for row in matches.best}
    assert matches.ambiguous == (len(matches.best) > 1)


@given(worlds, st.randoms())
def test_the_order_of_rows_changes_nothing(rows, random):
    shuffled = random.sample(rows, len(rows))

    assert PlaceIndex(rows).find("demo") == PlaceIndex(shuffled).find("demo")


@given(st.text(max_size=100))
def test_any_text_gets_an_answer(text):
    matches = PlaceIndex(ROWS).find(text)

    assert len(matches.best) <= 8

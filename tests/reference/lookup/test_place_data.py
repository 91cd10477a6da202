import csv
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

import protect.reference
from protect.reference.lookup.coarse import coarse_cell, main_town
from protect.reference.lookup.fold import fold
from protect.reference.lookup.index import PlaceIndex, PlaceRow

PLACES = Path(protect.reference.__file__).parent / "data" / "places"
SETTLEMENTS = {
    "BE": 2256,
    "BG": 333,
    "ES": 7399,
    "GR": 1986,
    "HR": 1215,
    "HU": 1223,
    "IE": 566,
    "IT": 11854,
    "MT": 70,
    "NL": 1966,
    "PL": 3866,
    "SI": 602,
}


def table(name):
    with (PLACES / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, dialect="excel-tab", quoting=csv.QUOTE_NONE))


def words(cell):
    return tuple(cell.split("|")) if cell else ()


@pytest.fixture(scope="module")
def areas():
    return {area["code"]: area for area in table("areas")}


@pytest.fixture(scope="module")
def parents(areas):
    return {code: area["parent"] or None for code, area in areas.items()}


@pytest.fixture(scope="module")
def rows():
    return [
        PlaceRow(
            id=int(row["geonames_id"]),
            country=country,
            area=row["area"],
            name=row["name"],
            names=words(row["names"]),
            population=int(row["population"]),
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            local_names=words(row["local_names"]),
        )
        for country in SETTLEMENTS
        for row in table(country)
    ]


@pytest.fixture(scope="module")
def index(rows):
    return PlaceIndex(rows)


def test_every_settlement_of_the_twelve_countries_is_there(rows):
    assert Counter(row.country for row in rows) == SETTLEMENTS
    assert sum(row.population == 0 for row in rows) == 518


def test_every_settlement_lies_in_an_area_of_its_country(rows, areas):
    assert all(areas[row.area]["country"] == row.country for row in rows)


def test_every_district_lies_in_a_region_of_its_country(areas):
    for area in areas.values():
        parent = areas.get(area["parent"])
        assert (area["level"] == "1") == (parent is None)
        assert parent is None or (parent["level"], parent["country"]) == ("1", area["country"])


def test_areas_of_one_parent_have_different_names(areas):
    names = Counter((area["country"], area["parent"], area["name"]) for area in areas.values())

    assert max(names.values()) == 1


def test_area_names_read_as_people_say_them(areas):
    said = {code: areas[code]["name"] for code in ("BE-WAL", "BE-BRU", "ES-VC", "GR-I", "IE-D")}

    assert said == {
        "BE-WAL": "Wallonie",
        "BE-BRU": "Bruxelles-Capitale",
        "ES-VC": "Comunitat Valenciana",
        "GR-I": "Attiki",
        "IE-D": "Dublin",
    }
    assert not any("," in area["name"] for area in areas.values() if area["level"] == "1")


@pytest.mark.parametrize("file", ["area_names.tsv", "town_names.tsv"])
def test_names_in_readers_scripts_hold_no_digits_and_marks_of_their_source(file):
    text = (PLACES.parent / file).read_text("utf-8")
    lines = [line for line in text.splitlines()[1:] if "\t" in line]
    names = [line.rsplit("\t", 1)[1] for line in lines]

    assert len(names) > 400
    digits = {"Nd", "Nl", "No"}  # categories of Unicode
    assert [name for name in names if digits & set(map(unicodedata.category, name))] == []


def test_rows_are_in_the_order_of_their_ids(rows):
    for country in SETTLEMENTS:
        ids = [row.id for row in rows if row.country == country]
        assert ids == sorted(set(ids))


def test_other_names_differ_from_the_name_and_from_each_other(rows):
    for row in rows:
        folded = [fold(name) for name in (row.name, *row.names)]
        assert len(folded) == len(set(folded))
        assert all(folded)


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("Liège", "BE", 2792413),
        ("Łódź", "PL", 3093133),
        ("Athens", "GR", 264371),
        ("Athina", "GR", 264371),
        ("Bruxelles", "BE", 2800866),
        ("Roma", "IT", 3169070),
        ("Donostia", "ES", 3110044),
        ("لييج", "BE", 2792413),
        ("فاليتا", "MT", 2562305),
        ("ቫሌታ", "MT", 2562305),
        ("Αθήνα", "GR", 264371),
        ("أثينا", "GR", 264371),
    ],
)
def test_a_city_is_found_alone_by_its_names(index, typed, country, number):
    matches = index.find(typed, country)

    assert ([row.id for row in matches.best], matches.exact) == ([number], True)


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("ሊዬዥ", "BE", 2792413),
        ("Лієж", "BE", 2792413),
        ("لوڈز", "PL", 3093133),
        ("Lodx", "PL", 3093133),
        ("Brusels", None, 2800866),
    ],
)
def test_a_city_with_a_phonetic_spelling_or_a_typo_comes_first(index, typed, country, number):
    assert index.find(typed, country).best[0].id == number


@pytest.mark.parametrize(
    ("typed", "country", "shown"),
    [("Kallithea", "GR", 5), ("Salamanca", "ES", 2), ("Beveren", "BE", 3), ("Rabat", "MT", 2)],
)
def test_real_homonyms_are_left_to_the_person(index, typed, country, shown):
    matches = index.find(typed, country)

    assert (len(matches.best), matches.ambiguous) == (shown, True)


@pytest.mark.parametrize(
    ("number", "cell", "town"),
    [
        (2792413, "BE-WLG", "Liège"),
        (2800866, "BE", "Brussels"),  # the capital region is narrower than 20 km
        (2562305, "MT", "San Pawl il-Baħar"),
        (3196359, "SI", "Ljubljana"),
        (264371, "GR-ESYE31-99", "Athens"),
    ],
)
def test_coarse_cells_of_real_cities(rows, parents, number, cell, town):
    city = next(row for row in rows if row.id == number)

    assert coarse_cell(city, rows, parents) == cell
    assert main_town(cell, rows, parents).name == town

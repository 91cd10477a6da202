import csv

import pytest
from hypothesis import given, settings, strategies as st

from protect.reference.lookup import postcodes
from protect.reference.lookup.fold import fold
from protect.reference.lookup.place_search import MAX_CHOICES
from protect.reference.lookup.postcodes import (
    FORMS,
    PATTERNS,
    find_rows,
    names_beside,
    read_postcodes,
    rows_of,
)

PLACES = postcodes.FOLDER.parent / "places"
CODES = {  # postcodes of each country in the data, fewer than exist
    "BE": 1145,
    "BG": 4047,
    "ES": 10121,
    "GR": 1245,
    "HR": 692,
    "HU": 3034,
    "IE": 139,
    "IT": 4719,
    "MT": 73,
    "NL": 4066,
    "PL": 22995,
    "SI": 537,
}


def all_rows(country):
    for path in sorted(postcodes.FOLDER.glob(f"{country}*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file, dialect="excel-tab", quoting=csv.QUOTE_NONE)


@pytest.mark.parametrize(
    ("typed", "countries", "key"),
    [
        ("B-1000", "BE", "1000"),
        ("1000", "BE BG HU NL SI", "1000"),
        ("1012 AB", "NL", "1012"),
        ("1012ab", "NL", "1012"),
        ("NL-1012", "NL", "1012"),
        ("D02 X285", "IE", "d02"),
        ("d02x285", "IE", "d02"),
        ("D6W", "IE", "d6w"),
        ("SI-1000", "SI", "1000"),
        ("HR-10000", "HR", "10000"),
        ("00-950", "PL", "00950"),
        ("00950", "ES GR HR IT PL", "00950"),
        ("MT VLT 1117", "MT", "vlt"),
        ("VLT1117", "MT", "vlt"),
        ("104 31", "GR", "10431"),
        ("H-1051", "HU", "1051"),
        ("I-00184", "IT", "00184"),
        ("E-28001", "ES", "28001"),
        ("BG 4000 Пловдив", "BG", "4000"),
        ("٤٠٠٠", "BE BG HU NL SI", "4000"),
        ("۴۰۰۰", "BE BG HU NL SI", "4000"),
    ],
)
def test_a_postcode_is_read_with_its_letters_spaces_and_digits(typed, countries, key):
    found = read_postcodes(fold(typed))

    assert " ".join(code.country for code in found) == countries
    assert {code.key for code in found} == {key}


@pytest.mark.parametrize("typed", ["Rue Neuve 5", "123", "1234567", "Valletta", "", "10001000"])
def test_other_numbers_are_no_postcodes(typed):
    assert read_postcodes(fold(typed)) == []


@settings(deadline=None)  # the first example reads files
@given(st.text())
def test_whatever_is_typed_each_code_has_a_form_of_its_country_and_rows_with_places(text):
    for code in read_postcodes(fold(text)):
        assert code.country in FORMS
        assert all(row.places for row in rows_of([code]))


@settings(deadline=None)  # the first example reads files
@given(st.sampled_from(sorted(FORMS)), st.data())
def test_each_form_is_read_alone_and_beside_a_name(country, data):
    code = data.draw(st.from_regex(PATTERNS[country], fullmatch=True).map(fold))

    alone, beside = read_postcodes(code), read_postcodes(f"{code} xqzzyv")

    assert [one.key for one in alone if one.country == country]
    assert all(one.is_whole for one in alone)
    assert not any(one.is_whole for one in beside)


@pytest.mark.parametrize("country", CODES)
def test_each_row_names_settlements_of_its_country(country):
    with (PLACES / f"{country}.tsv").open(encoding="utf-8") as file:
        ids = {line.split("\t")[0] for line in file}
    rows = list(all_rows(country))

    assert sum(not row["name"] for row in rows) == CODES[country]
    assert {key.lstrip("~") for row in rows for key in row["places"].split("|")} <= ids
    assert all(row["places"] for row in rows)
    assert all(PATTERNS[country].fullmatch(row["key"]) for row in rows if not row["name"]) or (
        country == "MT"  # the letters alone are no postcode that a person would type
    )
    assert all(row["key"] == fold(row["key"]) for row in rows)


def test_names_beside_a_postcode_are_read_with_and_without_its_letters():
    assert names_beside("b 4020 liege") == ["b liege", "liege"]
    assert names_beside("7100 la louviere")[0] == "la louviere"
    assert names_beside("1000") == ["1000"]


def test_a_key_is_found_whole_only():
    assert [row.places for row in find_rows("BE", "1000")] == [(2800866,)]
    assert list(find_rows("BE", "100")) == []
    assert len(list(find_rows("BE", "100", whole=False))) >= 1


def test_an_unknown_code_has_its_neighbours_and_they_are_only_near():
    (unknown,) = read_postcodes("bg 9999")

    rows = rows_of([unknown])

    assert not list(find_rows("BG", "9999"))
    assert rows
    assert all(row.near == set(row.places) for row in rows)


def test_settlements_of_one_name_are_fewer_than_are_shown():
    by_name: dict[str, set[str]] = {}
    for path in PLACES.glob("??.tsv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, dialect="excel-tab", quoting=csv.QUOTE_NONE):
                for name in (row["name"], *filter(None, row["local_names"].split("|"))):
                    by_name.setdefault(fold(name), set()).add(row["geonames_id"])

    assert len(by_name["villanova"]) == 14
    assert max(map(len, by_name.values())) < MAX_CHOICES

import pytest
from hypothesis import given, strategies as st

from protect.interchange.imports import proposal
from protect.interchange.imports.files.columns import OUR_COLUMNS
from protect.interchange.imports.proposal import (
    mapped_headings,
    propose,
    storable_name,
    suspected_columns,
    unmapped_address_columns,
)
from protect.interchange.imports.row import Row
from protect.interchange.imports.values import code_words
from protect.interchange.imports.values.code_words import (
    UnknownWord,
    nearest_codes,
    replace_words,
    unknown_words,
)

CELL = st.one_of(
    st.just(""),
    st.text(max_size=12),
    st.sampled_from(["+356 2100 0001", "a@demo.example", "35.8997", "14.5148", "MT", "9-17"]),
)
NAME = st.one_of(
    st.sampled_from([*OUR_COLUMNS, "Tel", "Straße", "Nom", "Phone 2"]), st.text(max_size=10)
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[Row]]:
    columns = draw(st.lists(NAME, min_size=1, max_size=8, unique=True))
    rows = draw(st.lists(st.lists(CELL, min_size=8, max_size=8), max_size=4))
    lines = [Row(dict(zip(columns, row, strict=False)), number=n) for n, row in enumerate(rows, 2)]
    return columns, lines


def lines_of(**cells: str) -> list[Row]:
    return [Row(cells, number=2)]


@given(tables())
def test_proposed_mapping_is_one_to_one(table):
    columns, lines = table

    found = propose(lines, columns)

    assert set(found) <= set(OUR_COLUMNS)
    assert len(set(found.values())) == len(found)
    assert set(found.values()) <= set(columns)


@given(tables(), st.randoms())
def test_proposed_mapping_does_not_depend_on_column_order(table, random):
    columns, lines = table
    turned = random.sample(columns, len(columns))

    assert propose(lines, turned) == propose(lines, columns)


@given(st.lists(st.sampled_from(OUR_COLUMNS), unique=True))
def test_own_columns_are_mapped_to_themselves(columns):
    assert propose([], columns) == {name: name for name in columns}


@given(tables())
def test_saved_mapping_is_proposed_again(table):
    columns, lines = table
    first = propose(lines, columns)
    theirs = {name: ours for ours, name in first.items()}
    saved = {storable_name(name): theirs.get(name, "") for name in columns}

    assert propose(lines, columns, saved) == first == mapped_headings(columns, saved)


@given(st.text(min_size=1, max_size=40))
def test_unknown_column_name_is_stored_as_a_fingerprint(name):
    kept = storable_name(name)

    assert kept == storable_name(name)
    assert kept == name or (kept.startswith("~") and len(kept) == 17)


def test_address_as_column_name_is_stored_as_a_fingerprint():
    assert storable_name("Demo Street 5").startswith("~")
    assert storable_name("Street") == "Street"


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("Organisation name", "organisation"),
        ("Telefoonnummer", "phones"),
        ("TÉLÉPHONE 2", "phones"),
        ("Straße", "address"),
        ("code_postal", "postal_code"),
        ("Ωράριο", "opening_hours"),
        ("Работно време", "opening_hours"),
        ("Email adress", "email"),  # nearly
        ("Nyitvatartás", "opening_hours"),
    ],
)
def test_column_is_recognised_by_its_name_in_many_languages(name, ours):
    assert propose([], [name]) == {ours: name}


@pytest.mark.parametrize(
    ("cell", "ours"),
    [
        ("+356 2100 0001", "phones"),
        ("(02) 555.00.00; 0800/12345", "phones"),
        ("info@demo.example", "email"),
        ("www.demo.example", "website"),
        ("35.89968", "latitude"),
        ("14.51480", "longitude"),
        ("IE", "country"),
        ("Mon-Fri 9:00-17:00", "opening_hours"),
    ],
)
def test_column_without_a_known_name_is_recognised_by_its_cells(cell, ours):
    assert propose(lines_of(xyz=cell), ["xyz"]) == {ours: "xyz"}


def test_left_out_column_is_not_proposed_again():
    assert propose([], ["Tel"], {"Tel": ""}) == {}


def test_left_out_address_columns_are_found_by_name_or_content():
    assert unmapped_address_columns([], ["Street address", "Colour"]) == ["Street address"]
    assert unmapped_address_columns(lines_of(a="35.89968", b="red"), ["a", "b"]) == ["a"]
    assert unmapped_address_columns(lines_of(b="red"), ["b"]) == []


def test_organisation_service_and_categories_are_required_columns():
    assert proposal.missing_columns({}) == ["organisation", "service", "categories"]


# --- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        ("categories", "Legal aid, Frauenhaus", "legal;shelter"),
        ("categories", "legal;Other", "legal;Other"),
        ("languages", "French; Arabic [Mo 09:00-11:00]", "fr;ar[Mo 09:00-11:00]"),
        ("languages", "fra", "fr"),
        ("country", "Malta", "MT"),
        ("country", "Ελλάδα", "GR"),
        ("genders_served", "Femmes", "women"),
        ("tells_police", "Nein", "no"),
        ("professionals_only", "oui", "yes"),
    ],
)
def test_known_words_are_replaced_by_codes(column, text, expected):
    assert replace_words({column: text}, {}) == {column: expected}


def test_mapped_code_takes_precedence_over_known_words():
    chosen = {"categories": {"Foyer": "shelter"}}

    assert replace_words({"categories": "Foyer;legal"}, chosen) == {"categories": "shelter;legal"}


def test_unknown_words_are_listed_by_number_of_rows():
    rows = [{"categories": "Foo;legal"}, {"categories": "Foo"}, {"languages": "Klingon[Mo]"}]

    assert unknown_words(rows, {}) == [
        UnknownWord("categories", "Foo", 2),
        UnknownWord("languages", "Klingon", 1),
    ]
    assert unknown_words(rows, {"categories": {"Foo": "legal"}}) == [
        UnknownWord("languages", "Klingon", 1)
    ]


@given(st.sampled_from(sorted(code_words.CODES_BY_COLUMN)), st.text(max_size=20))
def test_any_word_has_three_nearest_codes(column, word):
    found = nearest_codes(column, word)

    assert set(found) <= set(code_words.column_codes(column))
    assert len(found) == len(set(found)) == min(3, len(code_words.column_codes(column)))


@given(st.sampled_from(sorted(code_words.CODES_BY_COLUMN)), st.data())
def test_code_is_not_replaced(column, data):
    code = data.draw(st.sampled_from(code_words.column_codes(column)))

    assert replace_words({column: code}, {}) == {column: code}
    assert replace_words(replace_words({column: code}, {}), {}) == {column: code}


# --- addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "Straat + nr",
        "Adresse complète",
        "adresse",
        "Indirizzo sede operativa",
        "Anschrift der Einrichtung",
        "Straße, Hausnummer",
        "Dirección (calle y número)",
        "Adreça",
        "Ulica i numer",
        "Adresa ustanove",
        "Ulica in hišna številka",
        "Cím",
        "Székhely címe",
        "Адрес на услугата",
        "Διεύθυνση",
        "Οδός και αριθμός",
        "Indirizz tal-post",
        "Seoladh",
        "Bezoekadres",
        "STREET_ADDRESS_1",
    ],
)
def test_address_column_is_recognised_in_the_languages_of_twelve_countries(name):
    assert propose([], [name]) == {"address": name}
    assert suspected_columns(lines_of(**{name: "x"}), {"notes": name}, [name]) == [name]


@pytest.mark.parametrize(
    "name",
    ["Adresse e-mail", "E-mailadres", "Web address", "Dirección de correo electrónico", "Phone"],
)
def test_web_address_column_is_not_an_address_column(name):
    assert "address" not in propose([], [name])
    assert suspected_columns(lines_of(**{name: "x"}), {}, [name]) == []


STREETS = ["Demo Street 5", "12 rue Haute", "Van Maerlantstraat 56, 2060 Antwerpen"]


def lines_with(*cells: str) -> list[Row]:
    return [Row({"Info": cell}, number=n) for n, cell in enumerate(cells, 2)]


def test_column_of_mostly_addresses_is_suspected_by_any_name():
    lines = lines_with(*STREETS, "", "unknown")

    assert propose(lines, ["Info"]) == {"address": "Info"}
    assert suspected_columns(lines, {"description": "Info"}, ["Info"]) == ["Info"]
    assert suspected_columns(lines, {"address": "Info"}, ["Info"]) == []


@pytest.mark.parametrize(
    "cells",
    [
        ["Demo Street 5"],  # one may be in any column
        ["Demo Street 5", "Open on weekdays.", "Ring first."],
        [
            f"We are at {street}. " + "Come in and ask for help, every day. " * 3
            for street in STREETS
        ],
        ["Demo House", "Demo Line 24", "Counselling, 3 rooms"],
    ],
)
def test_column_with_few_addresses_is_not_suspected(cells):
    lines = lines_with(*cells)

    assert suspected_columns(lines, {"description": "Info"}, ["Info"]) == []
    assert "address" not in propose(lines, ["Info"])


def test_marked_address_column_is_stored_and_not_mapped():
    saved = {storable_name("Ingang"): proposal.ADDRESS_MARK, storable_name("Straat"): "address"}

    assert proposal.address_headings(["Ingang", "Straat"], saved) == ["Ingang"]
    assert mapped_headings(["Ingang", "Straat"], saved) == {"address": "Straat"}
    assert propose(lines_of(Ingang="Demo Street 5"), ["Ingang"], saved) == {}

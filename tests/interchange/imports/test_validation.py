import pytest

from protect.interchange.imports.row import Row
from protect.interchange.imports.validation import validate, validate_all
from tests.interchange.imports.conftest import row

ADDRESS = {
    "city": "Liège",
    "address": "Demo Street 77",
    "postal_code": "4999",
    "latitude": "50.61111",
    "longitude": "5.52222",
}
SECRETS = ("Demo Street", "4999", "50.61111", "5.52222")


def test_valid_row_has_no_problems(read_row):
    found = read_row()

    assert (found.troubles, found.number, found.source_id) == ([], 2, "demo-1")


@pytest.mark.parametrize("column", ["organisation", "service", "categories", "country"])
def test_row_without_required_cells_is_refused(read_row, column):
    found = read_row(**{column: ""})

    assert found.draft is None
    assert ("cell_missing", column) in [
        (trouble.code, trouble.column) for trouble in found.troubles
    ]


@pytest.mark.parametrize(
    ("column", "length"),
    [("organisation", 241), ("website", 401), ("description", 3601), ("source_id", 121)],
)
def test_too_long_text_refuses_the_row(read_row, column, length):
    text = "https://demo.example/" if column == "website" else ""

    found = read_row(**{column: text + "x" * (length - len(text))})

    assert [(trouble.code, trouble.column) for trouble in found.troubles] == [
        ("text_too_long", column)
    ]


@pytest.mark.parametrize("extra", [1, -3])
def test_misshapen_row_is_refused_without_quote(atlas, extra):
    found = validate(Row(row(**ADDRESS), number=2, extra=extra), atlas)

    assert [trouble.code for trouble in found.troubles] == ["row_shape"]
    assert found.texts == {"source_id": "demo-1"}


@pytest.mark.parametrize("date", ["2026", "2026-11", "2026-11-24", "n.d.", ""])
def test_date_is_stored_as_written(draft_of, date):
    assert draft_of(source_date=date).texts["source_date"] == date


def test_other_date_format_refuses_the_row(read_row):
    assert [trouble.code for trouble in read_row(source_date="24.11.2026").troubles] == ["date_bad"]


def test_rows_with_the_same_id_are_refused(atlas, table_of):
    table = table_of({"source_id": "same"}, {"source_id": "other"}, {"source_id": "same"})

    found = list(validate_all(table, atlas))

    assert [bool(each.draft) for each in found] == [False, True, False]
    assert found[0].troubles[0].code == "source_id_twice"


def test_row_without_an_id_gets_an_id_from_its_names(read_row):
    found = read_row(source_id="")
    again = read_row(source_id="", description="Changed.")
    other = read_row(source_id="", service="Demo Line")

    assert [trouble.code for trouble in found.troubles] == ["no_source_id"]
    assert found.source_id == again.source_id != other.source_id


def test_digest_changes_with_any_cell(draft_of):
    one, other = draft_of(), draft_of(notes="Call again.")

    assert one.digest != other.digest


@pytest.mark.parametrize(
    ("changes", "is_trusted"),
    [
        ({}, True),
        ({"confidence": "medium"}, True),
        ({"confidence": "low"}, False),
        ({"confidence": ""}, False),
        ({"phones": "", "address": ""}, False),
        ({"phones": "", "address": "Demo Hospital"}, True),
        ({"phones": "", "email": "info@demo.example"}, True),
        ({"phones": "", "website": "https://demo.example"}, True),
    ],
)
def test_reachable_rows_of_sufficient_confidence_are_trusted(draft_of, changes, is_trusted):
    assert draft_of(**changes).is_trusted is is_trusted


def test_notes_and_sources_become_desk_fields(draft_of):
    texts = draft_of(notes="Wrong on page 2.", source_url="https://demo.example/list").texts
    public = {"name", "description", "audience_note", "how_to_access", "restrictions", "area_note"}

    assert texts["desk_notes"] == "Wrong on page 2."
    assert not any("page 2" in texts[name] or "/list" in texts[name] for name in public)


def test_shelter_draft_has_only_a_coarse_area(read_row):
    found = read_row(categories="psychosocial;shelter", phones="1712", **ADDRESS)

    [trouble] = found.troubles
    assert (trouble.code, trouble.column) == (
        "shelter_place_dropped",
        "city, address, postal_code, latitude, longitude",
    )
    assert (found.draft.location, found.draft.coarse_area) == (None, "BE-WLG")


def test_shelter_draft_contains_no_address(read_row):
    found = read_row(
        categories="shelter",
        how_to_access="Ring at demo  street 77, 4999 Liège.",
        notes="https://www.google.com/maps/@50.61111,5.52222 and Demo Street 77",
        restrictions="See https://www.openstreetmap.org/#map=19/50.6/5.5",
        **ADDRESS,
    )

    problem_text = repr(found).casefold()
    assert not any(
        secret.casefold() in problem_text for secret in (*SECRETS, "street", "maps", "#map")
    )
    assert "how_to_access" in found.troubles[0].column


def test_digest_of_a_shelter_does_not_depend_on_its_address(draft_of):
    one = draft_of(categories="shelter", **ADDRESS)
    other = draft_of(categories="shelter", **ADDRESS | {"address": "Demo Square 1"})

    assert one.digest == other.digest


@pytest.mark.parametrize("categories", ["sheltre", "legal;sheltre", ""])
def test_possible_shelter_is_treated_as_a_shelter(read_row, categories):
    found = read_row(categories=categories, **ADDRESS)

    assert found.draft is None
    assert not any(secret in repr(found) for secret in SECRETS)


@pytest.mark.parametrize(
    "changes",
    [
        {"phones": "Demo Street 77|voice"},
        {"email": "Demo Street 77"},
        {"languages": "Demo Street 77"},
        {"opening_hours": "Demo Street 77"},
        {"source_date": "Demo Street 77"},
        {"area_served": "Demo Street 77"},
    ],
)
def test_problem_of_a_shelter_row_quotes_no_cell(read_row, changes):
    found = read_row(categories="shelter", **changes)

    assert found.troubles
    assert not any("Demo Street" in str(trouble) for trouble in found.troubles)


def test_a_shelter_in_an_unknown_city_has_no_area(read_row):
    found = read_row(categories="shelter", city="Demo Town")

    assert found.draft.coarse_area is None
    assert ("place_unknown", "city") in [
        (trouble.code, trouble.column) for trouble in found.troubles
    ]
    assert "Demo Town" not in repr(found)


def test_a_shelter_in_a_city_without_a_coarse_region_is_only_in_its_country(read_row):
    found = read_row(categories="shelter", phones="1712", city="Brussels")

    assert found.draft.coarse_area is None
    assert [trouble.code for trouble in found.troubles] == ["shelter_place_dropped"]


@pytest.mark.parametrize(("area", "codes"), [("Liège", ["shelter_area_widened"]), ("", [])])
def test_small_served_area_of_a_shelter_is_a_warning(read_row, area, codes):
    found = read_row(categories="shelter", phones="1712", city="", area_served=area)

    assert [trouble.code for trouble in found.troubles] == codes
    assert found.draft

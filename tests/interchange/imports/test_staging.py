import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from protect.directory.facts.base.cells import ProblemCode, RowProblem
from protect.directory.protection.erasure import PLACE_COLUMNS
from protect.interchange.imports.files.columns import OPTIONAL_COLUMNS, REQUIRED_COLUMNS
from protect.interchange.imports.row import Row
from protect.interchange.imports.staging import Plan, map_cells, stage_row
from protect.interchange.imports.validation import kept_troubles, revalidate
from protect.interchange.imports.values.shelters import COARSE_AREA
from tests.interchange.imports.conftest import row

OURS = (*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS)
SECRET = "12 Demo Street"
CELL = st.one_of(
    st.just(""),
    st.text(max_size=10),
    st.sampled_from(["legal", "shelter", "BE", "Liège", SECRET, "5", "no", "ar", "Mo 09:00-12:00"]),
)
ROWS = st.dictionaries(st.sampled_from(OURS), CELL)
GENTLE = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=60,
    deadline=None,  # the first row reads the lists of words
)


@pytest.fixture
def plan(atlas):
    return Plan({name: name for name in OURS}, {}, "BE", atlas, fills_country=True)


def stored(cells: dict[str, str], plan: Plan) -> Row:
    return stage_row(Row(cells, number=2), plan)


def validated(row: Row, plan: Plan) -> Row:
    """Return a stored row after validation."""
    return revalidate(Row(dict(row.texts), kept_troubles(row.troubles), number=2), plan)


@GENTLE
@given(cells=ROWS)
def test_revalidating_a_row_does_not_change_it(plan, cells):
    """Rows are validated at the preview and again during the import."""
    first = stored(row(**cells), plan)
    one = validated(first, plan)
    two = validated(one, plan)

    assert (two.texts, two.draft, two.source_id) == (one.texts, one.draft, one.source_id)
    assert [trouble.code for trouble in two.troubles] == [trouble.code for trouble in one.troubles]


@GENTLE
@given(cells=ROWS, kind=st.sampled_from(["shelter", "", "sheltre", "legal;shelter"]))
def test_staged_shelter_row_contains_no_address(plan, cells, kind):
    given_row = row(**cells) | {"categories": kind, "address": SECRET}

    found = stored(given_row, plan)

    assert not found.texts.keys() & set(PLACE_COLUMNS)
    assert SECRET not in repr((found.texts, found.troubles))


@GENTLE
@given(cells=ROWS)
def test_row_problems_round_trip_through_json(plan, cells):
    first = stored(row(**cells), plan)
    read = validated(first, plan)

    for trouble in read.troubles:
        again = RowProblem.from_list(trouble.to_list())
        assert (again.problem, again.remedy) == (trouble.problem, trouble.remedy)
        assert "{" not in trouble.problem.replace(str(trouble.fillers.get("text")), "")


@GENTLE
@given(cells=ROWS)
def test_row_has_a_draft_only_without_refusals(plan, cells):
    first = stored(row(**cells), plan)
    read = validated(first, plan)

    assert (read.draft is None) == (
        read.state == "reference" or any(trouble.refuses for trouble in read.troubles)
    )


def test_city_of_a_shelter_is_replaced_by_its_coarse_area(plan):
    found = stored(row(categories="shelter", city="Liège"), plan)

    read = validated(found, plan)
    assert found[COARSE_AREA] == "BE-WLG"
    assert read.draft.coarse_area == "BE-WLG"
    assert "Liège" not in repr(found)


def test_coarse_area_column_of_a_file_is_ignored(plan):
    assert COARSE_AREA not in map_cells(Row(row() | {COARSE_AREA: "BE-WLG"}), plan)


def test_generated_id_does_not_depend_on_the_location_of_a_shelter(plan):
    one, other = (
        stored(row(categories="shelter", source_id="", city=city), plan)["source_id"]
        for city in ("Liège", "Arlon")
    )

    assert one == other


def test_row_of_another_country_is_refused(plan):
    read = revalidate(Row(row(country="MT", phones="1772"), number=2), plan)

    assert [trouble.code for trouble in read.troubles] == [ProblemCode.COUNTRY_NOT_YOURS]


def test_misshapen_row_keeps_only_an_id_that_is_not_an_address(atlas):
    columns = {"source_id": "number", "address": "source_id"}
    plan = Plan(columns, {}, "BE", atlas, fills_country=True)
    cells = {"number": "a1", "source_id": SECRET}
    swapped = {"number": "12 Demo Street", "source_id": "a1"}

    assert stage_row(Row(cells, number=2, extra=1), plan).source_id == "a1"
    assert stage_row(Row(swapped, number=2, extra=1), plan).source_id == ""


def test_misshapen_row_has_only_the_shape_problem(plan):
    found = stage_row(Row({"source_id": "a", "service": SECRET}, number=2, extra=2), plan)
    read = validated(found, plan)

    assert [trouble.code for trouble in read.troubles] == [ProblemCode.ROW_SHAPE]
    assert SECRET not in repr(read)
    assert kept_troubles(read.troubles, is_edited=True) == []

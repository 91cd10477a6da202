import csv
import io

import pytest

from protect.directory.facts.base.cells import ProblemCode, RowProblem
from protect.interchange.enums import RowState
from protect.interchange.imports.actions.command import ImportReport
from protect.interchange.imports.files.reader import csv_table
from protect.interchange.imports.row import Row

BAD = RowProblem(
    ProblemCode.AGE_BAD,
    "minimum_age",
    "“x” is not a valid age.",
    "write whole years.",
    refuses=True,
)
WARNING = RowProblem(
    ProblemCode.HOURS_BAD, "opening_hours", "“x” …", "write them anew.", refuses=False
)
CELLS = {
    "source_id": "demo-2",
    "organisation": "Demo House",
    "service": "Łódź, “Demo”",
    "categories": "legal",
    "country": "PL",
    "minimum_age": "x",
}


def row_of(number: int, state: RowState, *troubles: RowProblem, **cells: str) -> Row:
    source_id = f"demo-{number - 1}"
    texts = CELLS | {"source_id": source_id} | cells
    return Row(texts, list(troubles), number=number, source_id=source_id, state=state)


@pytest.fixture
def report():
    rows = (
        row_of(2, RowState.CREATE, WARNING),
        row_of(3, RowState.ERROR, WARNING, BAD),
        row_of(4, RowState.UNCHANGED, WARNING),
        row_of(5, RowState.CONFLICT, WARNING),
        row_of(6, RowState.REFERENCE),
    )
    return ImportReport(rows, published=1, absent=0)


def test_summary_counts_every_row_once(report):
    expected = "created 1, unchanged 1, conflict 1, error 1, reference data 1"

    assert report.summary() == expected


def test_unchanged_row_has_no_problem_line(report):
    assert [line.partition(":")[0] for line in report.problem_lines()] == [
        "line 2 demo-1",
        "line 3 demo-2",
        "line 3 demo-2",
        "line 5 demo-4",
    ]


def test_problem_line_has_code_column_problem_and_remedy(report):
    problem_line = list(report.problem_lines())[2]

    assert problem_line == (
        "line 3 demo-2: age_bad (minimum_age): “x” is not a valid age. Remedy: write whole years."
    )


def test_bad_rows_csv_has_all_cells_and_the_reasons(report):
    back = list(csv.DictReader(io.StringIO(report.bad_rows_csv())))

    assert [each["source_id"] for each in back] == ["demo-2", "demo-4"]
    assert {key: back[0][key] for key in CELLS} == CELLS
    assert back[0]["reasons"].startswith("age_bad")
    assert "hours_bad" not in back[0]["reasons"]
    assert back[1]["reasons"].startswith("conflict")


@pytest.mark.parametrize("cell", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_bad_rows_csv_neutralises_formulas_and_round_trips(cell):
    row = row_of(3, RowState.ERROR, BAD, service=cell, description="112")
    text = ImportReport((row,), published=0, absent=0).bad_rows_csv()

    (shown,) = csv.DictReader(io.StringIO(text, newline=""))
    (line,) = csv_table(text.encode(), "demo").rows

    assert (shown["service"], shown["description"]) == (f"'{cell}", "112")
    assert line["service"] == cell


def test_bad_rows_csv_can_be_imported(report):
    again = csv_table(report.bad_rows_csv().encode(), "demo")

    assert [line["service"] for line in again.rows] == ["Łódź, “Demo”"] * 2


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (RowState.CREATE, True),
        (RowState.UPDATE, True),
        (RowState.UNCHANGED, False),
        (RowState.ERROR, False),
    ],
)
def test_only_written_rows_count_as_changes(state, expected):
    assert ImportReport((row_of(2, state),), 0, 0).has_changes is expected

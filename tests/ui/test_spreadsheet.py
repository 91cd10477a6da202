import csv
import io

import pytest
from hypothesis import given, strategies as st

from protect.interchange.imports.files.columns import REQUIRED_COLUMNS
from protect.interchange.imports.files.reader import csv_table
from protect.ui.spreadsheet import RecordWriter, TableWriter, mark_formula, unmark_formula

SIGNS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20'"
CELLS = st.one_of(
    st.text(),
    st.builds("{}{}".format, st.text(SIGNS, min_size=1, max_size=3), st.text()),
    st.from_regex(r"\+\d{2,15}(\|voice)?", fullmatch=True),
)


@given(cell=CELLS)
def test_no_cell_begins_a_formula_and_each_is_read_back(cell):
    written = str(mark_formula(cell))

    assert unmark_formula(written) == cell
    if written[:1] in SIGNS.replace("'", "") and written:
        assert written.lstrip("+-").replace("|", "").replace(";", "").replace(".", "").isalnum()


@pytest.mark.parametrize(
    "cell", ["+3225550000|voice", "+3225550000|voice;112|voice", "+3225550000", "-4.42", "112|text"]
)
def test_numbers_stay_as_they_are_dialled(cell):
    assert mark_formula(cell) == cell


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "\n=1", "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "＝1", "'=1", "+32|voice!A0"],
)
def test_a_formula_gets_a_mark(cell):
    assert mark_formula(cell) == f"'{cell}"


def test_a_table_is_read_without_the_marks():
    text = io.StringIO()
    writer = RecordWriter(text, [*REQUIRED_COLUMNS, "description", "notice"])
    writer.writeheader()
    row = dict.fromkeys(REQUIRED_COLUMNS, "Demo")
    writer.writerow({**row, "description": "=2+2", "notice": "Demo"})

    (line,) = csv_table(text.getvalue().encode(), "demo").rows

    assert line.texts == {**row, "description": "=2+2"}


def test_rows_are_written_with_safe_cells():
    text = io.StringIO()
    TableWriter(text).writerows([["name", "people"], ["=2+2", 3]])

    assert [*csv.reader(io.StringIO(text.getvalue()))] == [["name", "people"], ["'=2+2", "3"]]

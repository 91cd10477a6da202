import pytest

from protect.interchange.errors import FileNotReadable
from protect.interchange.imports.files import reader
from protect.interchange.imports.files.reader import find_heading_index
from tests.interchange.imports.uploads import rows_of, sheets_of, xlsx_of

HEADER = ["organisation", "service", "categories", "country", "phones"]
ROW = ["Demo House", "Demo Line", "legal", "MT", "1772"]
STRANGE = ["Aaa", "Bbb", "Ccc", "Ddd"]
TITLES = ["Demo list of services", "as of March 2026"]


@pytest.mark.parametrize(
    ("rows", "at"),
    [
        ([HEADER, ROW], 0),
        ([["Demo list"], HEADER, ROW], 1),
        ([["Demo list"], ["", "as of", "2026"], HEADER, ROW], 2),
        ([["Demo list"], STRANGE, ROW], 1),  # nobody knows these names, but a title is narrow
        ([STRANGE, ROW], 0),
        ([ROW, ROW, HEADER], 0),  # what stands above is wide: rows, not titles
        ([["x"], ["y"]], 0),
        ([["Name"], ["Demo Line"]], 0),
        ([], 0),
    ],
)
def test_heading_row_is_found_below_titles_but_not_below_data(rows, at):
    assert find_heading_index(rows) == at


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("titles", [[], TITLES, ["Services in Malta, 2026"]])
def test_titles_of_a_csv_are_skipped_for_every_delimiter(delimiter, titles):
    text = "\n".join([*titles, "", delimiter.join(HEADER), delimiter.join(ROW)])

    table = reader.csv_table(text.encode(), "demo")

    assert table.columns == tuple(HEADER)
    assert [line.texts for line in table.rows] == [dict(zip(HEADER, ROW, strict=True))]
    assert (table.heading_row, table.rows[0].number) == (len(titles) + 2, len(titles) + 3)


def test_chosen_heading_row_is_used():
    text = "\n".join([",".join(HEADER), ",".join(STRANGE), ",".join(ROW)])

    assert reader.csv_table(text.encode(), "demo", heading_row=2).columns == tuple(STRANGE)
    assert reader.csv_table(text.encode(), "demo", heading_row=99).columns == tuple(HEADER)


def test_table_contains_its_first_rows_with_numbers():
    text = "\n".join(["Title", "", ",".join(HEADER), ",".join(ROW)])

    table = reader.csv_table(text.encode(), "demo")

    assert table.first_rows == ((1, ["Title"]), (3, HEADER), (4, ROW))


def test_titles_of_a_workbook_are_skipped():
    table = reader.sheet_table(xlsx_of(rows_of({}), TITLES), "demo")

    assert (table.heading_row, len(table.rows), table.rows[0].number) == (3, 1, 4)
    assert table.columns[:2] == ("source_id", "organisation")


def test_sheets_are_listed_with_row_counts_and_one_is_read():
    content = sheets_of(Info=rows_of({}), Empty=[], List=rows_of({"service": "Demo Two"}, {}))

    assert reader.list_sheets(content) == [("Info", 1), ("List", 2)]
    assert reader.sheet_table(content, "demo", 2).rows[0]["service"] == "Demo Two"
    with pytest.raises(FileNotReadable):
        reader.sheet_table(content, "demo", 3)

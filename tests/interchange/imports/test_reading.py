from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from protect.interchange.errors import FileEncodingUnclear, FileNotReadable, FileTooLarge
from protect.interchange.imports.files import reader
from protect.interchange.imports.parsers import csv_text
from protect.interchange.imports.parsers.limits import MAX_CELLS, MAX_ROWS
from protect.uploads.refusal_reasons import Refused
from tests.refusals import refuses

HEADER = "source_id,organisation,service,categories,country\n"
ROW = "demo-1,Demo House,Demo Counselling,legal,BE\n"


def table(text: str, source: str) -> reader.Table:
    found = reader.csv_table(text.encode(), source)
    reader.refuse_wrong_columns(found.columns)
    return found


def cells_of(content: bytes, encoding: str = "") -> list[str]:
    """Return the cells of the first row of a text in an encoding."""
    return list(reader.csv_table(content, "demo", encoding).columns)


def test_table_rows_have_line_numbers_and_stripped_cells():
    found = table(HEADER + "\n demo-1 ,Demo House,Demo Counselling,legal,BE\n", "demo")

    [line] = found.rows
    assert (found.source, line.number, line["source_id"]) == ("demo", 3, "demo-1")


def test_row_over_several_lines_has_the_number_of_the_first():
    found = table(HEADER + 'demo-1,"Demo\nHouse",x,legal,BE\n' + ROW, "demo")

    assert [line.number for line in found.rows] == [2, 4]


@pytest.mark.parametrize(("cells", "extra"), [("a,b,c,d,e,f\n", 1), ("a,b,c\n", -2)])
def test_row_of_the_wrong_length_counts_extra_or_missing_cells(cells, extra):
    assert table(HEADER + cells, "demo").rows[0].extra == extra


def test_own_reasons_column_is_ignored():
    text = HEADER.replace("country", "country,reasons") + ROW.replace("BE", "BE,mend this")

    assert "reasons" not in table(text, "demo").rows[0].texts


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_file_of_100001_rows_is_refused(newline):
    with pytest.raises(FileTooLarge) as refusal:
        table((HEADER + "x\n" * (MAX_ROWS + 1)).replace("\n", newline), "demo")

    assert refusal.value.facts == {"found": 100_001, "unit": "rows", "limit": 100_000}


def test_more_than_two_million_cells_are_refused_with_a_message():
    with pytest.raises(FileTooLarge) as refusal:
        table(HEADER + ("x" + "," * 99 + "\n") * (MAX_CELLS // 100), "demo")

    assert (refusal.value.code, refusal.value.facts) == ("file_too_large", {"limit": MAX_CELLS})
    assert refusal.value.text().startswith("The file has more than 2000000 cells. Nothing was read")


def test_file_of_100000_rows_is_read():
    assert len(table(HEADER + "x,x,x,x,x\n" * MAX_ROWS, "demo").rows) == 100_000


def test_line_breaks_within_quotes_do_not_count_as_rows():
    text = HEADER + 'x,"' + "\n" * (MAX_ROWS + 1) + '",x,x,x\n'

    assert len(table(text, "demo").rows) == 1


def test_file_over_20_megabytes_is_refused_unread(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(20_000_001)

    with pytest.raises(FileTooLarge) as refusal:
        reader.read_import_file(path)

    assert refusal.value.facts == {"found": 21, "unit": "MB", "limit": 20}


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotReadable, match=r"file_not_readable.*none\.csv"):
        reader.read_import_file(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Centrum pomocy w Łodzi, Żółta i Świętojańska, źródło: gmina. ", "cp1250"),
        ("Κέντρο βοήθειας Αθήνας, Πάτρας και Θεσσαλονίκης. ", "cp1253"),
        ("Помощ във Варна и София, безплатно. ", "cp1251"),
        ("Liège, Malmédy, Été, Forêt. ", "cp1252"),
        ("Łódź ", "utf_16"),
    ],
)
def test_other_encoding_is_refused_with_likely_encodings(text, encoding):
    with pytest.raises(FileEncodingUnclear) as refusal:
        cells_of((text * 20).encode(encoding))

    assert encoding in refusal.value.facts["choices"]
    assert "--encoding" in refusal.value.text()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf8_is_read_with_and_without_bom(encoding):
    assert cells_of("Łódź,x".encode(encoding)) == ["Łódź", "x"]


def test_named_encoding_is_used():
    assert cells_of("Łódź,x".encode("cp1250"), "cp1250") == ["Łódź", "x"]


@pytest.mark.parametrize(
    ("data", "encoding", "error"),
    [
        (b"abc", "klingon", FileNotReadable),
        (b"a\0b", "", FileNotReadable),
        ("Łódź".encode(), "ascii", FileEncodingUnclear),
        (b"\xff\xfe\xff", "", FileEncodingUnclear),
    ],
)
def test_binary_content_is_refused(data, encoding, error):
    with pytest.raises(error):
        cells_of(data, encoding)


def test_unclosed_quote_is_refused_with_its_line():
    with pytest.raises(FileNotReadable, match="Line 2"):
        table(HEADER + '"demo', "demo")


@pytest.mark.parametrize(
    ("header", "unknown", "missing"),
    [
        ("organisation,service,categories,country,adress", "adress", "none"),
        ("organisation,service,country", "none", "categories"),
        ("organisation,service,categories,country,country", "country (2)", "none"),
        ("", "none", "organisation, service, categories, country"),
    ],
)
def test_unknown_and_missing_columns_are_named(header, unknown, missing):
    with refuses("columns_unknown") as refusal:
        table(header, "demo")

    assert refusal.value.facts == {"unknown": unknown, "missing": missing}


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_or_refused(data):
    with suppress(Refused):
        assert isinstance(csv_text.decode(data), str)


@given(st.text(max_size=300))
def test_any_text_is_parsed_or_refused(text):
    with suppress(Refused):
        first = next(csv_text.read_rows(HEADER + text, ","))
        assert first == (1, HEADER.strip().split(","))

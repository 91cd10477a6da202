"""One module writes every exported table, and lets no spreadsheet compute a cell."""

import ast
from pathlib import Path

import pytest

from tests.guards.test_shape import PACKAGE, files

WRITER = PACKAGE / "ui/spreadsheet.py"
# Codes, ids and hashes that are compared byte by byte with the audit chain.
EXACT = PACKAGE / "vault/organisations/history_export.py"
CSV = {"writer", "DictWriter"}
# Functions that turn text into formulas, or guess the type of a cell from its text.
COMPUTING = {"write", "write_row", "write_column", "write_formula", "write_array_formula"}


def written_by_itself(source: str) -> list[str]:
    """Return where a module writes cells of CSV or XLSX past the one that makes them safe."""
    tree = ast.parse(source)
    is_book = any(
        alias.name == "xlsxwriter"
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    )
    return [
        f"{node.lineno}: {node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and (
            (node.attr in CSV and isinstance(node.value, ast.Name) and node.value.id == "csv")
            or (node.attr in COMPUTING and is_book)
        )
    ]


def test_no_other_module_writes_tables():
    found = {
        str(path): lines
        for path in files(".py")
        if path not in (WRITER, EXACT) and (lines := written_by_itself(path.read_text("utf-8")))
    }

    assert found == {}


@pytest.mark.parametrize("path", [WRITER, EXACT])
def test_each_listed_module_writes_tables(path: Path):
    assert written_by_itself(path.read_text("utf-8"))


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("import csv\ncsv.writer(file)", 1),
        ("import csv\ncsv.DictWriter(file, columns)", 1),
        ("import csv\ncsv.DictReader(file)", 0),
        ("import xlsxwriter\nsheet.write(0, 0, name)", 1),
        ("import xlsxwriter\nsheet.write_string(0, 0, name)", 0),
        ("file.write(text)", 0),
    ],
)
def test_the_guard_reports_table_writers_only(source, count):
    assert len(written_by_itself(source)) == count

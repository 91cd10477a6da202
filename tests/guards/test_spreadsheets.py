"""Every table that leaves is written by one module, which lets no cell be computed."""

import ast
from pathlib import Path

import pytest

from tests.guards.test_shape import PACKAGE, files

WRITER = PACKAGE / "kernel/spreadsheet.py"
# Codes, ids and hashes that are checked byte by byte, against the chain that they stand in.
EXACT = PACKAGE / "vault/organisations/history_export.py"
CSV = {"writer", "DictWriter"}
# What makes a formula of a text, or decides by its look what it is.
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
def test_those_that_may_do_write_them(path: Path):
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
def test_the_guard_tells_good_from_bad(source, count):
    assert len(written_by_itself(source)) == count

"""Files from people or partners are parsed only in the process of `uploads.parser_process`."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from protect.uploads.parsers import PARSERS
from tests.guards.test_shape import PACKAGE, ROOT, files

# Libraries that read files, and are not safe with a stranger's.
LIBRARIES = {
    *("PIL", "pikepdf", "python_calamine", "openpyxl", "lxml", "defusedxml", "xml"),
    *("zipfile", "tarfile", "zlib", "gzip", "bz2", "lzma"),
    *("puremagic", "charset_normalizer", "tomllib", "pickle", "marshal", "webvtt"),
}
READERS = {"csv.reader", "csv.DictReader"}  # csv also writes
# Modules that read or write no file from outside.
ALLOWED = {
    "protect/ui/archives.py": {"zipfile": "writes an archive of our own papers"},
    "protect/interchange/exports/tabular.py": {"zipfile": "writes an archive of our own tables"},
    "protect/campaigns/press/print_boxes.py": {"pikepdf": "sets boxes in a PDF of our own press"},
    "protect/certificates/papers.py": {"pikepdf": "puts a file into a PDF of our own press"},
    "protect/site/server/pagecache.py": {"gzip": "packs our own pages"},
    "protect/kernel/tables.py": {"tomllib": "reads data that the operator installs"},
    "protect/reference/place_files.py": {
        "csv.DictReader": "reads data that the operator installs",
    },
    "protect/site/export/day_line.py": {"zlib": "packs our own pages"},
    "protect/site/export/earlier_export.py": {"gzip": "reads what an export has written itself"},
    "protect/findhelp/answers/service_texts.py": {
        "csv.DictReader": "reads the project's own file when translations are collected"
    },
    "protect/certificates/badges/status_lists.py": {
        "gzip": "packs our own lists",
        "zlib": "unpacks at most 1 MiB of a list whose proof was verified before",
    },
}


def uses(source: str) -> set[str]:
    """Return the parser libraries that a module imports, and the csv readers that it calls."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names} & LIBRARIES
        elif isinstance(node, ast.ImportFrom):
            found |= {(node.module or "").partition(".")[0]} & LIBRARIES
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found |= {f"{node.value.id}.{node.attr}"} & READERS
    return found


def imported(source: str) -> Iterator[str]:
    """Yield the modules of this package that a module may import."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def path_of(module: str) -> Path:
    return ROOT / f"{module.replace('.', '/')}.py"


def modules_of_parsers() -> set[Path]:
    """Return the modules that the parser process imports."""
    waiting, found = [path_of(parser.module) for parser in PARSERS.values()], set()
    while waiting:
        path = waiting.pop()
        if path not in found and path.is_file() and PACKAGE in path.parents:
            found.add(path)
            waiting += map(path_of, imported(path.read_text("utf-8")))
    return found


def test_only_parsers_import_file_readers():
    parser_modules = modules_of_parsers()
    found = {
        str(path.relative_to(ROOT)): used
        for path in files(".py")
        if path not in parser_modules and (used := uses(path.read_text("utf-8")))
    }

    assert found == {path: set(reasons) for path, reasons in ALLOWED.items()}


def test_no_module_of_the_site_imports_a_parser():
    parser_modules = modules_of_parsers()
    unsafe = {path for path in parser_modules if uses(path.read_text("utf-8")) - READERS}
    found = {
        str(path.relative_to(ROOT)): sorted(str(each.relative_to(ROOT)) for each in taken)
        for path in files(".py")
        if path not in parser_modules
        and (taken := unsafe & {path_of(name) for name in imported(path.read_text("utf-8"))})
    }

    assert unsafe
    assert found == {}


def test_every_parser_is_listed_once():
    modules = [parser.module for parser in PARSERS.values()]

    assert len({*modules}) == len(modules)
    assert [module for module in modules if not path_of(module).is_file()] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import pikepdf", {"pikepdf"}),
        ("from PIL import Image", {"PIL"}),
        ("def f():\n    import zipfile", {"zipfile"}),
        ("import csv\nrows = csv.reader(file)", {"csv.reader"}),
        ("import csv\nout = csv.writer(file)", set()),
        ("from protect.uploads import parser_process\napart.parse('document', b'')", set()),
    ],
)
def test_the_guard_reports_imports_of_readers_only(source, found):
    assert uses(source) == found

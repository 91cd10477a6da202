import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from subprocess import run
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "protect"
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "core"}
LIMITS = {".py": 400, ".html": 120, ".css": 200, ".js": 200}
LONGEST_FUNCTION = 40  # lines
PHYSICAL = re.compile(
    r"(?:^|[\s;{])(?:(?:margin|padding|border)-(?:left|right)[\w-]*|left|right|float)\s*:"
    r"|text-align:\s*(?:left|right)"
)


def files(*endings: str, under: Path = PACKAGE) -> Iterator[Path]:
    for path in sorted(under.rglob("*")):
        if path.suffix in endings and "migrations" not in path.parts:
            yield path


def too_long_functions(source: str) -> list[str]:
    return [
        f"{node.name}: {(node.end_lineno or 0) - node.lineno + 1}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]


def physical_sides(css: str) -> list[str]:
    return [line.strip() for line in css.splitlines() if PHYSICAL.search(line)]


def impure_imports(source: str) -> list[str]:
    """Return imports that a rules module must not have: clock, database, request."""
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return [n for n in names if n.startswith("django") or n == "protect.kernel.clock"]


def test_no_file_has_a_generic_name():
    found = [path for path in PACKAGE.rglob("*") if path.stem in FORBIDDEN_NAMES]

    assert found == []


def too_long_files(paths: Iterable[Path]) -> dict[str, int]:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in paths}
    return {f"{path}": n for path, n in lengths.items() if n > LIMITS[path.suffix]}


def has_future(source: str) -> bool:
    """Return whether a file imports from `__future__`. Source: docs/adr/0044-annotations.md."""
    nodes = ast.parse(source).body
    return any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in nodes)


def with_faults(find: Callable[[str], Any], paths: Iterable[Path]) -> dict[str, Any]:
    """Return the faults by file; one test for all files saves seconds over one test each."""
    found = {f"{path}": find(path.read_text("utf-8")) for path in paths}
    assert found
    return {path: wrong for path, wrong in found.items() if wrong}


def test_files_are_short_enough():
    assert too_long_files([*files(*LIMITS), *files(".py", under=ROOT / "tests")]) == {}


def test_functions_are_short_enough():
    assert with_faults(too_long_functions, files(".py")) == {}


def test_styles_use_logical_sides_only():
    assert with_faults(physical_sides, files(".css")) == {}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("rules.py")), ids=str)
def test_rules_import_no_clock_database_or_request(path):
    assert impure_imports(path.read_text("utf-8")) == []


def test_no_file_imports_from_future():
    paths = [*files(".py"), *files(".py", under=ROOT / "tests")]

    assert with_faults(has_future, paths) == {}


@pytest.mark.parametrize(("lines", "count"), [(401, 1), (400, 0)])
def test_the_file_guard_reports_too_long_files_only(tmp_path, lines, count):
    path = tmp_path / "a.py"
    path.write_text("x = 1\n" * lines)

    assert len(too_long_files([path])) == count


@pytest.mark.parametrize(
    ("source", "is_wrong"),
    [
        ('"""Seats."""\n\nfrom __future__ import annotations\n', True),
        ("x = 'from __future__ import annotations'\n", False),
    ],
)
def test_the_future_guard_reports_imports_only(source, is_wrong):
    assert has_future(source) == is_wrong


@pytest.mark.parametrize(("css", "count"), [("p { left: 0 }", 1), ("p { inset-inline: 0 }", 0)])
def test_the_side_guard_reports_physical_sides_only(css, count):
    assert len(physical_sides(css)) == count


@pytest.mark.parametrize(
    ("source", "count"),
    [("from django.db import models", 1), ("from datetime import date", 0)],
)
def test_the_rules_guard_reports_impure_imports_only(source, count):
    assert len(impure_imports(source)) == count


@pytest.mark.parametrize(("lines", "count"), [(50, 1), (5, 0)])
def test_the_function_guard_reports_too_long_functions_only(lines, count):
    source = "def f():\n" + "    x = 1\n" * lines

    assert len(too_long_functions(source)) == count


@pytest.mark.parametrize(
    ("module", "is_refused"), [("django.core.paginator", True), ("protect.ui.pagination", False)]
)
def test_the_linter_refuses_the_paginator_of_django(module, is_refused):
    source = f"from {module} import Paginator\n\nPaginator\n"
    command = [sys.executable, "-m", "ruff", "check", "--select=TID251", "--stdin-filename=view.py"]

    ended = run([*command, "-"], input=source, cwd=ROOT, capture_output=True, text=True)

    assert ("protect/ui/pagination.py is the one way" in ended.stdout) is is_refused
    assert ended.returncode == int(is_refused)

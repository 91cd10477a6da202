"""Tables of refusals: each row is raised with all parameters of its message; no other code is."""

import ast
import builtins
import re
import string
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from protect.kernel.errors import TableRefusal
from tests.guards.test_docs import ROOT, codes

TABLES = {table.__name__: table for table in TableRefusal.__subclasses__()}
ROWS = {
    (name, code): str(message)
    for name, table in TABLES.items()
    for messages in table.rows.values()
    for code, message in messages.items()
}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def name_of(node: ast.expr) -> str:
    """Return the last part of a dotted name."""
    return ast.unparse(node).rpartition(".")[2]


def calls(tree: ast.AST) -> Iterator[tuple[str, str, set[str] | None]]:
    """Yield table, code and parameter names of each refusal; None where `**` hides the names."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called, given = name_of(node.func), node.args
        names = {keyword.arg for keyword in node.keywords}
        if called == "partial" and name_of(given[0]) in TABLES:  # for a state table
            called, given, names = name_of(given[0]), given[1:], {"state", "move"}
        if called in TABLES:
            code = given[0]
            assert isinstance(code, ast.Constant), f"a code is written out: {ast.unparse(node)}"
            yield called, code.value, None if None in names else names


def faults(tree: ast.AST) -> list[str]:
    found = []
    for table, code, facts in calls(tree):
        if (table, code) not in ROWS:
            found.append(f"{table} has no row {code}")
        elif facts is not None and (lacking := placeholders(ROWS[table, code]) - facts):
            found.append(f"{code} lacks {', '.join(sorted(lacking))}")
    return found


def placeholders(message: str) -> set[str]:
    return {name for _text, name, _spec, _how in string.Formatter().parse(message) if name}


SOURCES = [path for path in (ROOT / "protect").rglob("*.py") if "migrations" not in path.parts]


@pytest.mark.parametrize("path", [p for p in SOURCES if "Refusal(" in p.read_text()], ids=str)
def test_raised_codes_are_in_their_table_with_all_parameters(path: Path):
    assert faults(tree_of(path)) == []


def test_each_row_is_raised():
    raised = {(table, code) for path in SOURCES for table, code, _facts in calls(tree_of(path))}

    assert set(ROWS) == raised


def test_each_code_is_in_one_table():
    tables = defaultdict(set)
    for table, code in ROWS:
        tables[code].add(table)

    assert [code for code, names in tables.items() if len(names) > 1] == []


def promised(tree: ast.AST) -> Iterator[str]:
    """Yield each code and class that the “Errors:” of a docstring names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
            _before, _errors, after = (ast.get_docstring(node) or "").partition("Errors:")
            yield from re.findall(r"\b[A-Z]\w*[a-z]\w*[A-Z]\w*|\b[a-z]+(?:_[a-z]+)+\b", after)


def known_names() -> set[str]:
    names = {*codes(), *dir(builtins), *(path.stem for path in SOURCES)}
    for path in SOURCES:
        for node in ast.walk(tree_of(path)):
            given = (getattr(node, field, None) for field in ("name", "id", "attr", "arg", "value"))
            names.update(each for each in given if isinstance(each, str))
    return names


def test_docstrings_name_existing_refusals():
    names = known_names()
    unknown = {
        (str(path.relative_to(ROOT)), name)
        for path in SOURCES
        for name in promised(tree_of(path))
        if name not in names
    }

    assert unknown == set()


def test_the_guard_reports_an_unknown_code_and_a_missing_parameter():
    assert faults(ast.parse('raise OrganisationRefusal("no_such")')) == [
        "OrganisationRefusal has no row no_such"
    ]
    assert faults(ast.parse('raise OrganisationRefusal("detail_invalid")')) == [
        "detail_invalid lacks field"
    ]
    assert faults(ast.parse('raise OrganisationRefusal("detail_invalid", field="country")')) == []
    assert faults(ast.parse('partial(OrganisationRefusal, "detail_invalid")')) == [
        "detail_invalid lacks field"
    ]
    assert faults(ast.parse('partial(OrganisationRefusal, "team_move_not_allowed")')) == []

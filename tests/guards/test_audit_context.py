"""`audit.context.AuditContext` is the only class of its kind, and takes keyword arguments only."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guards.test_shape import PACKAGE, files

HOME = "audit"  # this package writes entries; all others use the context
WRITERS = {"record", "record_refusal", "record_refusal_once"}
CALLS = {*(f"actions.{name}" for name in WRITERS), "Entry.objects.create"}
ACTOR, ORGANISATION = {"actor", "actor_id", "by"}, {"org", "organisation", "organisation_id"}


def second_contexts(source: str) -> Iterator[str]:
    """Yield classes with fields of a context, and imports of functions that only contexts call."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            fields = {
                part.target.id
                for part in node.body
                if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
            }
            if "at" in fields and fields & ACTOR and fields & ORGANISATION:
                yield f"{node.lineno} {node.name}: use AuditContext"
        elif isinstance(node, ast.ImportFrom) and node.module == "protect.audit.actions":
            for alias in node.names:
                if alias.name in WRITERS:
                    yield f"{node.lineno} {alias.name}: use AuditContext"
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in CALLS:
            yield f"{node.lineno} {ast.unparse(node.func)}: use AuditContext"


def positional_contexts(source: str) -> Iterator[str]:
    """Yield calls that construct a context with a positional argument."""
    for node in ast.walk(ast.parse(source)):
        is_context = isinstance(node, ast.Call) and (
            ast.unparse(node.func).rpartition(".")[2] == "AuditContext"
        )
        if is_context and (node.args or len(node.keywords) != 3):
            yield f"{node.lineno}: AuditContext(at=…, actor=…, organisation=…)"


def outside_audit() -> list[Path]:
    return [path for path in files(".py") if path.relative_to(PACKAGE).parts[0] != HOME]


def test_one_class_holds_the_audit_context():
    found = {str(path): [*second_contexts(path.read_text("utf-8"))] for path in outside_audit()}

    assert len(found) > 500
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_contexts_are_constructed_by_keyword():
    found = {str(path): [*positional_contexts(path.read_text("utf-8"))] for path in files(".py")}

    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("class Trace(NamedTuple):\n at: datetime\n org: UUID\n actor: UUID", 1),
        ("class Deed:\n at: datetime\n by: UUID\n organisation_id: UUID", 1),
        ("from protect.audit.actions import record, prune", 1),
        ("from protect.audit import actions\nactions.record(at=at)", 1),
        ("Entry.objects.create(at=at)", 1),
        ("class Draft:\n at: datetime\n actor: UUID", 0),
        ("from protect.audit.actions import prune", 0),
    ],
)
def test_the_guard_reports_a_second_context_class(source, count):
    assert len([*second_contexts(source)]) == count


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("AuditContext(at, user, house)", 1),
        ("AuditContext(at=at, actor=user)", 1),
        ("context.AuditContext(at, user, house)", 1),
        ("AuditContext(at=at, actor=user, organisation=house)", 0),
    ],
)
def test_the_guard_reports_positional_arguments(source, count):
    assert len([*positional_contexts(source)]) == count

"""Imports of benchmarks and tools exist; no other test imports those files."""

import ast
import importlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path

from tests.guards.test_shape import ROOT

OURS = ("protect", "tests", "bench", "tools")


def missing_imports(source: str) -> Iterator[str]:
    """Yield imported names of this repository that do not exist."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in OURS:
            module = str(node.module)
            for alias in node.names:
                if not _is_there(module, alias.name):
                    yield f"{module}.{alias.name}"


def _is_there(module: str, name: str) -> bool:
    try:
        found = importlib.import_module(module)
        return hasattr(found, name) or importlib.util.find_spec(f"{module}.{name}") is not None
    except ModuleNotFoundError:
        return False


def test_benchmarks_and_tools_import_existing_names():
    paths: list[Path] = [*(ROOT / "bench").rglob("*.py"), *(ROOT / "tools").rglob("*.py")]
    found = {str(path): [*missing_imports(path.read_text("utf-8"))] for path in paths}

    assert len(found) > 30
    assert {path: names for path, names in found.items() if names} == {}


def test_the_guard_reports_a_missing_name():
    source = (
        "from protect.vault.actions.tracing import trace\n"
        "from protect.audit.context import Trace, AuditContext\n"
    )

    assert [*missing_imports(source)] == [
        "protect.vault.actions.tracing.trace",
        "protect.audit.context.Trace",
    ]

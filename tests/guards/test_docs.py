"""Documentation that is held to the code: settings, commands, error codes."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import protect
from protect.kernel.errors import ProtectError

ROOT = Path(__file__).resolve().parents[2]
DOCS = "\n".join(
    path.read_text("utf-8") for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
)
SETTINGS = sorted(
    set(re.findall(r'"(PROTECT_\w+)"', (ROOT / "protect/site/settings.py").read_text("utf-8")))
)
COMMANDS = sorted(
    path.stem.replace("_", "-")
    for path in ROOT.glob("protect/*/management/commands/*.py")
    if path.stem != "__init__"
)


for each in pkgutil.walk_packages(protect.__path__, "protect."):
    if each.name.endswith("errors"):
        importlib.import_module(each.name)


def codes(error: type[ProtectError] = ProtectError) -> set[str]:
    return {error.code}.union(*(codes(each) for each in error.__subclasses__()))


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_documented(name):
    assert f"`{name}`" in DOCS


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name):
    assert f"protect {name}" in DOCS


@pytest.mark.parametrize("code", sorted(code for code in codes() if not code.startswith("test")))
def test_every_error_code_is_documented(code):
    assert f"`{code}`" in DOCS


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\((?!http)([^)#]+)", DOCS))))
def test_links_between_documents_lead_somewhere(target):
    places = [ROOT, ROOT / "docs", ROOT / "docs/adr", ROOT / "docs/guides"]

    assert any((place / target).exists() for place in places)


def test_the_repository_names_no_package_registry():
    files = [*ROOT.glob("requirements/*"), ROOT / "package-lock.json", ROOT / "Makefile"]

    for path in files:
        assert not re.search(r"https?://", path.read_text("utf-8")), path

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.guards.layers import RANKS

PACKAGE = Path(__file__).resolve().parents[2] / "protect"
TEMPLATES = sorted(PACKAGE.glob("*/templates/**/*.html"))
REFERENCE = re.compile(r'{% (?:include|extends) "([\w/]+\.html)"')


def higher_names(app: str, body: str) -> list[str]:
    """Return the templates of higher packages that a template names."""
    above = [each for each, rank in RANKS.items() if rank >= RANKS[app] and each != app]
    return [name for name in REFERENCE.findall(body) if name.split("/")[0] in above]


@pytest.mark.parametrize("path", [p for p in TEMPLATES if p.name.startswith("_")], ids=str)
def test_a_partial_opens_with_the_variables_it_takes(path):
    body = path.read_text("utf-8")

    assert body.startswith("{% comment %}")


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_a_template_names_no_higher_package(path):
    app = path.relative_to(PACKAGE).parts[0]

    assert higher_names(app, path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_every_template_is_used(path):
    name = path.name
    sources = [*PACKAGE.rglob("*.py"), *TEMPLATES]

    assert any(name in other.read_text("utf-8") for other in sources if other != path)


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_no_template_opens_a_tab_or_loads_from_elsewhere(path):
    body = path.read_text("utf-8")

    assert "target=" not in body
    assert not re.search(r'(?:src|href)="https?:', body)


@pytest.mark.parametrize(
    ("body", "count"), [('{% include "findhelp/a.html" %}', 1), ('{% include "ui/a.html" %}', 0)]
)
def test_the_guard_of_layers_tells_good_from_bad(body, count):
    assert len(higher_names("reference", body)) == count

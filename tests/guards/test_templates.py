import re
from pathlib import Path

import pytest

from tests.guards.layers import RANKS

PACKAGE = Path(__file__).resolve().parents[2] / "protect"
TEMPLATES = sorted(PACKAGE.glob("*/templates/**/*.html"))
BODIES = {path: path.read_text("utf-8") for path in TEMPLATES}
REFERENCE = re.compile(r'{% (?:include|extends) "([\w/]+\.html)"')


def higher_names(app: str, body: str) -> list[str]:
    """Return the templates of higher packages that a template names."""
    above = [each for each, rank in RANKS.items() if rank >= RANKS[app] and each != app]
    return [name for name in REFERENCE.findall(body) if name.split("/")[0] in above]


def test_a_partial_begins_with_its_variables():
    partials = {path: body for path, body in BODIES.items() if path.name.startswith("_")}

    assert partials
    assert [path for path, body in partials.items() if not body.startswith("{% comment %}")] == []


def test_a_template_names_no_higher_package():
    found = {
        path: higher_names(path.relative_to(PACKAGE).parts[0], body)
        for path, body in BODIES.items()
    }

    assert found
    assert {path: names for path, names in found.items() if names} == {}


def unused(bodies: dict[Path, str], code: dict[Path, str]) -> list[Path]:
    """Return each template whose name stands in no other file."""
    sources = code | bodies
    return [
        path
        for path in bodies
        if not any(path.name in body for other, body in sources.items() if other != path)
    ]


def test_every_template_is_used():
    assert unused(BODIES, {path: path.read_text("utf-8") for path in PACKAGE.rglob("*.py")}) == []


def test_a_template_that_only_includes_itself_is_unused():
    bodies = {Path("a.html"): "a.html", Path("b.html"): "b.html", Path("c.html"): "b.html"}

    found = unused(bodies, {Path("views.py"): 'render(request, "a.html")'})

    assert found == [Path("c.html")]


def tabs_and_other_hosts(body: str) -> bool:
    return "target=" in body or bool(re.search(r'(?:src|href)="https?:', body))


def test_no_template_opens_a_tab_or_loads_from_another_host():
    assert [path for path, body in BODIES.items() if tabs_and_other_hosts(body)] == []


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('<a href="/en" target="_blank">', True),
        ('<script src="https://a.example/a.js">', True),
        ('<a href="/en">', False),
    ],
)
def test_the_load_guard_reports_tabs_and_other_hosts_only(body, found):
    assert tabs_and_other_hosts(body) == found


@pytest.mark.parametrize(
    ("body", "count"), [('{% include "findhelp/a.html" %}', 1), ('{% include "ui/a.html" %}', 0)]
)
def test_the_layer_guard_reports_higher_packages_only(body, count):
    assert len(higher_names("reference", body)) == count

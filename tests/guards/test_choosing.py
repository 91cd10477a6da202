"""The runs on SQLite and PostgreSQL together run every test, and their lists name existing ones."""

import ast
import re

import pytest
from django.conf import settings

from tests import choosing

BROWSER = settings.BASE_DIR / choosing.JOURNEYS


def named_in(source: str) -> set[str]:
    return {
        each.name
        for each in ast.parse(source).body
        if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")
    }


def missing(names: list[str], sources: dict[str, str]) -> list[str]:
    """Return the ids that name no test of these files."""
    known = {f"{file}::{test}" for file, source in sources.items() for test in named_in(source)}
    return [name for name in names if name.partition("[")[0] not in known]


def test_every_journey_of_the_short_run_exists():
    sources = {path.name: path.read_text("utf-8") for path in BROWSER.glob("test_*.py")}

    assert missing(list(choosing.FEW), sources) == []


def test_a_renamed_journey_is_reported():
    sources = {"test_a.py": "def test_now(page): ...\ndef helper(): ..."}

    named = ["test_a.py::test_now[script]", "test_a.py::test_before", "test_b.py::test_now"]

    assert missing(named, sources) == ["test_a.py::test_before", "test_b.py::test_now"]


class Item:
    """A collected test, as far as `select_tests` reads it."""

    def __init__(self, nodeid: str, *marks: str, fixtures: tuple[str, ...] = ()) -> None:
        self.nodeid, self.marks = nodeid, marks
        self.name2fixturedefs = {each: [Ours] for each in fixtures}
        self._fixtureinfo = self

    def get_closest_marker(self, name: str) -> bool:
        return name in self.marks


class Ours:
    argnames = ("own_database",)
    func = missing


PURE = Item("tests/kernel/test_ids.py::test_short")
ASKS = Item("tests/orgs/views/test_teams.py::test_page", "django_db")
DIFFERS = Item("tests/orgs/test_models.py::test_kept", "django_db")
SERVED = Item("tests/browser/test_exit.py::test_leave", "browser", fixtures=("site",))
FEW = Item("tests/browser/test_journeys.py::test_helper_in_liege[script]", fixtures=("site",))
SHOWN = Item("tests/ui/test_desk_in_browser.py::test_keys", "browser")
ALONE = Item("tests/browser/test_exit.py::test_neutral", "browser", fixtures=())
ALL = [PURE, ASKS, DIFFERS, SERVED, FEW, SHOWN, ALONE]


@pytest.mark.parametrize(
    ("only", "run"),
    [
        ("", [SERVED, FEW, ALONE, PURE, ASKS, DIFFERS, SHOWN]),
        ("database", [SERVED, FEW, ASKS, DIFFERS]),
        ("differing", [FEW, ALONE, PURE, DIFFERS, SHOWN]),
    ],
)
def test_each_test_runs_on_one_of_the_two_databases(monkeypatch, only, run):
    monkeypatch.setenv("PROTECT_TEST_ONLY", only)

    assert choosing.select_tests(ALL) == run  # of both runs together: ALL


def branches_on_database(source: str) -> bool:
    """Return whether a file of tests skips or decides by the database that it runs on."""
    return any(word in source for word in ("IS_POSTGRES", ".vendor", "mark.postgres"))


def test_a_file_that_branches_on_the_database_runs_on_both():
    tests = settings.BASE_DIR / "tests"
    asking = {
        str(path.relative_to(settings.BASE_DIR))
        for path in tests.rglob("test_*.py")
        if path.name != "test_choosing.py" and branches_on_database(path.read_text("utf-8"))
    }

    assert len(asking) > 10
    assert {path for path in asking if not choosing.is_differing(path)} == set()


def test_each_reason_for_sqlite_matches_a_file():
    tests = settings.BASE_DIR / "tests"
    paths = [str(path.relative_to(settings.BASE_DIR)) for path in tests.rglob("test_*.py")]

    unused = [part for part in choosing.DIFFERING if not any(re.search(part, p) for p in paths)]

    assert unused == []

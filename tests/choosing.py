"""Selection of tests for the two runs of `.ci/run`: one on SQLite, then one on PostgreSQL.

Live sites use PostgreSQL, so PROTECT_TEST_ONLY=database runs every test that uses a database there.
PROTECT_TEST_ONLY=differing, on SQLite, runs the tests without a database and those whose result
could differ on SQLite: the files of DIFFERING, and the browser journeys of FEW.
"""

import os
import re
from collections.abc import Collection, Iterable
from typing import Any

import pytest

DATABASE = {"db", "transactional_db", "django_db_setup", "django_db_blocker", "own_database"}
JOURNEYS = "tests/browser/"
# Files that take long, or whose fixtures start servers or build databases. They run first, in this
# order, because at the end one process would be busy while the others are idle. A process runs all
# tests of a file. The demo is built once for all processes.
SLOW = (
    "tests/browser/test_visits.py",
    "tests/guards/test_access_matrix.py",
    "tests/vault/test_planted.py",
    "tests/guards/test_database_away.py",
    JOURNEYS,
    "tests/demo/",
    "tests/site/test_commands.py",
    "tests/interchange/imports/test_crashes.py",
    "tests/vault/test_password_reset.py",
    "tests/findhelp/test_quiet.py",
    "tests/faults/",
    "tests/trainings/test_races.py",
)
# Patterns of test files, and why results could differ on SQLite. A test file that checks which
# database it runs on belongs here (tests/guards/test_choosing.py).
DIFFERING = {
    # Of the attacks on the vault only the random one: Python code detects the forgeries.
    r"tests/audit/|adversary/test_any_row": "triggers and policies keep rows",
    r"tests/demo/|test_commands|exports/test_command": "the demo uses SQLite",
    r"test_(models|rows|behind_rows|planted)|_behind_policies": "constraints, and types of columns",
    r"_races|race|test_(outage|restore_drill|vacuum)": "locks, files, connections",
    r"tests/notices/|test_(actions|worker|nightly|noting)\b": "transactions, and the outbox",
    r"imports/test_(apply|command|planted|staging|store)\b|nominating|name_lists": (
        "many rows, and how texts compare"
    ),
    r"test_(merges|merge_|provider_links|unlinkable|search)": (
        "rows that move, and how texts compare"
    ),
    r"test_(registering|seats|waiting|booking|planning)": "two requests for one seat at once",
}
# Browser journeys whose result could differ on SQLite, the demo's database.
FEW = {
    "test_desk_notes.py::test_journey_of_a_note_edited_by_two_users_and_erased[wide]": (
        "two people write the same row; a file is kept, and erased in the database's own file"
    ),
    "test_reports.py::test_a_visitor_reports_and_a_moderator_judges": (
        "the public face writes while the desk reads"
    ),
    "test_desk_imports.py::test_journey_of_an_import_mapped_corrected_and_applied[script]": (
        "many rows in one transaction"
    ),
    "test_desk_checking.py::test_journey_of_a_service_checked_by_two_calls_and_shown[script]": (
        "locks, and how fresh a fact is, computed from dates"
    ),
    "test_journeys.py::test_helper_in_liege": "the demo as `make demo` serves it",
}


def few_on_sqlite(values: Iterable[str], few: Collection[str]) -> list[Any]:
    """Return parameters of a long test that PostgreSQL runs with all values, SQLite with a few."""
    values = list(values)
    assert set(few) <= set(values)  # otherwise a misspelt value would be skipped silently
    return [
        value if value in few else pytest.param(value, marks=pytest.mark.postgres)
        for value in values
    ]


def select_tests(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return the tests to run, those of SLOW files first."""
    selected = items
    if os.environ.get("PROTECT_TEST_ONLY") == "database":
        selected = [item for item in selected if touches_a_database(item)]
    if os.environ.get("PROTECT_TEST_ONLY") == "differing":
        selected = [item for item in selected if may_differ(item) or not touches_a_database(item)]
    return sorted(selected, key=slow_rank)


def slow_rank(item: pytest.Item) -> int:
    """Return the rank of a test's file in SLOW; other files come after all of these."""
    ranks = (rank for rank, start in enumerate(SLOW) if item.nodeid.startswith(start))
    return next(ranks, len(SLOW))


def commits_transactions(item: pytest.Item) -> bool:
    """Return whether a test commits transactions, so that all tables are emptied after it."""
    mark: Any = item.get_closest_marker("django_db")
    is_real = getattr(mark, "kwargs", {}).get("transaction", False)
    return bool(is_real) or "transactional_db" in getattr(item, "fixturenames", ())


def may_differ(item: pytest.Item) -> bool:
    """Return whether the result of a test with a database could differ on SQLite."""
    if item.nodeid.startswith(JOURNEYS):
        return is_of_few(item.nodeid)
    return commits_transactions(item) or is_differing(item.nodeid.partition("::")[0])


def is_differing(path: str) -> bool:
    """Return whether a test file matches a pattern of DIFFERING."""
    return any(re.search(part, path) for part in DIFFERING)


def is_of_few(nodeid: str) -> bool:
    """Return whether FEW names a test, with or without its parameters."""
    name = nodeid.removeprefix(JOURNEYS)
    return name in FEW or name.partition("[")[0] in FEW


def touches_a_database(item: pytest.Item) -> bool:
    """Return whether a test or one of our fixtures uses the database of this run."""
    if any(item.get_closest_marker(name) for name in ("django_db", "postgres")):
        return True
    fixtures: dict[str, Any] = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]
    return any(
        DATABASE & {name, *definitions[-1].argnames}
        for name, definitions in fixtures.items()
        if "pytest_django" not in definitions[-1].func.__module__
    )

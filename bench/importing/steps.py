"""The steps: each begins where the one before it ended, in the database."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas
from django.core.management import call_command
from django.db import connection, transaction

from bench.importing.__main__ import COLUMNS, PLAIN, lines
from protect.interchange.imports.actions import apply as import_apply, rows as import_rows, runs
from protect.interchange.imports.actions.runs import ColumnMapping, Upload
from protect.interchange.models import ImportRun
from protect.orgs.access import scope_for
from protect.orgs.models import Organisation, User
from protect.reference import actions as reference
from protect.vault.formats.secrets import UserSecret
from protect.vault.models import UserKey
from tests.orgs.conftest import make_organisation
from tests.vault.cast import Person, make_person, renew, serve

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
TABLE = "bench_plain"


def fill(folder: Path) -> None:
    """Write the file, load the places and make who brings it."""
    with (folder / "demo.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(lines())
    call_command("migrate", verbosity=0)
    reference.load_data(lambda loaded: None)
    serve(make_person("edda"), make_organisation("Demo Malta", "MT"), "editor")


def take_in(folder: Path) -> None:
    """Bring the file, map it as proposed, and keep its rows."""
    person, office = _person(), Organisation.objects.get()
    brought = Upload("demo-list", "demo.csv", (folder / "demo.csv").read_bytes())
    run = runs.begin(person.scope, office, brought, at=NOW)
    facts = runs.parse_file(person.unlocked(), run)
    every = facts.table.columns
    run = runs.map_columns(person.scope, run, ColumnMapping(facts.columns, every), at=NOW)
    facts = runs.parse_file(person.unlocked(), run)
    import_rows.stage_rows(person.scope, run, facts, lambda: True, at=NOW)


def judge(folder: Path) -> None:
    import_rows.validate_rows(_scope(), _newest(), lambda: True, at=NOW)


def apply(folder: Path) -> None:
    begun = import_apply.begin_applying(_scope(), _newest(), at=NOW)
    import_apply.apply_rows(_scope(), begun, lambda: True, at=NOW)


def judge_again(folder: Path) -> None:
    """The same file once more: nothing in it is new."""
    take_in(folder)
    judge(folder)


def _person() -> Person:
    """Return edda with a fresh key: no process has that of another."""
    user = User.objects.get()
    person = Person(user, UserSecret.generate(), version=UserKey.objects.filter(user=user).count())
    renew(person)
    return person


def _scope() -> Any:
    return scope_for(User.objects.get().pk)


def _newest() -> ImportRun:
    found = ImportRun.objects.select_related("organisation").defer("sealed").order_by("-pk")
    return max(found, key=lambda run: run.state in {"mapped", "previewed"})


def plain(folder: Path) -> None:
    frame = pandas.read_csv(folder / "demo.csv", dtype=str, keep_default_na=False)
    rows = frame[list(PLAIN)].itertuples(index=False, name=None)
    with transaction.atomic(), connection.cursor() as cursor:
        _make(cursor)
        holes = ", ".join(["%s"] * len(PLAIN))
        cursor.executemany(f"INSERT INTO {TABLE} VALUES ({holes})", list(rows))


def copy(folder: Path) -> None:
    frame = pandas.read_csv(folder / "demo.csv", dtype=str, keep_default_na=False)
    with transaction.atomic(), connection.cursor() as cursor:
        _make(cursor)
        with cursor.copy(f"COPY {TABLE} FROM STDIN") as copying:  # type: ignore[attr-defined]
            for row in frame[list(PLAIN)].itertuples(index=False, name=None):
                copying.write_row(row)


def _make(cursor: Any) -> None:
    cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
    cursor.execute(f"CREATE TABLE {TABLE} ({', '.join(f'{name} text' for name in PLAIN)})")


STEPS: dict[str, Callable[[Path], None]] = {
    "fill": fill,
    "pandas + executemany": plain,
    "pandas + COPY": copy,
    "take in": take_in,
    "judge": judge,
    "apply": apply,
    "judge again": judge_again,
    "apply again": apply,
}

"""Registrations a second: sixteen people press at once, on one edition that is nearly full.

Each registration is the whole action: the edition's lock, seats, the line, the audit. The plain
side writes one row for each in a transaction and counts nothing. Overbooked is how many sit
beyond the seats; it must be 0. Aim: ten times the 400 tickets a minute that pretix documents for
one event (docs.pretix.eu, “Scaling guide”, as our design notes them), so 67 a second.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.measure import table
from tests.cluster import ABSENT, binaries, cluster

ROOT = Path(__file__).resolve().parents[1]
PEOPLE = int(os.environ.get("PROTECT_BENCH_PEOPLE", "1000"))
SEATS, CLIENTS, AIM = PEOPLE // 2, 16, 67
HEADER = ("database", "registrations/s", "aim", "plain rows/s", "× plain (time)", "overbooked")


def report() -> str:
    """Return the table for SQLite and, where its server is installed, PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [line("SQLite", f"sqlite:///{folder}/bench.sqlite3")]
    if binaries() is None:
        return f"{_head()}\n\n{table(HEADER, rows)}\n\nPostgreSQL was not measured: {ABSENT}."
    with cluster() as server:
        rows.append(line("PostgreSQL", server.url))
    return f"{_head()}\n\n{table(HEADER, rows)}"


def line(name: str, url: str) -> tuple[Any, ...]:
    """Return the line of a database: ours, and plain rows."""
    env = {**os.environ, "PROTECT_DATABASE_URL": url}
    for step in (("migrate", "-v0"), ("load_data", "-v0")):
        django = [sys.executable, "-m", "django", *step, "--settings=protect.site.settings"]
        subprocess.run(django, env=env, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    ours, plain = (_race(way, env) for way in ("locked", "plain"))
    over = max(0, ours["states"]["confirmed"] - SEATS) + ours["errors"]
    rates = [PEOPLE / each["seconds"] for each in (ours, plain)]
    return name, rates[0], AIM, rates[1], ours["seconds"] / plain["seconds"], over


def _race(way: str, env: dict[str, str]) -> dict[str, Any]:
    numbers = map(str, (PEOPLE, SEATS, CLIENTS))
    done = subprocess.run(
        [sys.executable, "-m", "tests.trainings.racing", *numbers, way],
        env=env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _head() -> str:
    return f"{PEOPLE:,} people, {SEATS:,} seats, {CLIENTS} clients."

"""The directory by HSDS over WSGI, beside plain SELECTs of the same tables and json.dumps.

The plain side reads the same rows of the same services in the same order and writes them as they
are: no audience, no criteria in words, no hours as rules, no schema. Measured at 100,000 services
(`PROTECT_BENCH_SERVICES` for another number) on both databases, each with a process of its own.
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

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("page", "records", "kB", "ms", "plain ms", "× plain")
STREAMS = ("stream", "records/s", "MB", "memory grown MB", "plain records/s", "× plain (time)")


def report() -> str:
    """Return the tables for SQLite and, where its server is installed, PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        parts = [_section("SQLite", f"sqlite:///{folder}/bench.sqlite3")]
    if binaries() is None:
        return "\n\n".join([*parts, f"PostgreSQL was not measured: {ABSENT}."])
    with cluster() as server:
        parts.append(_section("PostgreSQL", server.url))
    return "\n\n".join(parts)


def _section(name: str, url: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bench.hsds"],
        cwd=ROOT,
        env={**os.environ, "PROTECT_DATABASE_URL": url},
        stdout=subprocess.PIPE,
        check=True,
    )
    said: dict[str, Any] = json.loads(done.stdout)
    head = f"## {name}, {said['services']:,} services"
    return f"{head}\n\n{table(PAGES, said['pages'])}\n\n{table(STREAMS, said['streams'])}"

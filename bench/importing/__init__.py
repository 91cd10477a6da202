"""A file of services into the directory: rows a second and memory of each step.

100,000 rows (`PROTECT_BENCH_ROWS` for another number) of which one in ten is a shelter with an
address. The plain side reads the same CSV with pandas and writes seven columns as they are: by
executemany, and by COPY of PostgreSQL. It judges nothing, drops nothing and compares nothing. Each
step runs in a process of its own; "MB" is the memory at its highest.
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
FILL, PLAIN, COPY = "fill", "pandas + executemany", "pandas + COPY"
STEPS = ("take in", "judge", "apply", "judge again", "apply again")
HEADER = ("step", "rows/s", "s", "MB", "× plain (time)")


def report() -> str:
    """Return the tables for SQLite and, where its server is installed, PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        parts = [_section("SQLite", f"sqlite:///{folder}/bench.sqlite3", PLAIN, folder)]
        if binaries() is None:
            return "\n\n".join([*parts, f"PostgreSQL was not measured: {ABSENT}."])
        with cluster() as server:
            parts.append(_section("PostgreSQL", server.url, COPY, folder))
    return "\n\n".join(parts)


def _section(name: str, url: str, plain: str, folder: str) -> str:
    rows = _asked(url, FILL, folder)["rows"]
    measured = {kind: _asked(url, kind, folder) for kind in (plain, *STEPS)}
    usual = measured[plain]["seconds"]
    lines = [
        (kind, rows / said["seconds"], said["seconds"], said["peak_mb"], said["seconds"] / usual)
        for kind, said in measured.items()
    ]
    return f"## {name}, {rows:,} rows\n\n{table(HEADER, lines)}"


def _asked(url: str, kind: str, folder: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.importing", kind, folder],
        cwd=ROOT,
        env={**os.environ, "PROTECT_DATABASE_URL": url},
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found

"""Services as files: rows a second and memory of each format, beside rows as they are.

The plain side writes the columns of the service and the name of its organisation, and nothing that
hangs on it: Python's csv over one SELECT, and COPY of PostgreSQL. Each format runs in a process of
its own, at 100,000 services (`PROTECT_BENCH_SERVICES` for another number). "grown" is the memory at
its highest above that after the first thousand services.
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
FORMATS = ("csv", "hsds", "hsds-tables", "geojson", "json-ld", "ical", "vcard")
PLAIN, COPY, FILL = "plain csv", "COPY", "fill"
HEADER = ("format", "services/s", "s", "MB written", "memory MB", "grown MB", "× plain csv (time)")


def report() -> str:
    """Return the tables for SQLite and, where its server is installed, PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite3"
        parts = [_section("SQLite", url, [PLAIN, *FORMATS])]
    if binaries() is None:
        return "\n\n".join([*parts, f"PostgreSQL was not measured: {ABSENT}."])
    with cluster() as server:
        parts.append(_section("PostgreSQL", server.url, [PLAIN, COPY, *FORMATS]))
    return "\n\n".join(parts)


def _section(name: str, url: str, kinds: list[str]) -> str:
    count = _measure_in_process(url, FILL)["services"]
    measured = {kind: _measure_in_process(url, kind) for kind in kinds}
    plain = measured[PLAIN]["seconds"]
    rows = [
        (
            kind,
            values["services"] / values["seconds"],
            values["seconds"],
            values["bytes"] / 1e6,
            values["peak_mb"],
            values["grown_mb"],
            values["seconds"] / plain,
        )
        for kind, values in measured.items()
    ]
    return f"## {name}, {count:,} services\n\n{table(HEADER, rows)}"


def _measure_in_process(url: str, kind: str) -> dict[str, Any]:
    process = subprocess.run(
        [sys.executable, "-m", "bench.exporting", kind],
        cwd=ROOT,
        env={**os.environ, "PROTECT_DATABASE_URL": url},
        stdout=subprocess.PIPE,
        check=True,
    )
    values: dict[str, Any] = json.loads(process.stdout)
    return values

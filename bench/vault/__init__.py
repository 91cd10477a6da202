"""Sealed records beside the same tables in clear, and signing in beside everything else.

Both do the same work with the same frame: a row that is found, a version that must match, an entry
in the chained audit, one transaction. What differs is that one side keeps its document in clear.
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
HEAD = ("deed", "sealed p50 ms", "p99 ms", "clear p50 ms", "p99 ms", "× clear (p50)")
FLOOD = ("while 200 people sign in", "requests", "p50 ms", "p99 ms", "× quiet (p50)")


def report() -> str:
    """Return the tables for SQLite and, where its server is installed, PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        parts = [_section("SQLite", f"sqlite:///{folder}/bench.sqlite3", folder)]
    if binaries() is None:
        return "\n\n".join([*parts, f"PostgreSQL was not measured: {ABSENT}."])
    with cluster() as server, tempfile.TemporaryDirectory() as folder:
        parts.append(_section("PostgreSQL, synchronous_commit on", server.url, folder))
    return "\n\n".join(parts)


def _section(name: str, url: str, folder: str) -> str:
    environment = {
        **os.environ,
        "PROTECT_DATABASE_URL": url,
        "PROTECT_LEDGER": f"{folder}/ledger.jsonl",
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench.vault"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    said: dict[str, Any] = json.loads(done.stdout)
    body = [
        (deed, *sealed, *(clear or ("", "")), sealed[0] / clear[0] if clear else "")
        for deed, sealed, clear in said["count_audit_entries"]
    ]
    quiet = said["flood"][0][2]
    flood = [(*row, row[2] / quiet) for row in said["flood"]]
    return f"## {name}\n\n{table(HEAD, body)}\n\n{table(FLOOD, flood)}\n\n{said['note']}"

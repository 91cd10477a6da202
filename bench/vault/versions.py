"""The vault of this working copy beside an earlier commit: python -m bench.vault.versions COMMIT

Both do the same, in turns, each in processes and databases of its own, with the same packages.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.measure import Timing, machine, table
from tests.cluster import ABSENT, binaries, cluster

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "bench" / "results" / "vault-versions.md"
OPERATIONS = ROOT / "bench" / "vault" / "operations.py"
NOTES, TURNS, ROUNDS = 2_000, 200, 3
# `-c` puts the working folder first among the places of modules: that of the version.
RUN = (
    "import django, runpy, sys; django.setup(); del sys.argv[0];"
    " runpy.run_path(sys.argv[0], run_name='__main__')"
)
HEAD = ("operation", "before p50 ms", "p99 ms", "now p50 ms", "p99 ms", "× before (p50)")

type Took = dict[str, list[float]]


def report(commit: str) -> str:
    """Return a table for SQLite and, where its server is installed, PostgreSQL."""
    with _tree(commit) as before:
        parts = [_section("SQLite", before, lambda folder: f"sqlite:///{folder}/bench.sqlite3")]
        if binaries() is None:
            return "\n\n".join([*parts, f"PostgreSQL was not measured: {ABSENT}."])
        # A cluster each: what one leaves to clean up must not slow the other.
        parts.append(_section("PostgreSQL, synchronous_commit on", before, None))
    return "\n\n".join(parts)


def _section(name: str, before: Path, url: Callable[[str], str] | None) -> str:
    found: tuple[Took, Took] = (defaultdict(list), defaultdict(list))
    for _ in range(ROUNDS):
        for side, tree in enumerate((before, ROOT)):
            with tempfile.TemporaryDirectory() as folder:
                for operation, took in _measured(tree, folder, url).items():
                    found[side][operation] += took
    return f"## {name}\n\n{table(HEAD, _rows(*found))}"


def _measured(tree: Path, folder: str, url: Callable[[str], str] | None) -> Took:
    if url is not None:
        return _run(tree, folder, url(folder))
    with cluster() as server:
        return _run(tree, folder, server.url)


def _run(tree: Path, folder: str, url: str) -> Took:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            RUN,
            str(ROOT / "bench/vault/operations.py"),
            str(NOTES),
            str(TURNS),
        ],
        cwd=tree,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "protect.site.settings",
            "PROTECT_DATABASE_URL": url,
            "PROTECT_LEDGER": f"{folder}/ledger.jsonl",
        },
        stdout=subprocess.PIPE,
        check=True,
    )
    took: Took = json.loads(done.stdout)
    return took


def _rows(before: Took, now: Took) -> Iterator[tuple[object, ...]]:
    for operation in before:
        old, new = Timing.of(before[operation]), Timing.of(now[operation])
        yield (
            operation,
            *(each / 1000 for each in (old.p50, old.p99, new.p50, new.p99)),
            new.p50 / old.p50,
        )


@contextmanager
def _tree(commit: str) -> Iterator[Path]:
    """Yield a worktree of an earlier commit, removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "before"
        subprocess.run(["git", "worktree", "add", "-q", str(tree), commit], cwd=ROOT, check=True)
        try:
            yield tree
        finally:
            remove = ["git", "worktree", "remove", "--force", str(tree)]
            subprocess.run(remove, cwd=ROOT, check=True)


if __name__ == "__main__":
    (asked,) = sys.argv[1:]
    text = f"# The vault beside commit {asked}\n\n{machine()}\n\n{report(asked)}\n"
    RESULT.write_text(text, encoding="utf-8")
    print(text)

"""Short in every run; `make faults` does it at length: 1,000 kills, 1,000 saves."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cluster import ABSENT, Cluster, binaries, cluster
from tests.conftest import IS_LONG
from tests.vault.cast import Cast, make_cast

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 3600 if IS_LONG else 120


@dataclass
class Savers:
    """Commands of `saver.py` on one database."""

    url: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        given = {"PROTECT_DATABASE_URL": self.url, "FAULT_KEYS": str(self.folder / "keys")}
        return {**os.environ, **given, "PROTECT_LEDGER": str(self.folder / "ledger.jsonl")}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self._run([sys.executable, "-m", "tests.faults", *words])

    def begin(self) -> subprocess.Popen[str]:
        """Start a saver that saves without end."""
        words = [sys.executable, "-m", "tests.faults", "save"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(words, cwd=ROOT, env=self.environment, **pipes)

    def prepare(self) -> None:
        prepared = self.run("prepare")
        assert prepared.returncode == 0, prepared.stderr

    def must_be_whole(self) -> None:
        checked = self.run("check")
        assert (checked.returncode, checked.stdout) == (0, "whole\n"), checked.stderr

    def _run(self, words: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )


@pytest.fixture
def server() -> Iterator[Cluster]:
    if binaries() is None:
        pytest.skip(ABSENT)
    with cluster() as made:
        yield made


@pytest.fixture
def on_sqlite(originals, tmp_path) -> Savers:
    savers = Savers(originals.file("migrated", tmp_path / "faults.sqlite3"), tmp_path)
    savers.prepare()
    return savers


@pytest.fixture
def on_postgres(server, originals, tmp_path) -> Savers:
    originals.pour(server.url)
    savers = Savers(server.url, tmp_path)
    savers.prepare()
    return savers


@pytest.fixture
def cast(db, settings, tmp_path) -> Cast:
    settings.LEDGER = tmp_path / "ledger.jsonl"
    return make_cast()

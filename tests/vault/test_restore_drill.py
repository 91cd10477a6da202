"""The drill of docs/operating.md, run whole: backup, loss, restore."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 600  # seconds
PROMISES = (
    "the planted sentence is nowhere in the backup",
    "the erased note stays gone",
    "the grants of the one who left are gone",
    "the kept note opens",
    "the audit verifies with the heads",
)


def has_server_programs() -> bool:
    return bool(shutil.which("initdb") or [*Path("/usr/lib/postgresql").glob("*/bin/initdb")])


def drill(**environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "tools/restore_drill"],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def leftovers() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("protect-drill.*"))


@pytest.mark.by_hand
@pytest.mark.postgres
def test_what_was_erased_stays_gone_and_what_was_kept_opens_after_a_restore():
    if not has_server_programs():
        pytest.skip("PostgreSQL's server programs are not installed (apt install postgresql)")
    before = leftovers()

    ran = drill()

    said = ran.stdout.splitlines()
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert all(line.startswith("ok ") and line.endswith(" s)") for line in said)
    assert [each for each in PROMISES if not any(each in line for line in said)] == []
    assert leftovers() - before == set()


def test_without_server_programs_the_drill_refuses_with_the_remedy(tmp_path):
    ran = drill(PG_BIN=str(tmp_path))

    assert (ran.returncode, ran.stdout) == (2, "")
    assert "Remedy: apt install postgresql" in ran.stderr

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.serving import PROTECT, free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]


def protect(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(PROTECT), *arguments],
        env={**os.environ, **environ},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def sqlite(tmp_path):
    return {"PROTECT_DATABASE_URL": f"sqlite:///{tmp_path}/demo.sqlite3"}


def test_the_demo_is_built_beside_its_name_and_an_interrupted_build_is_repaired(tmp_path, sqlite):
    (tmp_path / "demo.sqlite3.building").write_bytes(b"half of a database")

    first = protect("demo", "--build-only", **sqlite)
    second = protect("demo", "--build-only", **sqlite)

    assert (first.returncode, second.returncode) == (0, 0)
    assert "created 363" in first.stderr
    assert "unchanged 363" in second.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["demo.sqlite3"]


def test_a_demo_command_on_a_live_system_is_refused_and_changes_nothing(tmp_path, sqlite):
    live = {**sqlite, "PROTECT_MODE": "live", "PROTECT_SECRET_KEY": "s" * 40}

    refused = protect("demo", "--build-only", **live)

    assert refused.returncode == 2
    assert "not_the_demo" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_live_system_without_a_reviewed_language_does_not_start(sqlite):
    live = {**sqlite, "PROTECT_MODE": "live", "PROTECT_SECRET_KEY": "s" * 40}

    refused = protect("serve", **live, PROTECT_PUBLIC_HOSTS="help.example")

    assert refused.returncode == 1
    assert "No language of the public site is reviewed" in refused.stderr
    assert "native reviewer" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("match", "--need", "legal"), "database_not_ready"),
        (("import-services", "nowhere.csv"), "file_not_readable"),
    ],
)
def test_a_refusal_is_one_sentence_with_a_remedy(sqlite, arguments, code):
    refused = protect(*arguments, **sqlite)

    assert refused.returncode == 2
    assert refused.stderr.startswith(f"{code}: ")
    assert "Traceback" not in refused.stderr


def test_a_bad_setting_stops_the_start_with_its_name():
    refused = protect("check", PROTECT_MODE="production")

    assert refused.returncode == 2
    assert "setting_bad: PROTECT_MODE" in refused.stderr


def test_the_server_ends_with_all_its_children(sqlite):
    protect("demo", "--build-only", **sqlite)
    port = free_port()
    command = [str(PROTECT), "demo", "--port", str(port)]
    with subprocess.Popen(
        command,
        env={**os.environ, **sqlite},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as server:
        wait_for(f"http://127.0.0.1:{port}")
        with urlopen(f"http://127.0.0.1:{port}/en") as response:
            assert response.headers["Cache-Control"] == "no-store"

        taken = protect("serve", "--port", str(port), **sqlite)
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)

    assert "port_taken" in taken.stderr
    assert members_of(server.pid) == []


def members_of(group: int) -> list[str]:
    """Return what still runs of a process group, waiting a moment for it to end."""
    for _ in range(50):
        found = subprocess.run(
            ["ps", "-o", "pid=", "-g", str(group)], capture_output=True, text=True, check=False
        ).stdout.split()
        if not found:
            return []
        time.sleep(0.1)
    return found

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from protect.site.management.commands import demo
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


LIVE = {
    "PROTECT_MODE": "live",
    "PROTECT_SECRET_KEY": "s" * 40,
    "PROTECT_PUBLIC_URL": "https://help.example",
    "PROTECT_STAFF_URL": "https://desk.example",
    "PROTECT_PUBLIC_HOSTS": "help.example",
}


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
    refused = protect("demo", "--build-only", **sqlite, **LIVE)

    assert refused.returncode == 2
    assert "not_the_demo" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_live_system_without_a_reviewed_language_does_not_start(sqlite):
    refused = protect("serve", **sqlite, **LIVE)

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


@pytest.mark.parametrize("name", ["PROTECT_PUBLIC_URL", "PROTECT_DATABASE_URL"])
def test_a_live_system_has_no_defaults_of_the_demo(sqlite, name):
    refused = protect("check", **{**sqlite, **LIVE, name: ""})

    assert refused.returncode == 2
    assert f"setting_bad: {name}: Missing. Remedy: " in refused.stderr


def test_a_database_older_than_the_code_is_not_served(sqlite):
    protect("migrate", "vault", "zero", **sqlite)

    refused = protect("serve", **sqlite)

    assert refused.returncode == 2
    assert "database_not_ready" in refused.stderr
    assert "protect migrate" in refused.stderr


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


@pytest.mark.parametrize(
    ("said", "leads_to"),
    [({}, "http://127.0.0.1:8123"), ({"PROTECT_PUBLIC_URL": "https://a.example"}, "http://before")],
)
def test_codes_on_paper_lead_to_the_port_of_the_demo(monkeypatch, settings, said, leads_to):
    monkeypatch.setattr(os, "environ", said)
    settings.PUBLIC_URL = "http://before"

    demo.lead_here(8123)

    assert leads_to == settings.PUBLIC_URL


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

import base64
import os
import signal
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.core.management import call_command

from protect.demo import keys
from protect.kernel import clock
from protect.site.management.commands import demo
from tests.originals import STEPS
from tests.serving import PROTECT, free_port, wait_for
from tests.vault.signing import totp

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


@pytest.fixture(scope="module")
def whole_demo(originals, tmp_path_factory):
    """A demo that was built once for all tests that only ask it."""
    file = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    return {"PROTECT_DATABASE_URL": originals.file("demo", file)}


def test_demo_is_built_in_a_temporary_file_and_interrupted_builds_are_replaced(originals, tmp_path):
    file = tmp_path / "demo.sqlite3"
    sqlite = {"PROTECT_DATABASE_URL": originals.file("demo", file)}
    first = originals.said("demo")

    second = protect("demo", "--build-only", **sqlite)

    assert second.returncode == 0
    assert "created 623" in first
    assert "made 111 user, 25 team, 3 note" in first
    assert "unchanged 623" in second.stderr
    assert "made 0 user" in second.stderr
    assert [*originals.folder.glob("*.building")] == []
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
def test_live_system_does_not_use_demo_defaults(sqlite, name):
    refused = protect("check", **{**sqlite, **LIVE, name: ""})

    assert refused.returncode == 2
    assert f"setting_bad: {name}: Missing. Remedy: " in refused.stderr


def test_a_database_older_than_the_code_is_not_served(sqlite):
    protect("migrate", "vault", "zero", **sqlite)

    refused = protect("serve", **sqlite)

    assert refused.returncode == 2
    assert "database_not_ready" in refused.stderr
    assert "protect migrate" in refused.stderr


def test_the_server_ends_with_all_its_children(whole_demo):
    port = free_port()
    command = [str(PROTECT), "demo", "--port", str(port)]
    with subprocess.Popen(
        command,
        env={**os.environ, **whole_demo},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as server:
        wait_for(f"http://127.0.0.1:{port}")
        with urlopen(f"http://127.0.0.1:{port}/en") as response:
            assert response.headers["Cache-Control"] == "no-store"

        taken = protect("serve", "--port", str(port), **whole_demo)
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)

    assert "port_taken" in taken.stderr
    assert members_of(server.pid) == []


@pytest.mark.parametrize(
    ("name", "here"),
    [("PUBLIC_URL", "http://127.0.0.1:8123"), ("STAFF_URL", "http://localhost:8123")],
)
@pytest.mark.parametrize("said", [None, "https://a.example"])
def test_printed_codes_and_mailed_links_use_the_port_of_the_demo(
    monkeypatch, settings, name, here, said
):
    monkeypatch.setattr(os, "environ", {f"PROTECT_{name}": said} if said else {})
    settings.PUBLIC_URL = settings.STAFF_URL = "http://before"

    demo.set_demo_urls(8123)

    assert getattr(settings, name) == ("http://before" if said else here)


def test_demo_prints_accounts_and_credentials(settings):
    settings.STAFF_URL = "http://localhost:8123"

    said = demo.format_welcome(8123)

    assert "http://localhost:8123/" in said
    assert keys.PASSPHRASE in said
    assert base64.b32encode(keys.TOTP_SEED).decode() in said.replace(" ", "")
    assert keys.demo_recovery_code("amal@demo.example").printed() in said
    for line in (
        "ines@demo.example   supervisor                  Demo office Belgium",
        "noor@demo.example   case worker                 Demo office Belgium; waits to be let in",
        "hedda@demo.example  supervisor                  Demo partner Grove; team: Founding",
        "ludmil@demo.example supervisor                  Demo partner Harbour; team: No key yet",
    ):
        assert f"    {line}\n" in said


def test_demo_code_prints_the_current_code(capsys):
    now = datetime(2026, 11, 30, 9, 0, 13, tzinfo=UTC)
    with clock.frozen(now):
        call_command("demo_code")

    out, err = capsys.readouterr()
    assert out == f"{totp(keys.TOTP_SEED, now)}\n"
    assert "in 17 seconds" in err


def test_demo_code_is_refused_on_a_live_system(sqlite):
    refused = protect("demo-code", **sqlite, **LIVE)

    assert (refused.returncode, refused.stdout) == (2, "")
    assert "not_the_demo" in refused.stderr


def test_a_database_that_was_live_becomes_no_demo_and_is_not_replaced(originals, tmp_path, sqlite):
    named = ("--name", "Demo x", "--kind", "school", "--country", "BE", "--zone", "Europe/Brussels")
    originals.file("migrated", tmp_path / "demo.sqlite3")
    begun = protect("begin", "--skip-checks", *named, "--email", "a@x.example", **sqlite, **LIVE)
    before = (tmp_path / "demo.sqlite3").read_bytes()

    built = protect("demo", "--build-only", **sqlite)
    served = protect("serve", "--port", str(free_port()), **sqlite)

    assert begun.returncode == 0
    assert (built.returncode, served.returncode) == (2, 2)
    assert "database_was_live: " in built.stderr
    assert "database_was_live: " in served.stderr
    assert (tmp_path / "demo.sqlite3").read_bytes() == before


def test_a_demos_database_is_not_served_live(whole_demo):
    refused = protect("serve", "--skip-checks", "--port", str(free_port()), **whole_demo, **LIVE)

    assert refused.returncode == 2
    assert "database_of_demo: " in refused.stderr


def test_missing_rows_are_added_to_an_older_demo(originals):
    assert STEPS["demo"][0] == "migrated"  # and nothing else stood there before it was built

    assert "made 111 user, 25 team, 3 note" in originals.said("demo")


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

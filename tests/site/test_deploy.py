"""What an operator copies and types: units that start what exists, documents that name it."""

import argparse
import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.base import CommandError

from protect.site.server.run import THREADS_PER_WORKER
from protect.uploads import parser_process
from protect.uploads.parsers import PARSERS
from protect.uploads.refusal_reasons import MEBIBYTE

GIGABYTE = 1024 * MEBIBYTE
ROOT = Path(__file__).resolve().parents[2]
UNITS = ROOT / "deploy/systemd"
SERVICES = sorted(UNITS.glob("protect-*.service"))
OPERATING = (ROOT / "docs/operating.md").read_text("utf-8")
PROGRAM = "/opt/protect/.venv/bin/protect"
KEYS = {
    # Sign-in, heads for the officers, cards of tests.
    "protect-serve": {"pepper", "sign", "match"},
    "protect-nightly": {"sign"},
    "protect-trainings": {"pepper", "match"},  # lists of certificates, people counted once
    "protect-weekly": {"sign"},
}
# A command as the document writes it, up to the end of its code.
TYPED = re.compile(r"(?:deploy/run|\.venv/bin/protect|`protect) ([a-z][^`|\n]*)")
PLACES = re.compile(r"\b(?:NAME|KIND|XX|ZONE|ADDRESS)\b")


class Unit(configparser.RawConfigParser):
    """A unit file: a key may stand there more than once."""

    def __init__(self, path: Path) -> None:
        super().__init__(strict=False, delimiters=("=",), interpolation=None)
        self.optionxform = str  # type: ignore[assignment,method-assign]
        self.lines = path.read_text("utf-8").splitlines()
        self.read_string("\n".join(self.lines))

    def all(self, key: str) -> list[str]:
        return [line.partition("=")[2] for line in self.lines if line.startswith(f"{key}=")]


def parse(command: str) -> argparse.Namespace:
    """Return a command line as `protect` reads it. Errors: CommandError for what it takes not."""
    name, *arguments = shlex.split(command)
    name = name.replace("-", "_")
    if name not in get_commands():
        raise CommandError(f"there is no {name}")
    found = load_command_class(get_commands()[name], name)
    found._called_from_command_line = False  # errors are raised, not printed
    return found.create_parser("protect", name).parse_args(arguments)


def typed() -> list[str]:
    return sorted({found[1].strip() for found in TYPED.finditer(OPERATING)})


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_a_unit_starts_commands_that_exist(path):
    started = Unit(path).all("ExecStart")

    assert started
    for line in started:
        program, _, command = line.partition(" ")
        assert program == PROGRAM
        parse(command)


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_unit_gets_only_the_keys_that_it_needs(path):
    given = {each.partition(":")[0] for each in Unit(path).all("LoadCredentialEncrypted")}

    assert given == KEYS.get(path.stem, set())


@pytest.mark.parametrize("path", sorted(UNITS.glob("*.timer")), ids=lambda path: path.stem)
def test_a_timer_starts_a_unit_that_is_enabled_with_it(path):
    assert path.with_suffix(".service") in SERVICES
    assert Unit(path)["Install"]["WantedBy"] == "timers.target"
    assert path.name in OPERATING


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("LimitCORE", "0"),
        ("MemorySwapMax", "0"),
        ("PrivateTmp", "disconnected"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("ProtectSystem", "strict"),
        ("User", "protect"),
        ("UMask", "0077"),
        ("MemoryMax", "3G"),
        ("TasksMax", "64"),
        ("CPUQuota", "100%"),
    ],
)
def test_every_unit_is_hardened_by_one_file(key, value):
    hardening = Unit(UNITS / "protect-.service.d/hardening.conf")

    assert hardening["Service"][key] == value
    assert [path for path in SERVICES if key in Unit(path)["Service"]] == []


def test_the_sites_have_room_for_their_workers_and_for_every_parser_at_once():
    limits = Unit(UNITS / "protect-serve.service.d/limits.conf")["Service"]
    workers = int(Unit(UNITS / "protect-serve.service").all("ExecStart")[0].split()[-1])
    served = (each for name, each in PARSERS.items() if name != "film")  # `protect worker` runs it
    parser = max(each.memory for each in served)  # one at a time in each worker
    needed = workers * (parser + GIGABYTE)

    assert needed <= int(limits["MemoryMax"].removesuffix("G")) * GIGABYTE < needed + GIGABYTE
    assert int(limits["TasksMax"]) > workers * (THREADS_PER_WORKER + parser_process.MAX_THREADS)
    assert limits["OOMPolicy"] == "continue"
    assert "limits.conf" > "hardening.conf"  # systemd reads them by name: the later one counts


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_analyze_reports_no_problem(tmp_path):
    shutil.copytree(UNITS, tmp_path, dirs_exist_ok=True)
    for path in tmp_path.glob("*.service"):
        path.write_text(path.read_text("utf-8").replace(PROGRAM, "/bin/true"), "utf-8")
    units = [*tmp_path.glob("*.service"), *tmp_path.glob("*.timer")]

    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    ours = [line for line in found.stderr.splitlines() if "protect-" in line]
    assert (found.returncode, ours) == (0, [])


@pytest.mark.parametrize("command", typed())
def test_a_command_of_the_operating_document_exists(command):
    typed_in = PLACES.sub("x", command).replace("--kind x", "--kind school")

    placeholders = {"HEX": "ab" * 32, "ORGANISATION": str(UUID(int=1)), "KEY": str(UUID(int=1))}
    for placeholder, value in placeholders.items():
        typed_in = typed_in.replace(placeholder, value)
    assert parse(typed_in)


def test_the_document_names_every_sub_command_of_the_vault():
    family = load_command_class("protect.vault", "vault").create_parser("protect", "vault")
    (steps,) = [action.choices for action in family._actions if action.dest == "step"]

    assert [step for step in steps if f"vault {step}" not in OPERATING] == []


@pytest.mark.parametrize(
    "command", ["vault open", "nothing", "audit verify --skip-checks", "vault replay-ledger"]
)
def test_guard_reports_unknown_commands(command):
    with pytest.raises(CommandError):
        parse(command)


def test_the_document_names_every_file_to_copy_and_no_other():
    named = set(re.findall(r"deploy/[a-z]+(?:\.[a-z]+)?", OPERATING))

    assert named == {f"deploy/{each.name}" for each in (ROOT / "deploy").iterdir()}

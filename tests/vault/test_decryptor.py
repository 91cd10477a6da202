"""The formats as written down are enough to open what the vault wrote, with ciphers of others."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import tests.conftest as setup
from protect.vault.formats import fingerprint, marks, signing, wraps
from protect.vault.formats.secrets import Dek, TeamSecret, UserSecret
from protect.vault.formats.signing import KeyVersion
from tests.vault.formats.given import CASE, VECTORS, flip

pytestmark = pytest.mark.node

DECRYPTOR = Path(__file__).with_name("decryptor.mjs")
# where a bit is turned, and the step that sees it
FIELDS = [
    ("password_bundle", at, "password")
    for at in (0, 1, 2, 5, 7, 8, 9, 24, 25, 26, 37, 38, 133, 149)
]
FIELDS += [("code_bundle", at, "code") for at in (0, 1, 2, 9, 26, 38, 149)]
FIELDS += [("passkey_bundle", at, "passkey") for at in (0, 1, 2, 9, 26, 38, 149)]
FIELDS += [("unlock", at, "unlock") for at in (0, 1, 2, 13, 14, 125)]
FIELDS += [("grant", at, "grant") for at in (0, 1, 2, 1089, 1090, 1121, 1122, 1265)]
FIELDS += [("wrap", at, "wrap") for at in (0, 1, 2, 1089, 1090, 1121, 1122, 1169)]
FIELDS += [("link", at, "link") for at in (0, 1, 2, 13, 14, 61)]
FIELDS += [("link_salt", 0, "link"), ("link_secret", 31, "link"), ("token", 0, "unlock")]
FIELDS += [("sealed", at, "sealed") for at in (0, 1, 2, 13, 14, 269, -1)]
FIELDS += [("origin", at, "origin") for at in (0, 31)]
FIELDS += [("continuity", at, "continuity") for at in (0, 31, 32, 63, 64, 95, 96, 127)]
FIELDS += [("team_public", at, "continuity") for at in (0, 1215, 1216, 1247)]
FIELDS += [("next_public", at, "continuity") for at in (0, 1215, 1216, 1247)]
FIELDS += [("admission", at, "admission") for at in (0, 31, 32, 63)]
FIELDS += [("user_public", at, "admission") for at in (0, 1183, 1184, 1215)]
FIELDS += [("file", at, "file") for at in (0, 1, 2, 8, 9, -1)]
# an identifier that is not the one it was made for, and the step that sees it
PLACES = {
    "user": "password",
    "password_credential": "password",
    "code_credential": "code",
    "passkey_credential": "passkey",
    "session": "unlock",
    "team": "grant",
    "user_version": "grant",
    "team_version": "grant",
    "record": "wrap",
    "version": "wrap",
    "kind": "wrap",
    "packet": "link",
    "compartment": "sealed",
    "schema": "sealed",
    "place": "admission",
    "role": "admission",
    "admitted_at": "admission",
    "file_id": "file",
}


def decrypt(*cases: dict[str, Any]) -> list[dict[str, Any]]:
    done = subprocess.run(
        ["node", DECRYPTOR], input=json.dumps(cases), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_what_we_wrote_opens_by_what_is_written_down():
    assert decrypt(CASE) == [VECTORS["opened"]]


def test_an_altered_byte_in_any_field_is_refused_by_its_step():
    spoilt = []
    for name, at, _ in FIELDS:
        blob = bytes.fromhex(CASE[name])
        spoilt.append(CASE | {name: flip(blob, at % len(blob) * 8).hex()})

    assert decrypt(*spoilt) == [{"refused": step} for _, _, step in FIELDS]


def test_another_identifier_is_refused_by_its_step():
    other = {str: lambda text: text[:-1] + ("0" if text[-1] != "0" else "1"), int: lambda n: n + 1}
    moved = [CASE | {name: other[type(CASE[name])](CASE[name])} for name in PLACES]

    assert decrypt(*moved) == [{"refused": step} for step in PLACES.values()]


def test_another_password_or_code_is_refused():
    code = CASE["code"].replace(CASE["code"][:4], "0000", 1)
    link = "0000" + CASE["link_code"][4:]

    assert decrypt(
        CASE | {"password": CASE["password"] + "x"},
        CASE | {"code": code},
        CASE | {"link_code": link},
    ) == [{"refused": "password"}, {"refused": "code"}, {"refused": "link"}]


# --- signatures -----------------------------------------------------------------------------------

SWAPPED = CASE["continuity"][128:] + CASE["continuity"][:128]


@pytest.mark.parametrize(
    "proof",
    [
        "",
        CASE["continuity"][:128],
        CASE["continuity"][128:],
        CASE["continuity"][:128] * 2,
        CASE["continuity"][128:] * 2,
        SWAPPED,
        CASE["continuity"] + "00",
    ],
)
def test_a_version_follows_only_with_the_signatures_of_both(proof):
    assert decrypt(CASE | {"continuity": proof}) == [{"refused": "continuity"}]


def test_an_admission_that_another_version_signed_is_refused():
    """Signed by us with the next secret of the team: the same words, another key."""
    said = signing.Message(bytes.fromhex(VECTORS["signing"]["admission"]))
    secret = TeamSecret(bytes.fromhex(VECTORS["next_secret"]))
    signature = signing.sign(secret.signing(), said).hex()

    assert decrypt(CASE | {"admission": signature}) == [{"refused": "admission"}]


def test_what_we_sign_and_wrap_today_is_accepted():
    """The known answers are old: this one is made by the code as it stands."""
    user = UserSecret(bytes.fromhex(VECTORS["user_secret"]))
    team, after = TeamSecret.generate(), TeamSecret.generate()
    at = KeyVersion(UUID(CASE["team"]), CASE["team_version"])
    bound = {name: bytes.fromhex(VECTORS["contexts"][name]) for name in ("grant", "wrap")}
    dek = Dek(bytes.fromhex(VECTORS["dek"]))
    admission = signing.AdmissionStatement(
        team=at,
        holder=UUID(CASE["user"]),
        holder_version=CASE["user_version"],
        place=UUID(CASE["place"]),
        digest=fingerprint.digest(user.public()),
        role="supervisor",
        at=datetime(2026, 11, 30, 9, 0, 0, 1, tzinfo=UTC),
    )
    wrap = wraps.wrap_dek(dek, team.public(), bound["wrap"])
    fresh = {
        "grant": wraps.wrap_grant(team, user.public(), bound["grant"]),
        "wrap": wrap,
        "origin": marks.origin_tag(
            team, bound["wrap"], sealed=bytes.fromhex(CASE["sealed"]), wrap=wrap
        ),
        "team_public": team.public().raw,
        "next_public": after.public().raw,
        "continuity": signing.sign_next_version(at, team, after),
        "admission": signing.sign(team.signing(), admission.message()),
    }
    told = {name: value.hex() for name, value in fresh.items()}

    answer = decrypt(CASE | told | {"role": "supervisor", "admitted_at": 1796029200000001})

    assert answer == [VECTORS["opened"]]


def test_a_wrap_of_the_retired_suite_is_refused():
    assert decrypt(CASE | {"wrap": VECTORS["retired_suite"]}) == [{"refused": "wrap"}]


# --- where the decryptor is missing ---------------------------------------------------------------


def run_required(**environment: str) -> subprocess.CompletedProcess[str]:
    """Run the first of these tests as .ci/run does, where Node is required."""
    name = f"{__file__}::{test_what_we_wrote_opens_by_what_is_written_down.__name__}"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", name]
    env = {**os.environ, "PROTECT_TEST_REQUIRE": "browser,postgres,node", **environment}
    return subprocess.run(command, capture_output=True, text=True, env=env, check=False)


def test_where_node_is_required_a_machine_without_it_fails(tmp_path):
    done = run_required(PATH=str(tmp_path))

    assert done.returncode == 1
    assert "1 failed" in done.stdout
    assert "skipped" not in done.stdout


def test_a_decryptor_that_is_missing_fails(monkeypatch, tmp_path):
    monkeypatch.setitem(globals(), "DECRYPTOR", tmp_path / "decryptor.mjs")

    with pytest.raises(subprocess.CalledProcessError):
        decrypt(CASE)


def test_a_decryptor_without_its_packages_fails(monkeypatch, tmp_path):
    """A folder without node_modules: none of ours is looked for above it."""
    lonely = tmp_path / "decryptor.mjs"
    lonely.write_bytes(DECRYPTOR.read_bytes())
    monkeypatch.setitem(globals(), "DECRYPTOR", lonely)

    with pytest.raises(subprocess.CalledProcessError) as refused:
        decrypt(CASE)
    assert "ERR_MODULE_NOT_FOUND" in refused.value.stderr


class Marked:
    """An item of pytest that needs Node."""

    def get_closest_marker(self, name: str) -> bool:
        return name == "node"


@pytest.mark.parametrize(
    ("required", "outcome"), [({"node"}, pytest.fail.Exception), (set(), pytest.skip.Exception)]
)
def test_absent_packages_fail_a_run_that_requires_node_and_skip_any_other(
    monkeypatch, required, outcome
):
    monkeypatch.setattr(setup, "ABSENT", {"node": "axe-core is not installed (npm ci)"})
    monkeypatch.setattr(setup, "REQUIRED", required)

    with pytest.raises(outcome, match="axe-core is not installed"):
        setup.pytest_runtest_setup(Marked())


def test_the_run_that_decides_requires_node():
    run = Path(__file__).resolve().parents[2] / ".ci/run"
    (line,) = [line for line in run.read_text("utf-8").splitlines() if "TEST_REQUIRE=" in line]

    assert line.startswith("export ")
    assert "node" in line.partition("=")[2].split(",")

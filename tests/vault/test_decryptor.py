"""The formats as written down are enough to open what the vault wrote, with ciphers of others."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

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
FIELDS += [("classic", at, "classic") for at in (0, 1, 2, 33, 34, 81)]
FIELDS += [("link", at, "link") for at in (0, 1, 2, 13, 14, 61)]
FIELDS += [("link_salt", 0, "link"), ("link_secret", 31, "link"), ("token", 0, "unlock")]
FIELDS += [("sealed", at, "sealed") for at in (0, 1, 2, 13, 14, 269, -1)]
FIELDS += [("origin", at, "origin") for at in (0, 31)]
FIELDS += [("continuity", at, "continuity") for at in (0, 31, 32, 63)]
FIELDS += [("team_public", at, "continuity") for at in (0, 1215, 1216, 1247)]
FIELDS += [("next_public", at, "continuity") for at in (0, 1247)]
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

"""Who and what the tests of the formats speak of, and how bytes are spoilt."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from protect.vault.formats import context
from protect.vault.formats.credentials.stretch import Kdf
from protect.vault.formats.secrets import TeamSecret, UserSecret

VECTORS: dict[str, Any] = json.loads(Path(__file__).parent.with_name("vectors.json").read_text())
CASE: dict[str, Any] = VECTORS["case"]

AMAL, BELA, TEAM, OTHER_TEAM, RECORD, OTHER = (UUID(int=n, version=4) for n in range(1, 7))
AMAL_SECRET, BELA_SECRET = UserSecret.generate(), UserSecret.generate()
TEAM_SECRET, OTHER_SECRET = TeamSecret.generate(), TeamSecret.generate()
CHEAP = Kdf(1, memory=19 * 1024, passes=1, lanes=1)  # the least that is allowed

SEAL = context.seal(kind="case", record=RECORD, compartment="content", version=1, schema=1)
WRAP = context.wrap(kind="case", record=RECORD, version=1, team=TEAM, team_version=1)
GRANT = context.grant(team=TEAM, version=1, user=AMAL, user_version=1)


def flipped(blob: bytes, *, step: int = 1) -> Iterator[bytes]:
    """Yield bytes with one bit turned, for every `step`-th bit."""
    for bit in range(0, len(blob) * 8, step):
        yield flip(blob, bit)


def flip(blob: bytes, bit: int) -> bytes:
    spoilt = bytearray(blob)
    spoilt[bit // 8] ^= 1 << bit % 8
    return bytes(spoilt)

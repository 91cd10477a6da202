"""The mark by which a person recognises the key of their team.

HMAC-SHA256 under a key made from the person's secret, over the team, the version and the digest of
the public key: the database can lose a pin, and cannot make one.
"""

from __future__ import annotations

import hmac

from protect.kernel.items import items
from protect.vault.formats import keys
from protect.vault.formats.errors import Forged
from protect.vault.formats.secrets import UserSecret
from protect.vault.formats.signing import TeamAt

INFO = b"protect pin 1"


def make(person: UserSecret, team: TeamAt, digest: bytes) -> bytes:
    """Return the 32-byte mark of a team's key. Shapes: `digest` as `fingerprint.digest`."""
    message = items("protect", "pin", 1, team.team, team.version, digest)
    return hmac.digest(keys.derive(person.reveal(), info=INFO), message, "sha256")


def must_match(pin: bytes, person: UserSecret, team: TeamAt, digest: bytes) -> None:
    """Refuse a mark that this person did not make for this key. Errors: Forged."""
    if not hmac.compare_digest(pin, make(person, team, digest)):
        raise Forged("not the key that this person pinned")

"""Marks that only the holder of a secret can make: HMAC-SHA256 under a key that comes from it.
The origin tag proves that a record was written by a holder of the team's secret. Wraps need only a
public key: a writer to the database could add a whole record; one without this tag, or with a wrong
one, was not written by the team. The pin is the mark by which a person recognises the key of their
team: the database can lose a pin, and cannot make one."""

import hashlib
import hmac

from protect.kernel.items import items
from protect.vault.formats import context as contexts, secrets, signing
from protect.vault.formats.errors import Forged

ORIGIN = b"protect origin 1"
PIN = b"protect pin 1"


def origin_tag(
    team: secrets.TeamSecret, context: contexts.WrapContext, *, sealed: bytes, wrap: bytes
) -> bytes:
    """Return the 32-byte tag of a sealed document and its wrap, both as stored."""
    message = contexts.origin(wrap=context, sealed_hash=_sha256(sealed), wrap_hash=_sha256(wrap))
    return hmac.digest(team.derived(ORIGIN), message, "sha256")


def must_match_origin(
    stored_tag: bytes,
    team: secrets.TeamSecret,
    context: contexts.WrapContext,
    *,
    sealed: bytes,
    wrap: bytes,
) -> None:
    """Refuse a record that the team did not write. Errors: Forged."""
    if not hmac.compare_digest(stored_tag, origin_tag(team, context, sealed=sealed, wrap=wrap)):
        raise Forged("not written by this team")


def _sha256(blob: bytes) -> bytes:
    return hashlib.sha256(blob).digest()


def make_pin(person: secrets.UserSecret, team: signing.TeamAt, digest: bytes) -> bytes:
    """Return the 32-byte mark of a team's key. Shapes: `digest` as `fingerprint.digest`."""
    message = items("protect", "pin", 1, team.team, team.version, digest)
    return hmac.digest(secrets.derive(person.reveal(), info=PIN), message, "sha256")


def must_match_pin(
    pin: bytes, person: secrets.UserSecret, team: signing.TeamAt, digest: bytes
) -> None:
    """Refuse a mark that this person did not make for this key. Errors: Forged."""
    if not hmac.compare_digest(pin, make_pin(person, team, digest)):
        raise Forged("not the key that this person pinned")

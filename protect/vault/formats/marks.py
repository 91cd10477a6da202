"""Keyed marks that only the holder of a secret can make: HMAC-SHA256 under a derived key.
The origin tag proves that a holder of the team's secret wrote a record: a writer to the
database could wrap a key with the public key alone, but cannot make this tag. The pin
is the mark by which a person recognises the key of their team: a writer to the database
can delete a pin, but cannot make one."""

import hashlib
import hmac

from protect.kernel.items import encode_items
from protect.vault.formats import context as contexts, errors, secrets, signing
from protect.vault.formats.context import WrapContext
from protect.vault.formats.secrets import TeamSecret

ORIGIN_PURPOSE = b"protect origin 1"  # HKDF info of the key for origin tags
PIN_PURPOSE = b"protect pin 1"  # HKDF info of the key for pins


def origin_tag(team: TeamSecret, context: WrapContext, *, sealed: bytes, wrap: bytes) -> bytes:
    """Return the 32-byte origin tag of a sealed document and its wrap, both as stored."""
    message = contexts.origin(wrap=context, sealed_hash=_sha256(sealed), wrap_hash=_sha256(wrap))
    return hmac.digest(team.derived_key(ORIGIN_PURPOSE), message, "sha256")


def must_match_origin(
    stored_tag: bytes, team: TeamSecret, context: WrapContext, *, sealed: bytes, wrap: bytes
) -> None:
    """Refuse a record that was not written with the team's secret. Errors: Forged."""
    if not hmac.compare_digest(stored_tag, origin_tag(team, context, sealed=sealed, wrap=wrap)):
        raise errors.Forged("not written by this team")


def _sha256(blob: bytes) -> bytes:
    return hashlib.sha256(blob).digest()


def make_pin(person: secrets.UserSecret, team_version: signing.KeyVersion, digest: bytes) -> bytes:
    """Return the 32-byte pin of a team's key. Shapes: `digest` from `fingerprint.digest`."""
    message = encode_items("protect", "pin", 1, team_version.team, team_version.version, digest)
    return hmac.digest(secrets.derive(person.reveal(), info=PIN_PURPOSE), message, "sha256")


def must_match_pin(
    pin: bytes, person: secrets.UserSecret, team_version: signing.KeyVersion, digest: bytes
) -> None:
    """Refuse a pin that this person did not make for this key. Errors: Forged."""
    if not hmac.compare_digest(pin, make_pin(person, team_version, digest)):
        raise errors.Forged("not the key that this person pinned")

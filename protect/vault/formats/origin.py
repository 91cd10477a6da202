"""Proof that a record was written by a holder of the team's secret.

Wraps need only a public key: a writer to the database could add a whole record. A record
without this tag, or with a wrong one, was not written by the team.
"""

from __future__ import annotations

import hashlib
import hmac

from protect.vault.formats import context as contexts
from protect.vault.formats.context import WrapContext
from protect.vault.formats.errors import Forged
from protect.vault.formats.secrets import TeamSecret

INFO = b"protect origin 1"


def tag(team: TeamSecret, context: WrapContext, *, sealed: bytes, wrap: bytes) -> bytes:
    """Return the 32-byte tag of a sealed document and its wrap, both as stored."""
    message = contexts.origin(wrap=context, sealed_hash=_sha256(sealed), wrap_hash=_sha256(wrap))
    return hmac.digest(team.derived(INFO), message, "sha256")


def must_match(
    stored_tag: bytes, team: TeamSecret, context: WrapContext, *, sealed: bytes, wrap: bytes
) -> None:
    """Refuse a record that the team did not write. Errors: Forged."""
    if not hmac.compare_digest(stored_tag, tag(team, context, sealed=sealed, wrap=wrap)):
        raise Forged("not written by this team")


def _sha256(blob: bytes) -> bytes:
    return hashlib.sha256(blob).digest()

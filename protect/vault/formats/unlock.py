"""What keeps a session open: the cookie's token, and the person's secret sealed with it.

The token is 32 random bytes and is stored nowhere: the database has its SHA-256 and the sealed
bytes (layout as in sealed.py, key HKDF of the token). The database alone opens nothing.
"""

from __future__ import annotations

from protect.vault.formats import keys, sealed
from protect.vault.formats.context import UnlockContext
from protect.vault.formats.secrets import UnlockToken, UserSecret


def seal(secret: UserSecret, token: UnlockToken, context: UnlockContext) -> bytes:
    """Return a person's secret for one session."""
    return sealed.encrypt(secret.reveal(), _key(token, context), context)


def unseal(blob: bytes, token: UnlockToken, context: UnlockContext) -> UserSecret:
    """Return the person's secret. Errors: Malformed, Forged."""
    return UserSecret(sealed.decrypt(blob, _key(token, context), context))


def _key(token: UnlockToken, context: UnlockContext) -> bytes:
    return keys.derive(token.reveal(), info=context)

"""The key of one packet for a receiver without an account: half in a link, half in a code.

The layout is that of sealed.py, the key HKDF(link secret │ code) with the row's salt. Neither half
is stored. The code's 56 bits stand against an attacker with both the database and the mail.
"""

from __future__ import annotations

from protect.vault.formats import keys, sealed
from protect.vault.formats.codes import LinkCode
from protect.vault.formats.context import LinkContext
from protect.vault.formats.secrets import Dek, LinkSecret


def wrap(dek: Dek, link: LinkSecret, code: LinkCode, *, salt: bytes, context: LinkContext) -> bytes:
    """Return a packet's key from both halves. Shapes: 16 random bytes of salt."""
    return sealed.encrypt(dek.reveal(), _key(link, code, salt, context), context)


def unwrap(
    blob: bytes, link: LinkSecret, code: LinkCode, *, salt: bytes, context: LinkContext
) -> Dek:
    """Return the packet's key. Errors: Malformed; Forged, also for a wrong code."""
    return Dek(sealed.decrypt(blob, _key(link, code, salt, context), context))


def _key(link: LinkSecret, code: LinkCode, salt: bytes, context: LinkContext) -> bytes:
    return keys.derive(link.reveal() + code.reveal(), salt=salt, info=context)

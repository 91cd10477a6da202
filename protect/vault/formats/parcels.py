"""A file that waits for the person who brought it, sealed to their public key (wraps.py).

length 4 bytes │ content │ zeros up to the size of Padmé
"""

from __future__ import annotations

from protect.vault.formats import padding, wraps
from protect.vault.formats.context import ParcelContext
from protect.vault.formats.errors import Malformed
from protect.vault.formats.secrets import UserPublic, UserSecret

LENGTH = 4  # bytes


def seal(content: bytes, to: UserPublic, context: ParcelContext) -> bytes:
    """Return a parcel that only its owner opens. Errors: Malformed, when the key is none."""
    framed = len(content).to_bytes(LENGTH, "big") + content
    return wraps.seal_to(to, framed.ljust(padding.padme(len(framed)), b"\0"), context)


def unseal(blob: bytes, key: UserSecret, context: ParcelContext) -> bytes:
    """Return the content. Errors: Malformed, Forged."""
    plain = wraps.open_with(key, blob, context)
    end = LENGTH + int.from_bytes(plain[:LENGTH], "big")
    if len(plain) != padding.padme(end) or plain.count(0, end) != len(plain) - end:
        raise Malformed("not padded as we pad")
    return plain[LENGTH:end]

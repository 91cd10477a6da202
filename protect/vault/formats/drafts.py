"""A form posted while its writer was locked: padded, and sealed to her public key (wraps.py)."""

from __future__ import annotations

from typing import Any

from protect.vault.formats import padding, wraps
from protect.vault.formats.context import DraftContext
from protect.vault.formats.secrets import UserPublic, UserSecret


def seal(document: dict[str, Any], to: UserPublic, context: DraftContext) -> bytes:
    """Return a draft that only its writer opens. Errors: NotCanonical, Malformed."""
    return wraps.seal_to(to, padding.pad(document), context)


def unseal(blob: bytes, key: UserSecret, context: DraftContext) -> dict[str, Any]:
    """Return the draft. Errors: Malformed, Forged."""
    return padding.unpad(wraps.open_with(key, blob, context))

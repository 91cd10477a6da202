"""The bytes of a sealed document.

    version 1 byte │ algorithm 1 byte │ nonce 12 bytes │ AES-256-GCM, tag 16 bytes at its end

The context is associated data. Inside: a padded document (padding.py).
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from protect.vault.formats import errors, padding, secrets
from protect.vault.formats.context import LinkContext, SealContext, UnlockContext
from protect.vault.formats.credentials.codes import LinkCode
from protect.vault.formats.secrets import Dek, LinkSecret, UnlockToken, UserSecret

VERSION, AES_256_GCM = 1, 1
HEAD = bytes([VERSION, AES_256_GCM])
NONCE, TAG = 12, 16  # bytes


def seal(document: padding.Document, context: SealContext) -> tuple[bytes, Dek]:
    """Return a document sealed, and the fresh key that it is sealed with.
    The key is made here, so that no two documents can share one. Errors: NotCanonical."""
    dek = Dek.make()
    return encrypt(padding.pad(document), dek.reveal(), context), dek


def unseal(blob: bytes, dek: Dek, context: SealContext) -> padding.Document:
    """Return the document. Errors: Malformed, Forged."""
    return padding.unpad(decrypt(blob, dek.reveal(), context))


def encrypt(plain: bytes, key: bytes, context: bytes) -> bytes:
    """Return bytes of any kind in the layout above. Shapes: a 32-byte key."""
    nonce = os.urandom(NONCE)
    return HEAD + nonce + AESGCM(key).encrypt(nonce, plain, context)


def decrypt(blob: bytes, key: bytes, context: bytes) -> bytes:
    """Return what `encrypt` was given. Errors: Malformed, Forged."""
    start = len(HEAD) + NONCE
    if len(blob) < start + TAG or not blob.startswith(HEAD):
        raise errors.Malformed("not sealed bytes of this version")
    try:
        return AESGCM(key).decrypt(blob[len(HEAD) : start], blob[start:], context)
    except InvalidTag:
        raise errors.Forged("sealed bytes do not open") from None


def wrap_for_link(
    dek: Dek, link: LinkSecret, code: LinkCode, *, salt: bytes, context: LinkContext
) -> bytes:
    """Return a packet's key from both halves. Shapes: 16 random bytes of salt."""
    return encrypt(dek.reveal(), _link_key(link, code, salt, context), context)


def unwrap_link(
    blob: bytes, link: LinkSecret, code: LinkCode, *, salt: bytes, context: LinkContext
) -> Dek:
    """Return the packet's key. Errors: Malformed; Forged, also for a wrong code."""
    return Dek(decrypt(blob, _link_key(link, code, salt, context), context))


def _link_key(link: LinkSecret, code: LinkCode, salt: bytes, context: LinkContext) -> bytes:
    return secrets.derive(link.reveal() + code.reveal(), salt=salt, info=context)


def seal_session(secret: UserSecret, token: UnlockToken, context: UnlockContext) -> bytes:
    """Return a person's secret for one session."""
    return encrypt(secret.reveal(), _session_key(token, context), context)


def unseal_session(blob: bytes, token: UnlockToken, context: UnlockContext) -> UserSecret:
    """Return the person's secret. Errors: Malformed, Forged."""
    return UserSecret(decrypt(blob, _session_key(token, context), context))


def _session_key(token: UnlockToken, context: UnlockContext) -> bytes:
    return secrets.derive(token.reveal(), info=context)

"""The byte format of a sealed document.
    version 1 byte │ algorithm 1 byte │ nonce 12 bytes │ AES-256-GCM, tag 16 bytes at its end
The context is the associated data. The plaintext is a padded document (padding.py)."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from protect.vault.formats import errors, padding, secrets
from protect.vault.formats.context import LinkContext, SealContext, UnlockContext
from protect.vault.formats.credentials.codes import LinkCode
from protect.vault.formats.secrets import Dek, LinkSecret, UnlockToken, UserSecret

VERSION, AES_256_GCM = 1, 1  # version of this format, id of the algorithm
HEADER = bytes([VERSION, AES_256_GCM])
NONCE_BYTES, TAG_BYTES = 12, 16  # bytes


def seal(document: padding.Document, context: SealContext) -> tuple[bytes, Dek]:
    """Seal a document with a fresh key; return the sealed bytes and the key.
    The function makes the key, so that two documents never share one. Errors: NotCanonical."""
    dek = Dek.generate()
    return encrypt(padding.pad(document), dek.reveal(), context), dek


def unseal(blob: bytes, dek: Dek, context: SealContext) -> padding.Document:
    """Open a sealed document. Errors: Malformed, Forged."""
    return padding.unpad(decrypt(blob, dek.reveal(), context))


def encrypt(plain: bytes, key: bytes, context: bytes) -> bytes:
    """Encrypt any bytes in the format of this module. Shapes: a 32-byte key."""
    nonce = os.urandom(NONCE_BYTES)
    return HEADER + nonce + AESGCM(key).encrypt(nonce, plain, context)


def decrypt(blob: bytes, key: bytes, context: bytes) -> bytes:
    """Decrypt the output of `encrypt`. Errors: Malformed, Forged."""
    start = len(HEADER) + NONCE_BYTES
    if len(blob) < start + TAG_BYTES or not blob.startswith(HEADER):
        raise errors.Malformed("not sealed bytes of this version")
    try:
        return AESGCM(key).decrypt(blob[len(HEADER) : start], blob[start:], context)
    except InvalidTag:
        raise errors.Forged("sealed bytes do not open") from None


def wrap_for_link(
    dek: Dek, link: LinkSecret, code: LinkCode, *, salt: bytes, context: LinkContext
) -> bytes:
    """Wrap a packet's key under link secret and code. Shapes: 16 random bytes of salt."""
    return encrypt(dek.reveal(), _link_key(link, code, salt, context), context)


def unwrap_for_link(
    blob: bytes, link: LinkSecret, code: LinkCode, *, salt: bytes, context: LinkContext
) -> Dek:
    """Unwrap a packet's key. Errors: Malformed; Forged, also for a wrong code."""
    return Dek(decrypt(blob, _link_key(link, code, salt, context), context))


def _link_key(link: LinkSecret, code: LinkCode, salt: bytes, context: LinkContext) -> bytes:
    return secrets.derive(link.reveal() + code.reveal(), salt=salt, info=context)


def seal_user_secret(secret: UserSecret, token: UnlockToken, context: UnlockContext) -> bytes:
    """Seal a person's secret for one session, under its unlock token."""
    return encrypt(secret.reveal(), _session_key(token, context), context)


def unseal_user_secret(blob: bytes, token: UnlockToken, context: UnlockContext) -> UserSecret:
    """Open a person's secret with the session's unlock token. Errors: Malformed, Forged."""
    return UserSecret(decrypt(blob, _session_key(token, context), context))


def _session_key(token: UnlockToken, context: UnlockContext) -> bytes:
    return secrets.derive(token.reveal(), info=context)

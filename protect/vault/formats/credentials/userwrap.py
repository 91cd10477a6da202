"""The bytes of a person's secret under one of her credentials.

    version 1 byte │ kind 1 byte │ kdf 7 bytes │ salt 16 bytes │ pepper id 1 byte │
    nonce 12 bytes │ AES-256-GCM of the 96 bytes, tag 16 bytes at its end

The kdf is id 1 byte, memory in KiB 4, passes 1, lanes 1.
Kinds: password (Argon2id, then HKDF together with the pepper), passkey (HKDF of its PRF output) and
recovery code (HKDF). Only passwords are peppered: with the pepper lost, the others still open.
"""

import enum
import os
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from protect.vault.formats import context as contexts, errors, secrets
from protect.vault.formats.credentials.codes import RecoveryCode
from protect.vault.formats.credentials.peppers import NO_PEPPER, Peppers
from protect.vault.formats.credentials.stretch import COST, PLAIN, Kdf, stretch
from protect.vault.formats.secrets import BOX, Secret, UserSecret

VERSION = 1
KDF, SALT, PEPPER, NONCE = 2, 9, 25, 26  # where each begins
BODY = 38
SIZE = BODY + BOX + 16


class BundleKind(enum.IntEnum):
    PASSWORD = 1
    PASSKEY = 2
    RECOVERY = 3


class PrfOutput(Secret):
    """What a passkey answers to a question that only this site asks it."""

    SIZE = 32
    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Head:
    kind: BundleKind
    kdf: Kdf
    salt: bytes
    pepper: int

    def raw(self) -> bytes:
        return bytes([VERSION, self.kind]) + self.kdf.raw() + self.salt + bytes([self.pepper])


def seal_password(
    secret: UserSecret,
    password: str,
    peppers: Peppers,
    *,
    user: UUID,
    credential: UUID,
    cost: Kdf = COST,
) -> bytes:
    """Return a person's secret under a password, with the current pepper."""
    head = Head(BundleKind.PASSWORD, cost, os.urandom(16), peppers.current)
    return _seal(secret, head, _peppered(password, head, peppers), user, credential)


def open_password(
    blob: bytes, password: str, peppers: Peppers, *, user: UUID, credential: UUID
) -> UserSecret:
    """Return the person's secret.
    Errors: Malformed; PepperMissing; Forged, also for a wrong password."""
    head = _must_be(BundleKind.PASSWORD, blob)
    return _open(blob, head, _peppered(password, head, peppers), user, credential)


def seal_passkey(secret: UserSecret, prf: PrfOutput, *, user: UUID, credential: UUID) -> bytes:
    """Return a person's secret under a passkey."""
    return _seal(secret, _plain(BundleKind.PASSKEY), prf.reveal(), user, credential)


def open_passkey(blob: bytes, prf: PrfOutput, *, user: UUID, credential: UUID) -> UserSecret:
    """Return the person's secret. Errors: Malformed; Forged, also for another passkey."""
    return _open(blob, _must_be(BundleKind.PASSKEY, blob), prf.reveal(), user, credential)


def seal_code(secret: UserSecret, code: RecoveryCode, *, user: UUID, credential: UUID) -> bytes:
    """Return a person's secret under a printed code."""
    return _seal(secret, _plain(BundleKind.RECOVERY), code.reveal(), user, credential)


def open_code(blob: bytes, code: RecoveryCode, *, user: UUID, credential: UUID) -> UserSecret:
    """Return the person's secret. Errors: Malformed; Forged, also for another code."""
    return _open(blob, _must_be(BundleKind.RECOVERY, blob), code.reveal(), user, credential)


def head_of(blob: bytes) -> Head:
    """Return what stands before the sealed part. Errors: Malformed."""
    if len(blob) != SIZE or blob[0] != VERSION:
        raise errors.Malformed("not a bundle of this version")
    try:
        kind = BundleKind(blob[1])
    except ValueError:
        raise errors.Malformed("not a kind of bundle") from None
    head = Head(kind, Kdf.parse(blob[KDF:SALT]), blob[SALT:PEPPER], blob[PEPPER])
    is_password = kind is BundleKind.PASSWORD
    if (head.kdf != PLAIN) is not is_password or (head.pepper != NO_PEPPER) is not is_password:
        raise errors.Malformed("a bundle that contradicts itself")
    return head


def _must_be(kind: BundleKind, blob: bytes) -> Head:
    head = head_of(blob)
    if head.kind is not kind:
        raise errors.Malformed("a bundle of another kind")
    return head


def _plain(kind: BundleKind) -> Head:
    return Head(kind, PLAIN, os.urandom(16), NO_PEPPER)


def _peppered(password: str, head: Head, peppers: Peppers) -> bytes:
    pepper = peppers.get(head.pepper)  # first: a missing one costs no run
    return stretch(password, head.salt, head.kdf) + pepper.reveal()


def _seal(secret: UserSecret, head: Head, material: bytes, user: UUID, credential: UUID) -> bytes:
    context = _context(head, user, credential)
    nonce = os.urandom(12)
    key = AESGCM(secrets.derive(material, salt=head.salt, info=context))
    return head.raw() + nonce + key.encrypt(nonce, secret.reveal(), context)


def _open(blob: bytes, head: Head, material: bytes, user: UUID, credential: UUID) -> UserSecret:
    context = _context(head, user, credential)
    key = AESGCM(secrets.derive(material, salt=head.salt, info=context))
    try:
        return UserSecret(key.decrypt(blob[NONCE:BODY], blob[BODY:], context))
    except InvalidTag:
        raise errors.Forged("a bundle does not open") from None


def _context(head: Head, user: UUID, credential: UUID) -> contexts.UserContext:
    return contexts.user(user=user, kind=head.kind, credential=credential, kdf=head.kdf.raw())

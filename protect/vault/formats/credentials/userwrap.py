"""The byte format of a bundle: a person's secret sealed under one of their credentials.
    version 1 byte │ kind 1 byte │ kdf 7 bytes │ salt 16 bytes │ pepper id 1 byte │
    nonce 12 bytes │ AES-256-GCM of the 96 bytes, tag 16 bytes at its end
The kdf is id 1 byte, memory in KiB 4, passes 1, lanes 1. Kinds: password (Argon2id,
then HKDF with the pepper), passkey (HKDF of its PRF output), recovery code (HKDF). Only
passwords need the pepper; the others open without it."""

import enum
import os
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from protect.vault.formats import context as contexts, errors, secrets
from protect.vault.formats.credentials.codes import RecoveryCode
from protect.vault.formats.credentials.peppers import NO_PEPPER, Peppers
from protect.vault.formats.credentials.stretch import DEFAULT_COST, UNSTRETCHED, Kdf, stretch
from protect.vault.formats.secrets import BOX_SECRET_BYTES, Secret, UserSecret

VERSION = 1  # of the format of bundles
KDF_OFFSET, SALT_OFFSET, PEPPER_OFFSET, NONCE_OFFSET = 2, 9, 25, 26  # in bytes
BODY_OFFSET = 38  # where the encrypted secret begins
BUNDLE_BYTES = BODY_OFFSET + BOX_SECRET_BYTES + 16  # 16 bytes: the tag


class BundleKind(enum.IntEnum):
    PASSWORD = 1
    PASSKEY = 2
    RECOVERY = 3


class PrfOutput(Secret):
    """The PRF output of a passkey for a salt that only this site uses."""

    SIZE = 32
    __slots__ = ()


@dataclass(frozen=True, slots=True)
class BundleHeader:
    kind: BundleKind
    kdf: Kdf
    salt: bytes
    pepper: int  # number of the pepper, NO_PEPPER for none

    def raw(self) -> bytes:
        return bytes([VERSION, self.kind]) + self.kdf.raw() + self.salt + bytes([self.pepper])


def seal_with_password(
    secret: UserSecret,
    password: str,
    peppers: Peppers,
    *,
    user: UUID,
    credential: UUID,
    cost: Kdf = DEFAULT_COST,
) -> bytes:
    head = BundleHeader(BundleKind.PASSWORD, cost, os.urandom(16), peppers.current)
    return _seal_bundle(secret, head, _peppered_material(password, head, peppers), user, credential)


def open_with_password(
    blob: bytes, password: str, peppers: Peppers, *, user: UUID, credential: UUID
) -> UserSecret:
    """Open a person's secret. Errors: Malformed; PepperMissing; Forged for a wrong password."""
    head = _parse_header_of_kind(BundleKind.PASSWORD, blob)
    return _open_bundle(blob, head, _peppered_material(password, head, peppers), user, credential)


def seal_with_passkey(secret: UserSecret, prf: PrfOutput, *, user: UUID, credential: UUID) -> bytes:
    head = _header_without_pepper(BundleKind.PASSKEY)
    return _seal_bundle(secret, head, prf.reveal(), user, credential)


def open_with_passkey(blob: bytes, prf: PrfOutput, *, user: UUID, credential: UUID) -> UserSecret:
    """Open a person's secret. Errors: Malformed; Forged, also for another passkey."""
    head = _parse_header_of_kind(BundleKind.PASSKEY, blob)
    return _open_bundle(blob, head, prf.reveal(), user, credential)


def seal_with_code(
    secret: UserSecret, code: RecoveryCode, *, user: UUID, credential: UUID
) -> bytes:
    head = _header_without_pepper(BundleKind.RECOVERY)
    return _seal_bundle(secret, head, code.reveal(), user, credential)


def open_with_code(blob: bytes, code: RecoveryCode, *, user: UUID, credential: UUID) -> UserSecret:
    """Open a person's secret. Errors: Malformed; Forged, also for another code."""
    head = _parse_header_of_kind(BundleKind.RECOVERY, blob)
    return _open_bundle(blob, head, code.reveal(), user, credential)


def parse_header(blob: bytes) -> BundleHeader:
    """Parse the unsealed header of a bundle. Errors: Malformed."""
    if len(blob) != BUNDLE_BYTES or blob[0] != VERSION:
        raise errors.Malformed("not a bundle of this version")
    try:
        kind = BundleKind(blob[1])
    except ValueError:
        raise errors.Malformed("not a kind of bundle") from None
    kdf, salt = Kdf.parse(blob[KDF_OFFSET:SALT_OFFSET]), blob[SALT_OFFSET:PEPPER_OFFSET]
    head = BundleHeader(kind, kdf, salt, blob[PEPPER_OFFSET])
    is_password = kind is BundleKind.PASSWORD
    if {head.kdf != UNSTRETCHED, head.pepper != NO_PEPPER} != {is_password}:
        raise errors.Malformed("key derivation or pepper does not fit the kind")
    return head


def _parse_header_of_kind(kind: BundleKind, blob: bytes) -> BundleHeader:
    head = parse_header(blob)
    if head.kind is not kind:
        raise errors.Malformed("a bundle of another kind")
    return head


def _header_without_pepper(kind: BundleKind) -> BundleHeader:
    return BundleHeader(kind, UNSTRETCHED, os.urandom(16), NO_PEPPER)


def _peppered_material(password: str, header: BundleHeader, peppers: Peppers) -> bytes:
    """Return the bytes from which a password bundle's key is derived. Errors: PepperMissing."""
    pepper = peppers.get(header.pepper)  # first, so that a missing pepper costs no Argon2id run
    return stretch(password, header.salt, header.kdf) + pepper.reveal()


def _seal_bundle(
    secret: UserSecret, header: BundleHeader, key_material: bytes, user: UUID, credential: UUID
) -> bytes:
    """Encrypt `secret` under a key that is derived from `key_material`; return header and box."""
    context = _bundle_context(header, user, credential)
    nonce = os.urandom(12)
    key = AESGCM(secrets.derive(key_material, salt=header.salt, info=context))
    return header.raw() + nonce + key.encrypt(nonce, secret.reveal(), context)


def _open_bundle(
    blob: bytes, header: BundleHeader, material: bytes, user: UUID, credential: UUID
) -> UserSecret:
    context = _bundle_context(header, user, credential)
    key = AESGCM(secrets.derive(material, salt=header.salt, info=context))
    try:
        return UserSecret(key.decrypt(blob[NONCE_OFFSET:BODY_OFFSET], blob[BODY_OFFSET:], context))
    except InvalidTag:
        raise errors.Forged("a bundle does not open") from None


def _bundle_context(header: BundleHeader, user: UUID, credential: UUID) -> contexts.UserContext:
    return contexts.user(user=user, kind=header.kind, credential=credential, kdf=header.kdf.raw())

"""The bytes of a key that is given to somebody: DekWrap, Grant and Half.

    version 1 byte │ suite 1 byte │ enc │ AES-256-GCM, tag 16 bytes at its end

HPKE in base mode (RFC 9180) with the context as `info`. Suite 01 is X25519 (enc 32 bytes), suite 02
X25519 with ML-KEM-768 (enc 1,120 bytes; the KEM is X-Wing, HPKE id 0x647a). Base mode does not tell
who wrapped: what a team keeps for itself carries an origin tag besides (origin.py).
"""

from __future__ import annotations

import enum

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from protect.vault.formats.context import GrantContext, HalfContext, WrapContext
from protect.vault.formats.errors import Forged, Malformed
from protect.vault.formats.secrets import (
    BOX_PUBLIC,
    LATTICE,
    Dek,
    Half,
    TeamPublic,
    TeamSecret,
    UserPublic,
    UserSecret,
)

VERSION, TAG = 1, 16


class Suite(enum.IntEnum):
    """How a key is wrapped. We write HYBRID; CLASSIC is for what must stay small."""

    CLASSIC = 1
    HYBRID = 2


SUITES = {
    suite: hpke.Suite(kem, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    for suite, kem in (
        (Suite.CLASSIC, hpke.KEM.X25519),
        (Suite.HYBRID, hpke.KEM.MLKEM768_X25519),
    )
}
ENC = {Suite.CLASSIC: 32, Suite.HYBRID: 1120}  # bytes


def wrap_dek(
    dek: Dek, to: TeamPublic, context: WrapContext, *, suite: Suite = Suite.HYBRID
) -> bytes:
    """Return a key given to a team. Errors: Malformed, when the public key is none."""
    return seal_to(to, dek.reveal(), context, suite=suite)


def unwrap_dek(blob: bytes, key: TeamSecret, context: WrapContext) -> Dek:
    """Return the key. Errors: Malformed, Forged."""
    return Dek(open_with(key, blob, context))


def wrap_grant(team: TeamSecret, to: UserPublic, context: GrantContext) -> bytes:
    """Return a team's secret given to a member. Errors: Malformed, when the public key is none."""
    return seal_to(to, team.reveal(), context)


def unwrap_grant(blob: bytes, key: UserSecret, context: GrantContext) -> TeamSecret:
    """Return the team's secret. Errors: Malformed, Forged."""
    return TeamSecret(open_with(key, blob, context))


def wrap_half(half: Half, to: UserPublic, context: HalfContext) -> bytes:
    """Return half a team's secret given to a recovery officer. Errors: Malformed."""
    return seal_to(to, half.reveal(), context)


def unwrap_half(blob: bytes, key: UserSecret, context: HalfContext) -> Half:
    """Return the half. Errors: Malformed, Forged."""
    return Half(open_with(key, blob, context))


def seal_to(
    to: UserPublic | TeamPublic, plain: bytes, context: bytes, *, suite: Suite = Suite.HYBRID
) -> bytes:
    """Return bytes that only the owner of a public key opens. Errors: Malformed."""
    try:
        sealed = SUITES[suite].encrypt(plain, _public(to, suite), context)
    except ValueError:
        raise Malformed("not a public key") from None
    return bytes([VERSION, suite]) + sealed


def open_with(key: UserSecret | TeamSecret, blob: bytes, context: bytes) -> bytes:
    """Return what `seal_to` was given. Errors: Malformed, Forged."""
    suite = suite_of(blob)
    try:
        return SUITES[suite].decrypt(blob[2:], _private(key, suite), context)
    except InvalidTag:
        raise Forged("a wrap does not open") from None


def suite_of(blob: bytes) -> Suite:
    """Return how a wrap was made, by its head alone. Errors: Malformed."""
    try:
        version, suite = blob[0], Suite(blob[1])
    except (IndexError, ValueError):
        raise Malformed("not a wrap that we know") from None
    if version != VERSION or len(blob) < 2 + ENC[suite] + TAG:
        raise Malformed("not a wrap of this version")
    return suite


def is_hybrid_available() -> bool:
    """Return whether this machine's OpenSSL has ML-KEM (3.5 or newer)."""
    try:
        MLKEM768PrivateKey.generate()
    except UnsupportedAlgorithm:
        return False
    return True


def _public(
    to: UserPublic | TeamPublic, suite: Suite
) -> X25519PublicKey | hpke.MLKEM768X25519PublicKey:
    curve = X25519PublicKey.from_public_bytes(to.raw[LATTICE:BOX_PUBLIC])
    if suite is Suite.CLASSIC:
        return curve
    return hpke.MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(to.raw[:LATTICE]), curve
    )


def _private(
    key: UserSecret | TeamSecret, suite: Suite
) -> X25519PrivateKey | hpke.MLKEM768X25519PrivateKey:
    if suite is Suite.CLASSIC:
        return key.curve
    return hpke.MLKEM768X25519PrivateKey(key.lattice, key.curve)

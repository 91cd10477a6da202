"""The bytes of a key that is given to a holder: DekWrap, Grant and Half.

    version 1 byte │ suite 1 byte │ enc │ AES-256-GCM, tag 16 bytes at its end

HPKE in base mode (RFC 9180) with the context as `info`. The one suite, 02, is X25519 with
ML-KEM-768 (enc 1,120 bytes; the KEM is X-Wing, HPKE id 0x647a). Base mode does not tell who
wrapped: what a team keeps for itself carries an origin tag besides (marks.py), and a key is given
only to holders that the team has signed (signing.py).
"""

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from protect.vault.formats import errors, padding, secrets
from protect.vault.formats.context import (
    DraftContext,
    GrantContext,
    HalfContext,
    ParcelContext,
    WrapContext,
)

VERSION, HYBRID, TAG = 1, 2, 16
HEAD = bytes([VERSION, HYBRID])
SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
ENC = 1120  # bytes
LENGTH = 4  # bytes


def wrap_dek(dek: secrets.Dek, to: secrets.TeamPublic, context: WrapContext) -> bytes:
    """Return a key given to a team. Errors: Malformed, when the public key is none."""
    return seal_to(to, dek.reveal(), context)


def unwrap_dek(blob: bytes, key: secrets.TeamSecret, context: WrapContext) -> secrets.Dek:
    """Return the key. Errors: Malformed, Forged."""
    return secrets.Dek(open_with(key, blob, context))


def wrap_grant(team: secrets.TeamSecret, to: secrets.UserPublic, context: GrantContext) -> bytes:
    """Return a team's secret given to a member. Errors: Malformed, when the public key is none."""
    return seal_to(to, team.reveal(), context)


def unwrap_grant(blob: bytes, key: secrets.UserSecret, context: GrantContext) -> secrets.TeamSecret:
    """Return the team's secret. Errors: Malformed, Forged."""
    return secrets.TeamSecret(open_with(key, blob, context))


def wrap_half(half: secrets.Half, to: secrets.UserPublic, context: HalfContext) -> bytes:
    """Return half a team's secret given to a recovery officer. Errors: Malformed."""
    return seal_to(to, half.reveal(), context)


def unwrap_half(blob: bytes, key: secrets.UserSecret, context: HalfContext) -> secrets.Half:
    """Return the half. Errors: Malformed, Forged."""
    return secrets.Half(open_with(key, blob, context))


def seal_to(to: secrets.UserPublic | secrets.TeamPublic, plain: bytes, context: bytes) -> bytes:
    """Return bytes that only the owner of a public key opens. Errors: Malformed."""
    try:
        return HEAD + SUITE.encrypt(plain, _public(to), context)
    except ValueError:
        raise errors.Malformed("not a public key") from None


def open_with(key: secrets.UserSecret | secrets.TeamSecret, blob: bytes, context: bytes) -> bytes:
    """Return what `seal_to` was given. Errors: Malformed, Forged."""
    if not blob.startswith(HEAD) or len(blob) < len(HEAD) + ENC + TAG:
        raise errors.Malformed("not a wrap that we know")
    try:
        return SUITE.decrypt(blob[len(HEAD) :], _private(key), context)
    except InvalidTag:
        raise errors.Forged("a wrap does not open") from None


def is_hybrid_available() -> bool:
    """Return whether this machine's OpenSSL has ML-KEM (3.5 or newer)."""
    try:
        MLKEM768PrivateKey.generate()
    except UnsupportedAlgorithm:
        return False
    return True


def _public(to: secrets.UserPublic | secrets.TeamPublic) -> hpke.MLKEM768X25519PublicKey:
    return hpke.MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(to.raw[: secrets.LATTICE]),
        X25519PublicKey.from_public_bytes(to.raw[secrets.LATTICE : secrets.BOX_PUBLIC]),
    )


def _private(key: secrets.UserSecret | secrets.TeamSecret) -> hpke.MLKEM768X25519PrivateKey:
    return hpke.MLKEM768X25519PrivateKey(key.lattice, key.curve)


def seal_draft(document: padding.Document, to: secrets.UserPublic, context: DraftContext) -> bytes:
    """Return a draft that only its writer opens. Errors: NotCanonical, Malformed."""
    return seal_to(to, padding.pad(document), context)


def unseal_draft(blob: bytes, key: secrets.UserSecret, context: DraftContext) -> padding.Document:
    """Return the draft. Errors: Malformed, Forged."""
    return padding.unpad(open_with(key, blob, context))


def seal_parcel(content: bytes, to: secrets.UserPublic, context: ParcelContext) -> bytes:
    """Return a parcel that only its owner opens. Errors: Malformed, when the key is none."""
    framed = len(content).to_bytes(LENGTH, "big") + content
    return seal_to(to, framed.ljust(padding.padme(len(framed)), b"\0"), context)


def unseal_parcel(blob: bytes, key: secrets.UserSecret, context: ParcelContext) -> bytes:
    """Return the content. Errors: Malformed, Forged."""
    plain = open_with(key, blob, context)
    end = LENGTH + int.from_bytes(plain[:LENGTH], "big")
    if len(plain) != padding.padme(end) or plain.count(0, end) != len(plain) - end:
        raise errors.Malformed("not padded as we pad")
    return plain[LENGTH:end]

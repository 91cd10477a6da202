"""The byte format of a secret that is wrapped for a holder: DekWrap, TeamGrant, RecoveryHalf.
    version 1 byte │ suite 1 byte │ enc │ AES-256-GCM, tag 16 bytes at its end
HPKE in base mode (RFC 9180) with the context as `info`. The one suite, 02, is X25519
with ML-KEM-768 (enc 1,120 bytes; the KEM is X-Wing, HPKE id 0x647a). Base mode does not
authenticate the sender: a team's own records also carry an origin tag (marks.py), and
keys are wrapped only for holders that the team has signed (signing.py)."""

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

VERSION, HYBRID_SUITE, TAG_BYTES = 1, 2, 16  # version of this format, id of its suite
HEADER = bytes([VERSION, HYBRID_SUITE])
SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
ENCAPSULATED_KEY_BYTES = 1120  # bytes
LENGTH_BYTES = 4  # bytes of the length before a parcel's content
type HolderSecret = secrets.UserSecret | secrets.TeamSecret


def wrap_dek(dek: secrets.Dek, to: secrets.TeamPublicKey, context: WrapContext) -> bytes:
    """Wrap a data key for a team. Errors: Malformed for an invalid public key."""
    return seal_for_public_key(to, dek.reveal(), context)


def unwrap_dek(blob: bytes, key: secrets.TeamSecret, context: WrapContext) -> secrets.Dek:
    """Unwrap a data key with a team's secret. Errors: Malformed, Forged."""
    return secrets.Dek(open_with_secret(key, blob, context))


def wrap_grant(team: secrets.TeamSecret, to: secrets.UserPublicKey, context: GrantContext) -> bytes:
    """Wrap a team's secret for a member. Errors: Malformed for an invalid public key."""
    return seal_for_public_key(to, team.reveal(), context)


def unwrap_grant(blob: bytes, key: secrets.UserSecret, context: GrantContext) -> secrets.TeamSecret:
    """Unwrap a team's secret with a member's secret. Errors: Malformed, Forged."""
    return secrets.TeamSecret(open_with_secret(key, blob, context))


def wrap_half(half: secrets.SecretHalf, to: secrets.UserPublicKey, context: HalfContext) -> bytes:
    """Wrap half a team's secret for a recovery officer. Errors: Malformed."""
    return seal_for_public_key(to, half.reveal(), context)


def unwrap_half(blob: bytes, key: secrets.UserSecret, context: HalfContext) -> secrets.SecretHalf:
    """Unwrap half a team's secret with an officer's secret. Errors: Malformed, Forged."""
    return secrets.SecretHalf(open_with_secret(key, blob, context))


def seal_for_public_key(to: secrets.HolderKey, plain: bytes, context: bytes) -> bytes:
    """Seal bytes that only the owner of a public key can open. Errors: Malformed."""
    try:
        return HEADER + SUITE.encrypt(plain, _hpke_public_key(to), context)
    except ValueError:
        raise errors.Malformed("not a public key") from None


def open_with_secret(key: HolderSecret, blob: bytes, context: bytes) -> bytes:
    """Open the output of `seal_for_public_key`. Errors: Malformed, Forged."""
    if not blob.startswith(HEADER) or len(blob) < len(HEADER) + ENCAPSULATED_KEY_BYTES + TAG_BYTES:
        raise errors.Malformed("not a wrap of this version")
    try:
        private_key = hpke.MLKEM768X25519PrivateKey(key.mlkem_key, key.x25519_key)
        return SUITE.decrypt(blob[len(HEADER) :], private_key, context)
    except InvalidTag:
        raise errors.Forged("a wrap does not open") from None


def is_mlkem_available() -> bool:
    """Return whether this machine's OpenSSL has ML-KEM (3.5 or newer)."""
    try:
        MLKEM768PrivateKey.generate()
    except UnsupportedAlgorithm:
        return False
    return True


def _hpke_public_key(to: secrets.HolderKey) -> hpke.MLKEM768X25519PublicKey:
    middle, end = secrets.MLKEM_PUBLIC_BYTES, secrets.BOX_PUBLIC_BYTES
    lattice = MLKEM768PublicKey.from_public_bytes(to.raw[:middle])
    curve = X25519PublicKey.from_public_bytes(to.raw[middle:end])
    return hpke.MLKEM768X25519PublicKey(lattice, curve)


def seal_draft(form: padding.Document, to: secrets.UserPublicKey, context: DraftContext) -> bytes:
    """Seal a draft that only its writer can open. Errors: NotCanonical, Malformed."""
    return seal_for_public_key(to, padding.pad(form), context)


def unseal_draft(blob: bytes, key: secrets.UserSecret, context: DraftContext) -> padding.Document:
    """Open a draft with its writer's secret. Errors: Malformed, Forged."""
    return padding.unpad(open_with_secret(key, blob, context))


def seal_parcel(content: bytes, to: secrets.UserPublicKey, context: ParcelContext) -> bytes:
    """Seal a parcel: a file that only one person can open. Errors: Malformed for an invalid key."""
    framed = len(content).to_bytes(LENGTH_BYTES, "big") + content
    return seal_for_public_key(to, framed.ljust(padding.padme_size(len(framed)), b"\0"), context)


def unseal_parcel(blob: bytes, key: secrets.UserSecret, context: ParcelContext) -> bytes:
    """Open a parcel with its owner's secret. Errors: Malformed, Forged."""
    plain = open_with_secret(key, blob, context)
    end = LENGTH_BYTES + int.from_bytes(plain[:LENGTH_BYTES], "big")
    if len(plain) != padding.padme_size(end) or plain.count(0, end) != len(plain) - end:
        raise errors.Malformed("wrong padding")
    return plain[LENGTH_BYTES:end]

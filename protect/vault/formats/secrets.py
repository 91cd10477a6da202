"""Secrets of users and teams, and the public keys that belong to them.
    user secret  96 bytes   ML-KEM-768 seed 64 │ X25519 32
    team secret 128 bytes   ML-KEM-768 seed 64 │ X25519 32 │ Ed25519 32
    user public 1,216 bytes   ML-KEM-768 1,184 │ X25519 32
    team public 1,248 bytes   ML-KEM-768 1,184 │ X25519 32 │ Ed25519 32
The first 1,216 bytes of a public key are an X-Wing public key."""

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass, field
from typing import ClassVar, NoReturn, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from protect.vault.formats.errors import Malformed

SEED_BYTES, CURVE_KEY_BYTES, MLKEM_PUBLIC_BYTES = 64, 32, 1184  # bytes; the seed is ML-KEM's
BOX_SECRET_BYTES = SEED_BYTES + CURVE_KEY_BYTES  # bytes of a secret that decrypts wraps
BOX_PUBLIC_BYTES = MLKEM_PUBLIC_BYTES + CURVE_KEY_BYTES
DERIVED_KEY_BYTES = 32  # bytes


class Secret:
    """Secret bytes that never appear in repr, logs, pickles or copies. SIZE 0 permits any size."""

    SIZE: ClassVar[int] = 0
    __slots__ = ("_raw",)

    def __init__(self, raw: bytes) -> None:
        if not raw or (self.SIZE and len(raw) != self.SIZE):
            raise Malformed(f"{type(self).__name__} has another size")
        self._raw = bytes(raw)

    @classmethod
    def generate(cls) -> Self:
        """Generate a random secret. Errors: TypeError for a class without a fixed size."""
        if not cls.SIZE:
            raise TypeError("a secret without a fixed size cannot be generated")
        return cls(os.urandom(cls.SIZE))

    def reveal(self) -> bytes:
        """Return the raw bytes. Reviewers check every call of this method."""
        return self._raw

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and hmac.compare_digest(self._raw, other._raw)

    __hash__ = None  # type: ignore[assignment]  # a secret is never a dictionary key

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is never stored or copied")


class TextSecret(Secret):
    """A secret that travels in a cookie or a URL as base64url without padding."""

    __slots__ = ()

    def text(self) -> str:
        """Return the secret as base64url text."""
        return base64url(self._raw)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Parse a secret from its base64url text. Errors: Malformed."""
        return cls(from_base64url(text))

    def stored_hash(self) -> bytes:
        """Return the SHA-256 of the secret, by which its database row is found."""
        return hashlib.sha256(self._raw).digest()


class UnlockToken(TextSecret):
    """The unlock cookie's value, which opens the user's secret. The server stores it nowhere."""

    SIZE = 32
    __slots__ = ()


class LinkSecret(TextSecret):
    """The secret in the URL with which a receiver without an account opens one packet."""

    SIZE = 32
    __slots__ = ()


class Dek(Secret):
    """The data encryption key (DEK) of one version of a record, or of one file."""

    SIZE = 32
    __slots__ = ()


class Pepper(Secret):
    """A server secret that is mixed into every password. It is never in the database."""

    SIZE = 32
    __slots__ = ()


class SecretHalf(Secret):
    """One of the two halves of a team's secret; neither reveals anything by itself."""

    SIZE = BOX_SECRET_BYTES + CURVE_KEY_BYTES
    __slots__ = ()


class SigningSeed(Secret):
    """An Ed25519 seed of a team, of the platform, or of an organisation's certificate key."""

    SIZE = CURVE_KEY_BYTES
    __slots__ = ()


class BoxSecret(Secret):
    """A secret that begins with an ML-KEM seed and an X25519 key, which decrypt wraps."""

    __slots__ = ("_curve", "_lattice")

    @property
    def x25519_key(self) -> X25519PrivateKey:
        """Return the X25519 key, parsed once, because a search opens thousands of wraps with it."""
        if not hasattr(self, "_curve"):
            raw = self._raw[SEED_BYTES:BOX_SECRET_BYTES]
            self._curve = X25519PrivateKey.from_private_bytes(raw)
        return self._curve

    @property
    def mlkem_key(self) -> MLKEM768PrivateKey:
        """Return the ML-KEM key, derived from its seed once."""
        if not hasattr(self, "_lattice"):
            self._lattice = MLKEM768PrivateKey.from_seed_bytes(self._raw[:SEED_BYTES])
        return self._lattice

    def _box_public_bytes(self) -> bytes:
        lattice = self.mlkem_key.public_key().public_bytes_raw()
        return lattice + self.x25519_key.public_key().public_bytes_raw()


class UserSecret(BoxSecret):
    """The secret with which a user opens grants, or a recovery officer opens halves."""

    SIZE = BOX_SECRET_BYTES
    __slots__ = ()

    def public(self) -> "UserPublicKey":
        return UserPublicKey(self._box_public_bytes())


class TeamSecret(BoxSecret):
    """The secret with which a team decrypts and signs; each version of its key has its own."""

    SIZE = BOX_SECRET_BYTES + CURVE_KEY_BYTES
    __slots__ = ("_derived", "_public")

    def derived_key(self, info: bytes) -> bytes:
        """Return the 32-byte key for one purpose, cached because a search needs it per record."""
        if not hasattr(self, "_derived"):
            self._derived: dict[bytes, bytes] = {}
        if info not in self._derived:
            self._derived[info] = derive(self._raw, info=info)
        return self._derived[info]

    def public(self) -> "TeamPublicKey":
        """Return the public key, cached because every sealing needs it."""
        if not hasattr(self, "_public"):
            signing = Ed25519PrivateKey.from_private_bytes(self.signing().reveal())
            raw = self._box_public_bytes() + signing.public_key().public_bytes_raw()
            self._public = TeamPublicKey(raw)
        return self._public

    def signing(self) -> SigningSeed:
        """Return the seed that signs manifests, admissions and the next version of the key."""
        return SigningSeed(self._raw[BOX_SECRET_BYTES:])


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key in the form that the database stores. Errors: Malformed for another size."""

    SIZE: ClassVar[int] = 0
    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.raw) != self.SIZE:
            raise Malformed("a public key of another size")


class UserPublicKey(PublicKey):  # of a user or a recovery officer
    SIZE = BOX_PUBLIC_BYTES
    __slots__ = ()


class TeamPublicKey(PublicKey):
    SIZE = BOX_PUBLIC_BYTES + CURVE_KEY_BYTES
    __slots__ = ()

    def signing(self) -> bytes:
        """Return the Ed25519 part, which verifies the team's signatures."""
        return self.raw[BOX_PUBLIC_BYTES:]


type HolderKey = UserPublicKey | TeamPublicKey


def base64url(raw: bytes | memoryview) -> str:
    """Encode bytes as base64url without padding, for a cookie or a URL."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Decode base64url text without padding. Errors: Malformed."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except ValueError:
        raise Malformed("not base64url") from None
    if base64url(raw) != text:  # the last letter has unused bits: accept one spelling only
        raise Malformed("not canonical base64url")
    return raw


def derive(material: bytes, *, info: bytes, salt: bytes = b"") -> bytes:
    """Derive a 32-byte key with HKDF-SHA256. Source: RFC 5869."""
    return HKDF(SHA256(), DERIVED_KEY_BYTES, salt, info).derive(material)


def split_team_secret(team: TeamSecret) -> tuple[SecretHalf, SecretHalf]:
    """Split a team's secret into two random halves, freshly for each pair of officers."""
    first = SecretHalf.generate()
    return first, SecretHalf(_xor(first.reveal(), team.reveal()))


def join_team_secret_halves(first: SecretHalf, second: SecretHalf) -> TeamSecret:
    """Join two halves. The caller must check that the result belongs to the team's key."""
    return TeamSecret(_xor(first.reveal(), second.reveal()))


def _xor(one: bytes, two: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, two, strict=True))

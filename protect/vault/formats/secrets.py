"""Secrets, and the public keys that belong to them.

    user secret  96 bytes   ML-KEM-768 seed 64 │ X25519 32
    team secret 128 bytes   ML-KEM-768 seed 64 │ X25519 32 │ Ed25519 32
    user public 1,216 bytes   ML-KEM-768 1,184 │ X25519 32
    team public 1,248 bytes   ML-KEM-768 1,184 │ X25519 32 │ Ed25519 32

The first 1,216 bytes of a public key are those of X-Wing.
"""

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

SEED, CURVE, LATTICE = 64, 32, 1184  # bytes: ML-KEM seed, any curve key, ML-KEM public key
BOX = SEED + CURVE  # bytes of a secret that boxes are opened with
BOX_PUBLIC = LATTICE + CURVE
KEY = 32  # bytes


class Secret:
    """Bytes that never show: not in repr, logs, pickles or copies. `SIZE` 0 means any size."""

    SIZE: ClassVar[int] = 0
    __slots__ = ("_raw",)

    def __init__(self, raw: bytes) -> None:
        if not raw or (self.SIZE and len(raw) != self.SIZE):
            raise Malformed(f"{type(self).__name__} has another size")
        self._raw = bytes(raw)

    @classmethod
    def make(cls) -> Self:
        """Return a fresh one. Errors: TypeError for a kind of secret that has no size."""
        if not cls.SIZE:
            raise TypeError("a secret without a size is given, not made")
        return cls(os.urandom(cls.SIZE))

    def reveal(self) -> bytes:
        """Return the bytes. Every call is a place to look at in a review."""
        return self._raw

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and hmac.compare_digest(self._raw, other._raw)

    __hash__ = None  # type: ignore[assignment]  # no secret is a key of a dictionary

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is never stored or copied")


class TextSecret(Secret):
    """A secret that travels in a cookie or an address: base64url without padding."""

    __slots__ = ()

    def text(self) -> str:
        """Return the secret as text."""
        return base64url(self._raw)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the secret of a text. Errors: Malformed."""
        return cls(from_base64url(text))

    def row_hash(self) -> bytes:
        """Return the SHA-256 under which its row stands in the database."""
        return hashlib.sha256(self._raw).digest()


class UnlockToken(TextSecret):
    """S, the value of the unlock cookie. Stored nowhere."""

    SIZE = 32
    __slots__ = ()


class LinkSecret(TextSecret):
    """The secret in the address by which a receiver without an account opens one packet."""

    SIZE = 32
    __slots__ = ()


class Dek(Secret):
    """The key of one version of one record, or of one file."""

    SIZE = 32
    __slots__ = ()


class Pepper(Secret):
    """What the server adds to every password. Comes with the machine, never from the database."""

    SIZE = 32
    __slots__ = ()


class Half(Secret):
    """Half a team's secret: useless without the other (`join_halves`)."""

    SIZE = BOX + CURVE
    __slots__ = ()


class SigningSeed(Secret):
    """An Ed25519 seed: a team's, or the platform's."""

    SIZE = CURVE
    __slots__ = ()


class BoxSecret(Secret):
    """A secret that begins with what boxes are opened with."""

    __slots__ = ("_curve", "_lattice")

    @property
    def curve(self) -> X25519PrivateKey:
        """The X25519 key. Read from its bytes once: a search opens thousands of boxes with it."""
        if not hasattr(self, "_curve"):
            self._curve = X25519PrivateKey.from_private_bytes(self._raw[SEED:BOX])
        return self._curve

    @property
    def lattice(self) -> MLKEM768PrivateKey:
        """The ML-KEM key, grown from its seed once."""
        if not hasattr(self, "_lattice"):
            self._lattice = MLKEM768PrivateKey.from_seed_bytes(self._raw[:SEED])
        return self._lattice

    def _box_public(self) -> bytes:
        lattice = self.lattice.public_key().public_bytes_raw()
        return lattice + self.curve.public_key().public_bytes_raw()


class UserSecret(BoxSecret):
    """What a person opens grants with. Recovery officers have one of this shape too."""

    SIZE = BOX
    __slots__ = ()

    def public(self) -> "UserPublic":
        """Return the public key."""
        return UserPublic(self._box_public())


class TeamSecret(BoxSecret):
    """What a team opens its records with and signs with; one per version of the team's key."""

    SIZE = BOX + CURVE
    __slots__ = ("_derived", "_public")

    def derived(self, info: bytes) -> bytes:
        """Return the 32-byte key for one purpose. Made once: a search needs it for each record."""
        if not hasattr(self, "_derived"):
            self._derived: dict[bytes, bytes] = {}
        if info not in self._derived:
            self._derived[info] = derive(self._raw, info=info)
        return self._derived[info]

    def public(self) -> "TeamPublic":
        """Return the public key. Made once: each sealing asks for it."""
        if not hasattr(self, "_public"):
            signing = Ed25519PrivateKey.from_private_bytes(self.signing().reveal())
            raw = self._box_public() + signing.public_key().public_bytes_raw()
            self._public = TeamPublic(raw)
        return self._public

    def signing(self) -> SigningSeed:
        """Return the seed that signs packets, consents and the next version of the key."""
        return SigningSeed(self._raw[BOX:])


@dataclass(frozen=True, slots=True)
class Public:
    """A public key as it stands in the database. Errors: Malformed for another size."""

    SIZE: ClassVar[int] = 0
    raw: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.raw) != self.SIZE:
            raise Malformed("a public key of another size")


class UserPublic(Public):
    SIZE = BOX_PUBLIC
    __slots__ = ()


class TeamPublic(Public):
    SIZE = BOX_PUBLIC + CURVE
    __slots__ = ()

    def signing(self) -> bytes:
        """Return the Ed25519 part."""
        return self.raw[BOX_PUBLIC:]


def base64url(raw: bytes | memoryview) -> str:
    """Return bytes as they stand in a cookie or an address: without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Return the bytes of a cookie or an address. Errors: Malformed."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except ValueError:
        raise Malformed("not base64url") from None
    if base64url(raw) != text:  # the last letter has bits to spare: one secret, one spelling
        raise Malformed("not as we write it")
    return raw


def derive(material: bytes, *, info: bytes, salt: bytes = b"") -> bytes:
    """Return a 32-byte key. Source: RFC 5869, HKDF with SHA-256."""
    return HKDF(SHA256(), KEY, salt, info).derive(material)


def split_secret(team: TeamSecret) -> tuple[Half, Half]:
    """Return two halves. Split anew for each pair of officers."""
    first = Half.make()
    return first, Half(_xor(first.reveal(), team.reveal()))


def join_halves(first: Half, second: Half) -> TeamSecret:
    """Return the secret that two halves make: of the team only if its key says so."""
    return TeamSecret(_xor(first.reveal(), second.reveal()))


def _xor(one: bytes, two: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, two, strict=True))

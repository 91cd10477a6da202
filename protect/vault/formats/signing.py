"""Signed statements: Ed25519 signatures of an encoded statement name and its values.
A team signs the next version of its key, the members and officers that it admits, and
the manifests of its packets; the platform signs the heads of the audit chains. The name
in front keeps a statement of one kind from passing as another."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NewType
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from protect.kernel.items import encode_items
from protect.vault.formats.errors import Forged
from protect.vault.formats.secrets import SigningSeed, TeamPublicKey, TeamSecret

Message = NewType("Message", bytes)

VERSION = 1  # of the encoding of all statements
SIGNATURE_BYTES = 64  # bytes
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # signed times count microseconds from here
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class KeyVersion:
    team: UUID
    version: int


@dataclass(frozen=True, slots=True)
class ManifestStatement:
    """The facts of a packet that its sender signs: receiver, contents, consent and time.
    `sealed_hash` and `fingerprint` are SHA-256 of the sealed bytes and of the receiver's public
    key. For a receiver without an account, `receiver` and `fingerprint` are None."""

    packet: UUID
    sealed_hash: bytes
    sender: KeyVersion
    receiver: KeyVersion | None
    fingerprint: bytes | None
    consent: UUID
    scope: frozenset[str]
    person: UUID  # the user who sends the packet
    at: datetime

    def message(self) -> Message:
        return _message(
            "manifest",
            self.packet,
            self.sealed_hash,
            *_key_version_values(self.sender),
            *_key_version_values(self.receiver),
            self.fingerprint,
            self.consent,
            encode_items(*sorted(self.scope)),
            self.person,
            _epoch_microseconds(self.at),
        )


@dataclass(frozen=True, slots=True)
class AdmissionStatement:
    """A holder's key for which a version of a team's secret may be wrapped. Shapes: `holder` is the
    member, or the officer's row; `place` the membership, or the officer's organisation; `digest`
    the SHA-256 of the holder's public key (fingerprint.py); `role` a code."""

    team: KeyVersion
    holder: UUID
    holder_version: int
    place: UUID
    digest: bytes
    role: str
    at: datetime

    def message(self) -> Message:
        return _message(
            "admission",
            *_key_version_values(self.team),
            self.holder,
            self.holder_version,
            self.place,
            self.digest,
            self.role,
            _epoch_microseconds(self.at),
        )


def sign_next_version(team: KeyVersion, old: TeamSecret, new: TeamSecret) -> bytes:
    """Return both keys' signatures, 64 bytes each, which prove that a team's next key follows
    version `team`: the old key confirms its successor, and the new key its predecessor."""
    message = _continuity_message(team, old.public(), new.public())
    return sign(old.signing(), message) + sign(new.signing(), message)


def must_follow_key(team: KeyVersion, old: TeamPublicKey, new: TeamPublicKey, proof: bytes) -> None:
    """Refuse a key that is not the successor of version `team`. Errors: Forged."""
    message = _continuity_message(team, old, new)
    must_verify(old.signing(), proof[:SIGNATURE_BYTES], message)
    must_verify(new.signing(), proof[SIGNATURE_BYTES:], message)


def _continuity_message(team: KeyVersion, old: TeamPublicKey, new: TeamPublicKey) -> Message:
    return _message("continuity", *_key_version_values(team), old.raw, team.version + 1, new.raw)


def chain_head_message(*, chain: str, n: int, entry_hash: bytes, at: datetime) -> Message:
    """Return the message that the platform signs about the newest entry of an audit chain."""
    return _message("head", chain, n, entry_hash, _epoch_microseconds(at))


def sign(seed: SigningSeed, message: Message) -> bytes:
    """Return a signature of 64 bytes. Source: RFC 8032."""
    return Ed25519PrivateKey.from_private_bytes(seed.reveal()).sign(message)


def must_verify(public: bytes, signature: bytes, message: Message) -> None:
    """Refuse a signature that does not verify with this 32-byte key. Errors: Forged."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise Forged("not signed with this key") from None


def public_key_of(seed: SigningSeed) -> bytes:
    """Return the 32-byte Ed25519 public key of a seed, as `must_verify` takes it."""
    return Ed25519PrivateKey.from_private_bytes(seed.reveal()).public_key().public_bytes_raw()


def _message(name: str, *values: str | int | UUID | bytes | None) -> Message:
    return Message(encode_items("protect", name, VERSION, *values))


def _key_version_values(team: KeyVersion | None) -> tuple[UUID | None, int | None]:
    return (team.team, team.version) if team else (None, None)


def _epoch_microseconds(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND

"""What is signed, and the signatures: Ed25519 over `T("protect", name, 1, …)`.
A team signs the next version of its key, the members and officers that it admits, and the manifests
of its packets; the platform signs the heads of the audit chains. A name in front keeps one kind
from passing as another."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NewType
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from protect.kernel.items import items
from protect.vault.formats.errors import Forged
from protect.vault.formats.secrets import SigningSeed, TeamPublic, TeamSecret

Message = NewType("Message", bytes)

VERSION = 1
SIGNATURE = 64  # bytes
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class TeamAt:
    team: UUID
    version: int


@dataclass(frozen=True, slots=True)
class ManifestStatement:
    """What a packet was: sender, receiver, contents, consent and time.
    Shapes: SHA-256 of the sealed bytes and of the receiver's public key. A receiver without an
    account has neither team nor fingerprint."""

    packet: UUID
    sealed_hash: bytes
    sender: TeamAt
    receiver: TeamAt | None
    fingerprint: bytes | None
    consent: UUID
    scope: frozenset[str]
    person: UUID
    at: datetime

    def message(self) -> Message:
        """Return what the sending team signs."""
        return _message(
            "manifest",
            self.packet,
            self.sealed_hash,
            *_team(self.sender),
            *_team(self.receiver),
            self.fingerprint,
            self.consent,
            items(*sorted(self.scope)),
            self.person,
            _microseconds(self.at),
        )


@dataclass(frozen=True, slots=True)
class AdmissionStatement:
    """The key of a member or a recovery officer to which a version of a team's secret may be given.
    Shapes: `holder` is the person, or the officer's row; `place` the membership, or the officer's
    organisation; `digest` the SHA-256 of the holder's public key (fingerprint.py); `role` a code.
    """

    team: TeamAt
    holder: UUID
    holder_version: int
    place: UUID
    digest: bytes
    role: str
    at: datetime

    def message(self) -> Message:
        """Return what the team signs with the secret of that version."""
        return _message(
            "admission",
            *_team(self.team),
            self.holder,
            self.holder_version,
            self.place,
            self.digest,
            self.role,
            _microseconds(self.at),
        )


def link_versions(team: TeamAt, old: TeamSecret, new: TeamSecret) -> bytes:
    """Return the proof that a team's next key follows its key `team`: signatures of both.
    The old key's says which key comes next, the new key's which one came before.
    Shapes: 64 and 64 bytes."""
    message = _continuity(team, old.public(), new.public())
    return sign(old.signing(), message) + sign(new.signing(), message)


def must_follow(team: TeamAt, old: TeamPublic, new: TeamPublic, proof: bytes) -> None:
    """Refuse a key that is not the next one after a team's key `team`. Errors: Forged."""
    message = _continuity(team, old, new)
    must_verify(old.signing(), proof[:SIGNATURE], message)
    must_verify(new.signing(), proof[SIGNATURE:], message)


def _continuity(team: TeamAt, old: TeamPublic, new: TeamPublic) -> Message:
    return _message("continuity", *_team(team), old.raw, team.version + 1, new.raw)


def head(*, chain: str, n: int, entry_hash: bytes, at: datetime) -> Message:
    """Return what the platform says about the newest entry of an audit chain."""
    return _message("head", chain, n, entry_hash, _microseconds(at))


def sign(seed: SigningSeed, message: Message) -> bytes:
    """Return a signature of 64 bytes. Source: RFC 8032."""
    return Ed25519PrivateKey.from_private_bytes(seed.reveal()).sign(message)


def must_verify(public: bytes, signature: bytes, message: Message) -> None:
    """Refuse what was not signed with this key. Shapes: 32 bytes of public key. Errors: Forged."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise Forged("not signed with this key") from None


def public_of(seed: SigningSeed) -> bytes:
    """Return the 32 bytes that signatures of a seed are verified with."""
    return Ed25519PrivateKey.from_private_bytes(seed.reveal()).public_key().public_bytes_raw()


def _message(name: str, *values: str | int | UUID | bytes | None) -> Message:
    return Message(items("protect", name, VERSION, *values))


def _team(team: TeamAt | None) -> tuple[UUID | None, int | None]:
    return (team.team, team.version) if team else (None, None)


def _microseconds(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND

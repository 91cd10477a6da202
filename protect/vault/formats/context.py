"""Contexts that bind sealed bytes to their owner and their row. Each context encodes a name and
identifiers that never change. Sealed bytes that are moved to another row, team or version
do not open there, and no context of one kind equals one of another. Each kind has its own type, so
that a type checker finds a context in the wrong place."""

from typing import NewType
from uuid import UUID

from protect.kernel.items import encode_items

SealContext = NewType("SealContext", bytes)
WrapContext = NewType("WrapContext", bytes)
LinkContext = NewType("LinkContext", bytes)  # of a packet's key, wrapped for a link
GrantContext = NewType("GrantContext", bytes)  # of a team's secret, wrapped for a member
HalfContext = NewType("HalfContext", bytes)  # of half a team's secret
UserContext = NewType("UserContext", bytes)  # of a bundle: a user's secret
UnlockContext = NewType("UnlockContext", bytes)  # of a user's secret in a session
DraftContext = NewType("DraftContext", bytes)
ParcelContext = NewType("ParcelContext", bytes)
FactorContext = NewType("FactorContext", bytes)  # of an authenticator app's seed
BadgeContext = NewType("BadgeContext", bytes)  # of a certificate key's seed
FileContext = NewType("FileContext", bytes)
OriginContext = NewType("OriginContext", bytes)  # message of an origin tag

VERSION = 1  # of the encoding of all contexts


def seal(*, kind: str, record: UUID, compartment: str, version: int, schema: int) -> SealContext:
    """Return the context of the sealed content of one version of a record."""
    return SealContext(_context("seal", kind, record, compartment, version, schema))


def wrap(*, kind: str, record: UUID, version: int, team: UUID, team_version: int) -> WrapContext:
    """Return the context of the key of a record's version, wrapped for a team."""
    return WrapContext(_context("wrap", kind, record, version, team, team_version))


def link(*, kind: str, record: UUID, version: int, packet: UUID) -> LinkContext:
    """Return the context of the key of a packet's record, wrapped for the holder of a link."""
    return LinkContext(_context("link", kind, record, version, packet))


def grant(*, team: UUID, version: int, user: UUID, user_version: int) -> GrantContext:
    """Return the context of a team's secret, wrapped for a member."""
    return GrantContext(_context("grant", team, version, user, user_version))


def half(*, team: UUID, version: int, pair: str, slot: int) -> HalfContext:
    """Return the context of half a team's secret, wrapped for one officer of a pair ("12")."""
    return HalfContext(_context("half", team, version, pair, slot))


def user(*, user: UUID, kind: int, credential: UUID, kdf: bytes) -> UserContext:
    """Return the context of a bundle: a person's secret, sealed under one of their credentials."""
    return UserContext(_context("user", user, kind, credential, kdf))


def unlock(*, user: UUID, session: UUID) -> UnlockContext:
    """Return the context of a person's secret, sealed for one signed-in session."""
    return UnlockContext(_context("unlock", user, session))


def draft(*, user: UUID, user_version: int, draft: UUID, form: str) -> DraftContext:
    """Return the context of a draft, or of a text sealed to one user (records/personal.py)."""
    return DraftContext(_context("draft", user, user_version, draft, form))


def parcel(*, user: UUID, parcel: UUID) -> ParcelContext:
    """Return the context of a parcel: an uploaded file that is sealed to its uploader alone."""
    return ParcelContext(_context("parcel", user, parcel))


def factor(*, user: UUID, device: UUID) -> FactorContext:
    """Return the context of the seed of a user's authenticator app."""
    return FactorContext(_context("factor", user, device))


def badge(*, organisation: UUID, key: UUID) -> BadgeContext:
    """Return the context of the seed that signs an organisation's certificates."""
    return BadgeContext(_context("badge", organisation, key))


def file(*, file: UUID, record: UUID) -> FileContext:
    """Return the context of every chunk of a record's sealed file."""
    return FileContext(_context("file", file, record))


def origin(*, wrap: WrapContext, sealed_hash: bytes, wrap_hash: bytes) -> OriginContext:
    """Return the message of which an origin tag is the HMAC. Both hashes are SHA-256."""
    return OriginContext(_context("origin", wrap, sealed_hash, wrap_hash))


def _context(name: str, *values: str | int | UUID | bytes | None) -> bytes:
    return encode_items("protect", name, VERSION, *values)

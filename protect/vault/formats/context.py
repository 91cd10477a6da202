"""What bytes are bound to: who they are for and where they stand.
Each context is `T("protect", name, 1, …)` of identifiers that never change. Sealed bytes moved to
another row, team or version do not open there, and no context of one kind equals one of another.
Each has its own type, so that a type checker sees a context in the wrong place."""

from typing import NewType
from uuid import UUID

from protect.kernel.items import items

SealContext = NewType("SealContext", bytes)
WrapContext = NewType("WrapContext", bytes)
LinkContext = NewType("LinkContext", bytes)
GrantContext = NewType("GrantContext", bytes)
HalfContext = NewType("HalfContext", bytes)
UserContext = NewType("UserContext", bytes)
UnlockContext = NewType("UnlockContext", bytes)
DraftContext = NewType("DraftContext", bytes)
ParcelContext = NewType("ParcelContext", bytes)
FactorContext = NewType("FactorContext", bytes)
BadgeContext = NewType("BadgeContext", bytes)
FileContext = NewType("FileContext", bytes)
OriginContext = NewType("OriginContext", bytes)

VERSION = 1


def seal(*, kind: str, record: UUID, compartment: str, version: int, schema: int) -> SealContext:
    """Return what a sealed document is bound to."""
    return SealContext(_context("seal", kind, record, compartment, version, schema))


def wrap(*, kind: str, record: UUID, version: int, team: UUID, team_version: int) -> WrapContext:
    """Return what the key of a record's version, given to a team, is bound to."""
    return WrapContext(_context("wrap", kind, record, version, team, team_version))


def link(*, kind: str, record: UUID, version: int, packet: UUID) -> LinkContext:
    """Return what the key of a packet's record is bound to, for the holder of a link."""
    return LinkContext(_context("link", kind, record, version, packet))


def grant(*, team: UUID, version: int, user: UUID, user_version: int) -> GrantContext:
    """Return what a team's secret, given to a member, is bound to."""
    return GrantContext(_context("grant", team, version, user, user_version))


def half(*, team: UUID, version: int, pair: str, slot: int) -> HalfContext:
    """Return what half a team's secret, given to a recovery officer, is bound to."""
    return HalfContext(_context("half", team, version, pair, slot))


def user(*, user: UUID, kind: int, credential: UUID, kdf: bytes) -> UserContext:
    """Return what a person's secret, under one of her credentials, is bound to."""
    return UserContext(_context("user", user, kind, credential, kdf))


def unlock(*, user: UUID, session: UUID) -> UnlockContext:
    """Return what a person's secret, for one signed-in session, is bound to."""
    return UnlockContext(_context("unlock", user, session))


def draft(*, user: UUID, user_version: int, draft: UUID, form: str) -> DraftContext:
    """Return what a form posted while locked is bound to."""
    return DraftContext(_context("draft", user, user_version, draft, form))


def parcel(*, user: UUID, parcel: UUID) -> ParcelContext:
    """Return what a file that waits for the person who brought it is bound to."""
    return ParcelContext(_context("parcel", user, parcel))


def factor(*, user: UUID, device: UUID) -> FactorContext:
    """Return what the seed of a second factor is bound to."""
    return FactorContext(_context("factor", user, device))


def badge(*, organisation: UUID, key: UUID) -> BadgeContext:
    """Return what the seed that signs an organisation's certificates is bound to."""
    return BadgeContext(_context("badge", organisation, key))


def file(*, file: UUID, record: UUID) -> FileContext:
    """Return what every chunk of a file is bound to."""
    return FileContext(_context("file", file, record))


def origin(*, wrap: WrapContext, sealed_hash: bytes, wrap_hash: bytes) -> OriginContext:
    """Return what an origin tag speaks of. Shapes: SHA-256 of the sealed bytes and of the wrap."""
    return OriginContext(_context("origin", wrap, sealed_hash, wrap_hash))


def _context(name: str, *values: str | int | UUID | bytes | None) -> bytes:
    return items("protect", name, VERSION, *values)

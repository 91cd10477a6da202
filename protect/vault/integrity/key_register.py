"""The register of public keys: ledger lines about keys that this server made or retired. A writer
to the database can replace the key of a team, a member or an officer. The ledger is outside the
database, so a key is accepted only if the ledger has it. If the ledger is lost, an operator
compares the keys and rebuilds it (integrity/ledger_rebuild.py)."""

import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from protect.orgs.models import Membership
from protect.vault.enums import Owner
from protect.vault.formats import fingerprint, secrets
from protect.vault.integrity import ledger

DEPARTURE_KIND = "membership"  # kind of ledger line: a membership has ended
RETIREMENT_KINDS = {Owner.TEAM: "team_key_retired", Owner.PERSON: "user_key_retired"}
PASSKEY_KIND, BADGE_KEY_KIND = "passkey", "badge_key"  # rows registered by digest, as version 1
RESTORED_KIND = "restored"  # a backup was restored: earlier lines about retired keys are void
DEMO_BUILT_KIND = "demo_built"  # the demo was rebuilt with the same identifiers
PLATFORM_ID = UUID(int=0)  # the id in lines about the whole platform: restored, demo built


class _ReadPosition(NamedTuple):
    """The place in the ledger file up to which this process has read it."""

    file: int  # its inode
    changed_ns: int  # time of its last change, in nanoseconds
    offset: int
    tail: bytes  # the last bytes before the offset, to detect a replaced file


@dataclass
class _Register:
    """The content of the ledger as read so far. Later lines override earlier ones."""

    position: _ReadPosition | None = None
    digests_by_key: dict[tuple[str, str], dict[int, set[str]]] = field(  # (kind, id), version
        default_factory=lambda: defaultdict(dict)
    )
    retired: dict[tuple[str, str], int] = field(default_factory=dict)  # newest retired version
    departures: dict[str, datetime] = field(default_factory=dict)  # membership: latest end

    def apply_line(self, line: ledger.Line) -> None:
        if line.what in {*Owner, PASSKEY_KIND, BADGE_KEY_KIND}:
            version, _, digest = line.reason.partition(":")
            self.digests_by_key[line.what, line.id].setdefault(int(version), set()).add(digest)
        elif line.what in RETIREMENT_KINDS.values():
            owner = (line.what.removesuffix("_retired"), line.id)
            self.retired[owner] = max(self.retired.get(owner, 0), int(line.reason))
        elif line.what == RESTORED_KIND:
            self.retired.clear()
        elif line.what == DEMO_BUILT_KIND:
            self.digests_by_key.clear()
            self.retired.clear()
            self.departures.clear()
        elif line.what == DEPARTURE_KIND:
            departed = datetime.fromisoformat(line.at)
            self.departures[line.id] = max(self.departures.get(line.id, departed), departed)


_register, _lock = _Register(), Lock()


def register_key(
    owner: Owner, pk: UUID, version: int, public: secrets.HolderKey, *, at: datetime
) -> None:
    """Append a key's digest to the ledger. Call it before saving the key; a rollback is fine."""
    reason = f"{version}:{fingerprint.digest(public).hex()}"
    ledger.append(ledger.Line(owner.value, str(pk), at.isoformat(), reason))


def register_row(kind: str, pk: UUID, digest: bytes, *, at: datetime) -> None:
    """Append the digest of a passkey or certificate key to the ledger, before saving the row."""
    ledger.append(ledger.Line(kind, str(pk), at.isoformat(), f"1:{digest.hex()}"))


def register_retirement(owner: Owner, pk: UUID, version: int, *, at: datetime) -> None:
    """Append a line: an owner's keys up to a version are retired. Call it only after the commit."""
    ledger.append(ledger.Line(RETIREMENT_KINDS[owner], str(pk), at.isoformat(), str(version)))


def register_restore(*, at: datetime) -> None:
    """Append a line: a backup was restored. Earlier lines about retired keys become void."""
    ledger.append(ledger.Line(RESTORED_KIND, str(PLATFORM_ID), at.isoformat(), "restored"))


def register_demo_build(*, at: datetime) -> None:
    """Append a line: the demo was rebuilt. Earlier lines about keys and memberships become void."""
    ledger.append(ledger.Line(DEMO_BUILT_KIND, str(PLATFORM_ID), at.isoformat(), "built"))


def register_departures(memberships: Iterable[Membership], *, at: datetime) -> None:
    """Append a line for each membership that has ended, so that no restore revives it."""
    for row in memberships:
        ledger.append(ledger.Line(DEPARTURE_KIND, str(row.pk), at.isoformat(), row.end_reason))


def has_key_version(owner: Owner, pk: UUID, version: int) -> bool:
    """Return whether the ledger has any public key for this version of an owner's key."""
    return version in _current_register().digests_by_key.get((owner.value, str(pk)), {})


def is_registered_key(owner: Owner, pk: UUID, version: int, public: secrets.HolderKey) -> bool:
    """Return whether the ledger has this key; a person's key must also not be retired."""
    # A person's old key is retired when they restart their account with a new one.
    if owner is Owner.PERSON and is_retired(owner, pk, version):
        return False
    versions = _current_register().digests_by_key.get((owner.value, str(pk)), {})
    return fingerprint.digest(public).hex() in versions.get(version, ())


def is_registered_row(kind: str, pk: UUID, digest: bytes) -> bool:
    """Return whether the ledger has this digest of a passkey or certificate key."""
    return digest.hex() in _current_register().digests_by_key.get((kind, str(pk)), {}).get(1, ())


def is_retired(owner: Owner, pk: UUID, version: int) -> bool:
    """Return whether the ledger records that a version of an owner's key is retired."""
    return version <= _current_register().retired.get((owner.value, str(pk)), 0)


def has_departed(membership: UUID, *, since: datetime) -> bool:
    """Return whether the ledger records an end of the membership at `since` or later."""
    departed = _current_register().departures.get(str(membership))
    return departed is not None and departed >= since


def _current_register() -> _Register:
    """Return the register, updated with the lines that were appended since the last call."""
    global _register
    with _lock:
        try:
            stat = os.stat(settings.LEDGER)
        except FileNotFoundError:
            _register = _Register()
            return _register
        position = _register.position
        if position and position[:3] == (stat.st_ino, stat.st_mtime_ns, stat.st_size):
            return _register
        if position is None or position.file != stat.st_ino or not _has_grown(position, stat):
            position, _register = None, _Register()
        lines, offset = ledger.lines_after(position.offset if position else 0)
        new_position = _ReadPosition(
            stat.st_ino, stat.st_mtime_ns, offset, ledger.bytes_before(offset)
        )
        for line in lines:
            _register.apply_line(line)
        _register.position = new_position
        return _register


def _has_grown(position: _ReadPosition, stat: os.stat_result) -> bool:
    """Return whether lines were only appended to the file that was read before."""
    has_more = stat.st_size > position.offset
    return has_more and ledger.bytes_before(position.offset) == position.tail

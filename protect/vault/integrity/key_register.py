"""Which public keys this server made, and which versions are retired: lines of the ledger.
The database says which key a team, a member or an officer has, and a writer to the database can say
otherwise. The ledger stands outside it, so a key counts only if the ledger knows it. Where the
ledger was lost, an operator compares the keys and rebuilds it (integrity/ledger_rebuild.py)."""

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

DEPARTURE = "membership"
RETIRED = {Owner.TEAM: "team_key_retired", Owner.PERSON: "user_key_retired"}  # up to a version
PASSKEY, BADGE_KEY = "passkey", "badge_key"  # digests of rows, with the version 1
RESTORED = "restored"  # an operator put a backup back: retired versions open again
DEMO_BUILT = "demo_built"  # a demo was built anew, under the identifiers of the one before
PLATFORM = UUID(int=0)  # of a line that is about everything


class _Reading(NamedTuple):
    file: int  # its inode
    changed: int  # when it was written last, in nanoseconds
    offset: int
    end: bytes  # what stands before the offset: another file has something else there


@dataclass
class _Register:
    """The lines of one ledger, read so far. Later lines overrule earlier ones."""

    reading: _Reading | None = None
    made: dict[tuple[str, str], dict[int, set[str]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    retired: dict[tuple[str, str], int] = field(default_factory=dict)
    departed: dict[str, datetime] = field(default_factory=dict)

    def add(self, line: ledger.LedgerLine) -> None:
        if line.what in {*Owner, PASSKEY, BADGE_KEY}:
            version, _, digest = line.reason.partition(":")
            self.made[line.what, line.id].setdefault(int(version), set()).add(digest)
        elif line.what in RETIRED.values():
            owner = (line.what.removesuffix("_retired"), line.id)
            self.retired[owner] = max(self.retired.get(owner, 0), int(line.reason))
        elif line.what == RESTORED:
            self.retired.clear()
        elif line.what == DEMO_BUILT:
            self.made.clear()
            self.retired.clear()
            self.departed.clear()
        elif line.what == DEPARTURE:
            departed = datetime.fromisoformat(line.at)
            self.departed[line.id] = max(self.departed.get(line.id, departed), departed)


_register, _lock = _Register(), Lock()


def note_made(
    owner: Owner,
    pk: UUID,
    version: int,
    public: secrets.TeamPublic | secrets.UserPublic,
    *,
    at: datetime,
) -> None:
    """Write down a key before the database knows it. A key that is rolled back does no harm."""
    reason = f"{version}:{fingerprint.digest(public).hex()}"
    ledger.append(ledger.LedgerLine(owner.value, str(pk), at.isoformat(), reason))


def note_row(what: str, pk: UUID, digest: bytes, *, at: datetime) -> None:
    """Write down a passkey, or a key for certificates, before the database knows it."""
    ledger.append(ledger.LedgerLine(what, str(pk), at.isoformat(), f"1:{digest.hex()}"))


def note_retired(owner: Owner, pk: UUID, version: int, *, at: datetime) -> None:
    """Write down that the keys of a team or person up to a version count no more.
    Call it after the commit: a rollback leaves them in force."""
    ledger.append(ledger.LedgerLine(RETIRED[owner], str(pk), at.isoformat(), str(version)))


def note_restored(*, at: datetime) -> None:
    """Write down that a backup was put back: what was retired since must open once more."""
    ledger.append(ledger.LedgerLine(RESTORED, str(PLATFORM), at.isoformat(), "restored"))


def note_demo_built(*, at: datetime) -> None:
    """Write down that a demo begins anew: nothing that the ledger knew before counts."""
    ledger.append(ledger.LedgerLine(DEMO_BUILT, str(PLATFORM), at.isoformat(), "built"))


def note_departed(places: Iterable[Membership], *, at: datetime) -> None:
    """Write down that places have ended, so that no restore brings them back."""
    for place in places:
        ledger.append(ledger.LedgerLine(DEPARTURE, str(place.pk), at.isoformat(), place.end_reason))


def knows(owner: Owner, pk: UUID, version: int) -> bool:
    """Return whether the ledger has a line about a version of an owner's key."""
    return version in _read().made.get((owner.value, str(pk)), {})


def is_made(
    owner: Owner, pk: UUID, version: int, public: secrets.TeamPublic | secrets.UserPublic
) -> bool:
    """Return whether the ledger says that this server made a key, and that it still counts."""
    # A person's key is retired when they begin anew.
    if owner is Owner.PERSON and is_retired(owner, pk, version):
        return False
    versions = _read().made.get((owner.value, str(pk)), {})
    return fingerprint.digest(public).hex() in versions.get(version, ())


def is_row(what: str, pk: UUID, digest: bytes) -> bool:
    """Return whether the ledger says that this server made a row with what it holds now."""
    return digest.hex() in _read().made.get((what, str(pk)), {}).get(1, ())


def is_retired(owner: Owner, pk: UUID, version: int) -> bool:
    """Return whether a version of a key counts no more, whatever the database says."""
    return version <= _read().retired.get((owner.value, str(pk)), 0)


def has_departed(membership: UUID, *, since: datetime) -> bool:
    """Return whether a membership ended after a moment, whatever the database says."""
    departed = _read().departed.get(str(membership))
    return departed is not None and departed >= since


def _read() -> _Register:
    """Return the register, with what was appended to the ledger since the last call."""
    global _register
    with _lock:
        try:
            stat = os.stat(settings.LEDGER)
        except FileNotFoundError:
            _register = _Register()
            return _register
        reading = _register.reading
        if reading and reading[:3] == (stat.st_ino, stat.st_mtime_ns, stat.st_size):
            return _register
        if reading is None or reading.file != stat.st_ino or not _has_grown(reading, stat.st_size):
            reading, _register = None, _Register()
        lines, offset = ledger.lines_after(reading.offset if reading else 0)
        now = _Reading(stat.st_ino, stat.st_mtime_ns, offset, ledger.bytes_before(offset))
        for line in lines:
            _register.add(line)
        _register.reading = now
        return _register


def _has_grown(reading: _Reading, size: int) -> bool:
    """Return whether lines were only appended: a copy may have been put back in place.
    File systems give a new file the number of a deleted one."""
    return size > reading.offset and ledger.bytes_before(reading.offset) == reading.end

"""Building a lost ledger again from what the database says. For operators, and the last way.

Without its ledger the server refuses every key: a writer to the database could have put it there.
The signatures between versions, members and officers must hold, and an operator asks each
organisation whether these are its teams. Then the keys are written down as if they had just been
made; members who have opened a team before still refuse another key, for they have pinned it.
What was erased or withdrawn is lost with the old ledger: a restored backup brings it back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from protect.audit.actions import record
from protect.audit.rules import PLATFORM
from protect.orgs.models import Membership, Organisation
from protect.vault import key_register
from protect.vault.actions import departing
from protect.vault.actions.key_checks import NOT_IN_LEDGER, key_faults
from protect.vault.actions.key_owners import team_name
from protect.vault.actions.tracing import trace_organisation
from protect.vault.enums import KeyState
from protect.vault.errors import SignaturesBroken
from protect.vault.formats import fingerprint
from protect.vault.formats.errors import Damaged
from protect.vault.formats.secrets import TeamPublic, UserPublic
from protect.vault.key_register import Owner
from protect.vault.models import RecoveryOfficer, TeamKey, UserKey

DIGITS = 16


class StoredKey(NamedTuple):
    """A version of a key, as the database has it."""

    name: str
    owner: Owner
    pk: UUID
    version: int
    public: TeamPublic | UserPublic

    @property
    def words(self) -> str:
        """Return the six words by which the key is compared."""
        return " ".join(fingerprint.words(self.public))


def unknown_keys() -> list[StoredKey]:
    """Return the keys that the ledger does not know: those of teams first, older versions first.

    Errors: SignaturesBroken, when a key is none, or a version, member or officer is not signed: no
    ledger would make that right.
    """
    faults = [fault for fault in key_faults() if fault.fault != NOT_IN_LEDGER]
    if faults:
        raise SignaturesBroken(count=len(faults))
    return [key for key in stored_keys() if not key_register.knows(key.owner, key.pk, key.version)]


def stored_keys() -> list[StoredKey]:
    """Return every key in the database by name; bytes that are no key open nothing: none of them.

    Teams are named with their organisation; people and officers have no name here.
    """
    keys = []
    for key in TeamKey.objects.select_related("team__organisation").order_by("pk"):
        with suppress(Damaged):
            public = TeamPublic(bytes(key.public))
            keys.append(
                StoredKey(team_name(key.team), Owner.TEAM, key.team_id, key.version, public)
            )
    people = UserKey.objects.order_by("pk").values_list("user", "version", "public")
    officers = RecoveryOfficer.objects.order_by("pk").values_list("pk", "slot", "public")
    for owner, rows in ((Owner.PERSON, people), (Owner.OFFICER, officers)):
        for pk, version, raw in rows:
            with suppress(Damaged):
                keys.append(StoredKey("", owner, pk, version, UserPublic(bytes(raw))))
    return sorted(keys, key=lambda each: each[:4])


def digest_of(keys: Iterable[StoredKey]) -> str:
    """Return a digest of keys: what is written down must be what was compared."""
    lines = [f"{key.owner} {key.pk} {key.version} {key.words}" for key in keys]
    return sha256("\n".join(lines).encode()).hexdigest()[:DIGITS]


def rebuild_ledger(keys: Collection[StoredKey], *, at: datetime) -> None:
    """Write down keys, and retired versions and ended places as the database says them.

    The history of every organisation and of the platform says first that it is done.
    """
    _note(at)
    for key in keys:
        key_register.note_made(key.owner, key.pk, key.version, key.public, at=at)
    for owner, pk, version in _retired():
        key_register.note_retired(owner, pk, version, at=at)
    for place in Membership.objects.order_by("pk"):
        if place.ended_at is not None:
            departing.note([place], at=place.ended_at)


@transaction.atomic
def _note(at: datetime) -> None:
    for organisation in Organisation.objects.order_by("pk"):
        target = f"organisation:{organisation.pk}"
        trace_organisation(organisation, "rebuild_ledger", target, actor=None, at=at)
    record(at=at, chain=PLATFORM, action="vault.rebuild_ledger", actor=None, org=None)


def _retired() -> Iterator[tuple[Owner, UUID, int]]:
    """Yield up to which version the keys of each team and person are retired."""
    teams = TeamKey.objects.filter(state=KeyState.RETIRED).order_by("team").values("team")
    for team, version in teams.annotate(last=Max("version")).values_list("team", "last"):
        yield Owner.TEAM, team, version
    people = UserKey.objects.order_by("user").values("user").annotate(newest=Max("version"))
    for user, newest in people.filter(newest__gt=1).values_list("user", "newest"):
        yield Owner.PERSON, user, newest - 1

"""Building a lost ledger again from what the database says. For operators, and the last way.
Without its ledger the server refuses every key: a writer to the database could have put it there.
The signatures between versions, members and officers must hold, and an operator asks each
organisation whether these are its teams. Then the keys are written down as if they had just been
made; members who have opened a team before still refuse another key, for they have pinned it. What
was erased or withdrawn is lost with the old ledger: a restored backup brings it back."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from protect.audit.context import AuditContext
from protect.orgs.enums import EndReason
from protect.orgs.models import Membership, Organisation
from protect.vault.enums import KeyState, Owner
from protect.vault.errors import VaultRefusal
from protect.vault.formats import errors, fingerprint, secrets
from protect.vault.integrity import key_checks, key_register
from protect.vault.models import RecoveryOfficer, TeamKey, UserKey

DIGITS = 16


class StoredKey(NamedTuple):
    name: str
    owner: Owner
    pk: UUID
    version: int
    public: secrets.TeamPublic | secrets.UserPublic

    @property
    def words(self) -> str:
        return " ".join(fingerprint.words(self.public))


class StoredRetirement(NamedTuple):
    """Up to which version the keys of a team or person are retired, as the database has it."""

    name: str
    owner: Owner
    pk: UUID
    version: int


class Unknown(NamedTuple):
    """What the database has and the ledger does not: all that is compared and written down."""

    keys: list[StoredKey]  # by name, which people and officers have none of; older versions first
    retired: list[StoredRetirement]
    ended: list[Membership]  # places

    def digest(self) -> str:
        """Return a digest of all of it: what is written down must be what was compared."""
        lines = [f"{key.owner} {key.pk} {key.version} {key.words} {key.name}" for key in self.keys]
        lines += [f"retired {row.owner} {row.pk} {row.version} {row.name}" for row in self.retired]
        lines += [
            f"ended {place.pk} {place.ended_at} {place.end_reason} {key_checks.place_name(place)}"
            for place in self.ended
        ]
        return sha256("\n".join(lines).encode()).hexdigest()[:DIGITS]


def must_be_whole(*, at: datetime) -> None:
    """Refuse to rebuild a ledger over rows that no ledger would make right.
    Errors: signatures_broken, when a key is none, or a version, member or officer is not signed;
    places_wrong, when a place ends after now, or for a reason that is none."""
    broken = [fault for fault in key_checks.key_faults() if fault.fault in key_checks.UNSIGNED]
    if broken:
        raise VaultRefusal("signatures_broken", count=len(broken))
    ended = Membership.objects.exclude(ended_at=None)
    wrong = ended.exclude(ended_at__lte=at, end_reason__in=EndReason.values).count()
    if wrong:
        raise VaultRefusal("places_wrong", count=wrong)


def unknown_rows() -> Unknown:
    """Return the keys, retired versions and ended places that the ledger does not know."""
    ended = Membership.objects.exclude(ended_at=None).order_by("pk")
    return Unknown(
        [key for key in stored_keys() if not key_register.knows(key.owner, key.pk, key.version)],
        [row for row in _retired() if not key_register.is_retired(row.owner, row.pk, row.version)],
        [
            place
            for place in ended.select_related("organisation", "team__organisation")
            if place.ended_at and not key_register.has_departed(place.pk, since=place.ended_at)
        ],
    )


def stored_keys() -> list[StoredKey]:
    """Return every key in the database by name; bytes that are no key open nothing: none of them.
    Teams are named with their organisation; people and officers have no name here."""
    keys = []
    for key in TeamKey.objects.select_related("team__organisation").order_by("pk"):
        with suppress(errors.Damaged):
            public = secrets.TeamPublic(bytes(key.public))
            name = key_checks.team_name(key.team)
            keys.append(StoredKey(name, Owner.TEAM, key.team_id, key.version, public))
    people = UserKey.objects.order_by("pk").values_list("user", "version", "public")
    officers = RecoveryOfficer.objects.order_by("pk").values_list("pk", "slot", "public")
    for owner, rows in ((Owner.PERSON, people), (Owner.OFFICER, officers)):
        for pk, version, raw in rows:
            with suppress(errors.Damaged):
                keys.append(StoredKey("", owner, pk, version, secrets.UserPublic(bytes(raw))))
    return sorted(keys, key=lambda each: each[:4])


def rebuild_ledger(unknown: Unknown, *, at: datetime) -> None:
    """Write down keys, retired versions and ended places as the database said them.
    The history of every organisation and of the platform says first that it is done."""
    _note(at)
    for key in unknown.keys:
        key_register.note_made(key.owner, key.pk, key.version, key.public, at=at)
    for row in unknown.retired:
        key_register.note_retired(row.owner, row.pk, row.version, at=at)
    for place in unknown.ended:
        if place.ended_at is not None:
            key_register.note_departed([place], at=place.ended_at)


@transaction.atomic
def _note(at: datetime) -> None:
    for organisation in Organisation.objects.order_by("pk"):
        target = f"organisation:{organisation.pk}"
        audit = AuditContext(at=at, actor=None, organisation=organisation.pk)
        audit.record("vault.rebuild_ledger", target)
    AuditContext(at=at, actor=None, organisation=None).record("vault.rebuild_ledger")


def _retired() -> Iterator[StoredRetirement]:
    rows = TeamKey.objects.filter(state=KeyState.RETIRED).select_related("team__organisation")
    teams = {key.team_id: key for key in rows.order_by("team", "version")}  # the newest stays
    for team, key in teams.items():
        yield StoredRetirement(key_checks.team_name(key.team), Owner.TEAM, team, key.version)
    people = UserKey.objects.order_by("user").values("user").annotate(newest=Max("version"))
    for user, newest in people.filter(newest__gt=1).values_list("user", "newest"):
        yield StoredRetirement("", Owner.PERSON, user, newest - 1)

"""Rebuilding a lost ledger from the database; operators do this as a last resort. Without its
ledger the server refuses every key, because a writer to the database could have put it there. The
signatures between versions, members and officers must verify, and an operator asks each
organisation whether these are its teams. Then the keys are registered as if they had just been
made; members who opened a team before have pinned its key and still refuse another one. Erasures
and withdrawals are lost with the old ledger: a restored backup would revive those records."""

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

DIGEST_DIGITS = 16  # hexadecimal digits of the digest that an operator confirms


class StoredKey(NamedTuple):
    name: str  # of the team; "" for users and officers
    owner: Owner
    pk: UUID
    version: int  # for an officer: the slot
    public: secrets.TeamPublicKey | secrets.UserPublicKey

    @property
    def words(self) -> str:
        return " ".join(fingerprint.words(self.public))


class StoredRetirement(NamedTuple):
    """The version up to which a team's or user's keys are retired in the database."""

    name: str  # of the team; "" for users
    owner: Owner
    pk: UUID
    version: int


class UnregisteredRows(NamedTuple):
    """The rows that the database has and the ledger lacks."""

    keys: list[StoredKey]  # by name, older versions first; users and officers have no name
    retired: list[StoredRetirement]
    ended: list[Membership]  # memberships

    def digest(self) -> str:
        """Return a digest of all rows, which proves that the registered rows are those compared."""
        lines = [f"{key.owner} {key.pk} {key.version} {key.words} {key.name}" for key in self.keys]
        lines += [f"retired {row.owner} {row.pk} {row.version} {row.name}" for row in self.retired]
        lines += [
            f"ended {row.pk} {row.ended_at} {row.end_reason} {key_checks.membership_location(row)}"
            for row in self.ended
        ]
        return sha256("\n".join(lines).encode()).hexdigest()[:DIGEST_DIGITS]


def must_be_consistent(*, at: datetime) -> None:
    """Refuse to rebuild a ledger from rows that contradict each other.
    Errors: signatures_broken, when a key is invalid, or a version, member or officer is not
    signed; places_wrong, when a membership ends in the future or has an invalid reason."""
    faults = [row for row in key_checks.find_faults() if row.fault in key_checks.UNSIGNED_FAULTS]
    if faults:
        raise VaultRefusal("signatures_broken", count=len(faults))
    ended = Membership.objects.exclude(ended_at=None)
    wrong_count = ended.exclude(ended_at__lte=at, end_reason__in=EndReason.values).count()
    if wrong_count:
        raise VaultRefusal("places_wrong", count=wrong_count)


def find_unregistered_rows() -> UnregisteredRows:
    """Return the key versions, retirements and ended memberships that the ledger lacks."""
    rows = Membership.objects.exclude(ended_at=None).order_by("pk")
    keys = [key for key in load_stored_keys() if not key_register.has_key_version(*key[1:4])]
    retired = [row for row in _stored_retirements() if not key_register.is_retired(*row[1:])]
    ended = [
        row
        for row in rows.select_related("organisation", "team__organisation")
        if row.ended_at and not key_register.has_departed(row.pk, since=row.ended_at)
    ]
    return UnregisteredRows(keys, retired, ended)


def load_stored_keys() -> list[StoredKey]:
    """Return all well-formed keys of teams, users and officers, by name; only teams have one."""
    keys = []
    for key in TeamKey.objects.select_related("team__organisation").order_by("pk"):
        with suppress(errors.Damaged):
            public = secrets.TeamPublicKey(bytes(key.public))
            name = key_checks.team_name(key.team)
            keys.append(StoredKey(name, Owner.TEAM, key.team_id, key.version, public))
    people = UserKey.objects.order_by("pk").values_list("user", "version", "public")
    officers = RecoveryOfficer.objects.order_by("pk").values_list("pk", "slot", "public")
    for owner, rows in ((Owner.PERSON, people), (Owner.OFFICER, officers)):
        for pk, version, raw in rows:
            with suppress(errors.Damaged):
                keys.append(StoredKey("", owner, pk, version, secrets.UserPublicKey(bytes(raw))))
    return sorted(keys, key=lambda key_row: key_row[:4])


def rebuild_ledger(rows: UnregisteredRows, *, at: datetime) -> None:
    """Append keys, retirements and ended memberships from the database to the ledger.
    First the histories of all organisations and of the platform record the rebuild."""
    _record_rebuild_in_audit(at)
    for key in rows.keys:
        key_register.register_key(key.owner, key.pk, key.version, key.public, at=at)
    for retirement in rows.retired:
        key_register.register_retirement(retirement.owner, retirement.pk, retirement.version, at=at)
    for membership in rows.ended:
        if membership.ended_at is not None:
            key_register.register_departures([membership], at=membership.ended_at)


@transaction.atomic
def _record_rebuild_in_audit(at: datetime) -> None:
    for organisation in Organisation.objects.order_by("pk"):
        target = f"organisation:{organisation.pk}"
        audit = AuditContext(at=at, actor=None, organisation=organisation.pk)
        audit.record("vault.rebuild_ledger", target)
    AuditContext(at=at, actor=None, organisation=None).record("vault.rebuild_ledger")


def _stored_retirements() -> Iterator[StoredRetirement]:
    """Yield each team's newest retired key, and each user's key before the present one."""
    rows = TeamKey.objects.filter(state=KeyState.RETIRED).select_related("team__organisation")
    retired_keys = {key.team_id: key for key in rows.order_by("team", "version")}  # newest wins
    for team, key in retired_keys.items():
        yield StoredRetirement(key_checks.team_name(key.team), Owner.TEAM, team, key.version)
    people = UserKey.objects.order_by("user").values("user").annotate(newest=Max("version"))
    for user, newest in people.filter(newest__gt=1).values_list("user", "newest"):
        yield StoredRetirement("", Owner.PERSON, user, newest - 1)

"""Checks that a key in the database is the key that it claims to be.
A writer to the database can put any row there. A team's key is accepted only if it is
the public key of the secret in hand, the ledger has it, and the user has pinned it, or
a chain of signatures leads to it from the pinned key. Any difference stops the action:
nothing is opened, sealed or changed. Source: docs/adr/0040-authentic-keys.md."""

from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from protect.audit.rules import lock_key
from protect.vault.enums import Owner
from protect.vault.errors import MemberKeyMismatch, TeamKeyMismatch
from protect.vault.formats import errors, fingerprint, marks, signing
from protect.vault.formats.secrets import TeamPublicKey, TeamSecret, UserPublicKey
from protect.vault.integrity import key_register
from protect.vault.models import RecoveryOfficer, TeamGrant, TeamKey, TeamPin, UserKey

if TYPE_CHECKING:
    from protect.vault.sessions.unlocked import Unlocked


def verified_team_public_key(key: TeamKey) -> TeamPublicKey:
    """Return the public key of a version of a team's key, current or retired. Errors:
    TeamKeyMismatch, with the team's id, when the ledger lacks the key."""
    with suppress(errors.Damaged):
        public = TeamPublicKey(bytes(key.public))
        if key_register.is_registered_key(Owner.TEAM, key.team_id, key.version, public):
            return public
    raise TeamKeyMismatch(team=str(key.team_id))


def verified_user_public_key(key: UserKey) -> UserPublicKey:
    """Return a user's public key. Errors: MemberKeyMismatch if the ledger lacks or retired it."""
    return _verified_public_key(Owner.PERSON, key.user_id, key.version, bytes(key.public))


def verified_officer_public_key(officer: RecoveryOfficer) -> UserPublicKey:
    """Return an officer's public key. Errors: MemberKeyMismatch when the ledger lacks it."""
    return _verified_public_key(Owner.OFFICER, officer.pk, officer.slot, bytes(officer.public))


def must_be_team_secret(key: TeamKey, secret: TeamSecret) -> None:
    """Refuse a secret that does not belong to a stored team key. Errors: TeamKeyMismatch when row
    or ledger has another public key, or the ledger says that the version is retired."""
    is_retired = key_register.is_retired(Owner.TEAM, key.team_id, key.version)
    if is_retired or verified_team_public_key(key) != secret.public():
        raise TeamKeyMismatch(team=str(key.team_id))


def must_trust_team_secret(person: "Unlocked", grant: TeamGrant, secret: TeamSecret) -> None:
    """Refuse a team's secret from a grant, unless signatures link its key to the user's pinned
    key, if there is a pin. Pin this key if it is the first or newer. Errors: TeamKeyMismatch."""
    key = grant.team_key
    must_be_team_secret(key, secret)
    pinned = _must_follow_pin(person, key, secret.public())
    if pinned is None or pinned.version < key.version:
        key_version = signing.KeyVersion(key.team_id, key.version)
        mark = marks.make_pin(person.secret, key_version, fingerprint.digest(secret.public()))
        _save_pin(grant.user_key_id, key_version, mark)


def must_trust_team_key(person: "Unlocked", key: TeamKey) -> None:
    """Refuse a team's key that ledger or pin does not confirm. Errors: TeamKeyMismatch for a
    foreign or retired key, or one that no signatures link to the pinned key."""
    public = verified_team_public_key(key)
    if key_register.is_retired(Owner.TEAM, key.team_id, key.version):
        raise TeamKeyMismatch(team=str(key.team_id))
    _must_follow_pin(person, key, public)


def is_signed_successor(old: TeamKey, new: TeamKey) -> bool:
    """Return whether both versions of a team's key signed that one succeeds the other."""
    team = signing.KeyVersion(old.team_id, old.version)
    try:
        publics = TeamPublicKey(bytes(old.public)), TeamPublicKey(bytes(new.public))
        signing.must_follow_key(team, *publics, bytes(new.continuity))
    except errors.Damaged:
        return False
    return new.version == old.version + 1


def are_versions_linked(team: UUID, versions: tuple[int, int]) -> bool:
    """Return whether signatures link every version of a team's key between two versions."""
    first, last = sorted(versions)
    keys = list(TeamKey.objects.filter(team=team, version__range=(first, last)).order_by("version"))
    is_complete = [key.version for key in keys] == list(range(first, last + 1))
    return is_complete and all(is_signed_successor(old, new) for old, new in pairwise(keys))


def _must_follow_pin(person: "Unlocked", key: TeamKey, public: TeamPublicKey) -> TeamPin | None:
    """Refuse a key that contradicts the pin; return the pin or None. Errors: TeamKeyMismatch."""
    own = {"user_key__user": person.user_id, "user_key__version": person.user_version}
    pinned = TeamPin.objects.filter(team=key.team_id, **own).first()
    try:
        if pinned is not None and pinned.version == key.version:
            key_version, digest = (
                signing.KeyVersion(key.team_id, key.version),
                fingerprint.digest(public),
            )
            marks.must_match_pin(bytes(pinned.mark), person.secret, key_version, digest)
        elif pinned is not None:
            _must_be_linked_to_pin(person, pinned, key)
    except errors.Damaged:
        raise TeamKeyMismatch(team=str(key.team_id)) from None
    return pinned


def _must_be_linked_to_pin(person: "Unlocked", pinned: TeamPin, key: TeamKey) -> None:
    """Refuse a key that no signatures link to the pinned key. Errors: Damaged."""
    row = TeamKey.objects.filter(team=key.team_id, version=pinned.version).first()
    if row is None:
        raise errors.Damaged("the pinned version is gone")
    digest = fingerprint.digest(TeamPublicKey(bytes(row.public)))
    team = signing.KeyVersion(key.team_id, pinned.version)
    marks.must_match_pin(bytes(pinned.mark), person.secret, team, digest)
    if not are_versions_linked(key.team_id, (pinned.version, key.version)):
        raise errors.Damaged("no chain of signatures from the pinned version")


def _save_pin(user_key: UUID, team: signing.KeyVersion, mark: bytes) -> None:
    """Save a pin in place of an older one, unless another request of the user does so now.
    That request has compared the same key, and waiting for it could cause a deadlock."""
    if not _try_to_lock_pin(user_key, team.team):
        return
    row = TeamPin(user_key_id=user_key, team_id=team.team, version=team.version, mark=mark)
    keys, columns = ["user_key", "team"], ["version", "mark"]
    TeamPin.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=keys, update_fields=columns
    )


def _try_to_lock_pin(user_key: UUID, team: UUID) -> bool:
    """Return whether a pin could be locked until the transaction ends. SQLite needs no lock."""
    if connection.vendor != "postgresql":
        return True
    number = lock_key(f"pin:{user_key}:{team}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


def _verified_public_key(owner: Owner, pk: UUID, version: int, raw: bytes) -> UserPublicKey:
    try:
        public = UserPublicKey(raw)
    except errors.Damaged:
        raise MemberKeyMismatch from None
    if not key_register.is_registered_key(owner, pk, version, public):
        raise MemberKeyMismatch
    return public

"""Whether a key in the database is the one that it claims to be.
A writer to the database can put any row there. So a team's key counts only if it is the public part
of the secret in hand, the ledger knows it, and the person who opens it has pinned it, or a chain of
signatures leads to it from the one that they have pinned. Whatever differs stops the act: nothing
is opened, sealed or changed. Source: docs/adr/0040-authentic-keys.md."""

from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from protect.audit.rules import lock_key
from protect.vault.enums import Owner
from protect.vault.errors import MemberKeyMismatch, TeamKeyMismatch
from protect.vault.formats import fingerprint, marks, signing
from protect.vault.formats.errors import Damaged
from protect.vault.formats.secrets import TeamPublic, TeamSecret, UserPublic
from protect.vault.integrity import key_register
from protect.vault.models import RecoveryOfficer, TeamGrant, TeamKey, TeamPin, UserKey

if TYPE_CHECKING:
    from protect.vault.sessions.unlocked import Unlocked


def team_public(key: TeamKey) -> TeamPublic:
    """Return the public key of a team, for sealing without the team's secret.
    Errors: TeamKeyMismatch, when the ledger knows another one; it names the team, for not every
    page does."""
    with suppress(Damaged):
        public = TeamPublic(bytes(key.public))
        if key_register.is_made(Owner.TEAM, key.team_id, key.version, public):
            return public
    raise TeamKeyMismatch(team=str(key.team_id))


def user_public(key: UserKey) -> UserPublic:
    """Return the public key of a person. Errors: MemberKeyMismatch, when the ledger differs."""
    return _person_public(Owner.PERSON, key.user_id, key.version, bytes(key.public))


def officer_public(officer: RecoveryOfficer) -> UserPublic:
    """Return the public key of an officer. Errors: MemberKeyMismatch, when the ledger differs."""
    return _person_public(Owner.OFFICER, officer.pk, officer.slot, bytes(officer.public))


def must_be_team_secret(key: TeamKey, secret: TeamSecret) -> None:
    """Refuse a secret, however it was opened, that is not of the team's key in that row.
    Errors: TeamKeyMismatch: the row has another public key, the ledger knows another one, or the
    version is retired."""
    is_retired = key_register.is_retired(Owner.TEAM, key.team_id, key.version)
    if is_retired or team_public(key) != secret.public():
        raise TeamKeyMismatch(team=str(key.team_id))


def must_be_recognised(person: "Unlocked", grant: TeamGrant, secret: TeamSecret) -> None:
    """Refuse a team's secret that a grant opened and this person cannot trace to what they know.
    The first key of a team that a person opens is pinned; so is each later one that follows it.
    Errors: TeamKeyMismatch."""
    key = grant.team_key
    must_be_team_secret(key, secret)
    pinned = _must_follow_pin(person, key, secret.public())
    if pinned is None or pinned.version < key.version:
        at = signing.TeamAt(key.team_id, key.version)
        mark = marks.make_pin(person.secret, at, fingerprint.digest(secret.public()))
        _write_pin(grant.user_key_id, at, mark)


def must_be_known(person: "Unlocked", key: TeamKey) -> None:
    """Refuse a team's key that the ledger or this person's pin does not confirm.
    Errors: TeamKeyMismatch: the ledger knows another key, the version is retired, or no chain of
    signatures leads to it from the one that the person has pinned."""
    public = team_public(key)
    if key_register.is_retired(Owner.TEAM, key.team_id, key.version):
        raise TeamKeyMismatch(team=str(key.team_id))
    _must_follow_pin(person, key, public)


def follows(old: TeamKey, new: TeamKey) -> bool:
    """Return whether both versions of a team's key signed that one follows the other."""
    team = signing.TeamAt(old.team_id, old.version)
    try:
        publics = TeamPublic(bytes(old.public)), TeamPublic(bytes(new.public))
        signing.must_follow(team, *publics, bytes(new.continuity))
    except Damaged:
        return False
    return new.version == old.version + 1


def are_linked(team: UUID, versions: tuple[int, int]) -> bool:
    """Return whether each version of a team's key between two was signed by its neighbours."""
    first, last = sorted(versions)
    keys = list(TeamKey.objects.filter(team=team, version__range=(first, last)).order_by("version"))
    is_whole = [key.version for key in keys] == list(range(first, last + 1))
    return is_whole and all(follows(old, new) for old, new in pairwise(keys))


def _must_follow_pin(person: "Unlocked", key: TeamKey, public: TeamPublic) -> TeamPin | None:
    """Return a person's pin of a team, None where they have none. Errors: TeamKeyMismatch."""
    own = {"user_key__user": person.user_id, "user_key__version": person.user_version}
    pinned = TeamPin.objects.filter(team=key.team_id, **own).first()
    try:
        if pinned is not None and pinned.version == key.version:
            at = signing.TeamAt(key.team_id, key.version)
            marks.must_match_pin(bytes(pinned.mark), person.secret, at, fingerprint.digest(public))
        elif pinned is not None:
            _must_be_linked(person, pinned, key)
    except Damaged:
        raise TeamKeyMismatch(team=str(key.team_id)) from None
    return pinned


def _must_be_linked(person: "Unlocked", pinned: TeamPin, key: TeamKey) -> None:
    """Errors: Damaged."""
    row = TeamKey.objects.filter(team=key.team_id, version=pinned.version).first()
    if row is None:
        raise Damaged("the pinned version is gone")
    digest = fingerprint.digest(TeamPublic(bytes(row.public)))
    team = signing.TeamAt(key.team_id, pinned.version)
    marks.must_match_pin(bytes(pinned.mark), person.secret, team, digest)
    if not are_linked(key.team_id, (pinned.version, key.version)):
        raise Damaged("no chain of signatures from the pinned version")


def _write_pin(user_key: UUID, team: signing.TeamAt, mark: bytes) -> None:
    """Write a pin in the place of an older one, unless another request of this person does so now.
    That one has compared the same key. Waiting for it while other rows are locked could be a
    deadlock."""
    if not _is_only_writer(user_key, team.team):
        return
    row = TeamPin(user_key_id=user_key, team_id=team.team, version=team.version, mark=mark)
    TeamPin.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["user_key", "team"],
        update_fields=["version", "mark"],
    )


def _is_only_writer(user_key: UUID, team: UUID) -> bool:
    """Lock a pin until the transaction ends. On SQLite only one transaction writes anyway."""
    if connection.vendor != "postgresql":
        return True
    number = lock_key(f"pin:{user_key}:{team}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


def _person_public(owner: Owner, pk: UUID, version: int, raw: bytes) -> UserPublic:
    try:
        public = UserPublic(raw)
    except Damaged:
        raise MemberKeyMismatch from None
    if not key_register.is_made(owner, pk, version, public):
        raise MemberKeyMismatch
    return public

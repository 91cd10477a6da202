"""An attacker who can write any row of the database and holds no key, pepper, code or ledger."""

import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from protect.orgs.enums import MembershipState, TeamState
from protect.orgs.models import Membership, Organisation, Team
from protect.vault.enums import KeyState
from protect.vault.formats import (
    context,
    fingerprint,
    sealed,
    secrets as formats_secrets,
    signing,
    wraps,
)
from protect.vault.formats.errors import Damaged
from protect.vault.formats.secrets import TeamSecret, UserPublicKey, UserSecret
from protect.vault.formats.signing import KeyVersion
from protect.vault.models import (
    Admission,
    DekWrap,
    Record,
    RecoveryHalf,
    RecoveryOfficer,
    Sealed,
    TeamGrant,
    TeamKey,
    TeamPin,
    UserKey,
)
from protect.vault.records.records import seal_context, wrap_context
from tests.vault.cast import AT
from tests.vault.lost_ledger import rebuild_uncompared

# Every table that decides who can open what, or what opens.
TABLES: tuple[type[Model], ...] = (
    Admission,
    DekWrap,
    Membership,
    Record,
    RecoveryHalf,
    RecoveryOfficer,
    Sealed,
    Team,
    TeamGrant,
    TeamKey,
    TeamPin,
    UserKey,
)


def see_all_rows() -> None:
    """See the rows of all teams: the attacker, and a test after a page has narrowed them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('protect.teams', '*', true)")


@dataclass
class DatabaseWriter:
    """Keeps what it has made, and copies of rows that it has seen.

    Where the ledger was lost, an operator rebuilds it after each attack, and compares nothing.
    """

    is_ledger_lost: bool = False
    users: list[tuple[UUID, UserSecret]] = field(default_factory=list)  # whose keys it replaced
    teams: list[tuple[UUID, int, TeamSecret]] = field(default_factory=list)
    officers: list[UserSecret] = field(default_factory=list)
    copies: list[Model] = field(default_factory=list)
    forged_user: UserSecret = field(default_factory=UserSecret.generate)  # of `forged_values`
    forged_team: TeamSecret = field(default_factory=TeamSecret.generate)

    # --- the attacks that were shown -------------------------------------------------------------

    def insert_team_version(self, team: Team) -> TeamSecret:
        """Put a version of one's own after the active one, and give it to every member."""
        old = TeamKey.objects.get(team=team, state=KeyState.ACTIVE)
        TeamKey.objects.filter(pk=old.pk).update(state=KeyState.RETIRING)
        secret = TeamSecret.generate()
        key = TeamKey.objects.create(
            team=team, version=old.version + 1, public=secret.public().raw, created=AT
        )
        for grant in TeamGrant.objects.filter(team_key=old).select_related("user_key"):
            self._grant(key, secret, grant.user_key)
        self.teams.append((team.pk, key.version, secret))
        self.let_ledger_be_rebuilt()
        return secret

    def insert_member(self, team: Team, user_key: UserKey, role: str = "caseworker") -> Membership:
        """Write an outsider down as a member who has held the key, and let a renewal be due."""
        place = Membership.objects.create(
            user_id=user_key.user_id,
            organisation=team.organisation,
            team=team,
            role=role,
            state=MembershipState.ACTIVE,
            created=AT,
            admitted_at=AT,
        )
        key = TeamKey.objects.get(team=team, state=KeyState.ACTIVE)
        TeamGrant.objects.create(
            team_key=key,
            user_key=user_key,
            wrap=b"\x01junk",
            admitted_by_id=user_key.user_id,
            created=AT,
        )
        Team.objects.filter(pk=team.pk).update(state=TeamState.ROTATION_DUE)
        return place

    def sign_admission(self, key: TeamKey, user_key: UserKey, place: UUID) -> None:
        """Sign an admission with a key of one's own: the team's is not at hand."""
        digest = fingerprint.digest(UserPublicKey(bytes(user_key.public)))
        said = signing.AdmissionStatement(
            team=KeyVersion(key.team_id, key.version),
            holder=user_key.user_id,
            holder_version=user_key.version,
            place=place,
            digest=digest,
            role="caseworker",
            at=AT,
        ).message()
        Admission.objects.create(
            team_key=key,
            holder=user_key.user_id,
            holder_version=user_key.version,
            place=place,
            digest=digest,
            role="caseworker",
            at=AT,
            signature=signing.sign(TeamSecret.generate().signing(), said),
        )

    def replace_team_public(self, team: Team) -> TeamSecret:
        """Put a public key of one's own in the place of a team's."""
        key, secret = TeamKey.objects.get(team=team, state=KeyState.ACTIVE), TeamSecret.generate()
        TeamKey.objects.filter(pk=key.pk).update(public=secret.public().raw)
        self.teams.append((team.pk, key.version, secret))
        self.let_ledger_be_rebuilt()
        return secret

    def replace_user_public(self, user: UUID) -> UserSecret:
        """Put a public key of one's own in the place of a person's newest."""
        key, secret = UserKey.objects.filter(user=user).latest("version"), UserSecret.generate()
        UserKey.objects.filter(pk=key.pk).update(public=secret.public().raw)
        self.users.append((user, secret))
        self.let_ledger_be_rebuilt()
        return secret

    def replace_officer(self, organisation: Organisation, slot: int) -> UserSecret:
        """Put a public key of one's own in the place of a recovery officer's."""
        secret = UserSecret.generate()
        rows = RecoveryOfficer.objects.filter(organisation=organisation, slot=slot)
        rows.update(public=secret.public().raw, confirmed_at=AT)
        self.officers.append(secret)
        self.let_ledger_be_rebuilt()
        return secret

    def turn_back(self, record: Record) -> None:
        """Make the version before the newest the newest again."""
        record = Record.objects.get(pk=record.pk)
        Record.objects.filter(pk=record.pk).update(version=record.version - 1)

    def let_ledger_be_rebuilt(self) -> None:
        """Let the ledger say what the database says now, where it was lost."""
        if self.is_ledger_lost:
            rebuild_uncompared()

    # --- any row, at any moment ------------------------------------------------------------------

    def copy_rows(self) -> None:
        """Keep a copy of every row: a backup, or what was read before."""
        self.copies = [row for model in TABLES for row in model._default_manager.order_by("pk")]

    def rows(self) -> list[Model]:
        return [row for model in TABLES for row in model._default_manager.order_by("pk")]

    def put_back(self, row: Model) -> None:
        """Bring a row back as it was copied, whether it still exists or not."""
        self._try(lambda: _save(copy.copy(row)))

    def delete(self, row: Model) -> None:
        self._try(lambda: type(row)._default_manager.filter(pk=row.pk).delete())

    def overwrite(self, row: Model, name: str, value: Any) -> None:
        rows = type(row)._default_manager.filter(pk=row.pk)
        self._try(lambda: rows.update(**{name: value}))

    # --- what it can read ------------------------------------------------------------------------

    def secrets_opened(self) -> list[TeamSecret]:
        """Return every team secret that a grant, or two halves, give to the keys it has made."""
        opened = []
        for grant in TeamGrant.objects.select_related("team_key", "user_key").order_by("pk"):
            bound = context.grant(
                team=grant.team_key.team_id,
                version=grant.team_key.version,
                user=grant.user_key.user_id,
                user_version=grant.user_key.version,
            )
            for secret in [self.forged_user, *(secret for _, secret in self.users)]:
                opened += _opened(wraps.unwrap_grant, bytes(grant.wrap), secret, bound)
        return opened + self._joined()

    def documents_opened(self, secrets: list[TeamSecret]) -> list[dict[str, Any]]:
        """Return every sealed document that these secrets open."""
        documents = []
        for wrap in DekWrap.objects.select_related("record").order_by("pk"):
            text = Sealed.objects.filter(record=wrap.record, version=wrap.version).first()
            if text is None or wrap.team_id is None:
                continue
            version = wrap.team_version or 0
            bound = wrap_context(wrap.record, wrap.version, wrap.team_id, version)
            for secret in secrets:
                for dek in _opened(wraps.unwrap_dek, bytes(wrap.wrap), secret, bound):
                    documents += _opened(
                        sealed.unseal, bytes(text.ct), dek, seal_context(wrap.record, text)
                    )
        return documents

    def _joined(self) -> list[TeamSecret]:
        rows: dict[tuple[UUID, str], list[Any]] = {}
        for half in RecoveryHalf.objects.select_related("team_key").order_by("pk"):
            bound = context.half(
                team=half.team_key.team_id,
                version=half.team_key.version,
                pair=half.pair,
                slot=half.slot,
            )
            for secret in self.officers:
                opened = _opened(wraps.unwrap_half, bytes(half.wrap), secret, bound)
                rows.setdefault((half.team_key_id, half.pair), []).extend(opened)
        return [
            formats_secrets.join_team_secret_halves(*pair[:2])
            for pair in rows.values()
            if len(pair) > 1
        ]

    def _grant(self, key: TeamKey, secret: TeamSecret, user_key: UserKey) -> None:
        bound = context.grant(
            team=key.team_id,
            version=key.version,
            user=user_key.user_id,
            user_version=user_key.version,
        )
        wrap = wraps.wrap_grant(secret, UserPublicKey(bytes(user_key.public)), bound)
        TeamGrant.objects.create(
            team_key=key,
            user_key=user_key,
            wrap=wrap,
            admitted_by_id=user_key.user_id,
            created=AT,
        )

    def _try(self, write: Any) -> None:
        try:
            with transaction.atomic():
                write()
        except DatabaseError:  # a constraint of the database held
            return


def _save(row: Model) -> None:
    is_there = type(row)._default_manager.filter(pk=row.pk).exists()
    row.save(force_update=is_there, force_insert=not is_there)


def _opened(opener: Any, blob: bytes, key: Any, bound: Any) -> list[Any]:
    try:
        return [opener(blob, key, bound)]
    except Damaged:
        return []


def forged_values(writer: DatabaseWriter, at: datetime) -> dict[str, list[Any]]:
    """Return values of an attacker's own for the columns that hold keys, by name of the column.

    The writer keeps the secrets: whatever is sealed to one of these keys, they open.
    """
    user, team = writer.forged_user, writer.forged_team
    return {
        "public": [user.public().raw, team.public().raw],
        "signature": [signing.sign(team.signing(), signing.Message(b"forged"))],
        "continuity": [b"", b"\0" * 128],
        "mark": [b"\0" * 32],
        "digest": [fingerprint.digest(user.public())],
        "origin": [b"\0" * 32],
        "version": [0, 1, 2, 3, 4],
        "team_version": [1, 2, 3],
        "confirmed_at": [None, at],
        "holder": [uuid4()],
    }

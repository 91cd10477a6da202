"""An open session: a person's secret, and through it the secrets of their teams."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

from protect.audit.context import AuditContext
from protect.orgs.models import Membership, Team
from protect.vault.enums import KeyState
from protect.vault.errors import KeyNotReady, RecordDamaged, TeamKeyMismatch, VaultRefusal
from protect.vault.formats import context, errors, secrets, wraps
from protect.vault.integrity import authenticity
from protect.vault.models import TeamGrant, TeamKey
from protect.vault.rows import hold_keys

type KeyId = tuple[UUID, int]  # a team and a version


@dataclass(frozen=True, slots=True, repr=False)
class Unlocked:
    """Held by one request and dropped with its response. Never stored, logged or pickled."""

    user_id: UUID
    user_version: int
    secret: secrets.UserSecret
    session: UUID
    stepped_up: datetime | None = None
    _teams: dict[KeyId, secrets.TeamSecret] = field(default_factory=dict)

    def audit(self, organisation: UUID, *, at: datetime) -> AuditContext:
        """Return the context of what this person does for an organisation."""
        return AuditContext(at=at, actor=self.user_id, organisation=organisation)

    def team(self, team: UUID, version: int) -> secrets.TeamSecret:
        """Return a team's secret, if it is of the key that this person knows the team by.
        Errors: KeyNotReady when no member has given it to this person; RecordDamaged when what was
        given does not open; TeamKeyMismatch when it is of another key."""
        if (team, version) not in self._teams:
            self._teams[team, version] = self._opened(team, version)
        return self._teams[team, version]

    def grants(self, **of_key: object) -> QuerySet[TeamGrant]:
        """Return what this person was given of keys of teams."""
        own = {"user_key__user": self.user_id, "user_key__version": self.user_version}
        return TeamGrant.objects.filter(**own, **of_key)

    def _opened(self, team: UUID, version: int) -> secrets.TeamSecret:
        grants = self.grants(team_key__team=team, team_key__version=version)
        grant = grants.select_related("team_key").first()
        if grant is None:
            raise KeyNotReady
        bound = context.grant(
            team=team, version=version, user=self.user_id, user_version=self.user_version
        )
        try:
            secret = wraps.unwrap_grant(bytes(grant.wrap), self.secret, bound)
        except errors.Damaged:
            raise RecordDamaged(reference=str(grant.pk)) from None
        try:
            authenticity.must_be_recognised(self, grant, secret)
        except TeamKeyMismatch:
            if not grants.exists():  # its version retired between the two
                raise KeyNotReady from None
            raise
        return secret


def unlocked(request: HttpRequest) -> Unlocked:
    """Return the open session of a request. Errors: vault_locked."""
    person = getattr(request, "vault", None)
    if not isinstance(person, Unlocked):
        raise VaultRefusal("vault_locked")
    return person


def active_key(team: UUID, *, lock: bool = False) -> TeamKey:
    """Return the key that a team seals with now. Locked, it stays the one until the transaction
    ends: nothing is sealed for a key that retires. Errors: team_not_ready."""
    if lock:
        hold_keys([team])
    key = TeamKey.objects.filter(team=team, state=KeyState.ACTIVE).first()
    if key is None:
        raise VaultRefusal("team_not_ready")
    return key


def must_recognise(unlocked: Unlocked, team: UUID) -> None:
    """Refuse a team if its stored key is not the one that this person has pinned.
    For pages that say how a team is, or take what will be sealed, and open nothing themselves. A
    member whose grant is gone still compares with the ledger, and with the key that they pinned.
    Errors: TeamKeyMismatch."""
    active = TeamKey.objects.filter(team=team, state=KeyState.ACTIVE)
    key = active.first()
    if key is None:
        return
    try:
        unlocked.team(team, key.version)
    except (KeyNotReady, RecordDamaged):
        key = active.first()  # read again: the one before may have retired between the two
        if key is not None:
            authenticity.must_be_known(unlocked, key)


def despite_rotation[T](read: Callable[[], T]) -> T:
    """Return what `read` gives; once more if a key retired between two of its queries.
    Errors: KeyNotReady, when it is not that."""
    try:
        return read()
    except KeyNotReady:
        return read()


def holding(places: Collection[Membership]) -> set[UUID]:
    """Return which of these places are of people who hold the newest key of its team. One query."""
    teams = {each.team_id for each in places}
    grants = TeamGrant.objects.filter(team_key__team__in=teams, team_key__state=KeyState.ACTIVE)
    held = set(grants.order_by("pk").values_list("team_key__team", "user_key__user"))
    return {each.pk for each in places if (each.team_id, each.user_id) in held}


def holders(team: Team) -> list[UUID]:
    """Return the accounts that hold a team's newest key: they could open its files now."""
    grants = TeamGrant.objects.filter(team_key__team=team, team_key__state=KeyState.ACTIVE)
    return list(grants.order_by("created").values_list("user_key__user", flat=True))

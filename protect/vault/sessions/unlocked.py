"""The unlocked session of a request: a user's secret and, through it, their teams' secrets."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

from protect.audit.context import AuditContext
from protect.orgs.access import get_row
from protect.orgs.models import Membership, Team
from protect.vault.enums import KeyState
from protect.vault.errors import KeyNotReady, RecordDamaged, TeamKeyMismatch, VaultRefusal
from protect.vault.formats import context, errors, secrets, wraps
from protect.vault.integrity import authenticity
from protect.vault.models import TeamGrant, TeamKey
from protect.vault.rows import lock_team_keys

type KeyId = tuple[UUID, int]  # team id and key version


@dataclass(frozen=True, slots=True, repr=False)
class Unlocked:
    """The unlocked session of one request: the user's secret and the team secrets it opens. It
    is dropped with the response and never stored, logged or pickled."""

    user_id: UUID
    user_version: int
    secret: secrets.UserSecret
    session: UUID
    stepped_up: datetime | None = None
    _teams: dict[KeyId, secrets.TeamSecret] = field(default_factory=dict)

    def audit(self, organisation: UUID, *, at: datetime) -> AuditContext:
        return AuditContext(at=at, actor=self.user_id, organisation=organisation)

    def team_secret(self, team: UUID, version: int) -> secrets.TeamSecret:
        """Return a team's secret, checked against the key by which this user knows the team.
        Errors: KeyNotReady if no member has granted it to this user; RecordDamaged if the grant
        does not open; TeamKeyMismatch if it belongs to another key."""
        if (team, version) not in self._teams:
            self._teams[team, version] = self._open_team_secret(team, version)
        return self._teams[team, version]

    def grants(self, **filters: object) -> QuerySet[TeamGrant]:
        """Return the grants that the user's current key opens, of any team and key version."""
        own = {"user_key__user": self.user_id, "user_key__version": self.user_version}
        return TeamGrant.objects.filter(**own, **filters)

    def _open_team_secret(self, team: UUID, version: int) -> secrets.TeamSecret:
        grants = self.grants(team_key__team=team, team_key__version=version)
        grant = get_row(grants.select_related("team_key"), KeyNotReady)
        wrap_context = context.grant(
            team=team, version=version, user=self.user_id, user_version=self.user_version
        )
        try:
            secret = wraps.unwrap_grant(bytes(grant.wrap), self.secret, wrap_context)
        except errors.Damaged:
            raise RecordDamaged(reference=str(grant.pk)) from None
        try:
            authenticity.must_trust_team_secret(self, grant, secret)
        except TeamKeyMismatch:
            if not grants.exists():  # this key version was retired between the two queries
                raise KeyNotReady from None
            raise
        return secret


def get_unlocked(request: HttpRequest) -> Unlocked:
    """Return the unlocked session of a request. Errors: vault_locked."""
    session = getattr(request, "vault", None)
    if not isinstance(session, Unlocked):
        raise VaultRefusal("vault_locked")
    return session


def active_key(team: UUID, *, lock: bool = False) -> TeamKey:
    """Return the key with which a team seals now. `lock` keeps it active until the transaction
    ends, so that nothing is sealed for a retired key. Errors: team_not_ready."""
    if lock:
        lock_team_keys([team])
    missing = partial(VaultRefusal, "team_not_ready")
    return get_row(TeamKey.objects.all(), missing, team=team, state=KeyState.ACTIVE)


def must_trust_key(unlocked: Unlocked, team: UUID) -> None:
    """Refuse a team's active key (if any) unless the ledger has it and signatures link it to
    the user's pin; without a pin, pin it, but not for a member without a grant. For pages that
    show a team or accept text to seal but open nothing themselves. Errors: TeamKeyMismatch."""
    active = TeamKey.objects.filter(team=team, state=KeyState.ACTIVE)
    key = active.first()
    if key is None:
        return
    try:
        unlocked.team_secret(team, key.version)
    except (KeyNotReady, RecordDamaged):
        key = active.first()  # read again: the first key may have been retired meanwhile
        if key is not None:
            authenticity.must_trust_team_key(unlocked, key)


def retry_after_rotation[T](read: Callable[[], T]) -> T:
    """Return the result of `read`; call it a second time if a key retired between its queries.
    Errors: KeyNotReady if the second call fails, too."""
    try:
        return read()
    except KeyNotReady:
        return read()


def memberships_with_key(memberships: Collection[Membership]) -> set[UUID]:
    """Return the ids of memberships of users who hold the team's newest key. One query."""
    team_ids = {each.team_id for each in memberships}
    grants = TeamGrant.objects.filter(team_key__team__in=team_ids, team_key__state=KeyState.ACTIVE)
    holder_pairs = set(grants.order_by("pk").values_list("team_key__team", "user_key__user"))
    return {each.pk for each in memberships if (each.team_id, each.user_id) in holder_pairs}


def key_holders(team: Team) -> list[UUID]:
    """Return the ids of users who hold a team's newest key and so can open its records."""
    grants = TeamGrant.objects.filter(team_key__team=team, team_key__state=KeyState.ACTIVE)
    return list(grants.order_by("created").values_list("user_key__user", flat=True))

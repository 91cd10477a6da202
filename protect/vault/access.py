"""Access to records, teams, officers and partners. A row out of reach gives a 404, and a missing
permission a 403. A record that is returned belongs to a team of the user, whose key opens it."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from protect.orgs import access, errors, roles
from protect.orgs.enums import Level, MembershipState, OrganisationState, Permission, TeamState
from protect.orgs.models import Membership, Organisation, Team, User, queries
from protect.orgs.scope import Scope
from protect.vault.enums import KeyState
from protect.vault.errors import VaultRefusal
from protect.vault.models import BadgeKey, Record, RecoveryOfficer, TeamKey

if TYPE_CHECKING:
    from protect.vault.sessions.unlocked import Unlocked

# One of these is needed to mail another user a link that restarts their account.
RESTART_PERMISSIONS = (Permission.INVITE, Permission.MANAGE_TEAM, Permission.MANAGE_ORGANISATION)
WORKING_TEAM_STATES = (TeamState.ACTIVE, TeamState.ROTATION_DUE)  # with key and recovery kit


def get_record(scope: Scope, pk: UUID, kind: str) -> Record:
    """Return a record of one of the user's teams. Errors: Http404, also for another kind."""
    rows = Record.objects.filter(owner_team__in=scope.teams, kind=kind)
    return access.get_row(rows.select_related("owner_team__organisation"), pk=pk)


def must_have_work_permission(scope: Scope, record: Record) -> None:
    """Refuse users who may not work on records of the owning team. Errors: PermissionDenied."""
    access.must(scope, Permission.WORK, team=record.owner_team)


def reachable_teams(scope: Scope) -> queries.TeamQuerySet:
    """Return the living teams that the user may see or waits to be admitted to."""
    own_memberships = Membership.objects.live().filter(
        user=scope.user_id, organisation__state=OrganisationState.ACTIVE
    )
    awaited_teams = Team.objects.living().filter(pk__in=own_memberships.values("team"))
    return Team.objects.visible_to(scope) | awaited_teams


def managed_organisations(scope: Scope) -> queries.OrganisationQuerySet:
    """Return the active organisations in which the user may found teams or appoint officers."""
    managed = scope.organisations_where(Permission.MANAGE_ORGANISATION)
    return Organisation.objects.active().filter(pk__in=managed).order_by("name", "pk")


def get_team_in_reach(scope: Scope, pk: UUID) -> Team:
    """Return a living team that the user may see or waits to be admitted to. Errors: Http404."""
    return access.get_row(reachable_teams(scope).select_related("organisation"), pk=pk)


def get_own_membership(scope: Scope, team: Team) -> Membership:
    """Return the user's membership of a team, also a waiting one. Errors: PermissionDenied."""
    memberships = Membership.objects.live().filter(user=scope.user_id, team=team)
    membership = memberships.select_related("team").order_by("created", "pk").first()
    if membership is None:
        raise PermissionDenied
    return membership


def must_have_open_account(membership: Membership) -> None:
    """Refuse a membership of a suspended account. Errors: member_suspended."""
    if User.objects.filter(pk=membership.user_id, suspended_at__isnull=False).exists():
        raise VaultRefusal("member_suspended")


def get_own_waiting_membership(scope: Scope, pk: UUID) -> Membership:
    """Return the user's waiting membership `pk`. Errors: Http404; PermissionDenied for another
    user's, or if its role may not admit members; membership_move_not_allowed if not waiting."""
    membership = access.get_membership(scope, pk)
    is_own = membership.user_id == scope.user_id
    if not is_own or Permission.ADMIT not in roles.permissions_of(membership.role):
        raise PermissionDenied
    if membership.state != MembershipState.PENDING:
        move = {"state": membership.state, "move": "restore"}
        raise errors.OrganisationRefusal("membership_move_not_allowed", **move)
    return membership


def must_see_officers(scope: Scope, organisation: Organisation) -> None:
    """Refuse users who neither appoint officers nor admit members. Errors: PermissionDenied."""
    admitting_teams = reachable_teams(scope).filter(
        pk__in=scope.teams_where(Permission.ADMIT), organisation=organisation
    )
    if not admitting_teams.exists():
        access.must(scope, Permission.MANAGE_ORGANISATION, organisation=organisation)


def get_officer(organisation: Organisation, slot: int) -> RecoveryOfficer:
    """Return an organisation's recovery officer by the number of the slot. Errors: Http404."""
    rows = RecoveryOfficer.objects.select_related("organisation")
    return access.get_row(rows, organisation=organisation, slot=slot)


def get_badge_key(scope: Scope, pk: UUID) -> BadgeKey:
    """Return a certificate key of an organisation that the user manages. Errors: Http404."""
    rows = BadgeKey.objects.filter(organisation__in=managed_organisations(scope))
    return access.get_row(rows.select_related("organisation"), pk=pk)


def find_partner_keys(team: Team) -> QuerySet[TeamKey]:
    """Return the active keys of other organisations' teams, to which packets can be sent."""
    rows = TeamKey.objects.filter(
        state=KeyState.ACTIVE,
        team__state__in=WORKING_TEAM_STATES,
        team__organisation__state=OrganisationState.ACTIVE,
    )
    foreign_keys = rows.exclude(team__organisation=team.organisation_id)
    return foreign_keys.select_related("team__organisation").order_by(
        "team__organisation__country", "team__organisation__name", "team__name", "pk"
    )


def get_partner_key(team: Team, pk: UUID) -> TeamKey:
    """Return the active key of the team `pk` of another organisation. Errors: Http404."""
    return access.get_row(find_partner_keys(team), team=pk)


def must_be_allowed_to_drill(scope: Scope, team: Team) -> None:
    """Refuse users without the right to hold a recovery drill. Errors: PermissionDenied."""
    permissions = scope.permissions(team=team.pk, organisation=team.organisation_id)
    if not permissions & {Permission.ADMIT, Permission.MANAGE_ORGANISATION}:
        raise PermissionDenied


def must_be_allowed_to_restart(scope: Scope, user: User) -> None:
    """Refuse users without the right to restart another's account. Errors: PermissionDenied."""
    if not may_restart(scope, user):
        raise PermissionDenied


def may_restart(scope: Scope, user: User) -> bool:
    """Return whether the user of `scope` may send `user` a link to restart their account. The link
    opens all that `user` may do without a key, so the sender must be an operator, or may invite
    or manage wherever `user` is a member; for platform roles an operator. Never for oneself."""
    memberships = list(Membership.objects.live().filter(user=user).order_by("pk"))
    return (
        bool(memberships)
        and user.pk != scope.user_id
        and all(_may_restart_member(scope, membership) for membership in memberships)
    )


def _may_restart_member(scope: Scope, membership: Membership) -> bool:
    """Return whether the user operates, or may invite or manage here (not for platform roles)."""
    if scope.may(Permission.OPERATE):
        return True
    if roles.level_of(membership.role) is Level.PLATFORM:
        return False
    membership_scope = {"team": membership.team_id, "organisation": membership.organisation_id}
    return any(scope.may(permission, **membership_scope) for permission in RESTART_PERMISSIONS)


def must_hold_active_key(unlocked: "Unlocked", team: Team) -> None:
    """Refuse users who do not hold the team's active key. Errors: PermissionDenied."""
    if not holds_active_key(unlocked, team):
        raise PermissionDenied


def holds_active_key(unlocked: "Unlocked", team: Team) -> bool:
    """Return whether the user holds the team's active key."""
    return unlocked.grants(team_key__team=team, team_key__state=KeyState.ACTIVE).exists()

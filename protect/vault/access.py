"""Which records, teams, officers and partners a person may open; every other one is a 404.
A record returned here is of a team of this person; opening it needs the team's key as well."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from protect.orgs import errors, roles
from protect.orgs.access import get_membership, get_row, must
from protect.orgs.enums import Level, MembershipState, OrganisationState, Permission, TeamState
from protect.orgs.models import Membership, Organisation, Team, User, queries
from protect.orgs.scope import Scope
from protect.vault.enums import KeyState
from protect.vault.errors import VaultRefusal
from protect.vault.models import BadgeKey, Record, RecoveryOfficer, TeamKey

if TYPE_CHECKING:
    from protect.vault.sessions.unlocked import Unlocked

MAY_RESTART = (Permission.INVITE, Permission.MANAGE_TEAM, Permission.MANAGE_ORGANISATION)
AT_WORK = (TeamState.ACTIVE, TeamState.ROTATION_DUE)


def get_record(scope: Scope, pk: UUID, kind: str) -> Record:
    """Return a record of one of this person's teams, team and organisation loaded.
    Errors: Http404; also for a record of another kind."""
    rows = Record.objects.filter(owner_team__in=scope.teams, kind=kind)
    return get_row(rows.select_related("owner_team__organisation"), pk=pk)


def must_work(scope: Scope, record: Record) -> None:
    """Refuse members of the record's team without work on its files. Errors: PermissionDenied."""
    must(scope, Permission.WORK, team=record.owner_team)


def teams_of(scope: Scope) -> queries.TeamQuerySet:
    """Return the living teams that this person may see, or waits for."""
    waits = Membership.objects.live().filter(
        user=scope.user_id, organisation__state=OrganisationState.ACTIVE
    )
    waited_for = Team.objects.living().filter(pk__in=waits.values("team"))
    return Team.objects.visible_to(scope) | waited_for


def managed_by(scope: Scope) -> queries.OrganisationQuerySet:
    """Return the organisations in which this person may found teams and appoint officers."""
    managed = scope.organisations_where(Permission.MANAGE_ORGANISATION)
    return Organisation.objects.active().filter(pk__in=managed).order_by("name", "pk")


def get_team_in_reach(scope: Scope, pk: UUID) -> Team:
    """Return a living team that this person may see, or waits for. Errors: Http404."""
    return get_row(teams_of(scope).select_related("organisation"), pk=pk)


def get_own_place(scope: Scope, team: Team) -> Membership:
    """Return one's own live place in a team. Errors: PermissionDenied for a person without one."""
    places = Membership.objects.live().filter(user=scope.user_id, team=team)
    place = places.select_related("team").order_by("created", "pk").first()
    if place is None:
        raise PermissionDenied
    return place


def must_be_open(place: Membership) -> None:
    """Refuse the place of a closed account. Errors: member_suspended."""
    if User.objects.filter(pk=place.user_id, suspended_at__isnull=False).exists():
        raise VaultRefusal("member_suspended")


def get_own_waiting(scope: Scope, pk: UUID) -> Membership:
    """Return one's own waiting place, if its role may let others in.
    Errors: Http404; PermissionDenied for another person's or another role;
    membership_move_not_allowed for one that does not wait."""
    place = get_membership(scope, pk)
    is_own = place.user_id == scope.user_id
    if not is_own or Permission.ADMIT not in roles.permissions_of(place.role):
        raise PermissionDenied
    if place.state != MembershipState.PENDING:
        raise errors.OrganisationRefusal(
            "membership_move_not_allowed", state=place.state, move="restore"
        )
    return place


def must_see_officers(scope: Scope, organisation: Organisation) -> None:
    """Refuse who neither appoints an organisation's officers nor lets people into its teams.
    Errors: PermissionDenied."""
    admits = teams_of(scope).filter(
        pk__in=scope.teams_where(Permission.ADMIT), organisation=organisation
    )
    if not admits.exists():
        must(scope, Permission.MANAGE_ORGANISATION, organisation=organisation)


def get_officer(organisation: Organisation, slot: int) -> RecoveryOfficer:
    """Return the officer of a place, the organisation loaded. Errors: Http404."""
    rows = RecoveryOfficer.objects.select_related("organisation")
    return get_row(rows, organisation=organisation, slot=slot)


def get_badge_key(scope: Scope, pk: UUID) -> BadgeKey:
    """Return a certificate key of an organisation that this person manages. Errors: Http404."""
    rows = BadgeKey.objects.filter(organisation__in=managed_by(scope))
    return get_row(rows.select_related("organisation"), pk=pk)


def partners_of(team: Team) -> QuerySet[TeamKey]:
    """Return the keys of other organisations' teams at work: to them packets can be sent."""
    rows = TeamKey.objects.filter(
        state=KeyState.ACTIVE,
        team__state__in=AT_WORK,
        team__organisation__state=OrganisationState.ACTIVE,
    )
    others = rows.exclude(team__organisation=team.organisation_id)
    return others.select_related("team__organisation").order_by(
        "team__organisation__country", "team__organisation__name", "team__name", "pk"
    )


def get_partner(team: Team, pk: UUID) -> TeamKey:
    """Return the key with which another organisation's team works now. Errors: Http404."""
    return get_row(partners_of(team), team=pk)


def must_drill(scope: Scope, team: Team) -> None:
    """Refuse a person without the right to hold a recovery drill. Errors: PermissionDenied."""
    mine = scope.permissions(team=team.pk, organisation=team.organisation_id)
    if not mine & {Permission.ADMIT, Permission.MANAGE_ORGANISATION}:
        raise PermissionDenied


def must_restart(scope: Scope, user: User) -> None:
    """Refuse a person without the right to let another begin anew. Errors: PermissionDenied."""
    if not may_restart(scope, user):
        raise PermissionDenied


def may_restart(scope: Scope, user: User) -> bool:
    """Return whether an actor may let another person begin anew; never themselves.
    The link opens everything that the person may do without a key, so its sender must be able to
    invite or manage in every place that the person has; an operator's needs an operator."""
    places = list(Membership.objects.live().filter(user=user).order_by("pk"))
    return bool(places) and user.pk != scope.user_id and all(_covers(scope, x) for x in places)


def _covers(scope: Scope, place: Membership) -> bool:
    if scope.may(Permission.OPERATE):
        return True
    if roles.level_of(place.role) is Level.PLATFORM:
        return False
    here = {"team": place.team_id, "organisation": place.organisation_id}
    return any(scope.may(permission, **here) for permission in MAY_RESTART)


def must_hold(unlocked: "Unlocked", team: Team) -> None:
    """Refuse who does not hold the key that the team seals with now. Errors: PermissionDenied."""
    if not is_holder(unlocked, team):
        raise PermissionDenied


def is_holder(unlocked: "Unlocked", team: Team) -> bool:
    """Return whether this person holds the key that the team seals with now."""
    return unlocked.grants(team_key__team=team, team_key__state=KeyState.ACTIVE).exists()

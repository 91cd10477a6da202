"""Data for an organisation's pages: vouches, members, invitations, open tasks and tabs."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from protect.kernel.text import plain_isolated_name
from protect.orgs import access, alarms, rules
from protect.orgs.enums import Level, MembershipState, Permission
from protect.orgs.models import Invitation, Membership, Organisation, Team, Vouch
from protect.orgs.models.queries import InvitationQuerySet, MembershipQuerySet, OrganisationQuerySet
from protect.orgs.roles import roles, roles_with
from protect.orgs.scope import Scope


class VouchCount(NamedTuple):
    given: int
    needed: int


class OrganisationSize(NamedTuple):
    teams: int
    people: int


def vouches_received_by(organisation: Organisation) -> QuerySet[Vouch]:
    """Return the vouches for an organisation, oldest first, with the vouching organisations."""
    return organisation.vouches.select_related("by_organisation").order_by("at", "pk")


def count_vouches(organisation: Organisation) -> VouchCount:
    """Return how many vouches of active organisations a proposal has, and how many it needs."""
    active = Organisation.objects.active()
    vouch_count = organisation.vouches.filter(by_organisation__in=active).count()
    return VouchCount(vouch_count, rules.vouches_needed(active.count()))


def organisations_that_may_vouch(scope: Scope, organisation: Organisation) -> OrganisationQuerySet:
    """Return the user's organisations that may still vouch for `organisation`, by name."""
    own = Organisation.objects.active().filter(pk__in=scope.organisations_where(Permission.VOUCH))
    vouched = organisation.vouches.values("by_organisation")
    return own.exclude(pk=organisation.pk).exclude(pk__in=vouched).order_by("name", "pk")


def proposals_to_vouch_for(scope: Scope) -> OrganisationQuerySet:
    """Return proposals without a vouch of any vouching organisation of the user, oldest first."""
    own_organisations = scope.organisations_where(Permission.VOUCH)
    if not own_organisations:
        return Organisation.objects.none()
    proposals = Organisation.objects.waiting().order_by("created", "pk")
    return proposals.exclude(vouches__by_organisation__in=own_organisations)


def organisation_size(organisation: Organisation) -> OrganisationSize:
    """Count the teams and people of an organisation. Data class R3: exact, for its members only."""
    people = Membership.objects.live().filter(organisation=organisation).values("user").distinct()
    return OrganisationSize(organisation.teams.living().count(), people.count())


def visible_memberships(scope: Scope, organisation: Organisation) -> MembershipQuerySet:
    """Return an organisation's live memberships that the user may see; all for operators."""
    rows = Membership.objects.live()
    if not scope.may(Permission.OPERATE):
        rows = rows.visible_to(scope)
    return rows.filter(organisation=organisation).select_related("user", "team")


def visible_departures(
    scope: Scope, organisation: Organisation, *, at: datetime
) -> MembershipQuerySet:
    """Return visible memberships that ended within three years, newest first."""
    rows = Membership.objects.filter(state=MembershipState.LEFT, organisation=organisation)
    if not scope.may(Permission.OPERATE):
        rows = rows.visible_to(scope)
    rows = rows.filter(ended_at__gt=at - rules.PEOPLE_RETENTION)
    rows = rows.exclude(user__email__endswith=rules.EMPTIED_ADDRESS_SUFFIX)
    return rows.select_related("user", "team").order_by("-ended_at", "user__name", "pk")


def can_see_all_memberships(scope: Scope, organisation: Organisation) -> bool:
    permissions = scope.permissions(organisation=organisation.pk)
    return bool(permissions & {Permission.OPERATE, Permission.MANAGE_TEAM, Permission.READ_AUDIT})


def openable_memberships(scope: Scope, membership_ids: Collection[UUID]) -> set[UUID]:
    """Return the ids of the live memberships among these with pages that the user may open."""
    rows = Membership.objects.live().visible_to(scope).filter(pk__in=membership_ids)
    return set(rows.order_by("pk").values_list("pk", flat=True))


def is_last_membership(membership: Membership) -> bool:
    """Return whether this is the user's only membership that has not ended."""
    rows = Membership.objects.live().filter(user=membership.user_id)
    return not rows.exclude(pk=membership.pk).exists()


def revocable_invitations(scope: Scope, organisation: Organisation) -> InvitationQuerySet:
    """Return the open invitations that the user may revoke, soonest to expire first."""
    rows = Invitation.objects.visible_to(scope).open().filter(organisation=organisation)
    return rows.select_related("team", "invited_by").order_by("expires", "pk")


def is_invited(organisation: Organisation, team: Team | None, role: str, email: str) -> bool:
    """Return whether an address has an open invitation to this role, which a new one replaces."""
    rows = Invitation.objects.open().filter(organisation=organisation, team=team, role=role)
    return rows.filter(email=email.strip().lower()).exists()


def own_open_invitations(scope: Scope) -> InvitationQuerySet:
    """Return the open invitations that the user sent and may send again."""
    own_invitations = Invitation.objects.visible_to(scope).open().filter(invited_by=scope.user_id)
    return own_invitations.order_by("expires", "pk")


def unfinished_sign_ups(scope: Scope) -> MembershipQuerySet:
    """Return memberships without a finished sign-up where the user may invite, oldest first."""
    where_user_invites = Q(team__in=scope.teams_where(Permission.INVITE))
    where_user_invites |= Q(organisation__in=scope.organisations_where(Permission.INVITE))
    rows = Membership.objects.filter(where_user_invites, state=MembershipState.ENROLLED)
    return rows.select_related("user").order_by("created", "pk")


def manager_memberships(organisation: Organisation) -> MembershipQuerySet:
    """Return the live memberships that manage an organisation, also those that are not active."""
    rows = Membership.objects.live().filter(organisation=organisation)
    return rows.filter(role__in=roles_with(Permission.MANAGE_ORGANISATION))


def organisations_without_manager() -> OrganisationQuerySet:
    """Return the active organisations without an administrator, oldest first."""
    managers = Membership.objects.live().filter(role__in=roles_with(Permission.MANAGE_ORGANISATION))
    rows = Organisation.objects.active().exclude(pk__in=managers.values("organisation"))
    return rows.order_by("created", "pk")


def organisations_without_team(scope: Scope) -> OrganisationQuerySet:
    """Return the organisations that a user manages and that have no team in use, by name."""
    own_organisations = scope.organisations_where(Permission.MANAGE_ORGANISATION)
    rows = Organisation.objects.active().filter(pk__in=own_organisations)
    return rows.exclude(pk__in=Team.objects.living().values("organisation")).order_by("name", "pk")


def has_officer(organisation: Organisation) -> bool:
    """Return whether an organisation has a data protection officer."""
    rows = Membership.objects.live().filter(organisation=organisation)
    return rows.filter(role__in=roles_with(Permission.READ_AUDIT)).exists()


def teams_open_to_invitations(scope: Scope, organisation: Organisation) -> list[Team]:
    """Return the teams of an organisation to which the user may invite now, by name."""
    pk, invite = organisation.pk, Permission.INVITE
    visible = Team.objects.visible_to(scope).filter(organisation=organisation)
    teams = visible.exclude(pk__in=alarms.stopped_teams(pk)).order_by("name", "pk")
    return [team for team in teams if scope.may(invite, team=team.pk, organisation=pk)]


def grantable_roles(scope: Scope, organisation: Organisation, team: Team | None) -> list[str]:
    """Return the codes of the roles that a user may give in `team`, or in the organisation
    itself if `team` is None, in the order of roles.toml."""
    own = scope.permissions(team=team.pk if team else None, organisation=organisation.pk)
    is_manager = Permission.MANAGE_ORGANISATION in own
    return [
        code
        for code, role in roles().items()
        if (role.level == Level.TEAM) == (team is not None)
        and rules.may_give_role(own, role.permissions, is_manager=is_manager)
    ]


class Suspension(NamedTuple):
    """A suspended organisation of the user, and the people to ask. Data class R3: for members."""

    organisation: Organisation
    managers: str  # names of its managers
    run_by: str  # names of the operators' organisations


def own_suspensions(scope: Scope) -> list[Suspension]:
    """Return the user's suspended organisations with the people to ask, ordered by name."""
    rows = list(access.suspended_organisations(scope).order_by("name", "pk"))
    operators, suspensions = operating_organisation_names() if rows else "", []
    for organisation in rows:
        managers = manager_memberships(organisation).order_by("user__name", "pk")
        names = join_names(managers.values_list("user__name", flat=True))
        suspensions.append(Suspension(organisation, names, operators))
    return suspensions


def operating_organisation_names() -> str:
    """Return the names of all operators' organisations as one text. One query."""
    rows = access.memberships_with(Permission.OPERATE).select_related("organisation")
    memberships = rows.order_by("organisation__name", "pk")
    return join_names(membership.organisation.name for membership in memberships)


def join_names(names: Iterable[str]) -> str:
    """Return names as one text, in order and without repetition."""
    # Translators: stands between the names of people in a list.
    return _(", ").join(plain_isolated_name(name) for name in dict.fromkeys(names))


type Tab = tuple[str, str, bool]  # label, URL, whether it is the current page

OVERVIEW_PAGE, PEOPLE_PAGE = "vault:organisation", "vault:organisation_people"
TEAMS_PAGE = "vault:team_list"  # a tab whose URL has no id, because it lists all own teams
INVITATIONS_PAGE, HISTORY_PAGE = "vault:invitation_list", "orgs:organisation_history"


def organisation_tabs(scope: Scope, organisation: Organisation, current_page: str) -> list[Tab]:
    """Return the tabs of the pages about an organisation that a user may open."""
    pk = organisation.pk
    is_member = pk in scope.organisations
    pages = [
        # Translators, of each below: a page about an organisation.
        (_("Overview"), OVERVIEW_PAGE, True),
        (_("People"), PEOPLE_PAGE, access.may_see_people(scope, organisation)),
        (_("Teams"), TEAMS_PAGE, is_member),
        (_("Invitations"), INVITATIONS_PAGE, access.can_invite_in(scope, organisation)),
        (_("History"), HISTORY_PAGE, scope.may(Permission.READ_AUDIT, organisation=pk)),
    ]
    tabs = []
    for label, name, is_visible in pages:
        if is_visible:
            url = reverse(name, args=[] if name == TEAMS_PAGE else [pk])
            tabs.append((label, url, name == current_page))
    return tabs

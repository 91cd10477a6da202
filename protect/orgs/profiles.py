"""An organisation's page: vouches, members, invitations, what is missing, whom to ask, tabs."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from protect.kernel.text import plain_name
from protect.orgs import access, alarms, rules
from protect.orgs.enums import Level, MembershipState, Permission
from protect.orgs.models import Invitation, Membership, Organisation, Team, Vouch
from protect.orgs.models.queries import InvitationQuerySet, MembershipQuerySet, OrganisationQuerySet
from protect.orgs.roles import giving, roles
from protect.orgs.scope import Scope


class Standing(NamedTuple):
    given: int
    needed: int


class Size(NamedTuple):
    teams: int
    people: int


def vouches_of(organisation: Organisation) -> QuerySet[Vouch]:
    """Return the vouches for an organisation, oldest first, with the vouching organisations."""
    return organisation.vouches.select_related("by_organisation").order_by("at", "pk")


def standing(organisation: Organisation) -> Standing:
    """Return the vouches of a proposal. Those of inactive organisations do not count."""
    active = Organisation.objects.active()
    vouch_count = organisation.vouches.filter(by_organisation__in=active).count()
    return Standing(vouch_count, rules.vouches_needed(active.count()))


def may_vouch(scope: Scope, organisation: Organisation) -> OrganisationQuerySet:
    """Return the user's organisations that may still vouch, by name."""
    mine = Organisation.objects.active().filter(pk__in=scope.organisations_where(Permission.VOUCH))
    vouched = organisation.vouches.values("by_organisation")
    return mine.exclude(pk=organisation.pk).exclude(pk__in=vouched).order_by("name", "pk")


def to_vouch(scope: Scope) -> OrganisationQuerySet:
    """Return the proposals that the user may vouch for, oldest first."""
    mine = scope.organisations_where(Permission.VOUCH)
    if not mine:
        return Organisation.objects.none()
    proposed = Organisation.objects.waiting().exclude(vouches__by_organisation__in=mine)
    return proposed.order_by("created", "pk")


def size(organisation: Organisation) -> Size:
    """Return what would end if it left. Class R3, exact: for those with access to it."""
    people = Membership.objects.live().filter(organisation=organisation).values("user").distinct()
    return Size(organisation.teams.living().count(), people.count())


def people_of(scope: Scope, organisation: Organisation) -> MembershipQuerySet:
    """Return the memberships of an organisation that the user may see; all for operators."""
    rows = Membership.objects.live()
    if not scope.may(Permission.OPERATE):
        rows = rows.visible_to(scope)
    return rows.filter(organisation=organisation).select_related("user", "team")


def left_of(scope: Scope, organisation: Organisation, *, at: datetime) -> MembershipQuerySet:
    """Return the memberships that ended within three years, if the user saw them; newest first."""
    rows = Membership.objects.filter(state=MembershipState.LEFT, organisation=organisation)
    if not scope.may(Permission.OPERATE):
        rows = rows.visible_to(scope)
    rows = rows.filter(ended_at__gt=at - rules.PEOPLE_KEPT)
    rows = rows.exclude(user__email__endswith=rules.GONE)
    return rows.select_related("user", "team").order_by("-ended_at", "user__name", "pk")


def is_whole(scope: Scope, organisation: Organisation) -> bool:
    """Return whether a user sees every membership of an organisation."""
    here = scope.permissions(organisation=organisation.pk)
    return bool(here & {Permission.OPERATE, Permission.MANAGE_TEAM, Permission.READ_AUDIT})


def places_seen(scope: Scope, places: Collection[UUID]) -> set[UUID]:
    """Return which of these memberships have a page that a user may open."""
    rows = Membership.objects.live().visible_to(scope).filter(pk__in=places)
    return set(rows.order_by("pk").values_list("pk", flat=True))


def is_last_place(membership: Membership) -> bool:
    rows = Membership.objects.live().filter(user=membership.user_id)
    return not rows.exclude(pk=membership.pk).exists()


def invitations_of(scope: Scope, organisation: Organisation) -> InvitationQuerySet:
    """Return the open invitations that the user may revoke, soonest to expire first."""
    rows = Invitation.objects.visible_to(scope).open().filter(organisation=organisation)
    return rows.select_related("team", "invited_by").order_by("expires", "pk")


def is_invited(organisation: Organisation, team: Team | None, role: str, email: str) -> bool:
    """Return whether an open invitation to this role exists: a new one would replace it."""
    rows = Invitation.objects.open().filter(organisation=organisation, team=team, role=role)
    return rows.filter(email=email.strip().lower()).exists()


def sent_by(scope: Scope) -> InvitationQuerySet:
    """Return the user's own open invitations that they may send again, as `invitations_of`."""
    mine = Invitation.objects.visible_to(scope).open().filter(invited_by=scope.user_id)
    return mine.order_by("expires", "pk")


def unfinished(scope: Scope) -> MembershipQuerySet:
    """Return unfinished sign-ups where the user may invite, oldest first."""
    where = Q(team__in=scope.teams_where(Permission.INVITE))
    where |= Q(organisation__in=scope.organisations_where(Permission.INVITE))
    rows = Membership.objects.filter(where, state=MembershipState.ENROLLED)
    return rows.select_related("user").order_by("created", "pk")


def managers(organisation: Organisation) -> MembershipQuerySet:
    """Return the memberships that manage an organisation, also of suspended accounts."""
    rows = Membership.objects.live().filter(organisation=organisation)
    return rows.filter(role__in=giving(Permission.MANAGE_ORGANISATION))


def unmanaged() -> OrganisationQuerySet:
    """Return the active organisations without an administrator, oldest first."""
    managed = Membership.objects.live().filter(role__in=giving(Permission.MANAGE_ORGANISATION))
    rows = Organisation.objects.active().exclude(pk__in=managed.values("organisation"))
    return rows.order_by("created", "pk")


def without_team(scope: Scope) -> OrganisationQuerySet:
    """Return the organisations that a user manages and that have no team in use, by name."""
    mine = scope.organisations_where(Permission.MANAGE_ORGANISATION)
    rows = Organisation.objects.active().filter(pk__in=mine)
    return rows.exclude(pk__in=Team.objects.living().values("organisation")).order_by("name", "pk")


def has_officer(organisation: Organisation) -> bool:
    rows = Membership.objects.live().filter(organisation=organisation)
    return rows.filter(role__in=giving(Permission.READ_AUDIT)).exists()


def teams_to_invite(scope: Scope, organisation: Organisation) -> list[Team]:
    """Return the teams of an organisation to which the user may invite now, by name."""
    here = organisation.pk
    seen = Team.objects.visible_to(scope).filter(organisation=organisation)
    open_teams = seen.exclude(pk__in=alarms.stopped_teams(here)).order_by("name", "pk")
    teams = [(team, scope.permissions(team=team.pk, organisation=here)) for team in open_teams]
    return [team for team, permissions in teams if Permission.INVITE in permissions]


def roles_to_give(scope: Scope, organisation: Organisation, team: Team | None) -> list[str]:
    """Return the roles that a user may give there, in the order of roles.toml."""
    mine = scope.permissions(team=team.pk if team else None, organisation=organisation.pk)
    manages = Permission.MANAGE_ORGANISATION in mine
    return [
        code
        for code, role in roles().items()
        if (role.level == Level.TEAM) == (team is not None)
        and rules.may_give(mine, role.permissions, manages_organisation=manages)
    ]


class Suspended(NamedTuple):
    """A suspended organisation: its members cannot work for it. Class R3: for its members."""

    organisation: Organisation
    managers: str  # the names of colleagues who manage it
    run_by: str  # the names of the organisations of all operators


def suspended_for(scope: Scope) -> list[Suspended]:
    """Return the suspended organisations that a user belongs to, by name."""
    rows = list(access.own_suspended(scope).order_by("name", "pk"))
    operators = run_by() if rows else ""
    managing = [managers(each).order_by("user__name", "pk") for each in rows]
    names = [joined_names(people.values_list("user__name", flat=True)) for people in managing]
    return [Suspended(each, who, operators) for each, who in zip(rows, names, strict=True)]


def run_by() -> str:
    """Return the names of the organisations of all operators. One query."""
    rows = access.holding(Permission.OPERATE).select_related("organisation")
    memberships = rows.order_by("organisation__name", "pk")
    return joined_names(each.organisation.name for each in memberships)


def joined_names(names: Iterable[str]) -> str:
    """Return names as one text, in their order, each once."""
    # Translators: stands between the names of people in a list.
    return _(", ").join(plain_name(each) for each in dict.fromkeys(names))


type Tab = tuple[str, str, bool]  # label, address, whether it is the page itself

OVERVIEW, PEOPLE, TEAMS = "vault:organisation", "vault:organisation_people", "vault:team_list"
INVITATIONS, HISTORY = "vault:invitation_list", "orgs:organisation_history"


def tabs_of(scope: Scope, organisation: Organisation, here: str) -> list[Tab]:
    """Return the pages about an organisation that a user may open; `here` is one of them."""
    is_in = organisation.pk in scope.organisations
    pages = [
        # Translators, of each below: a page about an organisation.
        (_("Overview"), OVERVIEW, True),
        (_("People"), PEOPLE, access.may_see_people(scope, organisation)),
        (_("Teams"), TEAMS, is_in),
        (_("Invitations"), INVITATIONS, access.invites_in(scope, organisation)),
        (_("History"), HISTORY, scope.may(Permission.READ_AUDIT, organisation=organisation.pk)),
    ]
    return [
        (label, reverse(name, args=[] if name == TEAMS else [organisation.pk]), name == here)
        for label, name, is_open in pages
        if is_open
    ]

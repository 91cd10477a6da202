"""Access to organisations, teams, memberships and invitations.

A thing of another organisation, a missing one and an ended one give the same 404."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import cast
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest

from protect.notices.actions import post
from protect.orgs import errors, rules
from protect.orgs.enums import Level, MembershipState, OrganisationState, Permission, TeamState
from protect.orgs.models import Invitation, Membership, Organisation, Team, User
from protect.orgs.models.queries import MembershipQuerySet, OrganisationQuerySet
from protect.orgs.roles import giving, level_of, permissions_of, roles
from protect.orgs.scope import NOBODY, Held, Scope


def scope_of(request: HttpRequest) -> Scope:
    """Return the scope of the signed-in user: permissions by place. One query per request."""
    scope = getattr(request, "protect_scope", None)
    if scope is None:
        scope = scope_for(request.user.pk) if request.user.is_authenticated else NOBODY
        request.protect_scope = scope  # type: ignore[attr-defined]
    return cast("Scope", scope)


def scope_for(user_id: UUID) -> Scope:
    """Return the scope of a user, for tasks and commands without a request."""
    rows = Membership.objects.active().filter(user=user_id).order_by("created", "pk")
    held = rows.values_list("role", "organisation_id", "team_id")
    return Scope(user_id=user_id, held=tuple(Held(*row) for row in held))


def me(scope: Scope) -> User:
    """Return the account of the signed-in user. Errors: PermissionDenied without one."""
    return User.objects.get(pk=who(scope))


def home_of(user_id: UUID) -> Organisation | None:
    """Return the organisation of a user's oldest membership; their screens use its time zone."""
    rows = Membership.objects.live().filter(user=user_id).order_by("created", "pk")
    place = rows.select_related("organisation").first()
    return place.organisation if place else None


def get_organisation(scope: Scope, pk: UUID) -> Organisation:
    """Return an organisation that the user may see. Errors: Http404."""
    return get_row(Organisation.objects.visible_to(scope), pk=pk)


def get_organisation_in_reach(scope: Scope, pk: UUID) -> Organisation:
    """Return an organisation of `get_organisation`, or their own suspended one. Errors: Http404."""
    return get_row(Organisation.objects.visible_to(scope) | own_suspended(scope), pk=pk)


def own_suspended(scope: Scope) -> OrganisationQuerySet:
    """Return the suspended organisations that a user belongs to."""
    places = Membership.objects.live().filter(user=scope.user_id).values("organisation")
    return Organisation.objects.filter(pk__in=places, state=OrganisationState.SUSPENDED)


def get_team(scope: Scope, pk: UUID) -> Team:
    """Return a living team that the user may see, its organisation loaded. Errors: Http404."""
    return get_row(Team.objects.visible_to(scope).select_related("organisation"), pk=pk)


def get_membership(scope: Scope, pk: UUID) -> Membership:
    """Return a live membership that the user may see, with user and team. Errors: Http404."""
    rows = Membership.objects.visible_to(scope).live()
    return get_row(rows.select_related("user", "team", "organisation"), pk=pk)


def get_invitation(scope: Scope, pk: UUID) -> Invitation:
    """Return an open invitation to a place where the user may invite. Errors: Http404."""
    return get_row(Invitation.objects.visible_to(scope).open().select_related("team"), pk=pk)


def get_user(scope: Scope, pk: UUID) -> User:
    """Return an account, for operators. Errors: Http404."""
    users = User.objects.all() if scope.may(Permission.OPERATE) else User.objects.none()
    return get_row(users, pk=pk)


def get_invited(token: str, *, at: datetime) -> Invitation:
    """Return the invitation of a mailed token, with organisation and team. Needs no sign-in.
    Errors: InvitationGone, the same for unknown, expired, accepted and revoked, and for an
    organisation or team that has ended."""
    rows = Invitation.objects.select_related("organisation", "team")
    invitation = rows.filter(token_hash=token_hash(token)).first()
    if invitation is None or not _leads_somewhere(invitation, at):
        raise errors.InvitationGone
    return invitation


def token_hash(token: str) -> str:
    """Return the stored hash of an invitation's token: SHA-256 in hexadecimal digits."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def _leads_somewhere(invitation: Invitation, at: datetime) -> bool:
    is_open = rules.is_open(
        expires=invitation.expires,
        accepted_at=invitation.accepted_at,
        revoked_at=invitation.revoked_at,
        at=at,
    )
    return (
        is_open
        and invitation.organisation.state == OrganisationState.ACTIVE
        and (invitation.team is None or invitation.team.state != TeamState.RETIRED)
    )


def who(scope: Scope) -> UUID:
    """Return the id of the signed-in user. Errors: PermissionDenied without one."""
    if scope.user_id is None:
        raise PermissionDenied
    return scope.user_id


def must(
    scope: Scope,
    permission: Permission,
    *,
    team: Team | None = None,
    organisation: Organisation | None = None,
) -> None:
    """Require a permission in a team, in an organisation or, with neither, anywhere.
    A role of an organisation reaches its teams. Errors: PermissionDenied."""
    above = team.organisation_id if team else organisation.pk if organisation else None
    if not scope.may(permission, team=team.pk if team else None, organisation=above):
        raise PermissionDenied


def must_somewhere(scope: Scope, permission: Permission) -> None:
    """Require a permission in any organisation, also of the platform. Errors: PermissionDenied."""
    if not scope.organisations_where(permission):
        raise PermissionDenied


def must_manage(scope: Scope, membership: Membership) -> None:
    """Require the right to change another user's membership. Team managers hold it in a team,
    administrators in an organisation, operators on the platform. Errors: PermissionDenied."""
    if membership.team is not None:
        must(scope, Permission.MANAGE_TEAM, team=membership.team)
    elif level_of(membership.role) is Level.PLATFORM:
        must(scope, Permission.OPERATE)
    else:
        must(scope, Permission.MANAGE_ORGANISATION, organisation=membership.organisation)


def manages(scope: Scope, membership: Membership) -> bool:
    """Return whether a user may change a membership: see `must_manage`."""
    try:
        must_manage(scope, membership)
    except PermissionDenied:
        return False
    return True


def is_last(membership: Membership) -> bool:
    """Return whether this is the last membership to manage its organisation or run the platform."""
    if membership.state != MembershipState.ACTIVE:
        return False
    gives = permissions_of(membership.role)
    if Permission.MANAGE_ORGANISATION in gives:
        managing = holding(Permission.MANAGE_ORGANISATION).exclude(pk=membership.pk)
        if not managing.filter(organisation=membership.organisation_id).exists():
            return True
    if Permission.OPERATE in gives:
        return not holding(Permission.OPERATE).exclude(pk=membership.pk).exists()
    return False


def must_see_people(scope: Scope, organisation: Organisation) -> None:
    """Require the right to see an organisation's members. Errors: PermissionDenied."""
    if not may_see_people(scope, organisation):
        raise PermissionDenied


def must_invite_in(scope: Scope, organisation: Organisation) -> None:
    """Require the right to invite somewhere in an organisation. Errors: PermissionDenied."""
    if not invites_in(scope, organisation):
        raise PermissionDenied


def invites_in(scope: Scope, organisation: Organisation) -> bool:
    """Return whether a user may invite anywhere in an organisation."""
    return any(
        each.organisation == organisation.pk and Permission.INVITE in permissions_of(each.role)
        for each in scope.held
    )


def may_see_people(scope: Scope, organisation: Organisation) -> bool:
    """Return whether a user belongs to an organisation, or runs the platform."""
    return organisation.pk in scope.organisations or scope.may(Permission.OPERATE)


def may_end_organisation(scope: Scope, organisation: Organisation) -> bool:
    """Return whether a user may make an organisation leave the platform."""
    may = scope.may(Permission.MANAGE_ORGANISATION, organisation=organisation.pk)
    return organisation.state != OrganisationState.LEFT and (may or scope.may(Permission.OPERATE))


def listed_to(scope: Scope) -> OrganisationQuerySet:
    """Return the organisations that a user's list shows: their own; all for an operator."""
    rows = Organisation.objects.visible_to(scope)
    if scope.may(Permission.OPERATE):
        return rows
    return rows.filter(pk__in=scope.organisations)


def only_one_of(scope: Scope) -> UUID | None:
    """Return a user's organisation if it is the only one that they can see or vouch for."""
    has_more = scope.may(Permission.OPERATE) or scope.organisations_where(Permission.VOUCH)
    if has_more or len(scope.organisations) != 1:
        return None
    return next(iter(scope.organisations))


def must_give(scope: Scope, role: str, *, team: Team | None, organisation: Organisation) -> None:
    """Require the right to give a role there. Errors: role_unknown; PermissionDenied."""
    if role not in roles() or (roles()[role].level == Level.TEAM) != (team is not None):
        raise errors.OrganisationRefusal("role_unknown")
    mine = scope.permissions(team=team.pk if team else None, organisation=organisation.pk)
    manages = Permission.MANAGE_ORGANISATION in mine
    if not rules.may_give(mine, roles()[role].permissions, manages_organisation=manages):
        raise PermissionDenied


def get_row[M: Model](rows: QuerySet[M], **where: object) -> M:
    """Return the first row of a place. Errors: Http404."""
    row = rows.filter(**where).first()
    if row is None:
        raise Http404  # it says nothing of what is missing
    return row


def holding(permission: Permission) -> MembershipQuerySet:
    """Return the active memberships whose role gives a permission."""
    return Membership.objects.active().filter(role__in=giving(permission))


def holders(
    permission: Permission,
    *,
    organisation: UUID | None = None,
    team: UUID | None = None,
    country: str | None = None,
) -> QuerySet[User]:
    """Return the users who hold a permission, each once; optionally in one place only."""
    where = {"organisation": organisation, "team": team, "organisation__country": country}
    named = {name: value for name, value in where.items() if value is not None}
    memberships = holding(permission).filter(**named)
    return User.objects.filter(pk__in=memberships.values("user")).order_by("pk")


def notify(people: Iterable[User], template: str, *, at: datetime, path: str = "/") -> None:
    """Post one mail to each person, in their language, that leads to a page of the desk."""
    for user in people:
        link = f"{settings.STAFF_URL}{path}"
        post(at=at, to=user.email, template=template, language=user.language, link=link)

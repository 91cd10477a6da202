"""Access to organisations, teams, memberships and invitations. Objects of other organisations,
missing ones and ended ones all answer with the same 404."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import cast
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest

from protect.kernel.ids import hash_token
from protect.notices.actions import post_mail
from protect.orgs import errors, rules
from protect.orgs.enums import Level, MembershipState, OrganisationState, Permission, TeamState
from protect.orgs.models import Invitation, Membership, Organisation, Team, User, queries
from protect.orgs.roles import level_of, permissions_of, roles, roles_with
from protect.orgs.scope import ANONYMOUS_SCOPE, HeldRole, Scope


def scope_of(request: HttpRequest) -> Scope:
    """Return the scope of the request's user; ANONYMOUS_SCOPE if none. One query per request."""
    scope = getattr(request, "protect_scope", None)
    if scope is None:
        scope = scope_for(request.user.pk) if request.user.is_authenticated else ANONYMOUS_SCOPE
        request.protect_scope = scope  # type: ignore[attr-defined]
    return cast("Scope", scope)


def scope_for(user_id: UUID) -> Scope:
    """Return the scope of a user, for tasks and commands without a request."""
    rows = Membership.objects.active().filter(user=user_id).order_by("created", "pk")
    held_roles = rows.values_list("role", "organisation_id", "team_id")
    return Scope(user_id=user_id, held=tuple(HeldRole(*row) for row in held_roles))


def get_current_user(scope: Scope) -> User:
    """Return the account of the signed-in user. Errors: PermissionDenied without one."""
    return User.objects.get(pk=must_be_signed_in(scope))


def home_organisation(user_id: UUID) -> Organisation | None:
    """Return the organisation of a user's oldest live membership, which gives the time zone."""
    rows = Membership.objects.live().filter(user=user_id).order_by("created", "pk")
    membership = rows.select_related("organisation").first()
    return membership.organisation if membership else None


def get_organisation(scope: Scope, pk: UUID) -> Organisation:
    """Return an organisation that the user may see. Errors: Http404."""
    return get_row(Organisation.objects.visible_to(scope), pk=pk)


def get_organisation_in_reach(scope: Scope, pk: UUID) -> Organisation:
    """Return a visible organisation, or the user's own suspended one. Errors: Http404."""
    return get_row(Organisation.objects.visible_to(scope) | suspended_organisations(scope), pk=pk)


def suspended_organisations(scope: Scope) -> queries.OrganisationQuerySet:
    """Return the suspended organisations that a user belongs to."""
    memberships = Membership.objects.live().filter(user=scope.user_id).values("organisation")
    return Organisation.objects.filter(pk__in=memberships, state=OrganisationState.SUSPENDED)


def get_team(scope: Scope, pk: UUID) -> Team:
    """Return a living team that the user may see, its organisation loaded. Errors: Http404."""
    return get_row(Team.objects.visible_to(scope).select_related("organisation"), pk=pk)


def get_membership(scope: Scope, pk: UUID) -> Membership:
    """Return a live membership that the user may see, with user and team. Errors: Http404."""
    rows = Membership.objects.visible_to(scope).live()
    return get_row(rows.select_related("user", "team", "organisation"), pk=pk)


def get_invitation(scope: Scope, pk: UUID) -> Invitation:
    """Return an open, perhaps expired invitation that the user may revoke. Errors: Http404."""
    return get_row(Invitation.objects.visible_to(scope).open().select_related("team"), pk=pk)


def get_user(scope: Scope, pk: UUID) -> User:
    """Return an account if the signed-in user is an operator. Errors: Http404."""
    users = User.objects.all() if scope.may(Permission.OPERATE) else User.objects.none()
    return get_row(users, pk=pk)


def get_invitation_by_token(token: str, *, at: datetime) -> Invitation:
    """Return the invitation of a mailed token, with organisation and team. Needs no sign-in.
    Errors: InvitationGone, the same for unknown, expired, accepted and revoked invitations,
    and when the organisation is not active or the team is retired."""
    rows = Invitation.objects.select_related("organisation", "team")
    invitation = rows.filter(token_hash=hash_token(token)).first()
    if invitation is None or not _can_be_accepted(invitation, at):
        raise errors.InvitationGone
    return invitation


def _can_be_accepted(invitation: Invitation, at: datetime) -> bool:
    """Return whether an invitation is open, its organisation active, its team not retired."""
    dates = {name: getattr(invitation, name) for name in ("expires", "accepted_at", "revoked_at")}
    is_open = rules.is_invitation_usable(**dates, at=at)
    is_active = invitation.organisation.state == OrganisationState.ACTIVE
    is_living = invitation.team is None or invitation.team.state != TeamState.RETIRED
    return is_open and is_active and is_living


def must_be_signed_in(scope: Scope) -> UUID:
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
    """Require a permission in a team, in an organisation or, with neither, on the platform.
    A role in an organisation includes its teams. Errors: PermissionDenied."""
    organisation_id = team.organisation_id if team else organisation.pk if organisation else None
    if not scope.may(permission, team=team.pk if team else None, organisation=organisation_id):
        raise PermissionDenied


def must_have_in_some_organisation(scope: Scope, permission: Permission) -> None:
    """Require a permission in any organisation, not only in a team. Errors: PermissionDenied."""
    if not scope.organisations_where(permission):
        raise PermissionDenied


def must_manage(scope: Scope, membership: Membership) -> None:
    """Require the right to change another user's membership. Team managers have it in a team,
    administrators in an organisation, operators on the platform. Errors: PermissionDenied."""
    if membership.team is not None:
        must(scope, Permission.MANAGE_TEAM, team=membership.team)
    elif level_of(membership.role) is Level.PLATFORM:
        must(scope, Permission.OPERATE)
    else:
        must(scope, Permission.MANAGE_ORGANISATION, organisation=membership.organisation)


def can_manage_member(scope: Scope, membership: Membership) -> bool:
    try:
        must_manage(scope, membership)
    except PermissionDenied:
        return False
    return True


def is_last_manager(membership: Membership) -> bool:
    """Return whether this is the last active manager of its organisation, or last operator."""
    if membership.state != MembershipState.ACTIVE:
        return False
    permissions = permissions_of(membership.role)
    if Permission.MANAGE_ORGANISATION in permissions:
        other_managers = memberships_with(Permission.MANAGE_ORGANISATION).exclude(pk=membership.pk)
        if not other_managers.filter(organisation=membership.organisation_id).exists():
            return True
    if Permission.OPERATE in permissions:
        return not memberships_with(Permission.OPERATE).exclude(pk=membership.pk).exists()
    return False


def must_see_people(scope: Scope, organisation: Organisation) -> None:
    """Require the right to see an organisation's members. Errors: PermissionDenied."""
    if not may_see_people(scope, organisation):
        raise PermissionDenied


def must_invite_in(scope: Scope, organisation: Organisation) -> None:
    """Require the right to invite to an organisation or to one team. Errors: PermissionDenied."""
    if not can_invite_in(scope, organisation):
        raise PermissionDenied


def can_invite_in(scope: Scope, organisation: Organisation) -> bool:
    """Return whether the user may invite to an organisation or to any one of its teams."""
    held_roles = [held.role for held in scope.held if held.organisation == organisation.pk]
    return any(Permission.INVITE in permissions_of(role) for role in held_roles)


def may_see_people(scope: Scope, organisation: Organisation) -> bool:
    """Return whether the user may see an organisation's members: as member or operator."""
    return organisation.pk in scope.organisations or scope.may(Permission.OPERATE)


def may_end_organisation(scope: Scope, organisation: Organisation) -> bool:
    """Return whether a user may end an organisation, as administrator or operator; no if LEFT."""
    is_operator = scope.may(Permission.OPERATE)
    is_manager = scope.may(Permission.MANAGE_ORGANISATION, organisation=organisation.pk)
    return (is_operator or is_manager) and organisation.state != OrganisationState.LEFT


def listed_organisations(scope: Scope) -> queries.OrganisationQuerySet:
    """Return the organisations of a user's list: their own, or all for an operator."""
    rows = Organisation.objects.visible_to(scope)
    return rows if scope.may(Permission.OPERATE) else rows.filter(pk__in=scope.organisations)


def only_organisation(scope: Scope) -> UUID | None:
    """Return the id of a user's organisation if they can see or vouch for no other, else None."""
    sees_others = scope.may(Permission.OPERATE) or scope.organisations_where(Permission.VOUCH)
    if sees_others or len(scope.organisations) != 1:
        return None
    return next(iter(scope.organisations))


def must_give_role(
    scope: Scope, role: str, *, team: Team | None, organisation: Organisation
) -> None:
    """Require that the user may give this role. Errors: role_unknown; PermissionDenied."""
    if role not in roles() or (roles()[role].level == Level.TEAM) != (team is not None):
        raise errors.OrganisationRefusal("role_unknown")
    own = scope.permissions(team=team.pk if team else None, organisation=organisation.pk)
    is_manager = Permission.MANAGE_ORGANISATION in own
    if not rules.may_give_role(own, roles()[role].permissions, is_manager=is_manager):
        raise PermissionDenied


def get_row[M: Model](
    rows: QuerySet[M], missing: Callable[[], Exception] = Http404, **conditions: object
) -> M:
    """Return the first row that meets the conditions. Errors: `missing`; by default Http404."""
    row = rows.filter(**conditions).first()
    if row is None:
        raise missing()  # the response must not reveal what is missing
    return row


def uuid_or_404(text: str) -> UUID:
    """Return the UUID in a posted text. Errors: Http404 for any other text."""
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def memberships_with(permission: Permission) -> queries.MembershipQuerySet:
    """Return the active memberships with a role that gives a permission."""
    return Membership.objects.active().filter(role__in=roles_with(permission))


def users_with(
    permission: Permission,
    *,
    organisation: UUID | None = None,
    team: UUID | None = None,
    country: str | None = None,
) -> QuerySet[User]:
    """Return each user with a permission once, optionally of one organisation, team or country."""
    conditions = {"organisation": organisation, "team": team, "organisation__country": country}
    given_conditions = {name: value for name, value in conditions.items() if value is not None}
    memberships = memberships_with(permission).filter(**given_conditions)
    return User.objects.filter(pk__in=memberships.values("user")).order_by("pk")


def notify(people: Iterable[User], template: str, *, at: datetime, path: str = "/") -> None:
    """Send one mail to each person, in their language, with a link to a page of the desk."""
    for user in people:
        link = f"{settings.STAFF_URL}{path}"
        post_mail(at=at, to=user.email, template=template, language=user.language, link=link)

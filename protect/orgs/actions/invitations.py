"""Invitations: a mailed link for one address and one role, valid for seven days."""

import secrets
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from protect.audit.context import AuditContext
from protect.notices.actions import post
from protect.orgs import alarms, enums, rules
from protect.orgs.access import get_invited, must, must_give, token_hash
from protect.orgs.actions import details, memberships
from protect.orgs.errors import OrganisationRefusal
from protect.orgs.models import Invitation, Membership, Organisation, Team, User
from protect.orgs.roles import gives_keys, roles
from protect.orgs.scope import Scope

TOKEN_BYTES = 32


class Place(NamedTuple):
    """What an invitation offers: a role in a team, or in the organisation itself."""

    organisation: Organisation
    team: Team | None
    role: str


class Accepted(NamedTuple):
    """An accepted invitation. `is_new` is false for an account that existed before."""

    user: User
    membership: Membership
    is_new: bool


@transaction.atomic
def invite(scope: Scope, place: Place, *, email: str, language: str, at: datetime) -> Invitation:
    """Invite an address by mail. Only that mail holds the link; earlier links to this role stop.
    Whether the address has an account elsewhere is neither asked nor told.
    Errors: PermissionDenied, also for a role that gives more than one may give; role_unknown;
    detail_invalid; organisation_not_active; team_stopped; already_member."""
    organisation, team, role = place
    if team is not None and team.organisation_id != organisation.pk:
        raise ValueError("the team belongs to another organisation")
    must(scope, enums.Permission.INVITE, team=team, organisation=organisation)
    must_give(scope, role, team=team, organisation=organisation)
    return write(place, by=scope.user_id, email=email, language=language, at=at)


def write(place: Place, *, by: UUID | None, email: str, language: str, at: datetime) -> Invitation:
    """Store an invitation and post its link. Errors: as in `invite`, without permissions."""
    organisation = Organisation.objects.lock(place.organisation)
    if organisation.state != enums.OrganisationState.ACTIVE or not _is_alive(place.team):
        raise OrganisationRefusal("organisation_not_active")
    if place.team is not None and alarms.stopped_since(organisation.pk, place.team.pk):
        raise OrganisationRefusal("team_stopped")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation(
        **place._asdict(),
        email=details.address(email),
        language=details.language(language),
        token_hash=token_hash(token),
        invited_by_id=by,
        created=at,
        expires=at + rules.INVITATION_LENGTH,
    )
    audit = AuditContext(at=at, actor=by, organisation=organisation.pk)
    _refuse_member(place, invitation.email)
    _revoke_earlier(invitation, audit)
    invitation.save(force_insert=True)
    audit.record("orgs.invite", invitation)
    link = f"{settings.STAFF_URL}/invited/{token}"
    post(at=at, to=invitation.email, template="invitation", language=invitation.language, link=link)
    return invitation


@transaction.atomic
def revoke_invitation(scope: Scope, invitation: Invitation, *, at: datetime) -> Invitation:
    """Revoke an open invitation. Errors: PermissionDenied; invitation_closed."""
    must(scope, enums.Permission.INVITE, team=invitation.team, organisation=invitation.organisation)
    locked = Invitation.objects.lock(invitation)
    if locked.accepted_at or locked.revoked_at:
        raise OrganisationRefusal("invitation_closed")
    audit = scope.audit(locked.organisation_id, at=at)
    memberships.revoke(locked, audit=audit)
    return locked


@transaction.atomic
def accept_invitation(token: str, *, name: str, language: str, at: datetime) -> Accepted:
    """Create an account for the invited address and a membership in the state `enrolled`.

    The vault calls this and makes password and keys in the same transaction; then it moves the
    membership by READY. An account that the address had before keeps name, language and password:
    holding the link gives no access to it (`is_new` is false, and the person must sign in).
    Errors: InvitationGone; detail_invalid; account_suspended; already_member; role_unknown for a
    role that roles.toml no longer has. The invitation stays open then.
    """
    invitation = get_invited(token, at=at)
    Organisation.objects.lock(invitation.organisation)
    Invitation.objects.lock(invitation)
    invitation = get_invited(token, at=at)  # as it is now that it is locked
    if invitation.role not in roles():
        raise OrganisationRefusal("role_unknown")
    user, is_new = _account(invitation.email, name=name, language=language, at=at)
    state = rules.step_membership(
        enums.MembershipState.INVITED,
        enums.MembershipMove.ACCEPT,
        gives_keys=gives_keys(invitation.role),
    )
    with details.refusing(OrganisationRefusal("already_member")):
        membership = Membership.objects.create(
            user=user,
            organisation=invitation.organisation,
            team=invitation.team,
            role=invitation.role,
            state=state,
            created=at,
        )
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    audit = AuditContext(at=at, actor=user.pk, organisation=invitation.organisation_id)
    audit.record("orgs.accept_invitation", membership)
    return Accepted(user, membership, is_new)


def _is_alive(team: Team | None) -> bool:
    """Return whether a team can take members; locks it against being retired."""
    return team is None or Team.objects.locked().living().filter(pk=team.pk).exists()


def _refuse_member(place: Place, email: str) -> None:
    rows = Membership.objects.live().filter(
        user__email=email, organisation=place.organisation, team=place.team
    )
    if place.team is None:
        rows = rows.filter(role=place.role)
    if rows.exists():
        raise OrganisationRefusal("already_member")


def _revoke_earlier(invitation: Invitation, audit: AuditContext) -> None:
    place = {name: getattr(invitation, name) for name in Place._fields}
    same = Invitation.objects.open().filter(email=invitation.email, **place)
    for earlier in list(same.locked().order_by("pk")):
        memberships.revoke(earlier, audit=audit)


def _account(email: str, *, name: str, language: str, at: datetime) -> tuple[User, bool]:
    user, is_new = User.objects.filter(email=email).first(), False
    if user is None:
        fields = {"name": details.name(name), "language": details.language(language)}
        user, is_new = User.objects.get_or_create(
            email=email, defaults={**fields, "password": make_password(None), "created": at}
        )
    if user.suspended_at:
        raise OrganisationRefusal("account_suspended")
    return user, is_new

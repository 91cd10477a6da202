"""Invitations: a mailed link for one address and one role, valid for seven days."""

import secrets
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from protect.audit.context import AuditContext
from protect.kernel.ids import hash_token
from protect.notices.actions import post_mail
from protect.orgs import alarms, enums, errors, rules
from protect.orgs.access import get_invitation_by_token, must, must_give_role
from protect.orgs.actions import details, memberships
from protect.orgs.models import Invitation, Membership, Organisation, Team, User
from protect.orgs.roles import gives_keys, roles
from protect.orgs.scope import Scope

TOKEN_BYTES = 32


class OfferedRole(NamedTuple):
    """The role that an invitation offers, in a team or in the organisation itself."""

    organisation: Organisation
    team: Team | None
    role: str


class AcceptedInvitation(NamedTuple):
    """An accepted invitation. `is_new` is false for an account that existed before."""

    user: User
    membership: Membership
    is_new: bool


@transaction.atomic
def invite(
    scope: Scope, offer: OfferedRole, *, email: str, language: str, at: datetime
) -> Invitation:
    """Invite an address by mail. Only the mail has the link; earlier links to the same role end.
    The inviting user never learns whether the address has an account elsewhere.
    Errors: PermissionDenied, also for a role with more permissions than the user may give;
    role_unknown; detail_invalid; organisation_not_active; team_stopped; already_member."""
    organisation, team, role = offer
    if team is not None and team.organisation_id != organisation.pk:
        raise ValueError("the team belongs to another organisation")
    must(scope, enums.Permission.INVITE, team=team, organisation=organisation)
    must_give_role(scope, role, team=team, organisation=organisation)
    return create_and_send(offer, by=scope.user_id, email=email, language=language, at=at)


def create_and_send(
    offer: OfferedRole, *, by: UUID | None, email: str, language: str, at: datetime
) -> Invitation:
    """Store an invitation and mail its link; no permission is checked. Errors: as `invite`."""
    organisation = Organisation.objects.lock(offer.organisation)
    if organisation.state != enums.OrganisationState.ACTIVE or not _can_take_members(offer.team):
        raise errors.OrganisationRefusal("organisation_not_active")
    if offer.team is not None and alarms.stopped_since(organisation.pk, offer.team.pk):
        raise errors.OrganisationRefusal("team_stopped")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation(
        **offer._asdict(),
        email=details.validate_email_address(email),
        language=details.validate_language(language),
        token_hash=hash_token(token),
        invited_by_id=by,
        created=at,
        expires=at + rules.INVITATION_VALIDITY,
    )
    audit = AuditContext(at=at, actor=by, organisation=organisation.pk)
    _must_not_be_member(offer, invitation.email)
    _revoke_invitations_to_same_role(invitation, audit)
    invitation.save(force_insert=True)
    audit.record("orgs.invite", invitation)
    link, to = f"{settings.STAFF_URL}/invited/{token}", invitation.email
    post_mail(at=at, to=to, template="invitation", language=invitation.language, link=link)
    return invitation


@transaction.atomic
def revoke_invitation(scope: Scope, invitation: Invitation, *, at: datetime) -> Invitation:
    """Revoke an open invitation. Errors: PermissionDenied; invitation_closed."""
    must(scope, enums.Permission.INVITE, team=invitation.team, organisation=invitation.organisation)
    locked = Invitation.objects.lock(invitation)
    if locked.accepted_at or locked.revoked_at:
        raise errors.OrganisationRefusal("invitation_closed")
    memberships.revoke_locked_invitation(locked, audit=scope.audit(locked.organisation_id, at=at))
    return locked


@transaction.atomic
def accept_invitation(token: str, *, name: str, language: str, at: datetime) -> AcceptedInvitation:
    """Create an account for the invited address, and a membership in the state `enrolled`.
    The vault calls this, makes password and keys in the same transaction, and then moves
    the membership by READY. An existing account of the address keeps name, language and
    password: the link gives no access to it (`is_new` is false, and the user must sign in).
    Errors: InvitationGone; detail_invalid; account_suspended; already_member; role_unknown
    for a role that roles.toml no longer has. After an error the invitation stays open."""
    invitation = get_invitation_by_token(token, at=at)
    Organisation.objects.lock(invitation.organisation)
    Invitation.objects.lock(invitation)
    invitation = get_invitation_by_token(token, at=at)  # read again under the lock
    if invitation.role not in roles():
        raise errors.OrganisationRefusal("role_unknown")
    user, is_new = _ensure_account(invitation.email, name=name, language=language, at=at)
    state, has_keys = enums.MembershipState.INVITED, gives_keys(invitation.role)
    state = rules.step_membership(state, enums.MembershipMove.ACCEPT, gives_keys=has_keys)
    offer = {name: getattr(invitation, name) for name in OfferedRole._fields}
    with details.refuse_duplicates(errors.OrganisationRefusal("already_member")):
        membership = Membership.objects.create(user=user, **offer, state=state, created=at)
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    audit = AuditContext(at=at, actor=user.pk, organisation=invitation.organisation_id)
    audit.record("orgs.accept_invitation", membership)
    return AcceptedInvitation(user, membership, is_new)


def _can_take_members(team: Team | None) -> bool:
    """Return whether a team can take members; locks it against being retired."""
    return team is None or Team.objects.locked().living().filter(pk=team.pk).exists()


def _must_not_be_member(offer: OfferedRole, email: str) -> None:
    """Refuse a member of the team in any role; without a team, a member in the same role."""
    rows = Membership.objects.live().filter(organisation=offer.organisation, team=offer.team)
    rows = rows.filter(user__email=email)
    if offer.team is None:
        rows = rows.filter(role=offer.role)
    if rows.exists():
        raise errors.OrganisationRefusal("already_member")


def _revoke_invitations_to_same_role(invitation: Invitation, audit: AuditContext) -> None:
    offered_role = {name: getattr(invitation, name) for name in OfferedRole._fields}
    same_invitations = Invitation.objects.open().filter(email=invitation.email, **offered_role)
    for earlier in list(same_invitations.locked().order_by("pk")):
        memberships.revoke_locked_invitation(earlier, audit=audit)


def _ensure_account(email: str, *, name: str, language: str, at: datetime) -> tuple[User, bool]:
    """Return an address's account, made if missing, and if it is new; refuse a suspended one."""
    user, is_new = User.objects.filter(email=email).first(), False
    if user is None:
        fields = {"password": make_password(None), "created": at}
        fields |= {"name": details.validate_name(name)}
        fields |= {"language": details.validate_language(language)}
        user, is_new = User.objects.get_or_create(email=email, defaults=fields)
    if user.suspended_at:
        raise errors.OrganisationRefusal("account_suspended")
    return user, is_new

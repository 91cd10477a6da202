"""Change the state and role of memberships, and end them, also with their team or organisation."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from protect.audit.context import AuditContext
from protect.orgs import access, enums, rules
from protect.orgs.actions import details
from protect.orgs.errors import OrganisationRefusal
from protect.orgs.models import Invitation, Membership, Organisation, Team, User
from protect.orgs.roles import gives_keys, roles
from protect.orgs.scope import Scope


def end_all_of_organisation(organisation: Organisation, *, audit: AuditContext) -> None:
    """End every team, membership and open invitation of an organisation; mail its members."""
    teams, reason = organisation.teams.locked().living(), enums.EndReason.ORGANISATION_LEFT
    _end_memberships(list(teams.order_by("pk")), Q(organisation=organisation), reason, audit=audit)


def retire_team_and_end_members(team: Team, *, audit: AuditContext) -> None:
    """Retire a locked team, revoke its invitations, end its memberships and mail its users."""
    _end_memberships([team], Q(team=team), enums.EndReason.TEAM_RETIRED, audit=audit)


def retire_locked_team(team: Team, *, audit: AuditContext) -> None:
    """Mark a locked team as retired; its keys, memberships and invitations do not change."""
    team.state = rules.step_team(enums.TeamState(team.state), enums.TeamMove.RETIRE)
    team.retired_at = audit.at
    team.save(update_fields=["state", "retired_at"])
    audit.record("orgs.retire_team", team)


def end_locked_membership(
    membership: Membership, reason: enums.EndReason, *, audit: AuditContext
) -> None:
    """Mark a locked membership as ended; keys and sessions do not change, and no mail is sent."""
    state, has_keys = enums.MembershipState(membership.state), gives_keys(membership.role)
    membership.state = rules.step_membership(state, enums.MembershipMove.END, gives_keys=has_keys)
    membership.ended_at = audit.at
    membership.end_reason = reason
    membership.save(update_fields=["state", "ended_at", "end_reason"])
    audit.record("orgs.end_membership", membership)


def revoke_locked_invitation(invitation: Invitation, *, audit: AuditContext) -> None:
    """Revoke a locked, open invitation: its link stops working."""
    invitation.revoked_at = audit.at
    invitation.save(update_fields=["revoked_at"])
    audit.record("orgs.revoke_invitation", invitation)


def lock_operators() -> None:
    """Lock the memberships of all operators, so that the last two cannot end at the same time."""
    list(access.memberships_with(enums.Permission.OPERATE).locked().order_by("pk"))


def must_not_be_last_manager(membership: Membership) -> None:
    """Refuse to end or change the last administrator or operator. Errors: last_administrator."""
    if access.is_last_manager(membership):
        raise OrganisationRefusal("last_administrator")


def must_keep_an_operator(**ending: Organisation | User) -> None:
    """Refuse to end a `user` or `organisation` with all operators. Errors: last_administrator."""
    operators = access.memberships_with(enums.Permission.OPERATE)
    if operators.filter(**ending).exists() and not operators.exclude(**ending).exists():
        raise OrganisationRefusal("last_administrator")


def _end_memberships(
    teams: list[Team], condition: Q, reason: enums.EndReason, *, audit: AuditContext
) -> None:
    """End teams, and all memberships and open invitations under a condition; mail the members."""
    invitations = list(Invitation.objects.locked().filter(condition).open().order_by("pk"))
    rows = Membership.objects.locked().filter(condition).live().order_by("pk")
    memberships = list(rows.select_related("user"))
    for team in teams:
        retire_locked_team(team, audit=audit)
    for invitation in invitations:
        revoke_locked_invitation(invitation, audit=audit)
    for membership in memberships:
        end_locked_membership(membership, reason, audit=audit)
    access.notify({membership.user for membership in memberships}, "left", at=audit.at)


@transaction.atomic
def apply_membership_move(
    membership: Membership, move: enums.MembershipMove, *, actor: UUID | None, at: datetime
) -> Membership:
    """Apply a move of sign-up, admission or lost keys to a membership. For the vault only.
    READY after sign-up: if the role gives keys, the key holders who may admit get a mail, and the
    user waits for admission; otherwise the membership is active at once. ADMIT by a key holder.
    LOSE_KEYS when the user lost every way to unlock. Errors: membership_move_not_allowed;
    role_unknown. ValueError for END, which only `end_membership` does."""
    if move is enums.MembershipMove.END:
        raise ValueError("use end_membership")
    locked = Membership.objects.select_related("user").lock(membership)
    if locked.role not in roles():
        raise OrganisationRefusal("role_unknown")
    state, has_keys = enums.MembershipState(locked.state), gives_keys(locked.role)
    locked.state = rules.step_membership(state, move, gives_keys=has_keys)
    if locked.state == enums.MembershipState.ACTIVE:
        locked.admitted_at = at
    locked.save(update_fields=["state", "admitted_at"])
    audit = AuditContext(at=at, actor=actor, organisation=locked.organisation_id)
    audit.record(f"orgs.membership_{move.value}", locked)
    if locked.state == enums.MembershipState.PENDING:
        admitting = access.users_with(enums.Permission.ADMIT, team=locked.team_id)
        access.notify(admitting, "membership_waiting", at=at)
    elif move is enums.MembershipMove.ADMIT:
        access.notify([locked.user], "admitted", at=at)
    return locked


@transaction.atomic
def end_membership(scope: Scope, membership: Membership, *, at: datetime) -> Membership:
    """End a membership at once, the user's own or one that they manage, and mail its user.
    The vault calls this, and ends grants, sessions and credentials in the same transaction.
    Errors: PermissionDenied; membership_move_not_allowed; last_administrator."""
    is_own = membership.user_id == scope.user_id
    if not is_own:
        access.must_manage(scope, membership)
    locked = _lock_with_others(membership)
    must_not_be_last_manager(locked)
    audit = scope.audit(locked.organisation_id, at=at)
    reason = enums.EndReason.OWN_WISH if is_own else enums.EndReason.REMOVED
    end_locked_membership(locked, reason, audit=audit)
    access.notify([locked.user], "left", at=at)
    return locked


@transaction.atomic
def change_role(scope: Scope, membership: Membership, role: str, *, at: datetime) -> Membership:
    """Give a member another role in the same team or organisation. Keys do not change.
    Errors: PermissionDenied, also for a role with more permissions than the user may give;
    role_unknown for another level, or if only one of old and new role gives keys;
    membership_move_not_allowed when it has ended; already_member; last_administrator."""
    access.must_manage(scope, membership)
    access.must_give_role(scope, role, team=membership.team, organisation=membership.organisation)
    locked = _lock_with_others(membership)
    if locked.state == enums.MembershipState.LEFT:
        raise OrganisationRefusal("membership_move_not_allowed", state=locked.state, move="promote")
    old_role, new_role = roles()[locked.role], roles()[role]
    if (old_role.level, old_role.gives_keys) != (new_role.level, new_role.gives_keys):
        raise OrganisationRefusal("role_unknown")
    if role != locked.role:
        must_not_be_last_manager(locked)
    locked.role = role
    with details.refuse_duplicates(OrganisationRefusal("already_member")):
        locked.save(update_fields=["role"])
    scope.audit(locked.organisation_id, at=at).record(f"orgs.promote_{role}", locked)
    return locked


def _lock_with_others(membership: Membership) -> Membership:
    """Lock organisation and operators, so that a manager stays; lock and return a membership."""
    Organisation.objects.lock(membership.organisation)
    lock_operators()
    return Membership.objects.select_related("user").lock(membership)

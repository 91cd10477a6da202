"""Changes of memberships: their state, their role, their end, also with a team or organisation."""

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


def end_all(organisation: Organisation, reason: enums.EndReason, *, audit: AuditContext) -> None:
    """End every team, membership and open invitation of an organisation, and tell its members."""
    teams = list(organisation.teams.locked().living().order_by("pk"))
    _end(teams, Q(organisation=organisation), reason, audit=audit)


def end_team(team: Team, *, audit: AuditContext) -> None:
    _end([team], Q(team=team), enums.EndReason.TEAM_RETIRED, audit=audit)


def retire(team: Team, *, audit: AuditContext) -> None:
    """Retire a locked team. Errors: team_move_not_allowed."""
    team.state = rules.step_team(enums.TeamState(team.state), enums.TeamMove.RETIRE)
    team.retired_at = audit.at
    team.save(update_fields=["state", "retired_at"])
    audit.record("orgs.retire_team", team)


def end(membership: Membership, reason: enums.EndReason, *, audit: AuditContext) -> None:
    """End a locked membership. Errors: membership_move_not_allowed."""
    membership.state = rules.step_membership(
        enums.MembershipState(membership.state),
        enums.MembershipMove.END,
        gives_keys=gives_keys(membership.role),
    )
    membership.ended_at = audit.at
    membership.end_reason = reason
    membership.save(update_fields=["state", "ended_at", "end_reason"])
    audit.record("orgs.end_membership", membership)


def revoke(invitation: Invitation, *, audit: AuditContext) -> None:
    """Revoke a locked, open invitation: its link stops working."""
    invitation.revoked_at = audit.at
    invitation.save(update_fields=["revoked_at"])
    audit.record("orgs.revoke_invitation", invitation)


def lock_operators() -> None:
    """Lock all operators, before the user or membership in question: two cannot both be ended."""
    list(access.holding(enums.Permission.OPERATE).locked().order_by("pk"))


def must_not_be_last(membership: Membership) -> None:
    """Keep the last administrator or operator where they are. Errors: last_administrator."""
    if access.is_last(membership):
        raise OrganisationRefusal("last_administrator")


def must_leave_operators(**ending: Organisation | User) -> None:
    """Refuse to end the last operators' account or organisation. Errors: last_administrator."""
    operators = access.holding(enums.Permission.OPERATE)
    if operators.filter(**ending).exists() and not operators.exclude(**ending).exists():
        raise OrganisationRefusal("last_administrator")


def _end(teams: list[Team], where: Q, reason: enums.EndReason, *, audit: AuditContext) -> None:
    invitations = list(Invitation.objects.locked().filter(where).open().order_by("pk"))
    rows = Membership.objects.locked().filter(where).live().order_by("pk")
    memberships = list(rows.select_related("user"))
    for team in teams:
        retire(team, audit=audit)
    for invitation in invitations:
        revoke(invitation, audit=audit)
    for membership in memberships:
        end(membership, reason, audit=audit)
    access.notify({each.user for each in memberships}, "left", at=audit.at)


@transaction.atomic
def set_membership_state(
    membership: Membership, move: enums.MembershipMove, *, actor: UUID | None, at: datetime
) -> Membership:
    """Move a membership on its way in. For the vault alone, which makes keys and grants.

    READY once a user has signed up: where the role gives keys, the key holders who may admit get
    a mail, and the user waits for one of them; otherwise the membership is active at once.
    ADMIT by a key holder. LOSE_KEYS when the user lost every way to unlock.
    Errors: membership_move_not_allowed; role_unknown. ValueError for END, which `end_membership`
    does.
    """
    if move is enums.MembershipMove.END:
        raise ValueError("use end_membership")
    locked = Membership.objects.select_related("user").lock(membership)
    if locked.role not in roles():
        raise OrganisationRefusal("role_unknown")
    locked.state = rules.step_membership(
        enums.MembershipState(locked.state), move, gives_keys=gives_keys(locked.role)
    )
    if locked.state == enums.MembershipState.ACTIVE:
        locked.admitted_at = at
    locked.save(update_fields=["state", "admitted_at"])
    audit = AuditContext(at=at, actor=actor, organisation=locked.organisation_id)
    audit.record(f"orgs.membership_{move.value}", locked)
    if locked.state == enums.MembershipState.PENDING:
        access.notify(
            access.holders(enums.Permission.ADMIT, team=locked.team_id), "membership_waiting", at=at
        )
    elif move is enums.MembershipMove.ADMIT:
        access.notify([locked.user], "admitted", at=at)
    return locked


@transaction.atomic
def end_membership(scope: Scope, membership: Membership, *, at: datetime) -> Membership:
    """End a membership at once: the user's own, or one that they manage.
    The vault calls this: grants, sessions and credentials end in the same transaction.
    Errors: PermissionDenied; membership_move_not_allowed; last_administrator."""
    is_own = membership.user_id == scope.user_id
    if not is_own:
        access.must_manage(scope, membership)
    locked = _lock_with_others(membership)
    must_not_be_last(locked)
    audit = scope.audit(locked.organisation_id, at=at)
    end(locked, enums.EndReason.OWN_WISH if is_own else enums.EndReason.REMOVED, audit=audit)
    access.notify([locked.user], "left", at=at)
    return locked


@transaction.atomic
def promote(scope: Scope, membership: Membership, role: str, *, at: datetime) -> Membership:
    """Give a member another role in the same team or organisation. Keys stay as they are.
    Errors: PermissionDenied, also for a role that gives more than one may give; role_unknown for
    one of another level, or with keys where there were none; membership_move_not_allowed when it
    has ended; already_member; last_administrator."""
    access.must_manage(scope, membership)
    access.must_give(scope, role, team=membership.team, organisation=membership.organisation)
    locked = _lock_with_others(membership)
    if locked.state == enums.MembershipState.LEFT:
        raise OrganisationRefusal("membership_move_not_allowed", state=locked.state, move="promote")
    before, after = roles()[locked.role], roles()[role]
    if (before.level, before.gives_keys) != (after.level, after.gives_keys):
        raise OrganisationRefusal("role_unknown")
    if role != locked.role:
        must_not_be_last(locked)
    locked.role = role
    with details.refusing(OrganisationRefusal("already_member")):
        locked.save(update_fields=["role"])
    scope.audit(locked.organisation_id, at=at).record(f"orgs.promote_{role}", locked)
    return locked


def _lock_with_others(membership: Membership) -> Membership:
    """Lock a membership so that the last two of a kind cannot go at once."""
    Organisation.objects.lock(membership.organisation)
    lock_operators()
    return Membership.objects.select_related("user").lock(membership)

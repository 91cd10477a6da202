"""Ends memberships: one by one, with their team, or with their organisation."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from protect.audit.context import AuditContext
from protect.orgs import rules
from protect.orgs.access import is_last
from protect.orgs.actions.mail import notify
from protect.orgs.enums import (
    EndReason,
    MembershipMove,
    MembershipState,
    Permission,
    TeamMove,
    TeamState,
)
from protect.orgs.errors import LastAdministrator
from protect.orgs.holders import holding
from protect.orgs.models import Invitation, Membership, Organisation, Team, User
from protect.orgs.roles import gives_keys


def end_all(organisation: Organisation, reason: EndReason, *, audit: AuditContext) -> None:
    """End every team, membership and open invitation of an organisation, and tell its members."""
    teams = list(organisation.teams.locked().living().order_by("pk"))
    _end(teams, Q(organisation=organisation), reason, audit=audit)


def end_team(team: Team, *, audit: AuditContext) -> None:
    """Retire a locked team; its memberships and open invitations end with it."""
    _end([team], Q(team=team), EndReason.TEAM_RETIRED, audit=audit)


def retire(team: Team, *, audit: AuditContext) -> None:
    """Retire a locked team. Errors: TeamMoveNotAllowed."""
    team.state = rules.step_team(TeamState(team.state), TeamMove.RETIRE)
    team.retired_at = audit.at
    team.save(update_fields=["state", "retired_at"])
    audit.record("orgs.retire_team", team)


def end(membership: Membership, reason: EndReason, *, audit: AuditContext) -> None:
    """End a locked membership. Errors: MembershipMoveNotAllowed."""
    membership.state = rules.step_membership(
        MembershipState(membership.state),
        MembershipMove.END,
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
    """Lock all operators, so that two transactions cannot each end one and leave none.

    Call it before the locks on the user or the membership in question.
    """
    list(holding(Permission.OPERATE).locked().order_by("pk"))


def must_not_be_last(membership: Membership) -> None:
    """Refuse to take the last administrator from an organisation, the last operator from all.

    Errors: LastAdministrator.
    """
    if is_last(membership):
        raise LastAdministrator


def must_not_be_last_in(organisation: Organisation) -> None:
    """Refuse to take all operators away with their organisation. Errors: LastAdministrator."""
    operators = holding(Permission.OPERATE)
    if operators.filter(organisation=organisation).exists():
        _must_remain(operators.exclude(organisation=organisation))


def must_not_be_last_operator(user: User) -> None:
    """Refuse to close the account of the last operator. Errors: LastAdministrator."""
    operators = holding(Permission.OPERATE)
    if operators.filter(user=user).exists():
        _must_remain(operators.exclude(user=user))


def _must_remain(others: QuerySet[Membership]) -> None:
    if not others.exists():
        raise LastAdministrator


def _end(teams: list[Team], where: Q, reason: EndReason, *, audit: AuditContext) -> None:
    invitations = list(Invitation.objects.locked().filter(where).open().order_by("pk"))
    rows = Membership.objects.locked().filter(where).live().order_by("pk")
    memberships = list(rows.select_related("user"))
    for team in teams:
        retire(team, audit=audit)
    for invitation in invitations:
        revoke(invitation, audit=audit)
    for membership in memberships:
        end(membership, reason, audit=audit)
    notify({each.user for each in memberships}, "left", at=audit.at)

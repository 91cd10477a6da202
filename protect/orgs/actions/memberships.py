"""Changes of memberships: their state, their role, their end."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from protect.audit.context import AuditContext
from protect.orgs import rules
from protect.orgs.access import must_give, must_manage
from protect.orgs.actions import details, endings
from protect.orgs.actions.mail import notify
from protect.orgs.actions.organisations import lock
from protect.orgs.enums import EndReason, MembershipMove, MembershipState, Permission
from protect.orgs.errors import AlreadyMember, MembershipMoveNotAllowed, RoleUnknown
from protect.orgs.holders import holders
from protect.orgs.models import Membership
from protect.orgs.roles import gives_keys, roles
from protect.orgs.scope import Scope


@transaction.atomic
def set_membership_state(
    membership: Membership, move: MembershipMove, *, actor: UUID | None, at: datetime
) -> Membership:
    """Move a membership on its way in. For the vault alone, which makes keys and grants.

    READY once a user has signed up: where the role gives keys, the key holders who may admit get
    a mail, and the user waits for one of them; otherwise the membership is active at once.
    ADMIT by a key holder. LOSE_KEYS when the user lost every way to unlock.
    Errors: MembershipMoveNotAllowed; RoleUnknown. ValueError for END, which `end_membership` does.
    """
    if move is MembershipMove.END:
        raise ValueError("use end_membership")
    locked = _lock(membership)
    if locked.role not in roles():
        raise RoleUnknown
    locked.state = rules.step_membership(
        MembershipState(locked.state), move, gives_keys=gives_keys(locked.role)
    )
    if locked.state == MembershipState.ACTIVE:
        locked.admitted_at = at
    locked.save(update_fields=["state", "admitted_at"])
    audit = AuditContext(at=at, actor=actor, organisation=locked.organisation_id)
    audit.record(f"orgs.membership_{move.value}", locked)
    if locked.state == MembershipState.PENDING:
        notify(holders(Permission.ADMIT, team=locked.team_id), "membership_waiting", at=at)
    elif move is MembershipMove.ADMIT:
        notify([locked.user], "admitted", at=at)
    return locked


@transaction.atomic
def end_membership(scope: Scope, membership: Membership, *, at: datetime) -> Membership:
    """End a membership at once: the user's own, or one that they manage.

    The vault calls this: grants, sessions and credentials end in the same transaction.
    Errors: PermissionDenied; MembershipMoveNotAllowed; LastAdministrator.
    """
    is_own = membership.user_id == scope.user_id
    if not is_own:
        must_manage(scope, membership)
    locked = _lock_with_others(membership)
    endings.must_not_be_last(locked)
    reason = EndReason.OWN_WISH if is_own else EndReason.REMOVED
    endings.end(
        locked,
        reason,
        audit=AuditContext(at=at, actor=scope.user_id, organisation=locked.organisation_id),
    )
    notify([locked.user], "left", at=at)
    return locked


@transaction.atomic
def promote(scope: Scope, membership: Membership, role: str, *, at: datetime) -> Membership:
    """Give a member another role in the same team or organisation. Keys stay as they are.

    Errors: PermissionDenied, also for a role that gives more than one may give; RoleUnknown for
    one of another level, or with keys where there were none; MembershipMoveNotAllowed when it has
    ended; AlreadyMember; LastAdministrator.
    """
    must_manage(scope, membership)
    must_give(scope, role, team=membership.team, organisation=membership.organisation)
    locked = _lock_with_others(membership)
    if locked.state == MembershipState.LEFT:
        raise MembershipMoveNotAllowed(state=locked.state, move="promote")
    if not _is_same_kind(locked.role, role):
        raise RoleUnknown
    if role != locked.role:
        endings.must_not_be_last(locked)
    locked.role = role
    with details.refusing(AlreadyMember):
        locked.save(update_fields=["role"])
    audit = AuditContext(at=at, actor=scope.user_id, organisation=locked.organisation_id)
    audit.record(f"orgs.promote_{role}", locked)
    return locked


def _lock(membership: Membership) -> Membership:
    return Membership.objects.locked().select_related("user").get(pk=membership.pk)


def _lock_with_others(membership: Membership) -> Membership:
    """Lock a membership so that the last two of a kind cannot go at once."""
    lock(membership.organisation)
    endings.lock_operators()
    return _lock(membership)


def _is_same_kind(old: str, new: str) -> bool:
    before, after = roles()[old], roles()[new]
    return (before.level, before.gives_keys) == (after.level, after.gives_keys)

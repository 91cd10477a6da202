"""Opening a team without members: two officers open it for a new member."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from protect.audit.context import AuditContext
from protect.orgs import actions as orgs
from protect.orgs.enums import MembershipMove, MembershipState, Permission
from protect.orgs.holders import holders, notify
from protect.orgs.models import Membership
from protect.orgs.roles import permissions_of
from protect.vault.actions import admissions, recovery_kit, rotation
from protect.vault.actions.lock_order import hold_teams
from protect.vault.actions.second_factors import must_be_stepped_up
from protect.vault.actions.teams import living_keys, own_key
from protect.vault.actions.unlocked import Unlocked, active_key
from protect.vault.models import TeamKey


@transaction.atomic
def restore(
    unlocked: Unlocked, membership: Membership, typed: dict[int, str], *, at: datetime
) -> TeamKey:
    """Open a team with the codes of two officers, for a member who waits to be let in.

    Shapes: `typed` has two places of officers and what each typed. The key that was opened this way
    is renewed at once.
    Errors: PermissionDenied, unless the person's own waiting place may admit others;
    StepUpRequired; CodeWrong; KitHasGaps; TeamNotReady; KeyNotReady; RecordDamaged for halves
    that do not open; TeamKeyMismatch for halves of another key; MemberKeyMismatch.
    """
    team = membership.team
    is_own = membership.user_id == unlocked.user_id
    may_admit = Permission.ADMIT in permissions_of(membership.role)
    if team is None or not is_own or not may_admit or membership.state != MembershipState.PENDING:
        raise PermissionDenied
    must_be_stepped_up(unlocked, at=at)
    hold_teams([team.pk])
    active = active_key(team.pk, lock=True)
    mine = own_key(unlocked)
    orgs.set_membership_state(membership, MembershipMove.ADMIT, actor=unlocked.user_id, at=at)
    for key in living_keys(team):
        secret = recovery_kit.join(key, typed)
        admissions.admit_member(key, secret, (membership, mine), by=unlocked.user_id, at=at)
    audit = AuditContext(at=at, actor=unlocked.user_id, organisation=team.organisation_id)
    audit.record("vault.restore", f"team:{team.pk}")
    organisers = holders(Permission.MANAGE_ORGANISATION, organisation=team.organisation_id)
    notify(organisers, "recovery_used", at=at)
    secret = unlocked.team(team.pk, active.version)
    return rotation.succeed(active, secret, by=unlocked.user_id, at=at)

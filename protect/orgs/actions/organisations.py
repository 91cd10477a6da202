"""How organisations come in, stop for a while, and leave."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from protect.audit.context import AuditContext
from protect.audit.rules import PLATFORM
from protect.orgs import rules
from protect.orgs.access import must, must_somewhere, who
from protect.orgs.actions import details
from protect.orgs.actions.ending import end_all, lock_operators, must_not_be_last_in
from protect.orgs.actions.mail import tell
from protect.orgs.enums import EndReason, OrganisationMove, OrganisationState, Permission
from protect.orgs.errors import NameTaken, VouchNotAllowed
from protect.orgs.holders import holders
from protect.orgs.models import Organisation, Vouch
from protect.orgs.scope import Scope


class Profile(NamedTuple):
    """What an organisation says of itself."""

    name: str
    kind: str
    country: str  # ISO 3166-1 alpha-2
    zone: str  # IANA


@transaction.atomic
def propose_organisation(scope: Scope, profile: Profile, *, at: datetime) -> Organisation:
    """Propose an organisation; it works once others have vouched. The proposal is no vouch.

    Errors: PermissionDenied; DetailInvalid; NameTaken.
    """
    must_somewhere(scope, Permission.VOUCH)
    made = create(profile, at=at)
    audit = AuditContext(at=at, actor=scope.user_id, organisation=made.pk)
    audit.record("orgs.propose_organisation", made, chain=PLATFORM)
    asked = holders(Permission.VOUCH).exclude(pk=who(scope))
    near = asked.filter(pk__in=holders(Permission.VOUCH, country=made.country))
    tell(near if near.count() >= rules.VOUCHES else asked, "organisation_vouch_asked", at=at)
    return made


def create(profile: Profile, *, at: datetime) -> Organisation:
    """Store an organisation as proposed. Errors: DetailInvalid; NameTaken."""
    made = Organisation(
        name=details.name(profile.name),
        kind=details.kind(profile.kind),
        country=details.country(profile.country),
        zone=details.zone(profile.zone),
        created=at,
    )
    with details.refusing(NameTaken):
        made.save(force_insert=True)
    return made


@transaction.atomic
def vouch(
    scope: Scope, organisation: Organisation, *, by: Organisation, at: datetime
) -> Organisation:
    """Say for `by` that a proposed organisation may be trusted. The second one makes it active.

    Two different active organisations must vouch; vouches of one that was suspended since do not
    count. While an installation has only one active organisation, that one is enough.
    Errors: PermissionDenied; OrganisationMoveNotAllowed when it is proposed no more;
    VouchNotAllowed for itself, twice, or by one that is not active.
    """
    must(scope, Permission.VOUCH, organisation=by)
    locked = lock(organisation)
    state = rules.step_organisation(OrganisationState(locked.state), OrganisationMove.ACTIVATE)
    if lock(by).state != OrganisationState.ACTIVE:
        raise VouchNotAllowed
    audit = AuditContext(at=at, actor=scope.user_id, organisation=locked.pk)
    with details.refusing(VouchNotAllowed):
        made = Vouch.objects.create(
            organisation=locked, by_organisation=by, by_user_id=who(scope), at=at
        )
    audit.record("orgs.vouch", made, chain=PLATFORM)
    active = Organisation.objects.active()
    given = locked.vouches.filter(by_organisation__in=active).count()
    if given >= rules.vouches_needed(active.count()):
        locked.state = state
        locked.save(update_fields=["state"])
        audit.record("orgs.activate_organisation", locked, chain=PLATFORM)
    return locked


@transaction.atomic
def suspend_organisation(scope: Scope, organisation: Organisation, *, at: datetime) -> Organisation:
    """Stop an organisation for a while: from now on nobody may do anything for it.

    Errors: PermissionDenied; OrganisationMoveNotAllowed.
    """
    must(scope, Permission.OPERATE)
    locked = lock(organisation)
    told = list(holders(Permission.MANAGE_ORGANISATION, organisation=locked.pk))
    locked.state = rules.step_organisation(
        OrganisationState(locked.state), OrganisationMove.SUSPEND
    )
    locked.suspended_at = at
    locked.save(update_fields=["state", "suspended_at"])
    audit = AuditContext(at=at, actor=scope.user_id, organisation=locked.pk)
    audit.record("orgs.suspend_organisation", locked, chain=PLATFORM)
    tell(told, "suspended", at=at)
    return locked


@transaction.atomic
def reactivate_organisation(
    scope: Scope, organisation: Organisation, *, at: datetime
) -> Organisation:
    """Let a suspended organisation work again, with the members that it still has.

    Errors: PermissionDenied; OrganisationMoveNotAllowed.
    """
    must(scope, Permission.OPERATE)
    locked = lock(organisation)
    locked.state = rules.step_organisation(
        OrganisationState(locked.state), OrganisationMove.REACTIVATE
    )
    locked.suspended_at = None
    locked.save(update_fields=["state", "suspended_at"])
    audit = AuditContext(at=at, actor=scope.user_id, organisation=locked.pk)
    audit.record("orgs.reactivate_organisation", locked, chain=PLATFORM)
    return locked


@transaction.atomic
def leave_organisation(scope: Scope, organisation: Organisation, *, at: datetime) -> Organisation:
    """End an organisation's part for good: its teams, memberships and invitations end with it.

    The vault calls this where teams have keys: grants and sessions end in the same transaction.
    Errors: PermissionDenied; OrganisationMoveNotAllowed; LastAdministrator when the only people
    who run the platform belong to it.
    """
    if not scope.may(Permission.OPERATE):
        must(scope, Permission.MANAGE_ORGANISATION, organisation=organisation)
    locked = lock(organisation)
    lock_operators()
    state = rules.step_organisation(OrganisationState(locked.state), OrganisationMove.LEAVE)
    must_not_be_last_in(locked)
    end_all(
        locked,
        EndReason.ORGANISATION_LEFT,
        audit=AuditContext(at=at, actor=scope.user_id, organisation=locked.pk),
    )
    locked.state = state
    locked.left_at = at
    locked.save(update_fields=["state", "left_at"])
    audit = AuditContext(at=at, actor=scope.user_id, organisation=locked.pk)
    audit.record("orgs.leave_organisation", locked, chain=PLATFORM)
    return locked


def lock(organisation: Organisation) -> Organisation:
    """Return an organisation as it stands, kept from others until the transaction ends."""
    return Organisation.objects.locked().get(pk=organisation.pk)

"""Organisations: proposed, vouched for, suspended, reactivated, left."""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from protect.audit.context import AuditContext
from protect.audit.rules import PLATFORM
from protect.orgs import errors, profiles, rules
from protect.orgs.access import holders, must, must_somewhere, notify, who
from protect.orgs.actions import details, invitations, memberships, modes
from protect.orgs.enums import EndReason, OrganisationMove, OrganisationState, Permission
from protect.orgs.models import Invitation, Organisation, Vouch
from protect.orgs.roles import giving
from protect.orgs.scope import Scope


class Profile(NamedTuple):
    name: str
    kind: str
    country: str  # ISO 3166-1 alpha-2
    zone: str  # IANA


@transaction.atomic
def propose_organisation(scope: Scope, profile: Profile, *, at: datetime) -> Organisation:
    """Propose an organisation. Errors: PermissionDenied; detail_invalid; name_taken."""
    must_somewhere(scope, Permission.VOUCH)
    organisation = create(profile, at=at)
    audit = scope.audit(organisation.pk, at=at)
    audit.record("orgs.propose_organisation", organisation, chain=PLATFORM)
    vouching = holders(Permission.VOUCH).exclude(pk=who(scope))
    nearby = vouching.filter(pk__in=holders(Permission.VOUCH, country=organisation.country))
    asked = nearby if nearby.count() >= rules.VOUCHES else vouching
    notify(asked, "organisation_vouch_asked", at=at)
    return organisation


def create(profile: Profile, *, at: datetime) -> Organisation:
    """Store an organisation as proposed. Errors: detail_invalid; name_taken."""
    organisation = Organisation(
        name=details.name(profile.name),
        kind=details.kind(profile.kind),
        country=details.country(profile.country),
        zone=details.zone(profile.zone),
        created=at,
    )
    with details.refusing(errors.OrganisationRefusal("name_taken")):
        organisation.save(force_insert=True)
    return organisation


@transaction.atomic
def vouch(
    scope: Scope, organisation: Organisation, *, by: Organisation, at: datetime
) -> Organisation:
    """Vouch, in the name of `by`, for a proposed organisation. The second vouch activates it.

    Two different active organisations must vouch; vouches of one that was suspended since do not
    count. While an installation has only one active organisation, that one is enough.
    Errors: PermissionDenied; organisation_move_not_allowed when it is proposed no more;
    vouch_not_allowed for itself, twice, or by one that is not active.
    """
    must(scope, Permission.VOUCH, organisation=by)
    locked = Organisation.objects.lock(organisation)
    state = rules.step_organisation(OrganisationState(locked.state), OrganisationMove.ACTIVATE)
    if Organisation.objects.lock(by).state != OrganisationState.ACTIVE:
        raise errors.OrganisationRefusal("vouch_not_allowed")
    audit = scope.audit(locked.pk, at=at)
    with details.refusing(errors.OrganisationRefusal("vouch_not_allowed")):
        named = {"organisation": locked, "by_organisation": by, "by_user_id": who(scope)}
        new_vouch = Vouch.objects.create(**named, at=at)
    audit.record("orgs.vouch", new_vouch, chain=PLATFORM)
    given, needed = profiles.standing(locked)
    if given >= needed:
        locked.state = state
        locked.save(update_fields=["state"])
        audit.record("orgs.activate_organisation", locked, chain=PLATFORM)
    return locked


@transaction.atomic
def suspend_organisation(scope: Scope, organisation: Organisation, *, at: datetime) -> Organisation:
    """Stop all its members' work. Errors: PermissionDenied; organisation_move_not_allowed."""
    must(scope, Permission.OPERATE)
    locked = Organisation.objects.lock(organisation)
    managers = list(holders(Permission.MANAGE_ORGANISATION, organisation=locked.pk))
    state = rules.step_organisation(OrganisationState(locked.state), OrganisationMove.SUSPEND)
    locked.state, locked.suspended_at = state, at
    locked.save(update_fields=["state", "suspended_at"])
    scope.audit(locked.pk, at=at).record("orgs.suspend_organisation", locked, chain=PLATFORM)
    notify(managers, "suspended", at=at)
    return locked


@transaction.atomic
def reactivate_organisation(
    scope: Scope, organisation: Organisation, *, at: datetime
) -> Organisation:
    """End a suspension. Errors: PermissionDenied; organisation_move_not_allowed."""
    must(scope, Permission.OPERATE)
    locked = Organisation.objects.lock(organisation)
    state = rules.step_organisation(OrganisationState(locked.state), OrganisationMove.REACTIVATE)
    locked.state, locked.suspended_at = state, None
    locked.save(update_fields=["state", "suspended_at"])
    scope.audit(locked.pk, at=at).record("orgs.reactivate_organisation", locked, chain=PLATFORM)
    return locked


@transaction.atomic
def leave_organisation(scope: Scope, organisation: Organisation, *, at: datetime) -> Organisation:
    """End an organisation for good, with its teams, memberships and invitations.
    The vault calls this where teams have keys: grants and sessions end in the same transaction.
    Errors: PermissionDenied; organisation_move_not_allowed; last_administrator when the only people
    who run the platform belong to it."""
    if not scope.may(Permission.OPERATE):
        must(scope, Permission.MANAGE_ORGANISATION, organisation=organisation)
    locked = Organisation.objects.lock(organisation)
    memberships.lock_operators()
    state = rules.step_organisation(OrganisationState(locked.state), OrganisationMove.LEAVE)
    memberships.must_leave_operators(organisation=locked)
    audit = scope.audit(locked.pk, at=at)
    memberships.end_all(locked, EndReason.ORGANISATION_LEFT, audit=audit)
    locked.state, locked.left_at = state, at
    locked.save(update_fields=["state", "left_at"])
    audit.record("orgs.leave_organisation", locked, chain=PLATFORM)
    return locked


ADMINISTRATOR = "organisation_admin"
FIRST_ROLES = (ADMINISTRATOR, "operator")


@transaction.atomic
def create_first_organisation(
    profile: Profile, *, email: str, language: str, at: datetime
) -> Organisation:
    """Create the first organisation, active, and invite its administrator and operator.
    Both mails go to one address, one for each role. Only the command line calls this.
    Errors: already_begun; detail_invalid."""
    if Organisation.objects.exists():
        raise errors.OrganisationRefusal("already_begun")
    organisation = create(profile, at=at)
    organisation.state = OrganisationState.ACTIVE  # of the first one, which no other can vouch for
    organisation.save(update_fields=["state"])
    for role in FIRST_ROLES:
        place = invitations.Place(organisation, None, role)
        invitations.write(place, by=None, email=email, language=language, at=at)
    audit = AuditContext(at=at, actor=None, organisation=organisation.pk)
    audit.record("orgs.begin", organisation, chain=PLATFORM)
    modes.note_live(at=at)
    return organisation


@transaction.atomic
def invite_first_administrator(
    scope: Scope, organisation: Organisation, *, email: str, language: str, at: datetime
) -> Invitation:
    """Invite the first administrator of an organisation without one. Operators only. The new
    invitation revokes earlier ones to any address, so that a mistyped address is corrected by
    inviting again. Errors: PermissionDenied; organisation_move_not_allowed once it has an
    administrator; detail_invalid; organisation_not_active."""
    must(scope, Permission.OPERATE)
    locked = Organisation.objects.lock(organisation)
    if profiles.managers(locked).exists():
        raise errors.OrganisationRefusal("organisation_move_not_allowed")
    earlier = Invitation.objects.open().filter(organisation=locked, team=None)
    audit = scope.audit(locked.pk, at=at)
    for invitation in (
        earlier.filter(role__in=giving(Permission.MANAGE_ORGANISATION)).locked().order_by("pk")
    ):
        memberships.revoke(invitation, audit=audit)
    place = invitations.Place(locked, None, ADMINISTRATOR)
    return invitations.write(place, by=scope.user_id, email=email, language=language, at=at)

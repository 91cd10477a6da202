"""Actions on organisations: propose, vouch, suspend, reactivate, leave."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import available_timezones

from django.db import transaction

from protect.audit.context import AuditContext
from protect.audit.rules import PLATFORM
from protect.orgs import access, errors, profiles, roles, rules
from protect.orgs.access import must, notify, users_with
from protect.orgs.actions import details, invitations, memberships, modes
from protect.orgs.enums import OrganisationKind, OrganisationMove, OrganisationState, Permission
from protect.orgs.models import Invitation, Organisation, Vouch
from protect.orgs.scope import Scope
from protect.reference import vocabulary


class NewOrganisation(NamedTuple):
    name: str
    kind: str
    country: str  # ISO 3166-1 alpha-2
    zone: str  # IANA


@transaction.atomic
def propose_organisation(scope: Scope, profile: NewOrganisation, *, at: datetime) -> Organisation:
    """Propose an organisation; mail the users who may vouch, only of its country if at least two.
    Errors: PermissionDenied; detail_invalid; name_taken."""
    access.must_have_in_some_organisation(scope, Permission.VOUCH)
    organisation = create_proposed_organisation(profile, at=at)
    audit = scope.audit(organisation.pk, at=at)
    audit.record("orgs.propose_organisation", organisation, chain=PLATFORM)
    users = users_with(Permission.VOUCH).exclude(pk=access.must_be_signed_in(scope))
    nearby = users.filter(pk__in=users_with(Permission.VOUCH, country=organisation.country))
    if nearby.count() >= rules.REQUIRED_VOUCHES:
        users = nearby
    notify(users, "organisation_vouch_asked", at=at)
    return organisation


def create_proposed_organisation(profile: NewOrganisation, *, at: datetime) -> Organisation:
    """Store an organisation as proposed. Errors: detail_invalid; name_taken."""
    organisation = Organisation(
        name=details.validate_name(profile.name),
        kind=details.validate_choice(profile.kind, OrganisationKind.values, "kind"),
        country=details.validate_choice(profile.country, vocabulary.countries(), "country"),
        zone=details.validate_choice(profile.zone, available_timezones(), "zone"),
        created=at,
    )
    with details.refuse_duplicates(errors.OrganisationRefusal("name_taken")):
        organisation.save(force_insert=True)
    return organisation


@transaction.atomic
def vouch(
    scope: Scope, organisation: Organisation, *, by: Organisation, at: datetime
) -> Organisation:
    """Vouch, in the name of `by`, for a proposed organisation; the second vouch activates it. Two
    different active organisations must vouch; vouches of an organisation that was suspended later
    do not count. While only one active organisation exists, its vouch is enough.
    Errors: PermissionDenied; organisation_move_not_allowed when it is no longer proposed;
    vouch_not_allowed for itself, twice, or by an inactive organisation."""
    must(scope, Permission.VOUCH, organisation=by)
    locked = Organisation.objects.lock(organisation)
    state = rules.step_organisation(OrganisationState(locked.state), OrganisationMove.ACTIVATE)
    if Organisation.objects.lock(by).state != OrganisationState.ACTIVE:
        raise errors.OrganisationRefusal("vouch_not_allowed")
    audit = scope.audit(locked.pk, at=at)
    with details.refuse_duplicates(errors.OrganisationRefusal("vouch_not_allowed")):
        fields = {"organisation": locked, "by_user_id": access.must_be_signed_in(scope)}
        new_vouch = Vouch.objects.create(**fields, by_organisation=by, at=at)
    audit.record("orgs.vouch", new_vouch, chain=PLATFORM)
    given, needed = profiles.count_vouches(locked)
    if given >= needed:
        locked.state = state
        locked.save(update_fields=["state"])
        audit.record("orgs.activate_organisation", locked, chain=PLATFORM)
    return locked


@transaction.atomic
def suspend_organisation(scope: Scope, organisation: Organisation, *, at: datetime) -> Organisation:
    """Suspend an organisation, so that its members cannot work, and mail its administrators.
    Errors: PermissionDenied; organisation_move_not_allowed."""
    must(scope, Permission.OPERATE)
    locked = Organisation.objects.lock(organisation)
    managers = list(users_with(Permission.MANAGE_ORGANISATION, organisation=locked.pk))
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
    """End an organisation for good, with its teams, memberships and invitations; mail members.
    The vault calls this where teams have keys, and ends grants and sessions with it. Errors:
    PermissionDenied; organisation_move_not_allowed; last_administrator if no operator remains."""
    if not scope.may(Permission.OPERATE):
        must(scope, Permission.MANAGE_ORGANISATION, organisation=organisation)
    locked = Organisation.objects.lock(organisation)
    memberships.lock_operators()
    state = rules.step_organisation(OrganisationState(locked.state), OrganisationMove.LEAVE)
    memberships.must_keep_an_operator(organisation=locked)
    audit = scope.audit(locked.pk, at=at)
    memberships.end_all_of_organisation(locked, audit=audit)
    locked.state, locked.left_at = state, at
    locked.save(update_fields=["state", "left_at"])
    audit.record("orgs.leave_organisation", locked, chain=PLATFORM)
    return locked


ADMINISTRATOR_ROLE = "organisation_admin"
FIRST_INVITED_ROLES = (ADMINISTRATOR_ROLE, "operator")  # of the first organisation


@transaction.atomic
def create_first_organisation(
    profile: NewOrganisation, *, email: str, language: str, at: datetime
) -> Organisation:
    """Create the first organisation, active, and invite its administrator and operator.
    Both mails go to one address, one for each role. Only the command line calls this.
    Errors: already_begun; detail_invalid."""
    if Organisation.objects.exists():
        raise errors.OrganisationRefusal("already_begun")
    organisation = create_proposed_organisation(profile, at=at)
    organisation.state = OrganisationState.ACTIVE  # no other organisation exists to vouch for it
    organisation.save(update_fields=["state"])
    for role in FIRST_INVITED_ROLES:
        offered_role = invitations.OfferedRole(organisation, None, role)
        invitations.create_and_send(offered_role, by=None, email=email, language=language, at=at)
    audit = AuditContext(at=at, actor=None, organisation=organisation.pk)
    audit.record("orgs.begin", organisation, chain=PLATFORM)
    modes.mark_as_live(at=at)
    return organisation


@transaction.atomic
def invite_first_administrator(
    scope: Scope, organisation: Organisation, *, email: str, language: str, at: datetime
) -> Invitation:
    """Invite the first administrator of an organisation; operators only.
    The new invitation revokes earlier ones to any address, so that a mistyped address can
    be corrected. Errors: PermissionDenied; organisation_move_not_allowed once it has an
    administrator; detail_invalid; organisation_not_active."""
    must(scope, Permission.OPERATE)
    locked = Organisation.objects.lock(organisation)
    if profiles.manager_memberships(locked).exists():
        raise errors.OrganisationRefusal("organisation_move_not_allowed")
    earlier = Invitation.objects.open().filter(organisation=locked, team=None)
    earlier = earlier.filter(role__in=roles.roles_with(Permission.MANAGE_ORGANISATION))
    audit, by = scope.audit(locked.pk, at=at), scope.user_id
    for invitation in earlier.locked().order_by("pk"):
        memberships.revoke_locked_invitation(invitation, audit=audit)
    offer = invitations.OfferedRole(locked, None, ADMINISTRATOR_ROLE)
    return invitations.create_and_send(offer, by=by, email=email, language=language, at=at)

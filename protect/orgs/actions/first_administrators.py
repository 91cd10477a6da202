"""The first organisation of an installation, and the first administrator of any organisation.

Both come from outside: no member is there yet who could vouch or invite.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from protect.audit.context import AuditContext
from protect.audit.rules import PLATFORM
from protect.orgs import profiles, rules
from protect.orgs.access import must
from protect.orgs.actions import endings, invitations, modes
from protect.orgs.actions.organisations import Profile, create, lock
from protect.orgs.enums import OrganisationMove, OrganisationState, Permission
from protect.orgs.errors import AlreadyBegun, OrganisationMoveNotAllowed
from protect.orgs.models import Invitation, Organisation
from protect.orgs.scope import Scope

ADMINISTRATOR = "organisation_admin"
FIRST_ROLES = (ADMINISTRATOR, "operator")


@transaction.atomic
def create_first_organisation(
    profile: Profile, *, email: str, language: str, at: datetime
) -> Organisation:
    """Create the first organisation, active, and invite its administrator and operator.

    Both mails go to one address, one for each role. Only the command line calls this.
    Errors: AlreadyBegun; DetailInvalid.
    """
    if Organisation.objects.exists():
        raise AlreadyBegun
    organisation = create(profile, at=at)
    organisation.state = rules.step_organisation(
        OrganisationState(organisation.state), OrganisationMove.ACTIVATE
    )
    organisation.save(update_fields=["state"])
    for role in FIRST_ROLES:
        place = invitations.Place(organisation, None, role)
        invitations.write(place, by=None, email=email, language=language, at=at)
    AuditContext(at=at, actor=None, organisation=organisation.pk).record(
        "orgs.begin", organisation, chain=PLATFORM
    )
    modes.note_live(at=at)
    return organisation


@transaction.atomic
def invite_first_administrator(
    scope: Scope, organisation: Organisation, *, email: str, language: str, at: datetime
) -> Invitation:
    """Invite the first administrator of an organisation without one. Operators only.

    The new invitation revokes earlier ones to any address, so that a mistyped address is corrected
    by inviting again.
    Errors: PermissionDenied; OrganisationMoveNotAllowed once it has an administrator;
    DetailInvalid; OrganisationNotActive.
    """
    must(scope, Permission.OPERATE)
    locked = lock(organisation)
    if profiles.managers(locked).exists():
        raise OrganisationMoveNotAllowed
    earlier = Invitation.objects.open().filter(organisation=locked, team=None)
    audit = AuditContext(at=at, actor=scope.user_id, organisation=locked.pk)
    for invitation in earlier.filter(role__in=profiles.managing_roles()).locked().order_by("pk"):
        endings.revoke(invitation, audit=audit)
    place = invitations.Place(locked, None, ADMINISTRATOR)
    return invitations.write(place, by=scope.user_id, email=email, language=language, at=at)

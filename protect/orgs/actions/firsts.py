"""The first administrator of an organisation: nobody in it could invite anybody."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from protect.audit.context import AuditContext
from protect.orgs import profiles
from protect.orgs.access import must
from protect.orgs.actions import ending, invitations
from protect.orgs.actions.organisations import lock
from protect.orgs.enums import Permission
from protect.orgs.errors import OrganisationMoveNotAllowed
from protect.orgs.models import Invitation, Organisation
from protect.orgs.scope import Scope

ROLE = "organisation_admin"


@transaction.atomic
def invite_first(
    scope: Scope, organisation: Organisation, *, email: str, language: str, at: datetime
) -> Invitation:
    """Invite the first administrator of an organisation that nobody manages yet.

    For those who run the platform. A new one ends those before it, whatever their address: a slip
    in an address is mended by inviting again.
    Errors: PermissionDenied; OrganisationMoveNotAllowed once somebody manages it; DetailInvalid;
    OrganisationNotActive.
    """
    must(scope, Permission.OPERATE)
    locked = lock(organisation)
    if profiles.managers(locked).exists():
        raise OrganisationMoveNotAllowed
    earlier = Invitation.objects.open().filter(organisation=locked, team=None)
    audit = AuditContext(at=at, actor=scope.user_id, organisation=locked.pk)
    for each in earlier.filter(role__in=profiles.managing_roles()).locked().order_by("pk"):
        ending.revoke(each, audit=audit)
    place = invitations.Place(locked, None, ROLE)
    return invitations.write(place, by=scope.user_id, email=email, language=language, at=at)

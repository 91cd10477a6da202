"""The first organisation of an installation: nobody could vouch for it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from protect.audit.context import AuditContext
from protect.audit.rules import PLATFORM
from protect.orgs import rules
from protect.orgs.actions import invitations, modes
from protect.orgs.actions.organisations import Profile, create
from protect.orgs.enums import OrganisationMove, OrganisationState
from protect.orgs.errors import AlreadyBegun
from protect.orgs.models import Organisation

FIRST_ROLES = ("organisation_admin", "operator")


@transaction.atomic
def begin(profile: Profile, *, email: str, language: str, at: datetime) -> Organisation:
    """Make the first organisation, active, and invite the person who manages it and runs the site.

    Two mails: one for each of the two roles. For the command line alone.
    Errors: AlreadyBegun; DetailInvalid.
    """
    if Organisation.objects.exists():
        raise AlreadyBegun
    made = create(profile, at=at)
    made.state = rules.step_organisation(OrganisationState(made.state), OrganisationMove.ACTIVATE)
    made.save(update_fields=["state"])
    for role in FIRST_ROLES:
        place = invitations.Place(made, None, role)
        invitations.write(place, by=None, email=email, language=language, at=at)
    AuditContext(at=at, actor=None, organisation=made.pk).record("orgs.begin", made, chain=PLATFORM)
    modes.note_live(at=at)
    return made

"""The tabs of an organisation's pages, across packages."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from protect.orgs import access
from protect.orgs.enums import Permission
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope

type Tab = tuple[str, str, bool]  # label, address, whether it is the page itself

OVERVIEW, PEOPLE, TEAMS = "vault:organisation", "vault:organisation_people", "vault:team_list"
INVITATIONS, HISTORY = "vault:invitation_list", "orgs:organisation_history"


def tabs_of(scope: Scope, organisation: Organisation, here: str) -> list[Tab]:
    """Return the pages about an organisation that a user may open; `here` is one of them."""
    is_in = organisation.pk in scope.organisations
    pages = [
        # Translators: a page about an organisation: what it is and how it stands.
        (_("Overview"), OVERVIEW, True),
        # Translators: a page about an organisation: who works there.
        (_("People"), PEOPLE, access.may_see_people(scope, organisation)),
        # Translators: a page that lists one's teams.
        (_("Teams"), TEAMS, is_in),
        # Translators: a page that lists open invitations.
        (_("Invitations"), INVITATIONS, access.invites_in(scope, organisation)),
        # Translators: a page about an organisation: who did what.
        (_("History"), HISTORY, scope.may(Permission.READ_AUDIT, organisation=organisation.pk)),
    ]
    return [
        (label, _address(name, organisation), name == here)
        for label, name, is_open in pages
        if is_open
    ]


def _address(name: str, organisation: Organisation) -> str:
    return reverse(name) if name == TEAMS else reverse(name, args=[organisation.pk])

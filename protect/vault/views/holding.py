"""The team of a page that only those who hold its key may open."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from protect.orgs.access import get_team, scope_of
from protect.orgs.models import Team
from protect.vault.access import must_hold
from protect.vault.actions.unlocked import Unlocked, unlocked


def held_team(request: HttpRequest, pk: UUID) -> tuple[Team, Unlocked]:
    """Return a team whose key this person holds, and what opens it.

    Errors: Http404; PermissionDenied; VaultLocked.
    """
    team, opened = get_team(scope_of(request), pk), unlocked(request)
    must_hold(opened, team)
    return team, opened

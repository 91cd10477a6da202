"""Owners of keys, as commands name them to an operator: organisations and teams, never a person."""

from __future__ import annotations

from uuid import UUID

from protect.kernel.text import one_line
from protect.orgs.models import Membership, Team
from protect.vault.models import RecoveryOfficer, TeamKey

NO_PLACE = "a person without a place in any organisation"


def team_name(team: Team) -> str:
    """Return the names of a team's organisation and of the team."""
    return f"{one_line(team.organisation.name)}, {one_line(team.name)}"


def place_name(place: Membership) -> str:
    """Return where a place is: the names of its organisation and team."""
    return team_name(place.team) if place.team else one_line(place.organisation.name)


def key_name(key: TeamKey) -> str:
    """Return the owner of a version of a team's key, with that version."""
    return f"{team_name(key.team)}, version {key.version}"


def officer_name(officer: RecoveryOfficer) -> str:
    """Return the name of a recovery officer's organisation, and the officer's place in it."""
    return f"{one_line(officer.organisation.name)}, recovery officer {officer.slot}"


def person_places(user: UUID) -> str:
    """Return the names of the organisations and teams in which a person has a place now."""
    live = Membership.objects.live().filter(user=user).order_by("pk")
    names = {
        place_name(place) for place in live.select_related("organisation", "team__organisation")
    }
    return "; ".join(sorted(names)) or NO_PLACE

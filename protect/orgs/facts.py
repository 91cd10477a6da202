"""Counts of what waits at the desk. Never a name, never a case."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from protect.orgs.enums import MembershipState, Permission
from protect.orgs.models import Invitation, Membership, Organisation, Team
from protect.orgs.scope import Scope


class Waiting(NamedTuple):
    """Counts of what waits for a user here. Class R3, exact: for that user alone."""

    teams: int  # in which they work
    to_admit: int  # people who wait for a key holder like them
    invitations: int  # sent for places where they invite, and open
    to_vouch: int  # proposed organisations for which theirs have not vouched


def waiting(scope: Scope, *, at: datetime) -> Waiting:
    """Return the counts for a user. Four queries at most."""
    mine = scope.organisations_where(Permission.VOUCH)
    pending = Membership.objects.filter(
        state=MembershipState.PENDING,
        user__suspended_at=None,
        team__in=scope.teams_where(Permission.ADMIT),
    )
    invitations = Invitation.objects.visible_to(scope).open().filter(expires__gt=at)
    proposed = Organisation.objects.waiting().exclude(vouches__by_organisation__in=mine)
    return Waiting(
        teams=Team.objects.living().filter(pk__in=scope.teams).count(),
        to_admit=pending.count(),
        invitations=invitations.count(),
        to_vouch=proposed.count() if mine else 0,
    )

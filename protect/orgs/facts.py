"""What waits at the desk, in numbers. Never a name, never a case."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise

from protect.audit.rules import DONE
from protect.orgs import sentences, sign_ins
from protect.orgs.enums import MembershipState, Permission
from protect.orgs.models import Invitation, Membership, Organisation, Team
from protect.orgs.scope import Scope


class Waiting(NamedTuple):
    """How much of this package concerns somebody now. Class R3, exact: for that person alone."""

    teams: int  # in which they work
    to_admit: int  # people who wait for a key holder like them
    invitations: int  # sent for places where they invite, and open
    to_vouch: int  # proposed organisations for which theirs have not vouched


class SignIn(NamedTuple):
    """Somebody came in, or was refused. Class R3, exact: for the person whose account it is."""

    at: datetime
    action: str  # a code: `sentences.sentence` says it
    refused: str  # a code: `sentences.why` says it; "" for what was done

    @property
    def text(self) -> Promise | str:
        """Return in a sentence what was done, or tried."""
        return (sentences.tried if self.refused else sentences.sentence)(self.action)

    @property
    def why(self) -> Promise | str:
        """Return in a sentence why it was refused, "" for what was done."""
        return sentences.why(self.refused) if self.refused else ""


def own_sign_ins(scope: Scope, *, most: int = 20) -> list[SignIn]:
    """Return the newest sign-ins to one's own account, none for nobody. One query.

    The audit keeps them for 90 days and the rest of the month.
    """
    if scope.user_id is None:
        return []
    rows = sign_ins.of_person(scope.user_id).order_by("-n")
    found = rows.values_list("at", "action", "outcome")[:most]
    return [SignIn(at, action, "" if said == DONE else said) for at, action, said in found]


def waiting(scope: Scope, *, at: datetime) -> Waiting:
    """Return what waits for a person. Four queries at most."""
    mine = scope.organisations_where(Permission.VOUCH)
    pending = Membership.objects.filter(
        state=MembershipState.PENDING, team__in=scope.teams_where(Permission.ADMIT)
    )
    invitations = Invitation.objects.visible_to(scope).open().filter(expires__gt=at)
    proposed = Organisation.objects.waiting().exclude(vouches__by_organisation__in=mine)
    return Waiting(
        teams=Team.objects.living().filter(pk__in=scope.teams).count(),
        to_admit=pending.count(),
        invitations=invitations.count(),
        to_vouch=proposed.count() if mine else 0,
    )

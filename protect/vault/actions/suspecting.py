"""Renewing a team's key because somebody else may have had it, though nobody has left."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from protect.orgs.access import must
from protect.orgs.enums import Permission
from protect.orgs.models import Team
from protect.orgs.scope import Scope
from protect.vault.actions import rotation
from protect.vault.actions.second_factors import must_be_stepped_up
from protect.vault.actions.tracing import trace
from protect.vault.actions.unlocked import Unlocked, active_key
from protect.vault.enums import Suspicion
from protect.vault.errors import RenewalUnderWay
from protect.vault.models import TeamKey


@transaction.atomic
def renew(scope: Scope, unlocked: Unlocked, team: Team, why: Suspicion, *, at: datetime) -> TeamKey:
    """Begin the next version of a team's key; why stands in the history, as a code.

    Everything moves to it as in any renewal, and the old key is deleted at its end.
    Errors: PermissionDenied, for who does not supervise the team; StepUpRequired; RenewalUnderWay,
    also while one is due and nobody has begun it; as `rotation.begin`.
    """
    must(scope, Permission.SUPERVISE, team=team)
    must_be_stepped_up(unlocked, at=at)
    active_key(team.pk, lock=True)
    if rotation.is_due(Team.objects.get(pk=team.pk)):
        raise RenewalUnderWay
    made = rotation.begin(unlocked, team, at=at)
    trace(team, f"suspect_{why.value}", f"teamkey:{made.pk}", actor=unlocked.user_id, at=at)
    return made

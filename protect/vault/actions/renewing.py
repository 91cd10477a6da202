"""Going on with renewals that are due: a batch at a time, whoever of a team is at the desk."""

from __future__ import annotations

from datetime import datetime

from protect.kernel.errors import ProtectError
from protect.orgs.models import Team
from protect.vault.actions import rotation
from protect.vault.actions.rotation import Progress
from protect.vault.actions.unlocked import Unlocked, active_key
from protect.vault.enums import KeyState, Opener
from protect.vault.models import DekWrap, TeamGrant, TeamKey


def progress(team: Team) -> Progress:
    """Return how many sealed versions open with the newest key, and how many with older ones.

    Before a renewal that is due has begun, all are left. Those that did not open when they were to
    be moved are left out.
    Errors: TeamNotReady.
    """
    key = active_key(team.pk)
    wraps = DekWrap.objects.filter(opener=Opener.TEAM, team=team, damaged_at=None)
    if rotation.is_due(team) and not _has_begun(team):
        return Progress(0, wraps.count())
    left = wraps.filter(team_version__lt=key.version).count()
    return Progress(wraps.filter(team_version=key.version).count(), left)


def continue_due(unlocked: Unlocked, *, at: datetime) -> int:
    """Begin or continue every renewal that is due where this person holds the key.

    Returns the number of teams that were due. It takes one batch in all, so that no page waits for
    long; what cannot go on now is left as it was, for the next who comes.
    """
    due, limit = [team for team in _held(unlocked) if rotation.is_due(team)], rotation.BATCH
    for team in due:
        try:
            limit -= rotation.step(unlocked, team, at=at, limit=limit).done
        except ProtectError:
            continue
        if limit <= 0:
            break
    return len(due)


def _has_begun(team: Team) -> bool:
    return TeamKey.objects.filter(team=team, state=KeyState.RETIRING).exists()


def _held(unlocked: Unlocked) -> list[Team]:
    """Return the teams whose newest key this person holds."""
    grants = TeamGrant.objects.filter(
        team_key__state=KeyState.ACTIVE,
        user_key__user=unlocked.user_id,
        user_key__version=unlocked.user_version,
    )
    return list(Team.objects.living().filter(pk__in=grants.values("team_key__team")).order_by("pk"))

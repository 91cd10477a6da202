"""Renewing a team's key: since when it is due, how far it has come, and beginning it by hand."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from protect.audit.models import Entry
from protect.orgs.access import must
from protect.orgs.enums import Permission
from protect.orgs.models import Team
from protect.orgs.scope import Scope
from protect.vault.enums import KeyState, Opener
from protect.vault.errors import VaultRefusal
from protect.vault.models import DekWrap, TeamKey
from protect.vault.rows import all_rows
from protect.vault.sessions.unlocked import Unlocked, active_key
from protect.vault.sign_in.second_factors import must_be_stepped_up
from protect.vault.team_keys import rotation


def progress(team: Team) -> rotation.Progress:
    """Return how many sealed versions open with the newest key, and how many with older ones.
    Before a renewal that is due has begun, all are left. Those that did not open when they were to
    be moved are left out. Errors: team_not_ready."""
    key = active_key(team.pk)
    wraps = DekWrap.objects.filter(opener=Opener.TEAM, team=team, damaged_at=None)
    if rotation.is_due(team) and not rotation.is_under_way(team):
        return rotation.Progress(0, wraps.count())
    left = wraps.filter(team_version__lt=key.version).count()
    return rotation.Progress(wraps.filter(team_version=key.version).count(), left)


def due_since(team: Team) -> datetime | None:
    """Return since when a team's key must be renewed, None where nothing is due.
    Since a member who held it left, or since a member began the renewal."""
    if not rotation.is_due(team):
        return None
    living = TeamKey.objects.filter(team=team).exclude(state=KeyState.RETIRED).order_by("version")
    oldest, *newer = living
    entries = Entry.objects.of_organisation(team.organisation_id).about(f"team:{team.pk}")
    reasons = entries.filter(action__in=rotation.ASK, at__gte=oldest.created).order_by("n")
    reason = reasons.values_list("at", flat=True).first()
    return reason or (newer[0].created if newer else oldest.created)


def begun_at(team: Team) -> datetime | None:
    """Return when the renewal that is under way began, None where none is or yet another is due."""
    key = TeamKey.objects.select_related("team").filter(team=team, state=KeyState.ACTIVE).first()
    if key is None or not rotation.is_under_way(team) or rotation.is_spent(key):
        return None
    return key.created


def due_renewals() -> list[datetime]:
    """Return since when the key of each team that waits for it must be renewed, oldest first."""
    with all_rows():
        since = [due_since(team) for team in Team.objects.living().order_by("pk")]
    return sorted(moment for moment in since if moment is not None)


@transaction.atomic
def renew(scope: Scope, unlocked: Unlocked, team: Team, *, at: datetime) -> TeamKey:
    """Begin the next version of a team's key though nothing makes it due.
    Everything moves to it as in any renewal, and the old key is deleted at its end.
    Errors: PermissionDenied, for a member who does not supervise the team; step_up_required;
    renewal_under_way, also while one is due and has not begun; as `rotation.begin`."""
    must(scope, Permission.SUPERVISE, team=team)
    must_be_stepped_up(unlocked, at=at)
    active_key(team.pk, lock=True)
    if rotation.is_due(Team.objects.get(pk=team.pk)):
        raise VaultRefusal("renewal_under_way")
    return rotation.begin(unlocked, team, at=at)

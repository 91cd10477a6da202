"""In which order rows are locked, so that no two of us ever wait for each other.

Keys of teams, by team; records; organisations and teams, as `orgs` does; then the chains of the
audit, by name. A caller that needs several takes them in this order.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from protect.orgs.models import Organisation, Team
from protect.vault.models import TeamKey


def hold_keys(teams: Collection[UUID]) -> None:
    """Keep other transactions from sealing for these teams, or renewing keys, until this one ends.

    The first version's row stands for them all: it never goes, and no other takes its place while
    a request waits for it.
    """
    firsts = TeamKey.objects.filter(team__in=teams, version=1)
    list(firsts.select_for_update(no_key=True).order_by("team"))


def hold_teams(teams: Collection[UUID]) -> None:
    """Hold the keys of teams, and the teams: no member leaves and no team ends meanwhile."""
    hold_keys(teams)
    above = Organisation.objects.filter(teams__in=teams).values("pk")
    list(Organisation.objects.locked().filter(pk__in=above).order_by("pk"))
    list(Team.objects.locked().filter(pk__in=teams).order_by("pk"))

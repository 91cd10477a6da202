"""In which order rows are locked, so that no two of us ever wait for each other.

Keys of teams, by team; records; organisations and teams, as `orgs` does; then the chains of the
audit, by name. Whoever needs several takes them in this order.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from protect.orgs.models import Organisation, Team
from protect.vault.models import TeamKey


def hold_keys(teams: Collection[UUID]) -> None:
    """Let nobody seal for these teams, or renew their keys, until the transaction ends.

    The first version's row stands for them all: it never goes, and no other takes its place while
    somebody waits for it.
    """
    firsts = TeamKey.objects.filter(team__in=teams, version=1)
    list(firsts.select_for_update(no_key=True).order_by("team"))


def hold_teams(teams: Collection[UUID]) -> None:
    """Hold the keys of teams, and the teams: nobody leaves or ends them meanwhile."""
    hold_keys(teams)
    above = Organisation.objects.filter(teams__in=teams).values("pk")
    list(Organisation.objects.locked().filter(pk__in=above).order_by("pk"))
    list(Team.objects.locked().filter(pk__in=teams).order_by("pk"))

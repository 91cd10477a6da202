"""Alarms that no officer has answered: a key or a note in the database is not as it was stored."""

import re
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from protect.audit import models, queries, rules
from protect.orgs.models import Team

# A writer to the database may append entries about nothing.
THING = re.compile(r"[a-z_]+:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OF_KEY = "key_mismatch"  # the alarm that stops a team
FILTER = "alarms"  # of a history: its alarms alone

type Comparison = Callable[[str, str], bool]  # of a target and a code: whether it is so still
_comparisons: list[Comparison] = []  # of the packages above, which know keys and records


class Alarm(NamedTuple):
    """All alarms about one thing since an officer's last answer."""

    organisation: UUID
    target: str
    outcome: str
    at: datetime  # last noticed
    n: int  # of the newest entry

    @property
    def kind(self) -> str:
        return self.target.partition(":")[0]

    @property
    def pk(self) -> UUID:
        return UUID(self.target.partition(":")[2])


def compare_with(comparison: Comparison) -> None:
    """Register a package's comparison: whether a fault still exists."""
    _comparisons.append(comparison)


def is_still_so(alarm: Alarm) -> bool:
    """Return whether the fault of an alarm still exists."""
    return any(comparison(alarm.target, alarm.outcome) for comparison in _comparisons)


def unanswered(organisations: Collection[UUID]) -> list[Alarm]:
    """Return the alarms of organisations that wait for an answer, the newest first. One query."""
    newest: dict[tuple[UUID, str, str], Alarm] = {}
    for entry in _entries(organisations).newest_first():
        organisation = rules.organisation_of(entry.chain_id)
        if organisation is not None and THING.fullmatch(entry.target):
            alarm = Alarm(organisation, entry.target, entry.outcome, entry.at, entry.n)
            newest.setdefault((organisation, entry.target, entry.outcome), alarm)
    return list(newest.values())


def stopped_since(organisation: UUID, team: UUID) -> datetime | None:
    """Return when a stored key of a team was first found replaced, if no officer answered."""
    rows = _entries([organisation]).about(f"team:{team}").filter(outcome=OF_KEY)
    return rows.order_by("n").values_list("at", flat=True).first()


def organisations_of_team(team: UUID) -> list[UUID]:
    """Return the organisation of a team, and those whose history names it: a row may be forged."""
    entries = models.Entry.objects.about(f"team:{team}").order_by("chain")
    chains = entries.values_list("chain", flat=True).distinct()
    named = {rules.organisation_of(chain) for chain in chains} - {None}
    named |= set(Team.objects.filter(pk=team).values_list("organisation", flat=True))
    return sorted(each for each in named if each)


def stopped_teams(organisation: UUID) -> set[UUID]:
    """Return the teams stopped by an alarm about their key. One query."""
    rows = _entries([organisation]).filter(outcome=OF_KEY, target__startswith="team:")
    targets = rows.order_by("target").values_list("target", flat=True).distinct()
    return {UUID(each.partition(":")[2]) for each in targets}


def is_answered(organisation: UUID, target: str, outcome: str) -> bool:
    """Return whether there was an alarm about a thing and an officer answered the newest one."""
    about = models.Entry.objects.of_organisation(organisation).about(target).filter(outcome=outcome)
    return about.alarms().exists() and not about.unanswered().exists()


def alarms_url(organisation: UUID) -> str:
    """Return the address of an organisation's alarms; commands have no URLs of the desk."""
    address = f"/organisations/{organisation}/history"
    return f"{address}?{urlencode({'action': FILTER})}"


def _entries(organisations: Iterable[UUID]) -> queries.EntryQuerySet:
    chains = [rules.org_chain(each) for each in sorted(organisations)]
    return models.Entry.objects.filter(chain__in=chains).unanswered()

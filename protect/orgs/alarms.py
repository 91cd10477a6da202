"""Unanswered alarms: a key or note in the database differs from what was stored."""

import re
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from protect.audit import models, queries, rules
from protect.orgs.models import Team

# A writer to the database may append entries with invalid targets.
TARGET_PATTERN = re.compile(r"[a-z_]+:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KEY_ALARM = "key_mismatch"  # the alarm that stops a team
ALARMS_FILTER = "alarms"  # filter value of a history page: only alarms

type Comparison = Callable[[str, str], bool]  # whether a target still has a code's fault
_comparisons: list[Comparison] = []  # registered by higher packages, which know keys and records


class Alarm(NamedTuple):
    """One alarm for all unanswered entries with the same code (`outcome`) about one target."""

    organisation: UUID
    target: str
    outcome: str
    at: datetime  # when it was last detected
    n: int  # number of the newest entry

    @property
    def target_kind(self) -> str:
        return self.target.partition(":")[0]

    @property
    def target_id(self) -> UUID:
        return UUID(self.target.partition(":")[2])


def register_comparison(comparison: Comparison) -> None:
    """Register a function that returns whether a target still has the fault of an alarm code."""
    _comparisons.append(comparison)


def has_current_fault(alarm: Alarm) -> bool:
    return any(comparison(alarm.target, alarm.outcome) for comparison in _comparisons)


def unanswered_alarms(organisations: Collection[UUID]) -> list[Alarm]:
    """Return the unanswered alarms of organisations, newest first. One query."""
    newest: dict[tuple[UUID, str, str], Alarm] = {}
    for entry in _unanswered_entries(organisations).newest_first():
        organisation = rules.organisation_of_chain(entry.chain_id)
        if organisation is not None and TARGET_PATTERN.fullmatch(entry.target):
            alarm = Alarm(organisation, entry.target, entry.outcome, entry.at, entry.n)
            newest.setdefault((organisation, entry.target, entry.outcome), alarm)
    return list(newest.values())


def stopped_since(organisation: UUID, team: UUID) -> datetime | None:
    """Return the time of the first unanswered alarm about a team's key; None without one."""
    rows = _unanswered_entries([organisation]).of_target(f"team:{team}").filter(outcome=KEY_ALARM)
    return rows.order_by("n").values_list("at", flat=True).first()


def organisations_named_for_team(team: UUID) -> list[UUID]:
    """Return the organisations that a team's row and audit entries name: the row may be forged."""
    entries = models.Entry.objects.of_target(f"team:{team}").order_by("chain")
    chains = entries.values_list("chain", flat=True).distinct()
    organisations = {rules.organisation_of_chain(chain) for chain in chains} - {None}
    organisations |= set(Team.objects.filter(pk=team).values_list("organisation", flat=True))
    return sorted(organisation for organisation in organisations if organisation)


def stopped_teams(organisation: UUID) -> set[UUID]:
    """Return the teams that an unanswered alarm about their key stops. One query."""
    rows = _unanswered_entries([organisation]).filter(outcome=KEY_ALARM, target__startswith="team:")
    targets = rows.order_by("target").values_list("target", flat=True).distinct()
    return {UUID(target.partition(":")[2]) for target in targets}


def is_alarm_answered(organisation: UUID, target: str, outcome: str) -> bool:
    """Return whether a target has alarms with this code, and an officer has answered them all."""
    entries = models.Entry.objects.of_organisation(organisation).of_target(target)
    entries = entries.filter(outcome=outcome)
    return entries.alarms().exists() and not entries.unanswered().exists()


def alarms_url(organisation: UUID) -> str:
    """Return the path of an organisation's alarms; commands cannot reverse desk URLs."""
    return f"/organisations/{organisation}/history?{urlencode({'action': ALARMS_FILTER})}"


def _unanswered_entries(organisations: Iterable[UUID]) -> queries.EntryQuerySet:
    chains = [rules.organisation_chain(organisation) for organisation in sorted(organisations)]
    return models.Entry.objects.filter(chain__in=chains).unanswered()

"""What may be counted of trainings and sessions: facts by name, as cells, never as rows.

Indicators name a fact and filter its cells; totals are their sum. The functions know no person:
people who count once stand in the ledger under a keyed hash.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from protect.audit.models import Entry
from protect.audit.rules import PLATFORM
from protect.trainings.base.facts import Cell, FactQuery, Figure, Value
from protect.trainings.facts import held_sessions
from protect.trainings.registrations import facts
from protect.trainings.registrations.facts import late_offers

__all__ = ["FACTS", "KEPT", "Cell", "FactQuery", "Figure", "Value", "kept_at", "late_offers"]

KEPT = "trainings.keep"  # action in the audit: a night's work without a failure
FACTS: Mapping[str, Callable[[FactQuery], Figure]] = {
    "trainings.editions": held_sessions.editions,
    "trainings.sessions": held_sessions.sessions,
    "trainings.attendances": held_sessions.attendances,
    "trainings.hours": held_sessions.hours,
    "trainings.people_trained": facts.people_trained,
}


def kept_at() -> datetime | None:
    """Return when a night's work was last done without a failure; None if it never was."""
    entries = Entry.objects.of_chain(PLATFORM).filter(action=KEPT)
    return entries.order_by("-n").values_list("at", flat=True).first()

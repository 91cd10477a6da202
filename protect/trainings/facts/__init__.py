"""What may be counted of trainings and sessions: facts by name, as cells, never as rows.

Indicators name a fact and filter its cells; totals are their sum. The functions know no person:
people who count once stand in the ledger under a keyed hash.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from protect.trainings.facts import holding, learning, people, requesting
from protect.trainings.facts.asking import Asked, Cell, Figure, Value
from protect.trainings.facts.nights import KEPT, kept_at
from protect.trainings.facts.seats import late_offers

__all__ = ["FACTS", "KEPT", "Asked", "Cell", "Figure", "Value", "kept_at", "late_offers"]

FACTS: Mapping[str, Callable[[Asked], Figure]] = {
    "trainings.editions": holding.editions,
    "trainings.sessions": holding.sessions,
    "trainings.attendances": holding.attendances,
    "trainings.hours": holding.hours,
    "trainings.head_counts": holding.head_counts,
    "trainings.people_trained": people.people_trained,
    "trainings.certificates": people.certificates,
    "trainings.matched_gain": learning.matched_gain,
    "trainings.event_rating": learning.event_rating,
    "trainings.follow_up": learning.follow_up,
    "trainings.open_requests": requesting.open_requests,
}

"""The steps of verification in each night: the queue, duplicates, reminders, the day's numbers.

States of facts follow from dates and are never rewritten: a page, an answer and an export say what
is true at the instant at which they are made. The steps refresh what is stored beside them, and
delete what is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from protect.kernel.steps import Step
from protect.matching import coverage
from protect.verification.actions.duplicates import propose_pairs
from protect.verification.actions.health import keep_health
from protect.verification.actions.merges import forget_merges
from protect.verification.actions.queue_refresh import Refreshed, refresh_queue
from protect.verification.actions.reminders import remind
from protect.verification.actions.reports import forget_corrections


def refresh(*, at: datetime) -> Refreshed:
    """Bring the queue up to date, with the settlements that depend on each service today."""
    return refresh_queue(at=at, dependents=coverage.dependents())


# In this order: what reminds comes after what finds, what counts after what changes.
STEPS: Mapping[str, Step] = {
    "refresh_queue": refresh,
    "propose_pairs": propose_pairs,
    "remind": remind,
    "forget_corrections": forget_corrections,
    "forget_merges": forget_merges,
    "keep_health": keep_health,
}

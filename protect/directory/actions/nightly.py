"""What the clock does for the directory each night: step by step, none stops another.

States of facts follow from dates and are never rewritten: a page, an answer and an export say what
is true at the instant at which they are made. This refreshes what is kept beside: the queue, the
pairs, the numbers of the day; and forgets what is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from protect.audit.context import AuditContext
from protect.directory import coverage
from protect.directory.actions.correcting import forget_corrections
from protect.directory.actions.health import keep_health
from protect.directory.actions.import_runs import forget_imports
from protect.directory.actions.merging import forget_merges
from protect.directory.actions.outward import note_disputes
from protect.directory.actions.pairing import propose_pairs
from protect.directory.actions.refreshing import Refreshed, refresh_queue
from protect.directory.actions.reminding import remind
from protect.directory.facts import KEPT_TRUE
from protect.kernel.steps import Say, Step, take


def refresh(*, at: datetime) -> Refreshed:
    """Bring the queue up to date, with the settlements that depend on each service today."""
    return refresh_queue(at=at, dependents=coverage.dependents())


# In this order: what reminds comes after what finds, what counts after what changes.
STEPS: Mapping[str, Step] = {
    "note_disputes": note_disputes,
    "refresh_queue": refresh,
    "propose_pairs": propose_pairs,
    "remind": remind,
    "forget_corrections": forget_corrections,
    "forget_merges": forget_merges,
    "forget_imports": forget_imports,
    "keep_health": keep_health,
}


def keep_true(*, at: datetime, say: Say, steps: Mapping[str, Step] | None = None) -> list[str]:
    """Take every step, STEPS if none are given; return the names of those that failed.

    Each step is atomic, or in parts that may be done again. `say` hears what came of each. A night
    without failures is written into the platform's chain: `protect check` warns when none was.
    """
    failed = take("directory", STEPS if steps is None else steps, at=at, say=say)
    if not failed:
        with transaction.atomic():
            AuditContext(at=at, actor=None, organisation=None).record(KEPT_TRUE)
    return failed

"""What the clock does for the directory each night: step by step, none stops another.

States of facts follow from dates and are never rewritten: a page, an answer and an export say what
is true at the instant at which they are made. This refreshes what is kept beside: the queue, the
pairs, the numbers of the day; and forgets what is over.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction

from protect.audit.actions import record
from protect.audit.rules import PLATFORM
from protect.directory import coverage
from protect.directory.actions.correcting import forget_corrections
from protect.directory.actions.health import keep_health
from protect.directory.actions.import_runs import forget_imports
from protect.directory.actions.merging import forget_merges
from protect.directory.actions.pairing import propose_pairs
from protect.directory.actions.refreshing import Refreshed, refresh_queue
from protect.directory.actions.reminding import remind
from protect.directory.facts import KEPT_TRUE

log = logging.getLogger("protect")

type Step = Callable[..., object]


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
    "forget_imports": forget_imports,
    "keep_health": keep_health,
}


def keep_true(
    *, at: datetime, say: Callable[[str, object], None], steps: Mapping[str, Step] | None = None
) -> list[str]:
    """Take every step, STEPS if none are given; return the names of those that failed.

    Each step is atomic, or in parts that may be done again. `say` hears what came of each. A night
    without failures is written into the platform's chain: `protect check` warns when none was.
    """
    failed = []
    for name, step in (STEPS if steps is None else steps).items():
        try:
            done: object = step(at=at)
        except Exception as error:  # noqa: BLE001 - one step must not keep the others from theirs
            # Without its text: a database's errors quote rows.
            log.error("directory %s failed: %s", name, type(error).__name__)
            failed.append(name)
            done = "failed"
        say(name, done)
    if not failed:
        with transaction.atomic():
            record(at=at, chain=PLATFORM, action=KEPT_TRUE, actor=None, org=None)
    return failed

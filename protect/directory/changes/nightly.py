"""The work of each night on the directory: its own step, then those of the packages above."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from protect.audit.context import AuditContext
from protect.directory.changes.last_modified import note_disputes
from protect.directory.extension import extensions
from protect.directory.queries import KEPT_TRUE
from protect.kernel.steps import Say, Step, take


def steps_of_night() -> dict[str, Step]:
    """Return every step by its name, lower packages first."""
    steps: dict[str, Step] = {"note_disputes": note_disputes}
    for extension in extensions():
        steps |= extension.nightly_steps()
    return steps


def keep_true(*, at: datetime, say: Say, steps: Mapping[str, Step] | None = None) -> list[str]:
    """Take every step, those of the night if none are given; return the names of those that failed.

    Each step is atomic, or in parts that may be done again. `say` hears what came of each. A night
    without failures is written into the platform's chain: `protect check` warns when none was.
    """
    failed = take("directory", steps_of_night() if steps is None else steps, at=at, say=say)
    if not failed:
        with transaction.atomic():
            AuditContext(at=at, actor=None, organisation=None).record(KEPT_TRUE)
    return failed

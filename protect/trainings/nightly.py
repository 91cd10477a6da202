"""What the clock does for trainings each night: step by step, none stops another."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from protect.audit.context import AuditContext
from protect.kernel.steps import Say, Step, take
from protect.trainings.attendance.actions import excuses, sign_in_sheets
from protect.trainings.attendance.actions.people_trained import count_trained
from protect.trainings.base.extension import extensions
from protect.trainings.erasure import forget_ended, forget_named_lists, forget_unproven
from protect.trainings.facts import KEPT
from protect.trainings.needs import actions
from protect.trainings.registrations.actions import name_lists as name_lists_actions
from protect.trainings.registrations.actions.duplicates import propose_doubts

COUNTED: Mapping[str, Step] = {"count_trained": count_trained, "propose_doubts": propose_doubts}
FORGOTTEN: Mapping[str, Step] = {
    "forget_lists": name_lists_actions.forget,
    "forget_needs": actions.forget,
    "forget_excuses": excuses.forget_excuses,
    "forget_sheets": sign_in_sheets.forget_sheets,
    "forget_unproven": forget_unproven,
    "forget_ended": forget_ended,
    "forget_named_lists": forget_named_lists,
}


def steps_of_night() -> dict[str, Step]:
    """Return every step: what is counted, what other packages do, and then what is forgotten."""
    added = {name: step for each in extensions() for name, step in each.night.items()}
    return {**COUNTED, **added, **FORGOTTEN}


def keep(*, at: datetime, say: Say, steps: Mapping[str, Step] | None = None) -> list[str]:
    """Take every step, those of the night if none are given; return the names of those that failed.
    A night without failures stands in the platform's chain: `protect check` warns without it."""
    failed = take("trainings", steps_of_night() if steps is None else steps, at=at, say=say)
    if not failed:
        with transaction.atomic():
            AuditContext(at=at, actor=None, organisation=None).record(KEPT)
    return failed

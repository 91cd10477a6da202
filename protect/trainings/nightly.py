"""Nightly steps of trainings. Each runs alone: a failing step does not stop the others."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from protect.audit.context import AuditContext
from protect.kernel.steps import Report, Step, run_steps
from protect.trainings import erasure, facts
from protect.trainings.attendance.actions import attendance, people_trained, sign_in_sheets
from protect.trainings.base.extension import extensions
from protect.trainings.needs import actions
from protect.trainings.registrations.actions import duplicates, name_lists

COUNTING_STEPS: Mapping[str, Step] = {
    "count_trained": people_trained.count_trained,
    "propose_doubts": duplicates.propose_duplicates,
}
FORGETTING_STEPS: Mapping[str, Step] = {
    "forget_lists": name_lists.delete_old_lists,
    "forget_needs": actions.erase_old_needs,
    "forget_excuses": attendance.delete_old_excuses,
    "forget_sheets": sign_in_sheets.erase_old_sheets,
    "forget_unproven": erasure.delete_unproven_applications,
    "forget_ended": erasure.delete_ended_registrations,
    "forget_named_lists": erasure.erase_participants_after_retention,
}


def nightly_steps() -> dict[str, Step]:
    """Return every nightly step: counting first, then steps of extensions, then deletions."""
    added = {name: step for extension in extensions() for name, step in extension.night.items()}
    return {**COUNTING_STEPS, **added, **FORGETTING_STEPS}


def run_nightly_steps(
    *, at: datetime, report: Report, steps: Mapping[str, Step] | None = None
) -> list[str]:
    """Run the nightly steps, or the given ones; return the names of those that failed. A night
    without failures is audited for the platform: `protect check` warns if that entry is missing."""
    failed = run_steps(
        "trainings", nightly_steps() if steps is None else steps, at=at, report=report
    )
    if not failed:
        with transaction.atomic():
            AuditContext(at=at, actor=None, organisation=None).record(facts.KEPT)
    return failed

"""Steps as a page shows them: state, who is responsible, and what the directory says."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from protect.coordination.adaptations import access
from protect.coordination.adaptations.check_topics import Topic, topics
from protect.coordination.adaptations.enums import CheckState, StepState
from protect.coordination.adaptations.models import Adaptation, AdaptationStep
from protect.coordination.adaptations.step_outcomes import is_contradicted
from protect.directory.access import follow_merges
from protect.directory.enums import Fact
from protect.directory.fact_records.fact_view import describe_fact
from protect.directory.fact_records.values import read_fact

SHAPES = {
    StepState.OPEN: "open",
    StepState.WAITING: "open",
    StepState.DONE: "good",
    StepState.DISPUTED: "alarm",
    StepState.CANCELLED: "ended",
}
STATE_SHAPES = {
    CheckState.ANSWERING: "open",
    CheckState.IN_REVIEW: "open",
    CheckState.CHANGES_ASKED: "caution",
    CheckState.AGREED: "good",
    CheckState.CLOSED: "ended",
}


class StepRow(NamedTuple):
    """A step of a plan. `is_disputed`: a coordinator has to decide; then `step_lines` is what the
    step brought, and `entry_lines` what the directory says now."""

    step: AdaptationStep
    state: StepState
    shape: str
    topic: Topic | None
    is_overdue: bool
    has_owner_left: bool
    is_disputed: bool
    step_lines: list[str]
    entry_lines: list[str]


def step_rows(check: Adaptation, today: date) -> list[StepRow]:
    """Return the steps of the plan, without cancelled ones."""
    return list(_rows(check, today))


def _rows(check: Adaptation, today: date) -> Iterator[StepRow]:
    people = set(access.people_of(check.organisation_id).values_list("pk", flat=True))
    for step in check.steps.kept().select_related("owner", "correction"):
        step.adaptation = check
        state = step.current_state
        is_disputed = state == StepState.DISPUTED or is_contradicted(step)
        step_lines, entry_lines = _both(step) if is_disputed else ([], [])
        has_left = step.owner_id is not None and step.owner_id not in people
        yield StepRow(
            step,
            state,
            "alarm" if is_disputed else SHAPES[state],
            topics().get(step.topic),
            step.is_overdue(today),
            has_left and state == StepState.OPEN,
            is_disputed,
            step_lines,
            entry_lines,
        )


def _both(step: AdaptationStep) -> tuple[list[str], list[str]]:
    fact, topic = Fact(step.fact), topics().get(step.topic)
    stored = read_fact(follow_merges(step.adaptation.service), fact)

    def lines(values: dict[str, object]) -> list[str]:
        return describe_fact(fact, topic.part_of(values) if topic else values)

    return lines(step.after) if step.after else [step.text], lines(stored)

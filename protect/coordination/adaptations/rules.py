from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from protect.coordination.adaptations.enums import AnswerValue, CheckState, ReviewVerdict, StepState

FEWEST_STEPS, MOST_STEPS = 3, 5
WEAK_ANSWERS = (AnswerValue.NO, AnswerValue.PARTLY)  # they suggest a step


def check_state(*, is_planned: bool, is_closed: bool, verdict: str | None) -> CheckState:
    """Return the state of a check. `verdict`: of the newest review, None without one."""
    if is_closed:
        return CheckState.CLOSED
    if not is_planned:
        return CheckState.ANSWERING
    if verdict is None:
        return CheckState.IN_REVIEW
    is_agreed = verdict == ReviewVerdict.AGREED
    return CheckState.AGREED if is_agreed else CheckState.CHANGES_ASKED


def step_state(state: StepState, decision: str | None) -> StepState:
    """Return the state of a step after the decision of a moderator. `decision`: the state of the
    report with its change, None without one."""
    if state != StepState.WAITING or decision in {None, "new"}:
        return state
    return StepState.DONE if decision in {"accepted", "partly"} else StepState.OPEN


def step_urgency(due_on: date, today: date) -> str:
    """Return the group of an open step in a list of what waits: overdue, today or soon."""
    if due_on < today:
        return "overdue"
    return "today" if due_on == today else "soon"


def contradicts(
    before: Mapping[str, Any], after: Mapping[str, Any], stored: Mapping[str, Any]
) -> bool:
    """Return whether stored values of a fact lack what a step brought. A step turned `before` into
    `after`: what it added must still be there, and what it removed must not be back. Other changes
    since contradict nothing. Values are lists of rows, or single values, by key."""
    return any(_is_undone(before.get(key), value, stored.get(key)) for key, value in after.items())


def _is_undone(before: Any, after: Any, stored: Any) -> bool:
    if not isinstance(after, list):
        return bool(after != before and stored != after)
    old, now = _rows(before), _rows(stored)
    added = [row for row in after if row not in old]
    removed = [row for row in old if row not in after]
    return any(row not in now for row in added) or any(row in now for row in removed)


def _rows(value: Any) -> Collection[Any]:
    return value if isinstance(value, list) else []

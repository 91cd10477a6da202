"""What must be known before an information session is scheduled, and how long one may wait.

Source: docs/adr/0033-information-sessions.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from protect.trainings.enums import RequestState, Setting

# By setting: the fields that must be told. What is a yes or no must be yes.
NEEDED: Mapping[Setting, tuple[str, ...]] = {
    Setting.SCHOOL: ("class_level", "teacher_present", "safeguarding_lead", "accepts_protocol"),
    Setting.RECEPTION_CENTRE: ("languages", "has_private_room"),
    Setting.COMMUNITY: (),
    Setting.SURVIVORS: (),
    Setting.LGBTQI: (),
}
# Days that a request may rest in a state before it is late.
PATIENCE = {RequestState.RECEIVED: 5, RequestState.AGREED: 14}
SOON = timedelta(days=2)
OPEN = frozenset({RequestState.RECEIVED, RequestState.AGREED, RequestState.SCHEDULED})


def missing_of(setting: Setting, known: Mapping[str, Any]) -> tuple[str, ...]:
    """Return which fields must still be told before a session is scheduled, in their order."""
    return tuple(name for name in NEEDED[setting] if not known.get(name))


def refused_of(setting: Setting, known: Mapping[str, Any]) -> tuple[str, ...]:
    """Return which of them were answered with no: as it stands there is no session."""
    return tuple(name for name in missing_of(setting, known) if known.get(name) is False)


def due_of(state: RequestState, moved_at: datetime) -> datetime | None:
    """Return until when somebody should act; None where nobody is waited for.

    Units: days of elapsed time since it came to its state.
    """
    days = PATIENCE.get(state)
    return None if days is None else moved_at + timedelta(days=days)


def urgency_of(due: datetime, at: datetime) -> str:
    """Return in which group of what waits something stands: overdue, today or soon."""
    if due <= at:
        return "overdue"
    return "today" if due <= at + SOON else "soon"


def asked_before(lacking: int, weight: int, *, is_near: bool) -> tuple[bool, int, bool, int]:
    """Return where somebody stands among those who could be asked: the lower, the earlier.

    `lacking`: languages that are wanted and not spoken; `weight`: as `candidates.Candidate` has it.
    """
    return (weight > 1, lacking, not is_near, weight)


def is_alone[P](ambassadors: Collection[P], experienced: Collection[P], others: int) -> bool:
    """Return whether an ambassador would hold a first session with nobody beside them.

    `experienced` are people who held one before; `others` how many trainers are booked.
    """
    beginners = set(ambassadors) - set(experienced)
    return bool(beginners) and len(set(ambassadors)) + others < 2

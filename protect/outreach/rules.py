"""What must be known before an information session is scheduled, and how long one may wait.

Source: docs/adr/0033-information-sessions.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from protect.outreach.enums import RequestMove, RequestState, Setting
from protect.outreach.errors import RequestMoveNotAllowed
from protect.trainings.base.rules import take_step

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


REQUEST_MOVES = {
    (RequestState.RECEIVED, RequestMove.AGREE): RequestState.AGREED,
    (RequestState.RECEIVED, RequestMove.DECLINE): RequestState.DECLINED,
    (RequestState.AGREED, RequestMove.SCHEDULE): RequestState.SCHEDULED,
    (RequestState.AGREED, RequestMove.DECLINE): RequestState.DECLINED,
    (RequestState.SCHEDULED, RequestMove.HOLD): RequestState.HELD,
    (RequestState.SCHEDULED, RequestMove.DECLINE): RequestState.DECLINED,
    (RequestState.HELD, RequestMove.CLOSE): RequestState.CLOSED,
}


def step_request(state: RequestState, move: RequestMove) -> RequestState:
    """Return the state that `move` leads to. Errors: RequestMoveNotAllowed."""
    return take_step(REQUEST_MOVES, state, move, RequestMoveNotAllowed)


type Cell = tuple[str, str]  # band, sex


COUNTED_FOR = timedelta(days=7)  # after a session, by a link without account


@dataclass(frozen=True, slots=True)
class Counted:
    """One declaration. The total is the sum of its cells and is written down nowhere."""

    revision: int
    cells: Mapping[Cell, int]

    @property
    def total(self) -> int:
        """Return how many people were there."""
        return sum(self.cells.values())

    def by_band(self) -> dict[str, int]:
        """Return how many people of each band, whatever their sex."""
        return _summed((band, n) for (band, _sex), n in self.cells.items())

    def by_sex(self) -> dict[str, int]:
        """Return how many people of each sex, whatever their band."""
        return _summed((sex, n) for (_band, sex), n in self.cells.items())


def standing(rows: Iterable[tuple[int, str, str, int]]) -> Counted | None:
    """Return the last declaration of rows (revision, band, sex, n); None without any.

    Earlier ones stay, and count nothing.
    """
    found = list(rows)
    if not found:
        return None
    last = max(revision for revision, _band, _sex, _n in found)
    cells = {(band, sex): n for revision, band, sex, n in found if revision == last}
    return Counted(last, cells)


def _summed(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for key, n in pairs:
        sums[key] += n
    return dict(sums)

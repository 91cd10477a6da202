"""Fields needed to schedule an information session, and how long a request may wait.
Source: docs/adr/0033-information-sessions.md."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from protect.kernel.errors import take_step
from protect.outreach.enums import RequestMove, RequestState, Setting
from protect.outreach.errors import RequestMoveNotAllowed

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
REQUEST_MOVES = {
    (RequestState.RECEIVED, RequestMove.AGREE): RequestState.AGREED,
    (RequestState.RECEIVED, RequestMove.DECLINE): RequestState.DECLINED,
    (RequestState.AGREED, RequestMove.SCHEDULE): RequestState.SCHEDULED,
    (RequestState.AGREED, RequestMove.DECLINE): RequestState.DECLINED,
    (RequestState.SCHEDULED, RequestMove.HOLD): RequestState.HELD,
    (RequestState.SCHEDULED, RequestMove.DECLINE): RequestState.DECLINED,
    (RequestState.HELD, RequestMove.CLOSE): RequestState.CLOSED,
}

type Cell = tuple[str, str]  # band, sex
COUNTED_FOR = timedelta(days=7)  # after a session, by a link without account


def is_open(state: str) -> bool:
    """Return whether a request has not ended: its answers can still change."""
    return state in OPEN


def missing_of(setting: Setting, fields: Mapping[str, object]) -> tuple[str, ...]:
    """Return the fields that are still needed to schedule a session, in their order."""
    return tuple(name for name in NEEDED[setting] if not fields.get(name))


def refused_of(setting: Setting, fields: Mapping[str, object]) -> tuple[str, ...]:
    """Return the needed fields that were answered with no: they rule out a session."""
    return tuple(name for name in missing_of(setting, fields) if fields.get(name) is False)


def due_of(state: RequestState, moved_at: datetime) -> datetime | None:
    """Return the deadline of the next step, by elapsed days; None where no step is expected."""
    days = PATIENCE.get(state)
    return None if days is None else moved_at + timedelta(days=days)


def urgency_of(due: datetime, at: datetime) -> str:
    """Return the desk group of a due date: overdue, today or soon."""
    if due <= at:
        return "overdue"
    return "today" if due <= at + SOON else "soon"


def asked_before(lacking: int, weight: int, *, is_near: bool) -> tuple[bool, int, bool, int]:
    """Return a person's sort key among those who could be asked: the lower, the earlier. `lacking`:
    wanted languages that they do not speak; `weight`: of `bookings.Candidate`."""
    return (weight > 1, lacking, not is_near, weight)


def is_alone[P](ambassadors: Collection[P], experienced: Collection[P], others: int) -> bool:
    """Return whether an ambassador would hold their first session as the only person. `experienced`
    are people who held one before; `others` how many trainers are booked."""
    beginners = set(ambassadors) - set(experienced)
    return bool(beginners) and len(set(ambassadors)) + others < 2


def step_request(state: RequestState, move: RequestMove) -> RequestState:
    """Return the state that `move` leads to. Errors: RequestMoveNotAllowed."""
    return take_step(REQUEST_MOVES, state, move, RequestMoveNotAllowed)


@dataclass(frozen=True, slots=True)
class Counted:
    """One declaration. The total is the sum of its cells and is not stored."""

    revision: int
    cells: Mapping[Cell, int]

    @property
    def total(self) -> int:
        return sum(self.cells.values())

    def by_band(self) -> dict[str, int]:
        return _summed((band, n) for (band, _sex), n in self.cells.items())

    def by_sex(self) -> dict[str, int]:
        return _summed((sex, n) for (_band, sex), n in self.cells.items())


def standing(rows: Iterable[tuple[int, str, str, int]]) -> Counted | None:
    """Return the last declaration of rows (revision, band, sex, n); None without any."""
    declarations = list(rows)
    if not declarations:
        return None
    last = max(revision for revision, _band, _sex, _n in declarations)
    cells = {(band, sex): n for revision, band, sex, n in declarations if revision == last}
    return Counted(last, cells)


def _summed(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for key, n in pairs:
        sums[key] += n
    return dict(sums)

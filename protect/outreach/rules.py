"""Fields required to schedule an information session, deadlines of requests, and head counts.
Source: docs/adr/0033-information-sessions.md."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from protect.kernel.errors import next_state
from protect.outreach.enums import RequestMove, RequestState, Setting
from protect.outreach.errors import RequestMoveNotAllowed

# Required fields by setting. A yes-or-no field must be answered with yes.
REQUIRED_FIELDS: Mapping[Setting, tuple[str, ...]] = {
    Setting.SCHOOL: ("class_level", "teacher_present", "safeguarding_lead", "accepts_protocol"),
    Setting.RECEPTION_CENTRE: ("languages", "has_private_room"),
    Setting.COMMUNITY: (),
    Setting.SURVIVORS: (),
    Setting.LGBTQI: (),
}
# Days that a request may stay in a state before it is overdue.
DAYS_TO_ANSWER = {RequestState.RECEIVED: 5, RequestState.AGREED: 14}
DUE_SOON_WITHIN = timedelta(days=2)  # then a request is in the group “today” of the desk
HELD_STATES = (RequestState.HELD, RequestState.CLOSED)  # after the session was held
OPEN_STATES = frozenset({RequestState.RECEIVED, RequestState.AGREED, RequestState.SCHEDULED})
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
COUNTABLE_FOR = timedelta(days=7)  # after a session, a holder's link opens its pages for so long


def is_open(state: str) -> bool:
    """Return whether a request is still open, so that its answers can be changed."""
    return state in OPEN_STATES


def find_missing_fields(setting: Setting, fields: Mapping[str, object]) -> tuple[str, ...]:
    """Return the required fields that are empty or answered with no; they prevent scheduling."""
    return tuple(name for name in REQUIRED_FIELDS[setting] if not fields.get(name))


def find_refused_fields(setting: Setting, fields: Mapping[str, object]) -> tuple[str, ...]:
    """Return the required fields that were answered with no, which rules out a session."""
    return tuple(name for name in find_missing_fields(setting, fields) if fields.get(name) is False)


def get_request_deadline(state: RequestState, moved_at: datetime) -> datetime | None:
    """Return the deadline of the next step of a request; None where no step is expected."""
    days = DAYS_TO_ANSWER.get(state)
    return None if days is None else moved_at + timedelta(days=days)


def get_urgency_group(due: datetime, at: datetime) -> str:
    """Return the desk group of a due date: `overdue`; `today`, due within two days and shown as
    “Soon”; `soon`, later."""
    if due <= at:
        return "overdue"
    return "today" if due <= at + DUE_SOON_WITHIN else "soon"


def candidate_rank(lacking: int, severity: int, *, is_near: bool) -> tuple[bool, int, bool, int]:
    """Return the sort key of a person who could be asked to hold a session. `lacking` counts
    requested languages that they do not speak; `severity` is `Candidate.severity_rank`."""
    return (severity > 1, lacking, not is_near, severity)


def leaves_beginner_alone[P](
    ambassadors: Collection[P], experienced: Collection[P], others: int
) -> bool:
    """Return whether an ambassador would be the only person at their first session. `experienced`
    are people who have held one before; `others` is the number of booked trainers."""
    return bool(set(ambassadors) - set(experienced)) and len(set(ambassadors)) + others < 2


def step_request(state: RequestState, move: RequestMove) -> RequestState:
    """Return the state that `move` leads to. Errors: RequestMoveNotAllowed."""
    return next_state(REQUEST_MOVES, state, move, RequestMoveNotAllowed)


@dataclass(frozen=True, slots=True)
class CurrentCount:
    """The current head count of a session. The total is the sum of its cells and is not stored."""

    revision: int
    cells: Mapping[Cell, int]

    @property
    def total(self) -> int:
        return sum(self.cells.values())

    def by_band(self) -> dict[str, int]:
        return _sum_by_key((band, n) for (band, _sex), n in self.cells.items())

    def by_sex(self) -> dict[str, int]:
        return _sum_by_key((sex, n) for (_band, sex), n in self.cells.items())


def get_latest_head_count(rows: Iterable[tuple[int, str, str, int]]) -> CurrentCount | None:
    """Return the latest head count of rows (revision, band, sex, n); None without rows."""
    declarations = list(rows)
    if not declarations:
        return None
    last = max(revision for revision, _band, _sex, _n in declarations)
    cells = {(band, sex): n for revision, band, sex, n in declarations if revision == last}
    return CurrentCount(last, cells)


def _sum_by_key(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for key, n in pairs:
        sums[key] += n
    return dict(sums)

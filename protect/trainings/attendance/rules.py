"""Rules for attendance, in minutes and percent. Source: docs/adr/0030-attendance.md."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from protect.trainings.attendance.enums import AttendanceMethod, AttendanceState
from protect.trainings.base.errors import TrainingRefusal

PARTIAL_STATES = frozenset({AttendanceState.LATE, AttendanceState.LEFT_EARLY})
PRESENT_STATES = PARTIAL_STATES | {AttendanceState.PRESENT}


class AttendanceRecord(NamedTuple):
    """A confirmed attendance of one session. In a make-up, `session` is the missed session."""

    session: UUID
    state: AttendanceState
    minutes: int


def minutes_for_state(state: AttendanceState, planned: int, minutes: int | None = None) -> int:
    """Return the attended minutes for a state; for a partial state these are `minutes`. Errors:
    trainings_attendance_minutes_wrong if `minutes` is then missing or not less than planned."""
    if state not in PARTIAL_STATES:
        return planned if state in PRESENT_STATES else 0
    if minutes is None or not 0 < minutes < planned:
        raise TrainingRefusal("trainings_attendance_minutes_wrong", planned=planned)
    return minutes


def attended_minutes(planned: Mapping[UUID, int], confirmed: Iterable[AttendanceRecord]) -> int:
    """Return the minutes attended of the sessions in `planned`, which maps id to minutes. If a
    session was attended and made up, the longer one counts, never more than planned."""
    longest = dict.fromkeys(planned, 0)
    for record in confirmed:
        if record.session in longest and record.state in PRESENT_STATES:
            longest[record.session] = max(longest[record.session], record.minutes)
    return sum(min(minutes, planned[key]) for key, minutes in longest.items())


def percentage(planned: Mapping[UUID, int], confirmed: Iterable[AttendanceRecord]) -> int | None:
    """Return the attended share in whole percent, rounded down; None if nothing was planned."""
    total = sum(planned.values())
    return 100 * attended_minutes(planned, confirmed) // total if total else None


def minutes_missing(percent: int, planned: int, attended: int) -> int:
    """Return how many more minutes are needed for `percent` of those planned, rounded up."""
    return max(0, -(-percent * planned // 100) - attended)


def is_no_show(planned: Mapping[UUID, int], confirmed: Iterable[AttendanceRecord]) -> bool:
    """Return whether a participant is recorded as ABSENT in every session of `planned`."""
    absent = set(planned)
    for record in confirmed:
        if record.session in planned and record.state != AttendanceState.ABSENT:
            return False
        absent.discard(record.session)
    return bool(planned) and not absent


def merge_states(
    stored: AttendanceState | None, method: AttendanceMethod, reported: AttendanceState
) -> AttendanceState:
    """Return the state to store when a source reports a state. A list or sheet from staff replaces
    the stored state. A scan only proves that the participant came: one who is recorded as late
    stays late, because staff may have recorded it before the phone sent its scan."""
    if method is not AttendanceMethod.SCAN:
        return reported
    return stored if stored in PRESENT_STATES else AttendanceState.PRESENT

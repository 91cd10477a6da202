"""Attendance in minutes and percent. Pure. Source: docs/adr/0030-attendance.md."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from protect.trainings.attendance.enums import AttendanceMethod, AttendanceState
from protect.trainings.base.errors import TrainingRefusal

THERE = frozenset({AttendanceState.PRESENT, AttendanceState.LATE, AttendanceState.LEFT_EARLY})
IN_PART = frozenset({AttendanceState.LATE, AttendanceState.LEFT_EARLY})


class Attended(NamedTuple):
    """A participant's confirmed attendance for one session, `half_day`.
    A make-up in a sibling edition names the session for which it makes up."""

    half_day: UUID
    state: AttendanceState
    minutes: int


def minutes_of(state: AttendanceState, planned: int, minutes: int | None = None) -> int:
    """Return the minutes of a state; `minutes` are those of a participant there in part.
    Errors: trainings_attendance_minutes_wrong, in part without minutes, or with all planned."""
    if state not in IN_PART:
        return planned if state in THERE else 0
    if minutes is None or not 0 < minutes < planned:
        raise TrainingRefusal("trainings_attendance_minutes_wrong", planned=planned)
    return minutes


def attended_minutes(planned: Mapping[UUID, int], confirmed: Iterable[Attended]) -> int:
    """Return the minutes attended of the sessions in `planned`: key and minutes of each.
    Of a session that was attended and made up the longer one counts, never more than was planned.
    Cancelled sessions are not in `planned` and count nothing; excused minutes are not attended."""
    longest = dict.fromkeys(planned, 0)
    for each in confirmed:
        if each.half_day in longest and each.state in THERE:
            longest[each.half_day] = max(longest[each.half_day], each.minutes)
    return sum(min(minutes, planned[key]) for key, minutes in longest.items())


def percentage(planned: Mapping[UUID, int], confirmed: Iterable[Attended]) -> int | None:
    """Return whole percent of the plan, rounded down; None where nothing was planned."""
    total = sum(planned.values())
    return 100 * attended_minutes(planned, confirmed) // total if total else None


def minutes_missing(percent: int, planned: int, attended: int) -> int:
    """Return the minutes missing to `percent` of the planned ones, each begun one counted."""
    needed = -(-percent * planned // 100)
    return max(0, needed - attended)


def is_no_show(planned: Mapping[UUID, int], confirmed: Iterable[Attended]) -> bool:
    """Return whether a participant is absent from every session and excused from none."""
    absent = set(planned)
    for each in confirmed:
        if each.half_day in planned and each.state != AttendanceState.ABSENT:
            return False
        absent.discard(each.half_day)
    return bool(planned) and not absent


def settle(
    before: AttendanceState | None, method: AttendanceMethod, state: AttendanceState
) -> AttendanceState:
    """Return the state to record after a source reported `state`; `before` is the state so far.
    A list or a sheet written by staff replaces the state. A scan only adds that the participant
    came: a participant noted late stays late, and a list may have been quicker than a phone."""
    if method is not AttendanceMethod.SCAN:
        return state
    return before if before in THERE else AttendanceState.PRESENT

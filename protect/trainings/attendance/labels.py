"""Words and shapes of attendance."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from protect.trainings.attendance.enums import AttendanceState
from protect.trainings.base.labels import Said

ATTENDANCE_SHAPES = {
    AttendanceState.PRESENT: "good",
    AttendanceState.LATE: "info",
    AttendanceState.LEFT_EARLY: "info",
    AttendanceState.EXCUSED: "plain",
    AttendanceState.ABSENT: "ended",
}


# Translators: nobody has written yet whether somebody was there.
NOT_NOTED = Said(_("Not noted yet"), "open")


def attendance_state(code: str) -> Said:
    """Return the label of an attendance state."""
    state = AttendanceState(code)
    return Said(state.label, ATTENDANCE_SHAPES[state])

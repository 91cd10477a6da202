"""Why it is refused to note who was there, and to say or arrange what people need."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class AttendanceMinutesWrong(ProtectError):
    """Who came late or left early was there for some of the minutes, not for none or all."""

    code = "trainings_attendance_minutes_wrong"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {planned} is how many minutes a half day lasts.
    message = _(
        "Who came late or left early was there for more than 0 and less than {planned} minutes. "
        "Nothing was saved. Write how many."
    )


class HalfDayNotOn(ProtectError):
    """Attendance is noted while a half day is on, or after it; excuses also before."""

    code = "trainings_half_day_not_on"
    # Translators: somebody notes who is there too early, or for a half day that is cancelled.
    message = _(
        "Who is there can be noted from an hour before a half day begins, and not for one that is "
        "cancelled. Excuses can be noted earlier. Nothing was saved."
    )


class NotConfirmed(ProtectError):
    code = "trainings_not_confirmed"
    # Translators: attendance of somebody without a seat in the training.
    message = _(
        "Only people with a confirmed seat are noted. Nothing was saved. Confirm them first."
    )


class MakeUpElsewhere(ProtectError):
    code = "trainings_make_up_elsewhere"
    # Translators: somebody makes up for a half day that they missed.
    message = _(
        "A half day is made up in another training of the same course. Nothing was saved. Choose "
        "one of those."
    )


class TakenBackTooLate(ProtectError):
    code = "trainings_taken_back_too_late"
    # Translators: “all present” can be undone for ten minutes.
    message = _(
        "It can be undone for ten minutes only. Nothing was changed. Correct the list by hand."
    )


class NeedMoveNotAllowed(ProtectError):
    code = "trainings_need_move_not_allowed"
    # Translators: {move} and {state} are codes such as order and booked.
    message = _(
        "“{move}” is not possible for a need that is “{state}”. Nothing was changed. Reload the "
        "page."
    )


class NeedsNotAsked(ProtectError):
    """There is no team that could open what somebody says, or the registration has ended."""

    code = "trainings_needs_not_asked"
    # Translators: nobody can read what a participant needs: no team is chosen for it.
    message = _("Nothing can be said here now. Nothing was saved. Call whoever organises it.")


class NeedToldTooLate(ProtectError):
    code = "trainings_need_told_too_late"
    # Translators: people hear before a training if what they need cannot be arranged.
    message = _("The training has begun: a mail comes too late. Nothing was sent. Call the person.")

"""Refusals when recording attendance, and when stating or arranging needs."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class AttendanceMinutesWrong(ProtectError):
    """A participant who came late or left early has some of the minutes, not none or all."""

    code = "trainings_attendance_minutes_wrong"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {planned} is how many minutes a half day lasts.
    message = _(
        "Who came late or left early was there for more than 0 and less than {planned} minutes. "
        "Nothing was saved. Write how many."
    )


class HalfDayNotOn(ProtectError):
    """Attendance is recorded during a session or after it; excuses also before."""

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


class ExcuseLate(ProtectError):
    code = "trainings_excuse_late"
    # Translators: somebody wants to say beforehand that they cannot come to a half day.
    message = _("The half day has begun. Nothing was noted. Tell whoever organises it.")

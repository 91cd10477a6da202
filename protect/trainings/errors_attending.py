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


class CountNotOn(ProtectError):
    """People at an information session are counted once it has begun."""

    code = "trainings_count_not_on"
    # Translators: somebody counts people at an information session too early, or it is cancelled.
    message = _(
        "People are counted once a session has begun, and not at one that is cancelled. Nothing "
        "was saved: the numbers stand below. Send them later."
    )


class CountedMeanwhile(ProtectError):
    """Somebody else counted after a page was opened. `stands` is the revision of their count."""

    code = "trainings_counted_meanwhile"
    # Translators: {theirs} and {yours} are numbers of people at an information session.
    message = _(
        "Somebody else counted meanwhile: {theirs}. Yours: {yours}. Nothing of yours was saved. "
        "Which is right? Send yours once more, and it replaces theirs."
    )

    def __init__(self, *, theirs: int, yours: int, stands: int) -> None:
        self.stands = stands
        super().__init__(theirs=theirs, yours=yours)


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
    """No team could open what a participant says, or the registration ended or is unconfirmed."""

    code = "trainings_needs_not_asked"
    # Translators: nobody can read what a participant needs: no team is chosen for it.
    message = _("Nothing can be said here now. Nothing was saved. Call whoever organises it.")


class NeedsNotKept(ProtectError):
    """What a participant says cannot be sealed: the stored key of the team is another one."""

    code = "trainings_needs_not_kept"
    # Translators: a participant said what they need; the platform cannot keep it secret now.
    message = _(
        "This cannot be kept safely at the moment, so nothing was saved. Please call the people "
        "who organise the training and tell them what you need."
    )


class NeedsSealed(ProtectError):
    """Another team could not open what was sealed to the one that was chosen."""

    code = "trainings_needs_sealed"
    # Translators: somebody chooses another team for what participants need, such as food or a ramp.
    message = _(
        "People have told this team what they need, and no other team can read it. Nothing was "
        "saved. Choose the same team."
    )


class NeedToldTooLate(ProtectError):
    code = "trainings_need_told_too_late"
    # Translators: people hear before a training if what they need cannot be arranged.
    message = _("The training has begun: a mail comes too late. Nothing was sent. Call the person.")


class CodeEarly(ProtectError):
    code = "trainings_code_early"
    # Translators: somebody says too early, by a code on a screen, that they are there.
    message = _(
        "This half day has not begun. Nothing was noted. Type the code again when you are in the "
        "room, or sign the list."
    )


class CodeOver(ProtectError):
    code = "trainings_code_over"
    # Translators: a code on the screen of a room is good for a minute.
    message = _(
        "This code is over. Nothing was noted. Type the one on the screen now. If that does not "
        "work, tell your trainer: they can note you all the same."
    )


class CodeUnknown(ProtectError):
    code = "trainings_code_unknown"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: somebody typed a wrong code from the screen of the room.
    message = _(
        "This is not the code on the screen. Nothing was noted. Type it again. If that does not "
        "work, tell your trainer: they can note you all the same."
    )


class ExcuseLate(ProtectError):
    code = "trainings_excuse_late"
    # Translators: somebody wants to say beforehand that they cannot come to a half day.
    message = _("The half day has begun. Nothing was noted. Tell whoever organises it.")

"""Refusals of responses and of an analysis."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class AnswersClosed(ProtectError):
    """Before or after its time; the form is the same for all participants."""

    code = "assessments_answers_closed"
    # Translators: a test or an evaluation of a training is opened too early or too late.
    message = _("These questions are not open now. Nothing was sent. Ask whoever gives the course.")


class NothingAnswered(ProtectError):
    """One tap on “Send” would use up a slip or a card. Paper may be empty."""

    code = "assessments_nothing_answered"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: somebody sends a test or an evaluation without a single answer.
    message = _("Nothing is answered yet. Nothing was sent. Answer at least one question.")


class AnswersFull(ProtectError):
    """Far more answers than participants: they cannot all be genuine. Responses name no sender."""

    code = "assessments_answers_full"
    # Translators: far more tests were sent than there are people in a course.
    message = _(
        "There are more answers than people in this course. Nothing was sent. Answer on paper, and "
        "tell whoever gives the course."
    )


class SlipGone(ProtectError):
    """Used, expired or unknown: all look alike."""

    code = "assessments_slip_gone"
    status = HTTPStatus.GONE
    # Translators: a slip of paper, or a link, opens a form once.
    message = _(
        "This slip has been used, or its time is over. If you have just sent your answers, they "
        "have arrived."
    )


class LinkTakenAlready(ProtectError):
    """Each participant gets one link. Which one, and whether it was used, is not stored."""

    code = "assessments_link_taken"
    # Translators: somebody wants a second link to the questions at the end of a course.
    message = _(
        "You have taken your link already. If you have lost it, ask whoever gives the course for "
        "a slip."
    )


class AnsweredAlready(ProtectError):
    """A participant takes an assessment with a name once, unless staff let them try again."""

    code = "assessments_answered_already"
    # Translators: a test with a name on it was sent before.
    message = _("You have sent this test already. It was not changed.")


class CardUsed(ProtectError):
    """A response with this card exists. Whose card it is, is not stored and not said."""

    code = "assessments_card_used"
    # Translators: somebody types the code of a card for a test, and it was typed there before.
    message = _(
        "This card was used before. If that was you, your answers have arrived. If not, take "
        "another card."
    )


class FormsInUse(ProtectError):
    code = "assessments_forms_in_use"
    # Translators: a course already has answers to a test, so another test cannot be chosen.
    message = _(
        "There are answers already, and two forms cannot be compared. Nothing was "
        "changed: “{phase}” stays as it is."
    )


class AnalysisFrozen(ProtectError):
    code = "assessments_analysis_frozen"
    # Translators: the results of a course are final: no answer can be added.
    message = _("The results are frozen. Nothing was changed, and no answer can be added.")


class TypedTooLong(ProtectError):
    """Ten minutes are over, or another user's page was sent."""

    code = "assessments_typed_too_long_ago"
    # Translators: answers from paper were typed in; after ten minutes they stay.
    message = _("This can be taken back for ten minutes only. It stays.")

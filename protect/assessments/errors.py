"""Refusals of responses and of an analysis."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import TableRefusal


class AssessmentRefusal(TableRefusal):
    rows = {
        HTTPStatus.CONFLICT: {
            # Before or after its time; the form is the same for all participants.
            # Translators: a test or an evaluation of a training is opened too early or too late.
            "assessments_answers_closed": _(
                "These questions are not open now. Nothing was sent. Ask your trainer."
            ),
            # Far more answers than participants: they cannot all be genuine. Responses name no
            # sender.
            # Translators: far more tests were sent than there are people in a course.
            "assessments_answers_full": _(
                "There are more answers than people in this course. Nothing was sent. Answer on "
                "paper, and tell your trainer."
            ),
            # Each participant gets one link. Which one, and whether it was used, is not stored.
            # Translators: a participant asks for a second link to the questions after a course.
            "assessments_link_taken": _(
                "You already have your link. If you have lost it, ask your trainer for it on paper."
            ),
            # A participant takes an assessment with a name once, unless staff let them try again.
            # Translators: a test with a name on it was sent before.
            "assessments_answered_already": _(
                "You have sent this test already. It was not changed."
            ),
            # A response with this card exists. Whose card it is, is not stored and not said.
            # Translators: a participant types the code of a card for a test, and it was typed there
            # before.
            "assessments_card_used": _(
                "This card was used before. If that was you, your answers have arrived. If not, "
                "take another card."
            ),
            # Translators: a course already has answers to a test, so another test cannot be chosen.
            "assessments_forms_in_use": _(
                "There are answers already, and two forms cannot be compared. Nothing was "
                "changed: “{phase}” stays as it is."
            ),
            # Translators: the results of a course are final: no answer can be added.
            "assessments_analysis_frozen": _(
                "The results are frozen. Nothing was changed, and no answer can be added."
            ),
            # Ten minutes are over, or another user's page was sent.
            # Translators: answers from paper were typed in; after ten minutes they stay.
            "assessments_typed_too_long_ago": _(
                "This can be taken back for ten minutes only. It stays."
            ),
        },
        HTTPStatus.GONE: {
            # Used, expired or unknown: all look alike.
            # Translators: a slip of paper, or a link, opens a form once.
            "assessments_slip_gone": _(
                "This slip has been used, or its time is over. If you have just sent your "
                "answers, they have arrived."
            ),
        },
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            # One tap on “Send” would use up a slip or a card. Paper may be empty.
            # Translators: a participant sends a test or an evaluation without a single answer.
            "assessments_nothing_answered": _(
                "Nothing is answered yet. Nothing was sent. Answer at least one question."
            ),
        },
    }

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import TableRefusal


class AssessmentRefusal(TableRefusal):
    rows = {
        HTTPStatus.CONFLICT: {
            # The form is opened before or after the period in which it takes answers.
            # Translators: a test or an evaluation of a training is opened too early or too late.
            "assessments_answers_closed": _(
                "These questions are not open now. Nothing was sent. Ask your trainer."
            ),
            # Far more responses than participants: some cannot be genuine, and as responses are
            # anonymous, nothing shows which.
            # Translators: far more tests were sent than there are people in a course.
            "assessments_answers_full": _(
                "This course has far more answers than participants, so no more are "
                "accepted. Nothing was saved. Tell the trainer or a coordinator."
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
            # A response with this card exists. The platform does not know who holds the card.
            # Translators: a participant types the code of a card for a test, and it was typed there
            # before.
            "assessments_card_used": _(
                "This card was used before. If that was you, your answers have arrived. If not, "
                "take another card."
            ),
            # Translators: a course already has answers to a test, so another test cannot be chosen.
            "assessments_forms_in_use": _(
                "“{phase}” already has answers, and answers to different forms cannot "
                "be compared. Nothing was changed."
            ),
            # Translators: the results of a course are final: no answer can be added.
            "assessments_analysis_frozen": _(
                "The results are frozen: tests and evaluations take no more answers. "
                "Nothing was changed."
            ),
            # The ten minutes are over, or another user typed in the response.
            # Translators: answers from paper were typed in; after ten minutes they stay.
            "assessments_typed_too_long_ago": _(
                "Only the last sheet that you typed in can be removed, and only within "
                "ten minutes. Nothing was removed."
            ),
        },
        HTTPStatus.GONE: {
            # One message for used, expired and unknown slips, so that none can be told apart.
            # Translators: a slip of paper, or a link, opens a form once.
            "assessments_slip_gone": _(
                "This link or slip has been used or has expired. If you have just sent "
                "your answers, they have arrived."
            )
        },
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            # An accidental tap on “Send” would use up a slip or a card. Paper forms may be empty.
            # Translators: a participant sends a test or an evaluation without a single answer.
            "assessments_nothing_answered": _(
                "Nothing is answered yet. Nothing was sent. Answer at least one question."
            )
        },
    }

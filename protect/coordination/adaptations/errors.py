from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError, TableRefusal


class AdaptationRefusal(TableRefusal):
    rows = {
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            "coordination_plan_too_short": _(
                "A plan has at least three steps, so that the change can be felt. Nothing was "
                "saved. Add another step first."
            ),
            "coordination_plan_too_long": _(
                "A plan has at most five steps, so that they get done. Nothing was saved. Cancel a "
                "step, or keep this one for the next check."
            ),
            "coordination_step_incomplete": _(
                "A step needs a function that is responsible and a date. Nothing was saved. Add "
                "what is missing."
            ),
            "coordination_step_owner_elsewhere": _(
                "This person does not, or no longer, work for the organisation of the service. "
                "Nothing was saved. Choose another person, or name only the function."
            ),
            "coordination_peer_is_own": _(
                "A peer is another organisation than that of the service. Nothing was saved. "
                "Choose another organisation."
            ),
            "coordination_review_by_own": _(
                "You work for the organisation of the service. Nothing was saved. A person of the "
                "peer organisation reviews the plan."
            ),
            "coordination_step_unchanged": _(
                "You have not changed what the directory says. Nothing was saved. Change it, or "
                "choose that the entry is to stay as it is."
            ),
        },
        HTTPStatus.CONFLICT: {
            "coordination_check_open": _(
                "This service has an open check already. Nothing was saved. Go on with that one."
            ),
            "coordination_check_closed": _(
                "This check is closed. Nothing was saved. Start the next one."
            ),
            "coordination_no_plan_yet": _(
                "There is no plan yet. Nothing was saved. Finish the plan first."
            ),
            "coordination_step_not_open": _(
                "This step is no longer open. Nothing was saved. Reload the page to see where it "
                "stands."
            ),
            "coordination_service_unnamed": _(
                "It is not known which organisation at the desk offers this service. Nothing was "
                "saved. A coordinator of the country names it first."
            ),
            "coordination_service_gone": _(
                "This service is withdrawn or was merged into another. Nothing was saved."
            ),
        },
    }


class AnswerChanged(ProtectError):
    """Another person answered this topic since the page was opened."""

    code = "coordination_answer_changed"
    status = HTTPStatus.CONFLICT
    message = _(
        "A colleague answered this question meanwhile. Nothing was overwritten. Look at the answer "
        "and choose again."
    )

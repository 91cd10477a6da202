"""`POST /match`: the question of the find-help site, for other systems. Public, kept nowhere."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Body, Router

from protect.directory.api import described
from protect.directory.forms.answering import AnswerOut, answer
from protect.directory.forms.asking import QuestionIn

router = Router(tags=["find help"])


@router.post(
    "/match",
    response=AnswerOut,
    by_alias=True,
    operation_id="protect_directory_api_match",
    openapi_extra={"responses": described.refusals_of_questions()},
)
def match(request: HttpRequest, asking: Body[QuestionIn]) -> AnswerOut:
    """Return the services that take this person now, with the reasons in minutes."""
    return answer(asking)

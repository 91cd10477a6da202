"""`POST /match`: the find-help site's question, for other systems. Public; nothing is stored."""

from django.http import HttpRequest
from ninja import Body, Router

from protect.kernel.refusals import CONTENT_TYPE, PROBLEM_SCHEMA
from protect.matching.interface.answer import AnswerOut, answer_question, to_answer_out
from protect.matching.interface.question import QuestionIn

router = Router(tags=["find help"])


def _error_responses() -> dict[int, object]:
    words = {400: "The body is no JSON document.", 422: "`fields` names each field that is wrong."}
    return {
        status: {"description": text, "content": {CONTENT_TYPE: {"schema": PROBLEM_SCHEMA}}}
        for status, text in words.items()
    }


@router.post(
    "/match",
    response=AnswerOut,
    by_alias=True,
    operation_id="protect_directory_api_match",
    openapi_extra={"responses": _error_responses()},
)
def match(request: HttpRequest, question: Body[QuestionIn]) -> AnswerOut:
    """Return the services that may help this person, the best first, with reasons in minutes."""
    return to_answer_out(answer_question(question), question)

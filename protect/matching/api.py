"""`POST /match`: the question of the find-help site, for other systems. Public, kept nowhere."""

from django.http import HttpRequest
from ninja import Body, Router

from protect.kernel.refusals import CONTENT_TYPE, SCHEMA
from protect.matching.interface.answer import AnswerOut, reply, worded
from protect.matching.interface.question import QuestionIn

router = Router(tags=["find help"])


def _refusals() -> dict[int, object]:
    words = {400: "The body is no JSON document.", 422: "`fields` names each field that is wrong."}
    return {
        status: {"description": text, "content": {CONTENT_TYPE: {"schema": SCHEMA}}}
        for status, text in words.items()
    }


@router.post(
    "/match",
    response=AnswerOut,
    by_alias=True,
    operation_id="protect_directory_api_match",
    openapi_extra={"responses": _refusals()},
)
def match(request: HttpRequest, asking: Body[QuestionIn]) -> AnswerOut:
    """Return the services that take this person now, with the reasons in minutes."""
    return worded(reply(asking), asking)

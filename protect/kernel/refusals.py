"""Collect the refusals of a request, and render refusals as problem documents (RFC 9457).
The refusal log of `site` reads the collected ones. A refusal may be shown as a page,
as an error in a form or as a document; each of these places reports it here."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from http import HTTPStatus

from django.http import JsonResponse

from protect.kernel.errors import ProtectError

CONTENT_TYPE = "application/problem+json"
# JSON schema of a problem document, for the API description (OpenAPI).
PROBLEM_SCHEMA = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "required": ["type", "title", "status", "code", "fields"],
}

_refusals_to_log: ContextVar[list[ProtectError] | None] = ContextVar("refusals", default=None)


def report_refusal(error: ProtectError) -> None:
    """Add a refusal to the list of the enclosing `collect_refusals`, if there is one."""
    collected = _refusals_to_log.get()
    if collected is not None:
        collected.append(error)


@contextmanager
def collect_refusals() -> Iterator[list[ProtectError]]:
    """Yield the list to which every refusal of this block is added, in order."""
    refusals: list[ProtectError] = []
    token = _refusals_to_log.set(refusals)
    try:
        yield refusals
    finally:
        _refusals_to_log.reset(token)


def problem_response(
    status: HTTPStatus, code: str, title: str, fields: Mapping[str, str] | None = None
) -> JsonResponse:
    """Return a problem document; `code` is stable, and `fields` maps invalid fields to messages."""
    body = {
        "type": f"about:blank#{code}",
        "title": title,
        "status": status.value,
        "code": code,
        "fields": dict(fields or {}),
    }
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE)


def refusal_response(error: ProtectError, fields: Mapping[str, str] | None = None) -> JsonResponse:
    """Return the problem document of a refusal, in the active language."""
    return problem_response(error.status, error.code, error.text(), fields)

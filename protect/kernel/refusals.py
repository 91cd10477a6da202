"""Refusals of one request, for the refusal log of `site`, and as problem documents (RFC 9457).

A refusal may become a page of its own, a mistake in a form or a document; each reports it here.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from http import HTTPStatus

from django.http import JsonResponse

from protect.kernel.errors import ProtectError

CONTENT_TYPE = "application/problem+json"
# Of a problem document, for descriptions of interfaces (OpenAPI).
SCHEMA = {
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

_heard: ContextVar[list[ProtectError] | None] = ContextVar("heard", default=None)


def tell(error: ProtectError) -> None:
    """Add a refusal to the list of `collected`; outside of one it is lost."""
    heard = _heard.get()
    if heard is not None:
        heard.append(error)


@contextmanager
def collected() -> Iterator[list[ProtectError]]:
    """Yield the list to which every refusal of this block is added, in order."""
    heard: list[ProtectError] = []
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)


def problem(
    status: HTTPStatus, code: str, title: str, fields: Mapping[str, str] | None = None
) -> JsonResponse:
    """Return a problem document. `code` is stable, not translated; `fields` names wrong fields."""
    body = {
        "type": f"about:blank#{code}",
        "title": title,
        "status": status.value,
        "code": code,
        "fields": dict(fields or {}),
    }
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE)


def refusal(error: ProtectError, fields: Mapping[str, str] | None = None) -> JsonResponse:
    """Return the problem document of a refusal, in the active language."""
    return problem(error.status, error.code, error.text(), fields)

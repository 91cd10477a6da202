"""Every refusal on an API path becomes application/problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
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

"""Write the refusals of a request after its transaction: a rollback would remove them."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from protect.audit.actions import defer_refusals


class RefusalAuditMiddleware:
    """Writes the audit entries of a request's refusals after its transaction has ended."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with defer_refusals():
            return self.get_response(request)

"""Keeps refusals past the rollback of their transaction."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from protect.audit.actions import refusals_kept


class KeepRefusals:
    """Writes what was refused during a request once its transaction is over."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with refusals_kept():
            return self.get_response(request)

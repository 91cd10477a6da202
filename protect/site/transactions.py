"""Transactions per zone: desk views have one that sees their user's rows, others have none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver

from protect.orgs.access import scope_of
from protect.vault.rows import show_teams


def without_transaction(patterns: Iterable[URLPattern | URLResolver]) -> None:
    """Exempt every view of a zone from ATOMIC_REQUESTS."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            without_transaction(pattern.url_patterns)
        else:
            transaction.non_atomic_requests(pattern.callback)


def with_own_rows(patterns: Iterable[URLPattern | URLResolver]) -> None:
    """Let the transaction of every view see the rows of its user's teams only."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            with_own_rows(pattern.url_patterns)
        else:
            pattern.callback = _scoped(pattern.callback)


def _scoped(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def scoped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if connection.in_atomic_block:  # sign-in opens none: it has no rows to see
            show_teams(scope_of(request).teams)
        return view(request, *args, **kwargs)

    return scoped

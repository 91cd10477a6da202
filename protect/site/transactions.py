"""Which addresses open a transaction: those of the desk, and no other."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.urls import URLPattern, URLResolver


def without_transaction(patterns: Iterable[URLPattern | URLResolver]) -> None:
    """Exempt every view of a zone from ATOMIC_REQUESTS."""
    for each in patterns:
        if isinstance(each, URLResolver):
            without_transaction(each.url_patterns)
        else:
            transaction.non_atomic_requests(each.callback)

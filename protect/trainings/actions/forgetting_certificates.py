"""What stays of a certificate after its holder is erased: its id, its place and whether it counts.

Source: docs/data-classes.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction

from protect.trainings.models import Certificate

EMPTY: dict[str, Any] = {
    "registration": None,
    "rule": {},
    "facts": {},
    "document": {},
    "issued_reason": "",
    "shows_name": False,
}


@transaction.atomic
def forget(registrations: Iterable[UUID]) -> int:
    """Empty the certificates of registrations that are being erased. Return how many."""
    return Certificate.objects.filter(registration__in=registrations).update(**EMPTY)

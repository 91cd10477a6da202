"""What stays of a certificate after its holder is erased: its id, its place and whether it counts.

Source: docs/data-classes.md.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from protect.trainings.models import Certificate

EMPTY = {"registration": None, "rule": {}, "facts": {}, "document": {}, "shows_name": False}


@transaction.atomic
def forget(registrations: Collection[UUID]) -> int:
    """Empty the certificates of registrations that are being erased. Return how many."""
    return Certificate.objects.filter(registration__in=registrations).update(**EMPTY)


@transaction.atomic
def forget_erased() -> int:
    """Empty what still says something of people who were erased already. Return how many."""
    gone = Q(registration=None) | Q(registration__participant__erased_at__isnull=False)
    rows = Certificate.objects.filter(gone).exclude(document={}, registration=None)
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    return Certificate.objects.filter(pk__in=keys).update(**EMPTY)

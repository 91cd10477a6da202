"""Writing down each night how true the directory is, so that months can be compared."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from protect.verification import facts
from protect.verification.models import HealthSnapshot

KEPT = timedelta(days=400)  # a year can be compared with the one before


@transaction.atomic
def keep_health(*, at: datetime) -> int:
    """Keep how true the directory is today, in numbers; return how many rows that are.

    Once more on the same day replaces what was kept. Rows older than KEPT go. The day is UTC's.
    """
    day = at.date()
    rows = [
        HealthSnapshot(
            country_id=country, day=day, fact=fact.value, freshness=state.value, services=number
        )
        for country, fact, state, number in facts.snapshot_rows(facts.health(at))
    ]
    HealthSnapshot.objects.filter(day=day).delete()
    HealthSnapshot.objects.filter(day__lt=day - KEPT).delete()
    HealthSnapshot.objects.bulk_create(rows)
    return len(rows)

"""The steps of verification in each night: the queue, duplicates, reminders, the day's numbers.

States of facts follow from dates and are never rewritten: a page, an answer and an export say what
is true at the instant at which they are made. The steps refresh what is stored beside them, and
delete what is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from protect.kernel.steps import Step
from protect.matching import coverage
from protect.verification.duplicates.duplicates import propose_pairs
from protect.verification.duplicates.merges import forget_merges
from protect.verification.health import facts
from protect.verification.models import HealthSnapshot
from protect.verification.provider_links.reminders import remind
from protect.verification.queue.queue_refresh import Refreshed, refresh_queue
from protect.verification.reports.reports import forget_corrections

HEALTH_KEPT = timedelta(days=400)  # a year can be compared with the one before


def refresh(*, at: datetime) -> Refreshed:
    """Bring the queue up to date, with the settlements that depend on each service today."""
    return refresh_queue(at=at, dependents=coverage.dependents())


@transaction.atomic
def keep_health(*, at: datetime) -> int:
    """Store the freshness of the directory today, in numbers; return the number of rows.

    A second run on the same day replaces the rows. Rows older than HEALTH_KEPT are deleted. The day
    is UTC's.
    """
    day = at.date()
    rows = [
        HealthSnapshot(
            country_id=country, day=day, fact=fact.value, freshness=state.value, services=number
        )
        for country, fact, state, number in facts.snapshot_rows(facts.health(at))
    ]
    HealthSnapshot.objects.filter(day=day).delete()
    HealthSnapshot.objects.filter(day__lt=day - HEALTH_KEPT).delete()
    HealthSnapshot.objects.bulk_create(rows)
    return len(rows)


# In this order: reminders after new findings, counts after changes.
STEPS: Mapping[str, Step] = {
    "refresh_queue": refresh,
    "propose_pairs": propose_pairs,
    "remind": remind,
    "forget_corrections": forget_corrections,
    "forget_merges": forget_merges,
    "keep_health": keep_health,
}

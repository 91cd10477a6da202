"""Whether seats are passed on in time."""

from __future__ import annotations

from datetime import datetime, timedelta

from protect.trainings.enums import EditionState
from protect.trainings.models import Registration

LATE = timedelta(hours=1)  # every ten minutes, and some time to notice


def late_offers(at: datetime) -> int:
    """Return how many offers of a seat ended an hour ago and still hold it."""
    live = [EditionState.OPEN, EditionState.CLOSED]
    return Registration.objects.overdue(at - LATE).filter(edition__state__in=live).count()

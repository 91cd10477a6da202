"""Which items of the queue and which reports are meant."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import Case, F, Q, When

from protect.verification.enums import CorrectionState, QueueState

if TYPE_CHECKING:
    from protect.verification.models import (  # noqa: F401 - named in strings below
        Correction,
        QueueItem,
    )


class QueueQuerySet(models.QuerySet["QueueItem"]):
    """Reads as English: `QueueItem.objects.waiting().free(at)`."""

    def waiting(self) -> Self:
        """Keep open items."""
        return self.filter(closed_at=None)

    def free(self, at: datetime) -> Self:
        """Keep items that can be claimed now: unclaimed, or with an expired lease."""
        claimed = Q(state=QueueState.CLAIMED, leased_until__gt=at)
        return self.waiting().exclude(claimed)


class CorrectionQuerySet(models.QuerySet["Correction"]):
    """Reads as English: `Correction.objects.new()`."""

    def new(self) -> Self:
        """Keep open reports."""
        return self.filter(state=CorrectionState.NEW)

    def about(self, service: UUID) -> Self:
        """Keep what is said of a service, and of entries that were merged into it."""
        return self.filter(Q(service=service) | Q(service__merged_into=service))

    def new_first(self) -> Self:
        """Order open reports first, oldest first; then judged ones, latest first."""
        waits = Case(When(state=CorrectionState.NEW, then=0), default=1)
        return self.order_by(waits, F("judged_at").desc(nulls_first=True), "created", "pk")

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
        """Keep what nobody has finished."""
        return self.filter(closed_at=None)

    def free(self, at: datetime) -> Self:
        """Keep what somebody can take now: nobody holds it, or the lease is over."""
        claimed = Q(state=QueueState.CLAIMED, leased_until__gt=at)
        return self.waiting().exclude(claimed)


class CorrectionQuerySet(models.QuerySet["Correction"]):
    """Reads as English: `Correction.objects.new()`."""

    def new(self) -> Self:
        """Keep what nobody has judged."""
        return self.filter(state=CorrectionState.NEW)

    def about(self, service: UUID) -> Self:
        """Keep what is said of a service, and of entries that were merged into it."""
        return self.filter(Q(service=service) | Q(service__merged_into=service))

    def new_first(self) -> Self:
        """Put first what nobody has judged, of these the oldest; then what was judged last."""
        waits = Case(When(state=CorrectionState.NEW, then=0), default=1)
        return self.order_by(waits, F("judged_at").desc(nulls_first=True), "created", "pk")

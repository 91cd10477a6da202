"""Mails that wait, and mails that may be leased now."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from protect.notices.models import Outgoing  # noqa: F401 - named in a string below


class OutgoingQuerySet(models.QuerySet["Outgoing"]):
    """Mails by what is still to be done with them."""

    def waiting(self) -> Self:
        """Neither sent nor given up."""
        return self.filter(sent_at=None, given_up_at=None)

    def given_up(self) -> Self:
        return self.filter(given_up_at__isnull=False)

    def ready(self, at: datetime) -> Self:
        """Keep mails that are due and not leased; longest due first."""
        free = Q(leased_until=None) | Q(leased_until__lte=at)
        return self.waiting().filter(free, due__lte=at).order_by("due", "pk")

    def ended_before(self, at: datetime) -> Self:
        return self.filter(Q(sent_at__lt=at) | Q(given_up_at__lt=at))

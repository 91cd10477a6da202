"""When the night's work of trainings was last done."""

from __future__ import annotations

from datetime import datetime

from protect.audit.models import Entry
from protect.audit.rules import PLATFORM

KEPT = "trainings.keep"  # action in the audit: a night's work without a failure


def kept_at() -> datetime | None:
    """Return when a night's work was last done without a failure; None if it never was."""
    entries = Entry.objects.of_chain(PLATFORM).filter(action=KEPT)
    return entries.order_by("-n").values_list("at", flat=True).first()

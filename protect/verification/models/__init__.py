"""What keeps the directory true: the queue, call tests, links, reports, duplicates, reminders."""

from __future__ import annotations

from protect.verification.models.checks import (
    CallTest,
    HealthSnapshot,
    ProviderLink,
    QueueItem,
    Reminder,
)
from protect.verification.models.reports import Correction, DuplicatePair

__all__ = [
    "CallTest",
    "Correction",
    "DuplicatePair",
    "HealthSnapshot",
    "ProviderLink",
    "QueueItem",
    "Reminder",
]

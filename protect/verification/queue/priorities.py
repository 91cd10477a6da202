"""Why a service waits to be checked, and how urgently."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from protect.directory.enums import Freshness
from protect.directory.fact_records.freshness import Standing
from protect.verification.enums import QueueReason
from protect.verification.queue import harms

# Reasons that follow from the checks of a service. The others are events that people report.
FROM_CHECKS = frozenset(
    {
        QueueReason.UNVERIFIED,
        QueueReason.DUE,
        QueueReason.OVERDUE,
        QueueReason.EXPIRED,
        QueueReason.DISPUTED,
    }
)


def reasons(facts: Iterable[Standing], categories: Collection[str]) -> set[QueueReason]:
    """Return why a service is to be checked, as far as its checks tell it."""
    return {
        QueueReason(each.state)
        for each in facts
        if each.state != Freshness.FRESH and _counts(each, categories)
    }


def priority(facts: Iterable[Standing], categories: Collection[str], dependents: int) -> float:
    """Return how urgent a service is: the fact that could do most harm decides.

    Not the sum: four outdated prices never outweigh one dead number.
    Units: `dependents` settlements, at least 1. Source: docs/adr/0017-verification.md.
    """
    lost = (harms.weight(each.fact, categories) * (1 - each.confidence) for each in facts)
    return max(lost, default=0.0) * max(dependents, 1)


def _counts(standing: Standing, categories: Collection[str]) -> bool:
    """Return whether the age of a fact opens anything: of some only a dispute does."""
    is_disputed = standing.state == Freshness.DISPUTED
    return is_disputed or harms.weight(standing.fact, categories) > 0

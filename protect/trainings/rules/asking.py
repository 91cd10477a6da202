"""When a form of an edition is open, and which of two sets somebody is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from protect.trainings.enums import Phase, SetOrder

DAYS_OPEN = timedelta(days=30)  # after the last half day

type HalfDays = Sequence[tuple[datetime, datetime]]  # begin and end, the first one first


def is_open(phase: Phase, half_days: HalfDays, at: datetime) -> bool:
    """Return whether a form takes answers at an instant.

    What is asked before a course: until its first half day ends. At its end: from the beginning of
    the last half day on, for DAYS_OPEN. A follow-up goes by its own slips.
    """
    if phase == Phase.FOLLOW_UP:
        return True
    if not half_days:
        return False
    if phase == Phase.PRE:
        return at < half_days[0][1]
    begins, ends = half_days[-1]
    return begins <= at < ends + DAYS_OPEN


def is_set_b(order: SetOrder, phase: Phase, coin: int) -> bool:
    """Return whether somebody is asked the other one of two sets. `coin` is of their code."""
    return order is SetOrder.HALVES and phase in {Phase.PRE, Phase.POST} and bool(coin % 2)


def has_reached(points: Fraction | float, maximum: float, percent: int) -> bool:
    """Return whether points reach a mark. What decimals add is rounded away."""
    return maximum > 0 and round(float(points) * 100 - percent * float(maximum), 9) >= 0

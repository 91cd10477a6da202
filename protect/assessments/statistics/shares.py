"""Shares with their intervals."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from protect.assessments.statistics import special_functions
from protect.assessments.statistics.change import CONFIDENCE


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many. Units: `value`, `low` and `high` from 0 to 1."""

    part: int
    whole: int
    value: float
    low: float
    high: float


def share(part: int, whole: int) -> Share:
    """Return a share with Wilson's interval of 95 %, which stays within 0 and 1.

    Errors: ValueError where the part is no part of the whole, or that is nought.
    Source: Wilson 1927.
    """
    if not 0 <= part <= whole or not whole:
        raise ValueError(f"{part} is no part of {whole}")
    z = float(special_functions.ndtri((1 + CONFIDENCE) / 2))
    value = part / whole
    middle = (part + z * z / 2) / (whole + z * z)
    reach = z * sqrt(part * (whole - part) / whole + z * z / 4) / (whole + z * z)
    low = middle - reach if part else 0.0
    high = middle + reach if part < whole else 1.0
    return Share(part, whole, value, max(low, 0.0), min(high, 1.0))

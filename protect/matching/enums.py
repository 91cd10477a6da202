"""The closed sets of matching."""

from __future__ import annotations

from enum import IntEnum


class Truth(IntEnum):
    """Kleene's three values, ordered so that AND is the minimum."""

    NO = 0
    UNKNOWN = 1
    YES = 2

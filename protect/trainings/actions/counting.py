"""People who count once: a keyed hash of an address, and the cell that they were in that day.

The hash cannot be made from a dump: its key is in no database (`vault.matching`).
"""

from __future__ import annotations

from protect.vault.matching import matched

TRAINED = "trained"  # confirmed minutes reach what the course asks for


def person_key(email: str) -> str:
    """Return the keyed hash under which an address counts once. Errors: MatchKeyMissing."""
    return matched("trainings.person", email)

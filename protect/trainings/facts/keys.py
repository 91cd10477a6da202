"""The keyed hash under which somebody counts once. It cannot be made from a dump."""

from __future__ import annotations

from protect.vault.match_keys import matched


def person_key(email: str) -> str:
    """Return the keyed hash of an address as it is kept: its key is in no database.

    Errors: MatchKeyMissing.
    """
    return matched("trainings.person", email)

"""Whether what an alarm is about is so still: a record, or the key of a team. Needs no secret."""

from __future__ import annotations

from uuid import UUID

from protect.vault.actions.key_checks import has_fault
from protect.vault.actions.record_states import current_fault
from protect.vault.errors import RecordDamaged, TeamKeyMismatch


def is_still_so(target: str, outcome: str) -> bool:
    """Return whether the server finds now what an alarm says. What only a member sees, it does not.

    Shapes: target: as an entry's; outcome: the code of the alarm.
    """
    kind, _, pk = target.partition(":")
    if outcome == RecordDamaged.code:
        return current_fault(target) is not None
    return outcome == TeamKeyMismatch.code and kind == "team" and has_fault(UUID(pk))

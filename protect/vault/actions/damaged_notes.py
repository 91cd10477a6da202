"""Notes that do not open as they were saved: evidence, until an officer has answered the alarm."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from protect.orgs.alarms import is_answered
from protect.orgs.models import Team
from protect.vault.actions import records
from protect.vault.actions.record_states import target_of
from protect.vault.actions.unlocked import Unlocked
from protect.vault.enums import Kind
from protect.vault.errors import RecordDamaged
from protect.vault.models import Record


def erasable(team: Team, damaged: Iterable[UUID]) -> list[UUID]:
    """Return the damaged notes of a team after an officer has answered their alarm."""
    organisation, code = team.organisation_id, RecordDamaged.code
    return [pk for pk in damaged if is_answered(organisation, f"{Kind.NOTE}:{pk}", code)]


def must_open(unlocked: Unlocked, record: Record) -> None:
    """Refuse a note if its newest version does not open. The audit gets no entry.

    Errors: RecordGone; RecordDamaged; KeyNotReady.
    """
    records.read(unlocked, record)


def must_be_erasable(unlocked: Unlocked, record: Record) -> None:
    """Refuse a damaged note until an officer has answered its alarm. The audit gets no entry.

    Errors: RecordDamaged; KeyNotReady.
    """
    try:
        records.read(unlocked, record)
    except RecordDamaged as error:
        if not is_answered(record.owner_team.organisation_id, target_of(record), error.code):
            raise

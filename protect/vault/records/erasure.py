"""Erasure: written down first, outside; then deleted. Replayed after a restore."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from protect.audit.context import AuditContext
from protect.audit.rules import GONE
from protect.vault.errors import RecordGone
from protect.vault.integrity import ledger
from protect.vault.models import DekWrap, Record, Sealed
from protect.vault.rows import all_rows, hold_keys
from protect.vault.sessions.unlocked import Unlocked

RETENTION, PERSON = "retention", "person"  # reasons


def erase(unlocked: Unlocked | None, record: Record, *, reason: str, at: datetime) -> None:
    """Erase a record: wraps first, then texts and files.
    The line in the ledger stands before anything is deleted: a crash in between is finished by
    `replay`. Needs no key; a person who erases is named in the audit. Errors: RecordGone, also for
    a record that this person's teams do not see: no line is written."""
    actor = unlocked.user_id if unlocked else None
    with transaction.atomic() if unlocked else all_rows():  # the clock has no teams of its own
        hold_keys([record.owner_team_id])  # before the record: no member saves a version meanwhile
        if Record.objects.select_for_update().filter(pk=record.pk).first() is None:
            raise RecordGone
        ledger.append(ledger.LedgerLine("record", str(record.pk), at.isoformat(), reason))
        delete_rows(record.pk)
        audit = AuditContext(at=at, actor=actor, organisation=record.owner_team.organisation_id)
        audit.record(f"vault.erase_{reason}", record.target, state=GONE)


def erase_due(*, at: datetime) -> int:
    """Erase what has outlived its month; return how many records went."""
    month = at.date().replace(day=1)
    with all_rows():
        due = Record.objects.filter(retention__lt=month).select_related("owner_team")
        records = list(due.order_by("pk"))
    return sum(_is_erased(record, at) for record in records)


def _is_erased(record: Record, at: datetime) -> bool:
    try:
        erase(None, record, reason=RETENTION, at=at)
    except RecordGone:  # a person was faster
        return False
    return True


def forget_wraps(*, at: datetime) -> int:
    """Delete the wraps of expired packets and links; return how many.
    No member could open anything with them here; now no copy of the keys can either."""
    with all_rows():
        return DekWrap.objects.filter(expires__lte=at).delete()[0]


def delete_rows(record: UUID) -> int:
    DekWrap.objects.filter(record=record).delete()
    Sealed.objects.filter(record=record).delete()
    return Record.objects.filter(pk=record).delete()[0] and 1

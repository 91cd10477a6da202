"""Erasure of records: the ledger gets a line first, so that a restore repeats the deletion."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from protect.audit.context import AuditContext
from protect.audit.rules import ERASED_STATE
from protect.vault.errors import RecordGone
from protect.vault.integrity import ledger
from protect.vault.models import DekWrap, Record, Sealed
from protect.vault.rows import lock_team_keys, show_all_rows
from protect.vault.sessions.unlocked import Unlocked

RETENTION_REASON, PERSON_REASON = "retention", "person"  # erased by age; by an action of a person


def erase_record(unlocked: Unlocked | None, record: Record, *, reason: str, at: datetime) -> None:
    """Erase a record: first its wraps, then its texts and files. The ledger line is written before
    anything is deleted; if the server crashes in between, `replay_ledger` finishes the erasure.
    Needs no key. `unlocked`: the member; None for a job, which can erase a record of any team.
    Errors: RecordGone, also for a record outside this member's teams; then no line is written."""
    actor = unlocked.user_id if unlocked else None
    with transaction.atomic() if unlocked else show_all_rows():  # the nightly run has no teams
        lock_team_keys([record.owner_team_id])  # first, so that no member saves a version
        if Record.objects.select_for_update().filter(pk=record.pk).first() is None:
            raise RecordGone
        ledger.append(ledger.Line("record", str(record.pk), at.isoformat(), reason))
        delete_rows(record.pk)
        audit = AuditContext(at=at, actor=actor, organisation=record.owner_team.organisation_id)
        audit.record(f"vault.erase_{reason}", record.audit_target, state=ERASED_STATE)


def erase_due_records(*, at: datetime) -> int:
    """Erase the records that are past their retention month; return how many."""
    month = at.date().replace(day=1)
    with show_all_rows():
        due_records = Record.objects.filter(retention__lt=month).select_related("owner_team")
        records = list(due_records.order_by("pk"))
    return sum(_erase_unless_gone(record, at) for record in records)


def _erase_unless_gone(record: Record, at: datetime) -> bool:
    try:
        erase_record(None, record, reason=RETENTION_REASON, at=at)
    except RecordGone:  # a member has erased it meanwhile
        return False
    return True


def delete_expired_wraps(*, at: datetime) -> int:
    """Delete the wraps of expired packets and links; return how many. An expired wrap already
    opens nothing here; without it, keys that are stolen later open nothing elsewhere either."""
    with show_all_rows():
        return DekWrap.objects.filter(expires__lte=at).delete()[0]


def delete_rows(record: UUID) -> int:
    """Delete a record with wraps, versions and files, without a ledger line; return 1 or 0."""
    DekWrap.objects.filter(record=record).delete()
    Sealed.objects.filter(record=record).delete()
    return Record.objects.filter(pk=record).delete()[0] and 1

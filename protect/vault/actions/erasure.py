"""Erasure: written down first, outside; then deleted. Replayed after a restore."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction

from protect.audit.context import AuditContext
from protect.audit.rules import GONE
from protect.orgs.enums import MembershipState, OrganisationState, TeamState
from protect.orgs.models import Membership, Organisation, Team
from protect.vault import ledger
from protect.vault.actions import departures
from protect.vault.actions.key_history import TAKE_GRANTS
from protect.vault.actions.lock_order import hold_keys
from protect.vault.actions.unlocked import Unlocked
from protect.vault.enums import KeyState
from protect.vault.errors import RecordGone
from protect.vault.models import (
    Admission,
    DekWrap,
    Manifest,
    Record,
    RecoveryHalf,
    Sealed,
    SealedFile,
    TeamGrant,
    TeamKey,
)
from protect.vault.rows import all_rows

RETENTION, PERSON = "retention", "person"  # reasons


def erase(unlocked: Unlocked | None, record: Record, *, reason: str, at: datetime) -> None:
    """Erase a record: wraps first, then texts and files.

    The line in the ledger stands before anything is deleted: a crash in between is finished by
    `replay`. Needs no key; a person who erases is named in the audit.
    Errors: RecordGone, also for a record that this person's teams do not see: no line is written.
    """
    actor = unlocked.user_id if unlocked else None
    target = f"{record.kind}:{record.pk}"
    with transaction.atomic() if unlocked else all_rows():  # the clock has no teams of its own
        hold_keys([record.owner_team_id])  # before the record: no member saves a version meanwhile
        if Record.objects.select_for_update().filter(pk=record.pk).first() is None:
            raise RecordGone
        ledger.append(ledger.Line("record", str(record.pk), at.isoformat(), reason))
        _delete(record.pk)
        audit = AuditContext(at=at, actor=actor, organisation=record.owner_team.organisation_id)
        audit.record(f"vault.erase_{reason}", target, state=GONE)


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

    No member could open anything with them here; now no copy of the keys can either.
    """
    with all_rows():
        return DekWrap.objects.filter(expires__lte=at).delete()[0]


def replay(lines: Iterator[ledger.Line]) -> int:
    """Delete again what a restored database brought back; return how many things went."""
    return sum(_again(line) for line in lines)


def _again(line: ledger.Line) -> int:
    with all_rows():
        return _gone(line)


def _gone(line: ledger.Line) -> int:
    if line.what == "record":
        return _erase_again(UUID(line.id), line.reason, datetime.fromisoformat(line.at))
    if line.what == "packet":
        return _withdraw(UUID(line.id), datetime.fromisoformat(line.at))
    if line.what == "membership":
        return _end(UUID(line.id), datetime.fromisoformat(line.at), line.reason)
    if line.what == "team":
        return _retire(UUID(line.id), datetime.fromisoformat(line.at))
    if line.what == "organisation":
        return _leave(UUID(line.id), datetime.fromisoformat(line.at))
    return 0


def _erase_again(record: UUID, reason: str, at: datetime) -> int:
    """Erase a record that came back, and say in the audit that it is gone."""
    returned = Record.objects.select_related("owner_team").filter(pk=record).first()
    gone = _delete(record)
    if returned is not None:
        action = f"erase_{RETENTION if reason == RETENTION else PERSON}"
        target = f"{returned.kind}:{returned.pk}"
        audit = AuditContext(at=at, actor=None, organisation=returned.owner_team.organisation_id)
        audit.record(f"vault.{action}", target, state=GONE)
    return gone


def _delete(record: UUID) -> int:
    DekWrap.objects.filter(record=record).delete()
    Sealed.objects.filter(record=record).delete()
    return Record.objects.filter(pk=record).delete()[0] and 1


def _withdraw(record: UUID, at: datetime) -> int:
    living = Manifest.objects.filter(packet=record, withdrawn_at=None)
    manifest = living.select_related("from_team").first()
    if manifest is None:
        return 0
    audit = AuditContext(at=at, actor=None, organisation=manifest.from_team.organisation_id)
    audit.record("vault.withdraw", f"packet:{record}", state=GONE)
    DekWrap.objects.filter(record=record).delete()
    Sealed.objects.filter(record=record).delete()
    SealedFile.objects.filter(record=record).delete()
    return living.update(withdrawn_at=at)


def _end(membership: UUID, at: datetime, reason: str) -> int:
    """End a place again. Grants that the backup still held go, and the team's key is due."""
    row = Membership.objects.live().filter(pk=membership).select_related("team").first()
    if row is None:
        return 0
    ended = {"state": MembershipState.LEFT, "ended_at": max(at, row.created), "end_reason": reason}
    Membership.objects.filter(pk=membership).update(**ended)
    departures.end_credentials({row.user_id})
    if row.team is not None:
        TeamGrant.objects.filter(team_key__team=row.team, user_key__user=row.user_id).delete()
        Admission.objects.filter(team_key__team=row.team, holder=row.user_id).delete()
        Team.objects.filter(pk=row.team.pk, state=TeamState.ACTIVE).update(
            state=TeamState.ROTATION_DUE
        )
        audit = AuditContext(at=at, actor=None, organisation=row.team.organisation_id)
        audit.record(TAKE_GRANTS, f"team:{row.team.pk}")
    return 1


def _retire(team: UUID, at: datetime) -> int:
    """End a team again, with its keys."""
    keys = TeamKey.objects.filter(team=team)
    TeamGrant.objects.filter(team_key__in=keys).delete()
    RecoveryHalf.objects.filter(team_key__in=keys).delete()
    Admission.objects.filter(team_key__in=keys).delete()
    keys.update(state=KeyState.RETIRED)
    living = Team.objects.living().filter(pk=team)
    return living.update(state=TeamState.RETIRED, retired_at=at)


def _leave(organisation: UUID, at: datetime) -> int:
    here = Organisation.objects.exclude(state=OrganisationState.LEFT).filter(pk=organisation)
    return here.update(state=OrganisationState.LEFT, left_at=at)

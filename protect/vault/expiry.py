"""Ends what time has caught up with, and what a crash or a restored backup has left behind."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from protect.audit.context import AuditContext
from protect.audit.rules import GONE
from protect.orgs import actions as orgs
from protect.orgs.enums import MembershipState, OrganisationState, TeamState
from protect.orgs.models import Membership, Organisation, Team
from protect.vault.enums import KeyState
from protect.vault.integrity import key_register, ledger
from protect.vault.models import (
    Admission,
    DekWrap,
    Manifest,
    Record,
    ResetLink,
    Sealed,
    SealedFile,
    Session,
    TeamGrant,
    TeamKey,
)
from protect.vault.records import erasure
from protect.vault.rows import all_rows
from protect.vault.sessions import authentication, drafts
from protect.vault.team_keys import closures, rotation

WISHES = {"record", "packet"}
TABLES = [each._meta.db_table for each in (DekWrap, Sealed, SealedFile, Manifest, Record)]
MAINTAIN_SINCE = 17_00_00  # version of PostgreSQL
OWNS = """
    SELECT pg_has_role(relowner, 'USAGE'), current_setting('server_version_num')::int
    FROM pg_class WHERE oid = %s::regclass
"""


def forget_idle(*, at: datetime) -> dict[str, int]:
    """Lock and forget what is over. Needs no key; safe to run again, each minute."""
    browsers = Session.objects.filter(expire_date__lte=at)  # never came back after their session
    return {
        "sessions": authentication.lock_idle(at=at),  # locked or ended
        "browsers": browsers.delete()[0],
        "drafts": drafts.forget_drafts(at=at),
        "links": ResetLink.objects.filter(expires__lte=at).delete()[0],
        "attempts": orgs.forget_attempts(at=at),
    }


def erase_due(*, at: datetime) -> dict[str, int]:
    """Finish and erase what is due. Needs no key; safe to run again, each night.
    Only erasures and withdrawals are finished: each was the wish of a person or team. Departures
    and endings that a fault undid are not done again unseen; `replay_restored` does those."""
    finished = replay(line for line in ledger.lines() if line.what in WISHES)
    if finished:
        _note_replay(at)
    return {
        "finished": finished,
        "erased": erasure.erase_due(at=at),  # records that have outlived their month
        "wraps": erasure.forget_wraps(at=at),  # of packets and links whose time is over
    }


def replay_restored(lines: Collection[ledger.LedgerLine], *, at: datetime) -> int:
    """Delete again what a restored backup brought back; return how many things went.
    Safe to run again. The audit tells that it was done; what it told of each has been lost with the
    days between backup and restore."""
    gone = replay(iter(lines))
    key_register.note_restored(at=at)
    _note_replay(at)
    return gone


@transaction.atomic
def _note_replay(at: datetime) -> None:
    AuditContext(at=at, actor=None, organisation=None).record("vault.replay_ledger")


def vacuum() -> list[str]:
    """Clean the tables of records, outside a transaction; return those that we may not clean.
    On SQLite the whole file is written anew, and its journal emptied.
    Errors: OperationalError inside a transaction."""
    if connection.vendor == "sqlite":
        _run("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
        return []
    refused = [table for table in TABLES if not _may_clean(table)]
    _run(*(f"VACUUM {table}" for table in TABLES if table not in refused))
    return refused


def _may_clean(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(OWNS, [table])
        is_owner, version = cursor.fetchone()
        if is_owner or version < MAINTAIN_SINCE:
            return bool(is_owner)
        cursor.execute("SELECT has_table_privilege(%s, 'MAINTAIN')", [table])
        return bool(cursor.fetchone()[0])


def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def replay(lines: Iterator[ledger.LedgerLine]) -> int:
    """Delete again what a restored database brought back; return how many things went."""
    gone = 0
    for line in lines:
        if line.what in AGAIN:
            with all_rows():
                pk, at = UUID(line.id), datetime.fromisoformat(line.at)
                gone += AGAIN[line.what](pk, at, line.reason)
    return gone


def _erase(record: UUID, at: datetime, reason: str) -> int:
    returned = Record.objects.select_related("owner_team").filter(pk=record).first()
    gone = erasure.delete_rows(record)
    if returned is not None:
        action = f"erase_{erasure.RETENTION if reason == erasure.RETENTION else erasure.PERSON}"
        audit = AuditContext(at=at, actor=None, organisation=returned.owner_team.organisation_id)
        audit.record(f"vault.{action}", returned.target, state=GONE)
    return gone


def _withdraw(record: UUID, at: datetime, _reason: str) -> int:
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
    closures.end_credentials({row.user_id})
    if row.team is not None:
        TeamGrant.objects.filter(team_key__team=row.team, user_key__user=row.user_id).delete()
        Admission.objects.filter(team_key__team=row.team, holder=row.user_id).delete()
        Team.objects.filter(pk=row.team.pk, state=TeamState.ACTIVE).update(
            state=TeamState.ROTATION_DUE
        )
        audit = AuditContext(at=at, actor=None, organisation=row.team.organisation_id)
        audit.record(rotation.TAKE_GRANTS, f"team:{row.team.pk}")
    return 1


def _retire(team: UUID, at: datetime, _reason: str) -> int:
    keys = TeamKey.objects.filter(team=team)
    closures.delete_shares(keys)
    keys.update(state=KeyState.RETIRED)
    return Team.objects.living().filter(pk=team).update(state=TeamState.RETIRED, retired_at=at)


def _leave(organisation: UUID, at: datetime, _reason: str) -> int:
    here = Organisation.objects.exclude(state=OrganisationState.LEFT).filter(pk=organisation)
    return here.update(state=OrganisationState.LEFT, left_at=at)


AGAIN: dict[str, Callable[[UUID, datetime, str], int]] = {
    "record": _erase,
    "packet": _withdraw,
    "membership": _end,
    "team": _retire,
    "organisation": _leave,
}

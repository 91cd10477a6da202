"""Scheduled deletion of expired rows, and repeated deletion after a crash or a restored backup."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from protect.audit.context import AuditContext
from protect.audit.rules import ERASED_STATE
from protect.orgs import actions as orgs
from protect.orgs.enums import MembershipState, OrganisationState, TeamState
from protect.orgs.models import Membership, Organisation, Team
from protect.vault import enums, models
from protect.vault.integrity import key_register, ledger
from protect.vault.records import erasure
from protect.vault.rows import show_all_rows
from protect.vault.sessions import authentication, drafts
from protect.vault.team_keys import closures, rotation

ERASURE_KINDS = {"record", "packet"}  # kinds of the ledger lines that are repeated each night
RECORD_TABLES = [
    model._meta.db_table
    for model in (models.DekWrap, models.Sealed, models.SealedFile, models.Manifest, models.Record)
]
MAINTAIN_PRIVILEGE_VERSION = 17_00_00  # first version of PostgreSQL with the privilege MAINTAIN
TABLE_OWNERSHIP_SQL = """
    SELECT pg_has_role(relowner, 'USAGE'), current_setting('server_version_num')::int
    FROM pg_class WHERE oid = %s::regclass
"""


def expire_sessions_and_links(*, at: datetime) -> dict[str, int]:
    """Lock or end idle sessions, delete expired browser sessions, drafts, links and attempts, and
    return counts. Runs each minute and needs no key."""
    expired_sessions = models.Session.objects.filter(expire_date__lte=at)  # not used again
    return {
        "sessions": authentication.lock_idle_sessions(at=at),  # sessions that were locked or ended
        "browsers": expired_sessions.delete()[0],
        "drafts": drafts.delete_expired_drafts(at=at),
        "links": models.ResetLink.objects.filter(expires__lte=at).delete()[0],
        "attempts": orgs.delete_old_attempts(at=at),
    }


def run_due_erasures(*, at: datetime) -> dict[str, int]:
    """Finish interrupted erasures and withdrawals; erase expired wraps and records past their
    retention month; return counts. Runs each night, needs no key. Ended memberships that a
    fault revived need an operator: `replay_after_restore` ends them."""
    finished = replay_ledger(line for line in ledger.read_lines() if line.what in ERASURE_KINDS)
    if finished:
        _record_replay_in_audit(at)
    return {
        "finished": finished,
        "erased": erasure.erase_due_records(at=at),  # records whose retention month is over
        "wraps": erasure.delete_expired_wraps(at=at),  # wraps of expired packets and links
    }


def replay_after_restore(lines: Collection[ledger.Line], *, at: datetime) -> int:
    """Repeat the deletions and endings of ledger lines after a backup was restored; return how
    many changed a row. Safe to run again. Our ledger and the audit get an entry about it."""
    deleted_count = replay_ledger(iter(lines))
    key_register.register_restore(at=at)
    _record_replay_in_audit(at)
    return deleted_count


@transaction.atomic
def _record_replay_in_audit(at: datetime) -> None:
    AuditContext(at=at, actor=None, organisation=None).record("vault.replay_ledger")


def vacuum_record_tables() -> list[str]:
    """Vacuum the tables of records; return those that this database user may not vacuum. SQLite
    rewrites its file and empties the journal. Errors: OperationalError inside a transaction."""
    if connection.vendor == "sqlite":
        _execute_sql("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
        return []
    refused_tables = [table for table in RECORD_TABLES if not _has_vacuum_privilege(table)]
    _execute_sql(*(f"VACUUM {table}" for table in RECORD_TABLES if table not in refused_tables))
    return refused_tables


def _has_vacuum_privilege(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(TABLE_OWNERSHIP_SQL, [table])
        is_owner, version = cursor.fetchone()
        if is_owner or version < MAINTAIN_PRIVILEGE_VERSION:
            return bool(is_owner)
        cursor.execute("SELECT has_table_privilege(%s, 'MAINTAIN')", [table])
        return bool(cursor.fetchone()[0])


def _execute_sql(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def replay_ledger(lines: Iterator[ledger.Line]) -> int:
    """Repeat the deletions and endings in ledger lines; return how many changed a row."""
    deleted_count = 0
    for line in lines:
        if line.what in REPLAY_ACTIONS:
            with show_all_rows():
                pk, at = UUID(line.id), datetime.fromisoformat(line.at)
                deleted_count += REPLAY_ACTIONS[line.what](pk, at, line.reason)
    return deleted_count


def _erase_again(record: UUID, at: datetime, reason: str) -> int:
    """Erase a revived record, with an audit entry; return 1, or 0 if it was not revived."""
    restored = models.Record.objects.select_related("owner_team").filter(pk=record).first()
    deleted_count = erasure.delete_rows(record)
    if restored is not None:
        cause = reason if reason == erasure.RETENTION_REASON else erasure.PERSON_REASON
        audit = AuditContext(at=at, actor=None, organisation=restored.owner_team.organisation_id)
        audit.record(f"vault.erase_{cause}", restored.audit_target, state=ERASED_STATE)
    return deleted_count


def _withdraw_again(record: UUID, at: datetime, _reason: str) -> int:
    """Delete a revived packet's content and wraps; return 1, or 0 if it was not revived."""
    open_manifests = models.Manifest.objects.filter(packet=record, withdrawn_at=None)
    manifest = open_manifests.select_related("from_team").first()
    if manifest is None:
        return 0
    audit = AuditContext(at=at, actor=None, organisation=manifest.from_team.organisation_id)
    audit.record("vault.withdraw", f"packet:{record}", state=ERASED_STATE)
    models.DekWrap.objects.filter(record=record).delete()
    models.Sealed.objects.filter(record=record).delete()
    models.SealedFile.objects.filter(record=record).delete()
    return open_manifests.update(withdrawn_at=at)


def _end_membership_again(membership: UUID, at: datetime, reason: str) -> int:
    """End a revived membership, delete its grants and mark the team's key for renewal. With the
    user's last membership, delete their credentials too. Return 1, or 0 if it was not revived."""
    row = Membership.objects.live().filter(pk=membership).select_related("team").first()
    if row is None:
        return 0
    values = {"state": MembershipState.LEFT, "ended_at": max(at, row.created), "end_reason": reason}
    Membership.objects.filter(pk=membership).update(**values)
    closures.delete_credentials({row.user_id})
    if row.team is not None:
        grants = models.TeamGrant.objects.filter(team_key__team=row.team)
        grants.filter(user_key__user=row.user_id).delete()
        models.Admission.objects.filter(team_key__team=row.team, holder=row.user_id).delete()
        teams = Team.objects.filter(pk=row.team.pk, state=TeamState.ACTIVE)
        teams.update(state=TeamState.ROTATION_DUE)
        audit = AuditContext(at=at, actor=None, organisation=row.team.organisation_id)
        audit.record(rotation.TAKE_GRANTS_ACTION, f"team:{row.team.pk}")
    return 1


def _retire_team_again(team: UUID, at: datetime, _reason: str) -> int:
    """Retire a team and its keys, delete grants and halves; return 1, or 0 if not revived."""
    keys = models.TeamKey.objects.filter(team=team)
    closures.delete_key_shares(keys)
    keys.update(state=enums.KeyState.RETIRED)
    return Team.objects.living().filter(pk=team).update(state=TeamState.RETIRED, retired_at=at)


def _end_organisation_again(organisation: UUID, at: datetime, _reason: str) -> int:
    """Mark a revived organisation as left; return 1, or 0 if it was not revived."""
    rows = Organisation.objects.exclude(state=OrganisationState.LEFT).filter(pk=organisation)
    return rows.update(state=OrganisationState.LEFT, left_at=at)


REPLAY_ACTIONS: dict[str, Callable[[UUID, datetime, str], int]] = {
    "record": _erase_again,
    "packet": _withdraw_again,
    "membership": _end_membership_again,
    "team": _retire_team_again,
    "organisation": _end_organisation_again,
}

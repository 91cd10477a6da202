"""Inbound messages: sealed to a team's public key by a sender without keys. Sealing needs no
secret, so the sender is unverified, and pages never show such a message as the team's own. Other
packages keep the row that it belongs to, and delete it with `erase_inbound`, which needs no key."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from protect.audit.context import AuditContext
from protect.kernel import refusals
from protect.orgs.models import Team
from protect.uploads.clean_documents import CleanDocument
from protect.vault.enums import Kind
from protect.vault.errors import RecordDamaged, RecordGone, VaultRefusal
from protect.vault.formats import errors, padding, sealed, secrets, wraps
from protect.vault.formats.files import FileMetadata
from protect.vault.integrity import authenticity, record_states
from protect.vault.models import DekWrap, Record, Sealed, TeamKey
from protect.vault.records import erasure, files, records
from protect.vault.rows import also_show_rows_of, lock_team_keys, show_all_rows
from protect.vault.sessions.unlocked import Unlocked, active_key, retry_after_rotation


def can_receive(team: Team | None) -> bool:
    """Return whether a team can get inbound messages: it has a key and a confirmed recovery kit."""
    return team is not None and team.state in records.WORKING_STATES


def seal_inbound(
    team: Team,
    document: padding.Document,
    *,
    retention: date,
    at: datetime,
    file: CleanDocument | None = None,
) -> Record:
    """Seal a document, optionally with a file, for a team, and return the record.
    `retention` is a day of the record's last month. Errors: team_not_ready; TeamKeyMismatch."""
    with also_show_rows_of(team.pk):
        key = active_key(team.pk, lock=True)  # lock order: keys before records (rows.py)
        authenticity.verified_team_public_key(key)  # refuse a forged key before writing anything
        if not can_receive(Team.objects.get(pk=team.pk)):
            raise VaultRefusal("team_not_ready")
        month = retention.replace(day=1)
        record = Record.objects.create(
            kind=Kind.INBOUND, owner_team=team, version=1, retention=month, created=at, changed=at
        )
        if file is not None:
            document = files.attach_file(record, document, file, at=at)
        text = Sealed(record=record, version=1, schema=records.SCHEMA, created=at)
        text.ct, dek = sealed.seal(document, records.seal_context(record, text))
        text.save(force_insert=True)
        wrap_for_team(record, dek, key)
        state = record_states.sealed_state_of(record, text)
        audit = AuditContext(at=at, actor=None, organisation=team.organisation_id)
        audit.record("vault.seal", record.audit_target, state=state)
    return record


def wrap_for_team(
    record: Record, dek: secrets.Dek, key: TeamKey, *, expires: datetime | None = None
) -> None:
    """Store the key of a record's only version, wrapped for a team, without an origin tag.
    `expires`: after it the wrap opens nothing; None: never. Errors: TeamKeyMismatch."""
    key_context = records.wrap_context(record, 1, key.team_id, key.version)
    wrap = wraps.wrap_dek(dek, authenticity.verified_team_public_key(key), key_context)
    columns = {"record": record, "version": 1, "wrap": wrap, "expires": expires}
    DekWrap.objects.create(**columns, team_id=key.team_id, team_version=key.version)


@transaction.atomic
def open_documents(
    unlocked: Unlocked, team: Team, record_ids: Collection[UUID], *, at: datetime
) -> dict[UUID, padding.Document]:
    """Return documents of a team's inbound records by id; one audit entry if any opens. Erased and
    damaged records are left out; damage raises an alarm. Errors: KeyNotReady; TeamKeyMismatch."""
    documents = retry_after_rotation(lambda: _decrypt_all(unlocked, team, record_ids))
    if documents:
        unlocked.audit(team.organisation_id, at=at).record("vault.scan", f"team:{team.pk}")
    return documents


def open_file(unlocked: Unlocked, record: Record, *, at: datetime) -> tuple[FileMetadata, bytes]:
    """Return the file of an inbound record, and record the access in the audit. Errors: RecordGone
    if the record has no file; RecordDamaged, also for an erased record; KeyNotReady."""
    documents = retry_after_rotation(lambda: _decrypt_all(unlocked, record.owner_team, [record.pk]))
    document = documents.get(record.pk)
    if document is None:
        raise RecordDamaged.of(record)
    (file, *_rest) = document.get(files.KEYS_FIELD) or [None]
    if file is None:
        raise RecordGone
    return files.read_attached_file(unlocked, record, document, UUID(file), at=at)


def lock_keys_of_teams(teams: Collection[UUID]) -> None:
    """Lock keys of teams; the lock order (vault/rows.py) puts them before any audit entry."""
    with show_all_rows():
        lock_team_keys(teams)


def set_retention(record_ids: Collection[UUID], month: date) -> None:
    """Set the month in which records are last kept. `month` may be any day of that month."""
    with show_all_rows():
        Record.objects.filter(pk__in=record_ids).update(retention=month.replace(day=1))


def erase_inbound(record_id: UUID, *, reason: str, at: datetime) -> None:
    """Erase an inbound record with its file and wraps. Needs no key. Errors: RecordGone."""
    with show_all_rows():
        row = Record.objects.select_related("owner_team").filter(pk=record_id).first()
    if row is None:
        raise RecordGone
    erasure.erase_record(None, row, reason=reason, at=at)


def _decrypt_all(
    unlocked: Unlocked, team: Team, record_ids: Collection[UUID]
) -> dict[UUID, padding.Document]:
    """Return documents by record id; leave out erased and damaged ones, and report damage."""
    rows = Record.objects.filter(pk__in=record_ids, owner_team=team, kind=Kind.INBOUND)
    texts = {text.record_id: text for text in Sealed.objects.filter(record__in=rows, version=1)}
    wrap_rows = DekWrap.objects.filter(record__in=rows, team=team).order_by("team_version")
    keys = {wrap.record_id: wrap for wrap in wrap_rows}  # the newest wins
    states = record_states.newest_states(rows)
    documents = {}
    for record in rows.order_by("created", "pk"):
        text, wrap = texts.get(record.pk), keys.get(record.pk)
        state = states.get(record.audit_target)
        try:
            if text is None or not record_states.matches_state(record, text, state):
                raise errors.Damaged("differs from what was sealed")
            documents[record.pk] = _decrypt_document(unlocked, record, text, wrap)
        except (errors.Damaged, RecordDamaged):
            if Record.objects.filter(pk=record.pk).exists():  # if not erased meanwhile
                refusals.report_refusal(RecordDamaged.of(record))
    return documents


def _decrypt_document(
    unlocked: Unlocked, record: Record, text: Sealed, wrap: DekWrap | None
) -> padding.Document:
    if wrap is None or wrap.damaged_at:
        raise errors.Damaged("no key")
    version = wrap.team_version or 0
    secret = records.team_secret_of(unlocked, record, version)
    key_context = records.wrap_context(record, 1, record.owner_team_id, version)
    dek = wraps.unwrap_dek(bytes(wrap.wrap), secret, key_context)
    return sealed.unseal(bytes(text.ct), dek, records.seal_context(record, text))

"""Sealing and opening of a team's records. Each version has its own key; no row has plaintext."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from protect.orgs.enums import TeamState
from protect.orgs.models import Team
from protect.vault.enums import Kind
from protect.vault.errors import KeyNotReady, RecordChanged, RecordDamaged, RecordGone, VaultRefusal
from protect.vault.formats import context, errors, marks, padding, sealed, secrets, wraps
from protect.vault.integrity import record_states
from protect.vault.models import DekWrap, Record, Sealed, TeamKey
from protect.vault.rows import lock_team_keys
from protect.vault.sessions.unlocked import Unlocked, active_key, retry_after_rotation

SCHEMA = 1  # version of the structure of documents
WORKING_STATES = {TeamState.ACTIVE, TeamState.ROTATION_DUE}  # with key and recovery kit
PRACTICE_KINDS = {Kind.NOTE, Kind.PINS}  # allowed without recovery kit, and while cases are off


@dataclass(frozen=True, slots=True)
class NewRecord:
    kind: str
    team: Team
    compartment: str = ""
    schema: int = SCHEMA


@dataclass(frozen=True, slots=True)
class OpenedRecord:
    record: Record
    version: int  # that was opened; record.version is the newest
    schema: int
    document: padding.Document


class ScanResult(NamedTuple):
    """The result of a scan: the opened records, and the ids of damaged ones."""

    opened: list[OpenedRecord]
    damaged: list[UUID]


class SealedRow(NamedTuple):
    """The columns of a sealed version that a scan reads, without the cost of models."""

    version: int
    schema: int
    ct: bytes


class WrapRow(NamedTuple):
    """The columns of a wrapped key that a scan reads, without the cost of models."""

    version: int
    team_version: int | None
    wrap: bytes
    origin: bytes
    damaged_at: datetime | None


@transaction.atomic
def seal_record(
    unlocked: Unlocked, new: NewRecord, document: padding.Document, *, retention: date, at: datetime
) -> Record:
    """Seal a new record of a team. `document` holds text, integers, true, false, none, lists and
    maps; `retention`: a day of the last month. Errors: team_not_ready; KeyNotReady; cases_off."""
    must_accept_kind(new.kind, new.team.pk)
    columns = {"kind": new.kind, "compartment": new.compartment, "owner_team": new.team}
    month = retention.replace(day=1)
    record = Record.objects.create(**columns, retention=month, created=at, changed=at)
    state = _seal_next_version(unlocked, record, document, new.schema, at=at)
    _record_action(unlocked, record, "seal", state, at=at)
    return record


@transaction.atomic
def save_record(
    unlocked: Unlocked, record: Record, document: padding.Document, *, seen: int, at: datetime
) -> Record:
    """Seal a record's next version. `seen`: the version on the writer's screen. Errors:
    RecordChanged if saved meanwhile; RecordGone; RecordDamaged; KeyNotReady; team_not_ready."""
    lock_team_keys([record.owner_team_id])  # lock order: keys before records (rows.py)
    locked, newest_state = record_states.load_with_state(record, lock=True)
    if locked.version != seen:  # first: after a wait for the lock, the state is outdated
        raise RecordChanged
    record_states.must_be_newest_version(locked, newest_state)
    state = _seal_next_version(unlocked, locked, document, SCHEMA, at=at)
    _record_action(unlocked, locked, "save", state, at=at)
    return locked


@transaction.atomic
def open_record(unlocked: Unlocked, record: Record, *, at: datetime) -> OpenedRecord:
    """Open the newest version and audit it. Errors: RecordGone; RecordDamaged; KeyNotReady."""
    opened = read(unlocked, record)
    _record_action(unlocked, record, "open", at=at)
    return opened


@transaction.atomic
def scan_records(
    unlocked: Unlocked,
    team: Team,
    kind: str,
    is_wanted: Callable[[padding.Document], bool],
    *,
    at: datetime,
    page_slice: slice | None = None,
) -> ScanResult:
    """Return a team's records of a kind that `is_wanted` accepts, newest change first, and the ids
    of damaged ones. All records of the kind, or only the slice `page_slice`, are decrypted in
    memory; the audit gets one entry. Errors: KeyNotReady."""
    result = retry_after_rotation(lambda: _scan(unlocked, team, kind, page_slice))
    unlocked.audit(team.organisation_id, at=at).record("vault.scan", f"team:{team.pk}")
    opened = [record for record in result.opened if is_wanted(record.document)]
    return result._replace(opened=opened)


@transaction.atomic
def open_version(unlocked: Unlocked, record: Record, version: int, *, at: datetime) -> OpenedRecord:
    """Open a version of a record and record the access in the audit. Errors: as `read_version`."""
    opened = read_version(unlocked, record, version)
    is_current = version == record.version
    _record_action(unlocked, record, "open" if is_current else "open_version", at=at)
    return opened


def _scan(unlocked: Unlocked, team: Team, kind: str, page_slice: slice | None) -> ScanResult:
    """Open all records of a team and kind, or one page of them, in five queries."""
    team_records = Record.objects.filter(owner_team=team, kind=kind).order_by("-changed", "pk")
    conditions: dict[str, Any] = {"version": F("record__version")}
    conditions |= {"record__owner_team": team, "record__kind": kind}
    records = list(team_records if page_slice is None else team_records[page_slice])
    if page_slice is not None:
        conditions["record__in"] = records
    sealed_rows, wrap_rows = _sealed_rows(conditions), _wrap_rows(team, conditions)
    states = record_states.newest_states(records)
    result = ScanResult([], [])
    for record in records:
        text, key = sealed_rows.get(record.pk), wrap_rows.get(record.pk)
        try:
            state = states.get(record.audit_target)
            matches = text is not None and record_states.matches_state(record, text, state)
            if text and key and matches and key.version == text.version:
                result.opened.append(_decrypt(unlocked, record, text, key))
            else:  # damaged, or saved between two of the queries
                result.opened.append(_read_version(unlocked, record))
        except RecordDamaged:
            result.damaged.append(record.pk)
        except RecordGone:
            continue
    return result


def _sealed_rows(conditions: dict[str, Any]) -> dict[UUID, SealedRow]:
    rows = Sealed.objects.filter(**conditions).order_by("pk")
    values = rows.values_list("record", *SealedRow._fields)
    return {record: SealedRow(*rest) for record, *rest in values}


def _wrap_rows(team: Team, conditions: dict[str, Any]) -> dict[UUID, WrapRow]:
    rows = DekWrap.objects.filter(**conditions, team=team).order_by("team_version")
    values = rows.values_list("record", *WrapRow._fields)
    return {record: WrapRow(*rest) for record, *rest in values}


def read(unlocked: Unlocked, record: Record) -> OpenedRecord:
    """Return a record's newest version, without an audit entry. Errors: as `open_record`."""
    return retry_after_rotation(lambda: _read_version(unlocked, record))


def read_version(unlocked: Unlocked, record: Record, version: int) -> OpenedRecord:
    """Return a version of a record; the caller records its own action in the audit.
    Errors: as `open_record`; RecordGone also for a version that never existed."""
    return retry_after_rotation(lambda: _read_version(unlocked, record, version))


def _read_version(unlocked: Unlocked, record: Record, version: int | None = None) -> OpenedRecord:
    """Open a version, by default the newest, if it matches the audit; write no audit entry."""
    current, state = record_states.load_with_state(record)
    wanted = current.version if version is None else version
    if not 1 <= wanted <= current.version:
        raise RecordGone
    rows = DekWrap.objects.filter(record=current, version=wanted, team=current.owner_team_id)
    wrap = rows.order_by("-team_version").first()
    text = Sealed.objects.filter(record=current, version=wanted).first()
    if wrap is None or text is None:
        record_states.load_with_state(record)  # it may have been erased meanwhile
        raise RecordDamaged.of(record)
    record_states.must_be_newest_version(current, state)
    if wanted < current.version:
        record_states.must_be_audited_text(current, text)
    elif not record_states.matches_state(current, text, state):
        raise RecordDamaged.of(record)
    return _decrypt(unlocked, current, text, wrap)


def _decrypt(
    unlocked: Unlocked, record: Record, text: Sealed | SealedRow, wrap: DekWrap | WrapRow
) -> OpenedRecord:
    """Verify that the team wrote the version, then decrypt it. Errors: RecordDamaged."""
    if wrap.damaged_at:
        raise RecordDamaged.of(record)
    team, version = record.owner_team_id, wrap.team_version or 0
    secret = team_secret_of(unlocked, record, version)
    key_context = wrap_context(record, text.version, team, version)
    try:
        marks.must_match_origin(
            bytes(wrap.origin), secret, key_context, sealed=bytes(text.ct), wrap=bytes(wrap.wrap)
        )
        dek = wraps.unwrap_dek(bytes(wrap.wrap), secret, key_context)
        document = sealed.unseal(bytes(text.ct), dek, seal_context(record, text))
    except errors.Damaged:
        raise RecordDamaged.of(record) from None
    return OpenedRecord(record, text.version, text.schema, document)


def team_secret_of(unlocked: Unlocked, record: Record, team_version: int) -> secrets.TeamSecret:
    """Return the secret of a record's team in the version for which the record's key was wrapped.
    Errors: KeyNotReady; RecordDamaged when the team never had such a version."""
    try:
        return unlocked.team_secret(record.owner_team_id, team_version)
    except KeyNotReady:
        if TeamKey.objects.filter(team=record.owner_team_id, version=team_version).exists():
            raise
        raise RecordDamaged.of(record) from None


def _seal_next_version(
    unlocked: Unlocked, record: Record, document: padding.Document, schema: int, *, at: datetime
) -> str:
    """Encrypt a document as the record's next version, with the version's key wrapped for the owner
    and an origin tag (an HMAC with the team's secret). The team's public key is computed from its
    secret, because a key in the database may be forged. Return version and hash (audit state)."""
    team = record.owner_team_id
    key = active_key(team, lock=True)
    version, secret = key.version, unlocked.team_secret(team, key.version)
    text = Sealed(record=record, version=record.version + 1, schema=schema, created=at)
    text.ct, dek = sealed.seal(document, seal_context(record, text))
    key_context = wrap_context(record, text.version, team, version)
    wrap = wraps.wrap_dek(dek, secret.public(), key_context)
    text.save(force_insert=True)
    origin = marks.origin_tag(secret, key_context, sealed=bytes(text.ct), wrap=wrap)
    columns = {"record": record, "version": text.version, "wrap": wrap, "origin": origin}
    DekWrap.objects.create(**columns, team_id=team, team_version=version)
    record.version, record.changed = text.version, at
    record.save(update_fields=["version", "changed"])
    return record_states.sealed_state_of(record, text)


def seal_context(record: Record, text: Sealed | SealedRow) -> context.SealContext:
    return context.seal(
        kind=record.kind,
        record=record.pk,
        compartment=record.compartment,
        version=text.version,
        schema=text.schema,
    )


def wrap_context(
    record: Record, version: int, team: UUID, team_version: int
) -> context.WrapContext:
    return context.wrap(
        kind=record.kind, record=record.pk, version=version, team=team, team_version=team_version
    )


def must_accept_kind(kind: str, team: UUID) -> None:
    """Refuse a kind that site or team may not store yet. Errors: cases_off; team_not_ready."""
    if kind in PRACTICE_KINDS:
        return
    if settings.CASES == "off":
        raise VaultRefusal("cases_off")
    if Team.objects.filter(pk=team, state__in=WORKING_STATES).first() is None:
        raise VaultRefusal("team_not_ready")


def _record_action(
    unlocked: Unlocked, record: Record, action: str, state: str | None = None, *, at: datetime
) -> None:
    """Write the audit entry of an action on a record; `state`: of the version that it saved."""
    audit = unlocked.audit(record.owner_team.organisation_id, at=at)
    audit.record(f"vault.{action}", record.audit_target, state=state)

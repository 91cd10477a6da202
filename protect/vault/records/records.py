"""Sealing and opening what a team writes. A fresh key for every version; no row, no plaintext."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F

from protect.orgs.enums import TeamState
from protect.orgs.models import Team
from protect.vault.enums import Kind, Opener
from protect.vault.errors import KeyNotReady, RecordChanged, RecordDamaged, RecordGone, VaultRefusal
from protect.vault.formats import context, errors, marks, padding, sealed, secrets, wraps
from protect.vault.integrity import record_states
from protect.vault.models import DekWrap, Record, Sealed, TeamKey
from protect.vault.rows import hold_keys
from protect.vault.sessions.unlocked import Unlocked, active_key, despite_rotation

SCHEMA = 1
WORKING = {TeamState.ACTIVE, TeamState.ROTATION_DUE}
PRACTICE = {Kind.NOTE, Kind.PINS}  # before the recovery kit is confirmed, and where cases are off


@dataclass(frozen=True, slots=True)
class Writing:
    kind: str
    team: Team
    compartment: str = ""
    schema: int = SCHEMA


@dataclass(frozen=True, slots=True)
class Opened:
    record: Record
    version: int
    schema: int
    document: padding.Document


class Scanned(NamedTuple):
    """What a search or a page of a list gave: what opens, and the ids of what is damaged."""

    opened: list[Opened]
    damaged: list[UUID]


class SealedRow(NamedTuple):
    """What a search reads of a sealed version: thousands of rows, without the cost of models."""

    version: int
    schema: int
    ct: bytes


class WrapRow(NamedTuple):
    """What a search reads of the key of a version."""

    version: int
    team_version: int | None
    wrap: bytes
    origin: bytes
    damaged_at: datetime | None


@transaction.atomic
def seal(
    unlocked: Unlocked,
    writing: Writing,
    document: padding.Document,
    *,
    retention: date,
    at: datetime,
) -> Record:
    """Seal a new record for a team and return it. Shapes: text, integers, true, false, none, lists
    and maps. `retention` is its last month. Errors: team_not_ready; KeyNotReady; cases_off."""
    must_keep(writing.kind, writing.team.pk)
    record = Record.objects.create(
        kind=writing.kind,
        compartment=writing.compartment,
        owner_team=writing.team,
        retention=retention.replace(day=1),
        created=at,
        changed=at,
    )
    state = _write(unlocked, record, document, writing.schema, at=at)
    _audited(unlocked, record, "seal", state, at=at)
    return record


@transaction.atomic
def save(
    unlocked: Unlocked, record: Record, document: padding.Document, *, seen: int, at: datetime
) -> Record:
    """Seal the next version of a record.
    Units: `seen` is the version that the writer had on screen. Errors: RecordChanged, when a member
    saved in between; RecordGone; KeyNotReady; team_not_ready."""
    hold_keys([record.owner_team_id])  # before the record: rows.py
    locked, newest_state = record_states.stored(record, lock=True)
    if locked.version != seen:  # also after a wait for the lock: then the state is the one before
        raise RecordChanged
    record_states.must_be_newest_version(locked, newest_state)
    state = _write(unlocked, locked, document, SCHEMA, at=at)
    _audited(unlocked, locked, "save", state, at=at)
    return locked


@transaction.atomic
def open(unlocked: Unlocked, record: Record, *, at: datetime) -> Opened:  # noqa: A001
    """Return what the newest version of a record says. The reading is in the audit.
    Errors: RecordGone; RecordDamaged; KeyNotReady."""
    opened = read(unlocked, record)
    _audited(unlocked, record, "open", at=at)
    return opened


@transaction.atomic
def scan(
    unlocked: Unlocked,
    team: Team,
    kind: str,
    is_wanted: Callable[[padding.Document], bool],
    *,
    at: datetime,
    rows: slice | None = None,
) -> Scanned:
    """Return a team's records of a kind that a test accepts, newest change first. Everything is
    decrypted in memory and forgotten; the audit has one row for the whole scan. `rows` are some of
    them only, by their place among the newest changes: a page of a list. Errors: KeyNotReady."""
    scanned = despite_rotation(lambda: _scanned(unlocked, team, kind, rows))
    unlocked.audit(team.organisation_id, at=at).record("vault.scan", f"team:{team.pk}")
    return scanned._replace(opened=[each for each in scanned.opened if is_wanted(each.document)])


@transaction.atomic
def open_version(unlocked: Unlocked, record: Record, version: int, *, at: datetime) -> Opened:
    """Return what a version of a record said. The reading is in the audit.
    Errors: as `read_version`."""
    opened = read_version(unlocked, record, version)
    is_current = version == record.version
    _audited(unlocked, record, "open" if is_current else "open_version", at=at)
    return opened


def _scanned(unlocked: Unlocked, team: Team, kind: str, rows: slice | None) -> Scanned:
    """Open records of a team and kind, all or some, in five queries."""
    every = Record.objects.filter(owner_team=team, kind=kind).order_by("-changed", "pk")
    of_newest: dict[str, Any] = {"version": F("record__version")}
    of_newest |= {"record__owner_team": team, "record__kind": kind}
    records = list(every if rows is None else every[rows])
    if rows is not None:
        of_newest["record__in"] = records
    texts, keys = _texts(of_newest), _keys(team, of_newest)
    states = record_states.newest_states(records)
    scanned = Scanned([], [])
    for record in records:
        text, key = texts.get(record.pk), keys.get(record.pk)
        try:
            state = states.get(record.target)
            if (
                text
                and key
                and record_states.is_in_state(record, text, state)
                and key.version == text.version
            ):
                scanned.opened.append(_opened(unlocked, record, text, key))
            else:  # damaged, or saved between two of these queries
                scanned.opened.append(_read(unlocked, record))
        except RecordDamaged:
            scanned.damaged.append(record.pk)
        except RecordGone:
            continue
    return scanned


def _texts(of_newest: dict[str, Any]) -> dict[UUID, SealedRow]:
    rows = Sealed.objects.filter(**of_newest).order_by("pk")
    return {
        record: SealedRow(*rest) for record, *rest in rows.values_list("record", *SealedRow._fields)
    }


def _keys(team: Team, of_newest: dict[str, Any]) -> dict[UUID, WrapRow]:
    rows = DekWrap.objects.filter(**of_newest, team=team).order_by("team_version")
    return {
        record: WrapRow(*rest) for record, *rest in rows.values_list("record", *WrapRow._fields)
    }


def read(unlocked: Unlocked, record: Record) -> Opened:
    """Return a record's newest version, for actions that leave their own entry in the audit.
    Errors: as `open`."""
    return despite_rotation(lambda: _read(unlocked, record))


def read_version(unlocked: Unlocked, record: Record, version: int) -> Opened:
    """Return a version of a record, for actions that leave their own entry in the audit.
    Errors: as `open`; RecordGone also for a version that there never was."""
    return despite_rotation(lambda: _read(unlocked, record, version))


def _read(unlocked: Unlocked, record: Record, version: int | None = None) -> Opened:
    fresh, state = record_states.stored(record)
    wanted = fresh.version if version is None else version
    if not 1 <= wanted <= fresh.version:
        raise RecordGone
    wraps_of_owner = DekWrap.objects.filter(record=fresh, version=wanted, team=fresh.owner_team_id)
    wrap = wraps_of_owner.order_by("-team_version").first()
    text = Sealed.objects.filter(record=fresh, version=wanted).first()
    if wrap is None or text is None:
        record_states.stored(record)  # it may have been erased meanwhile
        raise RecordDamaged.of(record)
    record_states.must_be_newest_version(fresh, state)
    if wanted < fresh.version:
        record_states.must_be_only_text(fresh, text)
    elif not record_states.is_in_state(fresh, text, state):
        raise RecordDamaged.of(record)
    return _opened(unlocked, fresh, text, wrap)


def _opened(
    unlocked: Unlocked, record: Record, text: Sealed | SealedRow, wrap: DekWrap | WrapRow
) -> Opened:
    """Check that the team wrote it, unwrap and decrypt."""
    if wrap.damaged_at:
        raise RecordDamaged.of(record)
    team, version = record.owner_team_id, wrap.team_version or 0
    secret = secret_of(unlocked, record, version)
    bound = wrap_context(record, text.version, team, version)
    try:
        marks.must_match_origin(
            bytes(wrap.origin), secret, bound, sealed=bytes(text.ct), wrap=bytes(wrap.wrap)
        )
        dek = wraps.unwrap_dek(bytes(wrap.wrap), secret, bound)
        document = sealed.unseal(bytes(text.ct), dek, seal_context(record, text))
    except errors.Damaged:
        raise RecordDamaged.of(record) from None
    return Opened(record, text.version, text.schema, document)


def secret_of(unlocked: Unlocked, record: Record, version: int) -> secrets.TeamSecret:
    """Return the secret for which a version was wrapped.
    Errors: KeyNotReady; RecordDamaged, when the team never had such a version."""
    try:
        return unlocked.team(record.owner_team_id, version)
    except KeyNotReady:
        if TeamKey.objects.filter(team=record.owner_team_id, version=version).exists():
            raise
        raise RecordDamaged.of(record) from None


def _write(
    unlocked: Unlocked, record: Record, document: padding.Document, schema: int, *, at: datetime
) -> str:
    """Seal a document as the next version, with one wrap for the owner and its tag.
    The key comes from the secret in hand, never from a row. Return the state for the audit."""
    team = record.owner_team_id
    key = active_key(team, lock=True)
    version, secret = key.version, unlocked.team(team, key.version)
    text = Sealed(pk=uuid4(), record=record, version=record.version + 1, schema=schema, created=at)
    text.ct, dek = sealed.seal(document, seal_context(record, text))
    bound = wrap_context(record, text.version, team, version)
    wrap = wraps.wrap_dek(dek, secret.public(), bound)
    text.save(force_insert=True)
    DekWrap.objects.create(
        record=record,
        version=text.version,
        opener=Opener.TEAM,
        team_id=team,
        team_version=version,
        wrap=wrap,
        origin=marks.origin_tag(secret, bound, sealed=bytes(text.ct), wrap=wrap),
    )
    record.version, record.changed = text.version, at
    record.save(update_fields=["version", "changed"])
    return record_states.state_of(record, text)


def seal_context(record: Record, text: Sealed | SealedRow) -> context.SealContext:
    """Return what a version's bytes are bound to."""
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
    """Return what the key of a version, wrapped for a team, is bound to."""
    return context.wrap(
        kind=record.kind, record=record.pk, version=version, team=team, team_version=team_version
    )


def must_keep(kind: str, team: UUID) -> None:
    """Refuse what this installation, or a team that only practises, may not keep.
    Errors: cases_off; team_not_ready."""
    if kind in PRACTICE:
        return
    if settings.CASES == "off":
        raise VaultRefusal("cases_off")
    if Team.objects.filter(pk=team, state__in=WORKING).first() is None:
        raise VaultRefusal("team_not_ready")


def _audited(
    unlocked: Unlocked, record: Record, action: str, state: str | None = None, *, at: datetime
) -> None:
    audit = unlocked.audit(record.owner_team.organisation_id, at=at)
    audit.record(f"vault.{action}", record.target, state=state)

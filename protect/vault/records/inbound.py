"""What a sender without keys says to a team: sealed to its public key, opened by its members.
Nothing is needed to seal it, so nothing proves who did: pages never show it as a team's own. Other
packages keep the row that it belongs to and end it with `erase`, which needs no key."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction

from protect.audit.context import AuditContext
from protect.kernel import refusals
from protect.orgs.models import Team
from protect.uploads.clean_documents import CleanDocument
from protect.vault.enums import Kind, Opener
from protect.vault.errors import RecordDamaged, RecordGone, VaultRefusal
from protect.vault.formats import errors, padding, sealed, wraps
from protect.vault.formats.files import About
from protect.vault.formats.secrets import Dek
from protect.vault.integrity import authenticity, record_states
from protect.vault.models import DekWrap, Record, Sealed, TeamKey
from protect.vault.records import erasure, files
from protect.vault.records.records import SCHEMA, WORKING, seal_context, secret_of, wrap_context
from protect.vault.rows import all_rows, also_rows_of, hold_keys
from protect.vault.sessions.unlocked import Unlocked, active_key, despite_rotation


def is_reachable(team: Team | None) -> bool:
    """Return whether something can be sealed to a team now."""
    return team is not None and team.state in WORKING


def seal(
    team: Team,
    document: padding.Document,
    *,
    retention: date,
    at: datetime,
    file: CleanDocument | None = None,
) -> Record:
    """Seal a document, and perhaps a file, to a team, and return the record.
    Units: `retention` is its last month. Errors: team_not_ready; TeamKeyMismatch."""
    with also_rows_of(team.pk):
        key = active_key(team.pk, lock=True)  # before the record: rows.py
        authenticity.team_public(key)  # a foreign key is refused first
        if not is_reachable(Team.objects.get(pk=team.pk)):
            raise VaultRefusal("team_not_ready")
        month = retention.replace(day=1)
        record = Record.objects.create(
            kind=Kind.INBOUND, owner_team=team, version=1, retention=month, created=at, changed=at
        )
        if file is not None:
            document = files.attach(record, document, file, at=at)
        text = Sealed(pk=uuid4(), record=record, version=1, schema=SCHEMA, created=at)
        text.ct, dek = sealed.seal(document, seal_context(record, text))
        text.save(force_insert=True)
        wrap_for_team(record, dek, key)
        state = record_states.state_of(record, text)
        audit = AuditContext(at=at, actor=None, organisation=team.organisation_id)
        audit.record("vault.seal", record.target, state=state)
    return record


def wrap_for_team(
    record: Record, dek: Dek, key: TeamKey, *, expires: datetime | None = None
) -> None:
    """Give the key of a record's only version to a team, without a tag of origin.
    Errors: TeamKeyMismatch."""
    bound = wrap_context(record, 1, key.team_id, key.version)
    DekWrap.objects.create(
        record=record,
        version=1,
        opener=Opener.TEAM,
        team_id=key.team_id,
        team_version=key.version,
        wrap=wraps.wrap_dek(dek, authenticity.team_public(key), bound),
        expires=expires,
    )


@transaction.atomic
def opened(
    unlocked: Unlocked, team: Team, records: Collection[UUID], *, at: datetime
) -> dict[UUID, padding.Document]:
    """Return what was said to a team, by record. One entry in the audit for all of them.
    What is gone is left out, and so is what is damaged: the officers get an alarm.
    Errors: KeyNotReady; TeamKeyMismatch."""
    documents = despite_rotation(lambda: _read(unlocked, team, records))
    if documents:
        unlocked.audit(team.organisation_id, at=at).record("vault.scan", f"team:{team.pk}")
    return documents


def opened_file(unlocked: Unlocked, record: Record, *, at: datetime) -> tuple[About, bytes]:
    """Return the file of a record that has one. The reading is in the audit.
    Errors: RecordGone, when it has none; RecordDamaged; KeyNotReady."""
    documents = despite_rotation(lambda: _read(unlocked, record.owner_team, [record.pk]))
    document = documents.get(record.pk)
    if document is None:
        raise RecordDamaged.of(record)
    (file, *_rest) = document.get(files.FIELD) or [None]
    if file is None:
        raise RecordGone
    return files.read(unlocked, record, document, UUID(file), at=at)


def hold(teams: Collection[UUID]) -> None:
    """Hold the keys of teams, before the first entry of the audit (rows.py)."""
    with all_rows():
        hold_keys(teams)


def keep_until(records: Collection[UUID], month: date) -> None:
    """Set the last month of records. Units: any day of that month."""
    with all_rows():
        Record.objects.filter(pk__in=records).update(retention=month.replace(day=1))


def erase(record: UUID, *, reason: str, at: datetime) -> None:
    """Erase a record and its file, and every row that hangs on it. Needs no key.
    Errors: RecordGone."""
    with all_rows():
        row = Record.objects.select_related("owner_team").filter(pk=record).first()
    if row is None:
        raise RecordGone
    erasure.erase(None, row, reason=reason, at=at)


def _read(
    unlocked: Unlocked, team: Team, records: Collection[UUID]
) -> dict[UUID, padding.Document]:
    rows = Record.objects.filter(pk__in=records, owner_team=team, kind=Kind.INBOUND)
    texts = {text.record_id: text for text in Sealed.objects.filter(record__in=rows, version=1)}
    wrapped = DekWrap.objects.filter(record__in=rows, team=team).order_by("team_version")
    keys = {wrap.record_id: wrap for wrap in wrapped}  # the newest stays
    states = record_states.newest_states(rows)
    documents = {}
    for record in rows.order_by("created", "pk"):
        text, wrap = texts.get(record.pk), keys.get(record.pk)
        try:
            if text is None or not record_states.is_in_state(
                record, text, states.get(record.target)
            ):
                raise errors.Damaged("not as it was sealed")
            documents[record.pk] = _document(unlocked, record, text, wrap)
        except (errors.Damaged, RecordDamaged):
            if Record.objects.filter(pk=record.pk).exists():  # not erased between two queries
                refusals.tell(RecordDamaged.of(record))
    return documents


def _document(
    unlocked: Unlocked, record: Record, text: Sealed, wrap: DekWrap | None
) -> padding.Document:
    if wrap is None or wrap.damaged_at:
        raise errors.Damaged("no key")
    version = wrap.team_version or 0
    secret = secret_of(unlocked, record, version)
    bound = wrap_context(record, 1, record.owner_team_id, version)
    dek = wraps.unwrap_dek(bytes(wrap.wrap), secret, bound)
    return sealed.unseal(bytes(text.ct), dek, seal_context(record, text))

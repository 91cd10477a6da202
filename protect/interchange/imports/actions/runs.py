"""Import runs: upload, map, discard. No action here changes a service."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from protect.audit.context import AuditContext
from protect.directory.protection.erasure import PLACE_COLUMNS
from protect.directory.services.actions.texts import DESK
from protect.interchange import errors, rules
from protect.interchange.enums import ImportKind, ImportState
from protect.interchange.imports import proposal, staging
from protect.interchange.imports.files import reader, tables
from protect.interchange.imports.files.columns import OUR_COLUMNS
from protect.interchange.imports.values import code_words
from protect.interchange.models import ImportRow, ImportRun, SourceMapping
from protect.orgs.enums import OrganisationState, Permission
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.vault.errors import RecordDamaged
from protect.vault.records import personal
from protect.vault.sessions.unlocked import Unlocked

UPLOAD_KEPT_FOR = timedelta(hours=48)  # then the file is deleted, mapped or not
ROWS_KEPT_FOR = timedelta(days=30)  # after they were stored, and again after they were applied
MAX_FILE_NAME_LENGTH = 120  # characters: of a longer name, the last ones are stored
MAX_WORD_LENGTH = 80  # characters of a word that is stored with its code

UNCLEAR_ENCODING = "?"  # of a text that is not UTF-8, until the user chooses an encoding
RESERVED_SOURCES = frozenset({DESK, "demo"})  # of our own rows: no upload may name one of them
ENDED_STATES = {ImportState.APPLIED, ImportState.DISCARDED}
UNFINISHED_STATES = tuple(state for state in ImportState if state not in ENDED_STATES)


class Upload(NamedTuple):
    source: str  # the short name that the user gave the list
    name: str  # of the file
    content: bytes


class ParsedFile(NamedTuple):
    """An uploaded file after parsing, with the stored or proposed mapping of its columns."""

    table: reader.Table
    columns: proposal.Columns  # ours → the file's
    word_mapping: code_words.Words
    is_feed: bool
    address_columns: Sequence[str] = ()  # columns with addresses; they are not stored


class ColumnMapping(NamedTuple):
    columns: proposal.Columns  # ours → the file's
    headings: Sequence[str]  # all columns of the file
    address_columns: Sequence[str] = ()  # further columns with addresses, not mapped to ours
    id_columns: Sequence[str] = ()  # our columns from which a missing id is generated


def begin(scope: Scope, organisation: Organisation, upload: Upload, *, at: datetime) -> ImportRun:
    """Store an upload, sealed to its user, until its rows are staged. An error stores nothing.
    Errors: PermissionDenied; interchange_import_source_reserved; as `tables.parse_table`, but a
    text of unclear encoding and a workbook of several sheets are stored: the next page asks."""
    require_edit_permission(scope, organisation)
    if upload.source in RESERVED_SOURCES:
        raise errors.InterchangeRefusal("interchange_import_source_reserved", source=upload.source)
    if scope.user_id is None:
        raise PermissionDenied
    sent = tables.SentFile.from_content(upload.content)
    has_choice = sent.kind is ImportKind.XLSX and len(reader.list_sheets(sent.content)) > 1
    encoding, total, sheet = "", 0, None if has_choice else 1
    try:
        if sheet:
            total = _nonzero_row_count(tables.parse_table(sent, upload.source, today=at.date()))
    except errors.FileEncodingUnclear:
        encoding = UNCLEAR_ENCODING
    name = "".join(char for char in upload.name if char.isprintable())
    run = ImportRun(
        pk=uuid4(),
        organisation=organisation,
        source=upload.source,
        kind=sent.kind,
        name=name[-MAX_FILE_NAME_LENGTH:] or "file",
        encoding=encoding,
        sheet=sheet,
        total=total,
        by_id=scope.user_id,
        created=at,
        expires=at + UPLOAD_KEPT_FOR,
    )
    with transaction.atomic():  # reading takes seconds: no lock waits for it
        run.sealed = personal.seal_own_file(run.by_id, run.pk, upload.content)
        run.save(force_insert=True)
        scope.audit(organisation.pk, at=at).record("interchange.import_begin", run)
    return run


def open_upload(unlocked: Unlocked, run: ImportRun) -> bytes:
    """Return the upload, for its own user only. Errors: interchange_import_file_gone."""
    sealed = ImportRun.objects.filter(pk=run.pk).values_list("sealed", flat=True).first()
    if sealed is None or unlocked.user_id != run.by_id:
        raise errors.InterchangeRefusal("interchange_import_file_gone")
    try:
        return personal.open_own_file(unlocked, run.pk, bytes(sealed))
    except RecordDamaged:
        raise errors.InterchangeRefusal("interchange_import_file_gone") from None


def read_table(unlocked: Unlocked, run: ImportRun, encoding: str = "") -> reader.Table:
    """Parse the upload of an import again and return its rows. `encoding`: one to try instead of
    the chosen one. Errors: interchange_import_file_gone; interchange_import_step_not_allowed, if
    the sheet of a workbook is not chosen yet; as `tables.parse_table`."""
    if run.sheet is None:
        raise rules.step_not_allowed(run.state)
    chosen = encoding or ("" if run.encoding == UNCLEAR_ENCODING else run.encoding)
    sent = tables.SentFile.from_content(open_upload(unlocked, run), chosen)
    sent = sent._replace(sheet=run.sheet, heading=run.heading)
    return tables.parse_table(sent, run.source, today=run.created.date())


def parse_file(unlocked: Unlocked, run: ImportRun) -> ParsedFile:
    """Return the parsed upload, with a stored or proposed mapping. Errors: as `read_table`."""
    table, word_mapping = read_table(unlocked, run), _stored_word_mapping(run)
    if run.kind in tables.FEED_KINDS:
        columns: proposal.Columns = {column: column for column in table.columns}
        return ParsedFile(table, columns, word_mapping, is_feed=True)
    if mapping := run.mapping:
        columns = proposal.mapped_headings(table.columns, mapping)
    else:
        mapping = _source_mapping(run).columns
        columns = proposal.propose(table.rows, table.columns, mapping)
    address_columns = proposal.address_headings(table.columns, mapping)
    return ParsedFile(table, columns, word_mapping, is_feed=False, address_columns=address_columns)


@transaction.atomic
def choose_encoding(
    scope: Scope, unlocked: Unlocked, run: ImportRun, encoding: str, *, at: datetime
) -> ImportRun:
    """Set the encoding of a text file. Errors: as `read_table` and `lock_import`."""
    locked = lock_import(scope, run, ImportState.UPLOADED)
    locked.total = _nonzero_row_count(read_table(unlocked, locked, encoding))
    locked.encoding = encoding
    return save_and_record(scope, locked, "interchange.import_encoding", ["encoding", "total"], at)


@transaction.atomic
def choose_rows(
    scope: Scope,
    unlocked: Unlocked,
    run: ImportRun,
    *,
    sheet: int | None = None,
    heading: int = 0,
    at: datetime,
) -> ImportRun:
    """Choose the sheet of a workbook and the row of headings; discard the mapping and rows.
    Sheet None: the chosen one; heading 0: detected. Errors: as `read_table` and `lock_import`."""
    locked = lock_import(scope, run, ImportState.UPLOADED)
    locked.sheet, locked.heading = sheet or locked.sheet, heading
    locked.total = _nonzero_row_count(read_table(unlocked, locked))
    locked.rows.all().delete()
    locked.prepared, locked.mapping = 0, {}
    changed_fields = ["sheet", "heading", "total", "prepared", "mapping"]
    return save_and_record(scope, locked, "interchange.import_rows", changed_fields, at)


@transaction.atomic
def map_columns(scope: Scope, run: ImportRun, mapping: ColumnMapping, *, at: datetime) -> ImportRun:
    """Store the mapping for this file and the next one of its source; delete staged rows.
    Errors: interchange_import_columns_missing; as `lock_import`."""
    locked = lock_import(scope, run, ImportState.UPLOADED)
    if missing := proposal.missing_columns(mapping.columns):
        names = ", ".join(missing)
        raise errors.InterchangeRefusal("interchange_import_columns_missing", missing=names)
    ours_by_name = dict.fromkeys(mapping.address_columns, proposal.ADDRESS_MARK)
    ours_by_name |= {name: ours for ours, name in mapping.columns.items() if ours in OUR_COLUMNS}
    locked.rows.all().delete()
    locked.prepared, locked.mapping = 0, {}
    for name in mapping.headings:
        locked.mapping[proposal.storable_name(name)] = ours_by_name.get(name, "")
    locked.columns = list(locked.mapping)
    possible_columns = mapping.columns.keys() - PLACE_COLUMNS[1:]
    id_columns = [ours for ours in mapping.id_columns if ours in possible_columns]
    locked.values = dict(_stored_word_mapping(locked))
    locked.values.pop("source_id", None)
    if id_columns:
        locked.values["source_id"] = {staging.ID_COLUMNS_KEY: " ".join(id_columns)}
    _save_source_mapping(locked, at=at)
    changed_fields = ["prepared", "mapping", "columns", "values"]
    return save_and_record(scope, locked, "interchange.import_map", changed_fields, at)


@transaction.atomic
def map_words(scope: Scope, run: ImportRun, words: code_words.Words, *, at: datetime) -> ImportRun:
    """Add codes of words for a file and its source; delete staged rows. Errors: `lock_import`."""
    locked = lock_import(scope, run, ImportState.UPLOADED)
    values = {column: dict(codes) for column, codes in _stored_word_mapping(locked).items()}
    for column, code_by_word in words.items():
        codes, stored = set(code_words.column_codes(column)), values.setdefault(column, {})
        for word, code in code_by_word.items():
            if code in codes and len(word) <= MAX_WORD_LENGTH:
                stored[word] = code
    locked.rows.all().delete()
    locked.prepared, locked.values = 0, values
    _save_source_mapping(locked, at=at)
    return save_and_record(scope, locked, "interchange.import_words", ["prepared", "values"], at)


@transaction.atomic
def discard_import(scope: Scope, run: ImportRun, *, at: datetime) -> ImportRun:
    """Delete the file and rows of an import, not its services. Errors: as `lock_import`."""
    locked = lock_import(scope, run, *UNFINISHED_STATES)
    delete_file_and_rows(locked)
    scope.audit(locked.organisation_id, at=at).record("interchange.import_discard", locked)
    return locked


def delete_file_and_rows(locked: ImportRun) -> None:
    """Delete the file and the rows of an import that is locked, and mark it as discarded."""
    locked.state = rules.step_import(ImportState(locked.state), ImportState.DISCARDED)
    locked.sealed = None
    locked.prepared, locked.counts = 0, {}
    locked.save(update_fields=["state", "sealed", "prepared", "counts"])
    locked.rows.all().delete()


@transaction.atomic
def delete_expired_imports(*, at: datetime) -> int:
    """Discard imports that were not applied in time (uploads: 48 hours, mapped rows: 30 days) and
    delete the rows of imports applied 30 days ago. Return the number of all these imports."""
    expired = ImportRun.objects.filter(state__in=UNFINISHED_STATES, expires__lte=at).defer("sealed")
    deleted = 0
    for run in expired.select_for_update(of=("self",)).order_by("pk"):
        delete_file_and_rows(run)
        audit = AuditContext(at=at, actor=None, organisation=run.organisation_id)
        audit.record("interchange.import_discard", run)
        deleted += 1
    expired_rows = ImportRow.objects.filter(run__applied_at__lte=at - ROWS_KEPT_FOR)
    deleted += expired_rows.values("run").distinct().count()
    expired_rows.delete()
    return deleted


def require_edit_permission(scope: Scope, organisation: Organisation) -> None:
    """Require the permission to edit for an active organisation. Errors: PermissionDenied."""
    can_edit = organisation.pk in scope.organisations_where(Permission.EDIT_DIRECTORY)
    if not can_edit or organisation.state != OrganisationState.ACTIVE:
        raise PermissionDenied


def lock_import(scope: Scope, run: ImportRun, *states: ImportState) -> ImportRun:
    """Lock an import that is in one of `states` and return it as it is stored now.
    Errors: PermissionDenied, interchange_import_step_not_allowed."""
    rows = ImportRun.objects.select_for_update(of=("self",)).defer("sealed")
    locked = rows.select_related("organisation").get(pk=run.pk)
    require_edit_permission(scope, locked.organisation)
    if locked.state not in states:
        raise rules.step_not_allowed(locked.state)
    return locked


def is_mapped(run: ImportRun) -> bool:
    """Return whether the columns of an import are mapped. A feed needs no mapping."""
    return run.kind in tables.FEED_KINDS or bool(run.mapping)


def _nonzero_row_count(table: reader.Table) -> int:
    """Return the number of rows of a table. Errors: FileNotReadable, if it has none."""
    if not table.rows:
        raise errors.FileNotReadable(problem=_("It has no rows below its headings."))
    return len(table.rows)


def save_and_record(
    scope: Scope, locked: ImportRun, verb: str, changed_fields: Sequence[str], at: datetime
) -> ImportRun:
    """Store fields of a locked import, record the action and return the import."""
    locked.save(update_fields=changed_fields)
    scope.audit(locked.organisation_id, at=at).record(verb, locked)
    return locked


def _source_mapping(run: ImportRun) -> SourceMapping:
    """Return the stored mapping of the file's source; an empty one for a new source."""
    saved = SourceMapping.objects.filter(organisation=run.organisation_id, source=run.source)
    return saved.first() or SourceMapping(columns={})


def _stored_word_mapping(run: ImportRun) -> code_words.Words:
    """Return the word mapping of this file, else that of its source."""
    return dict(run.values or _source_mapping(run).values)


def _save_source_mapping(run: ImportRun, *, at: datetime) -> None:
    SourceMapping.objects.update_or_create(
        organisation=run.organisation,
        source=run.source,
        defaults={"columns": run.mapping, "values": run.values, "by_id": run.by_id, "at": at},
    )

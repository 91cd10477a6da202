"""Import runs: uploaded, mapped, discarded. Nothing here changes a service."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from protect.audit.context import AuditContext
from protect.directory.protection.erasure import SPOT_COLUMNS
from protect.directory.services.actions.texts import DESK
from protect.interchange import errors, rules
from protect.interchange.enums import ImportKind, ImportState
from protect.interchange.imports import proposal, staging
from protect.interchange.imports.files import reader, tables
from protect.interchange.imports.files.columns import OURS
from protect.interchange.imports.values import code_words
from protect.interchange.models import ImportRow, ImportRun, SourceMapping
from protect.orgs.enums import OrganisationState, Permission
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.vault.errors import RecordDamaged
from protect.vault.records import personal
from protect.vault.sessions.unlocked import Unlocked

SEALED_FOR = timedelta(hours=48)  # then the file is gone, mapped or not
KEPT_FOR = timedelta(days=30)  # rows, from the mapping on, and after they were applied
LONGEST_NAME = 120  # characters
LONGEST_WORD = 80  # characters of a word that is kept with its code

UNCLEAR = "?"  # the encoding of a text that is no UTF-8, until the user has chosen one
# Sources of our own rows: no file may claim them. The package `demo` writes the second.
RESERVED = frozenset({DESK, "demo"})
ENDED = {ImportState.APPLIED, ImportState.DISCARDED}
UNFINISHED = tuple(state for state in ImportState if state not in ENDED)


class Upload(NamedTuple):
    source: str
    name: str
    content: bytes


class ParsedFile(NamedTuple):
    """An uploaded file after parsing, with the mapping that is proposed for its columns."""

    table: reader.Table
    columns: proposal.Columns  # ours → the file's
    chosen: code_words.Chosen
    is_feed: bool
    places: Sequence[str] = ()  # columns of the file that say where a service is, and are not kept


class ColumnMapping(NamedTuple):
    columns: proposal.Columns  # ours → the file's
    every: Sequence[str]  # column of the file
    places: Sequence[str] = ()  # that say where a service is, beside those of ours
    ids: Sequence[str] = ()  # columns of ours that make an id where a row has none


def begin_import(
    scope: Scope, organisation: Organisation, upload: Upload, *, at: datetime
) -> ImportRun:
    """Store an upload, sealed to its user, until its columns are mapped; nothing after an error.
    Errors: PermissionDenied; interchange_import_source_reserved; as `table_of`, but a text with an
    unclear encoding is kept, and the next page offers the likely ones."""
    must_edit(scope, organisation)
    if upload.source in RESERVED:
        raise errors.InterchangeRefusal("interchange_import_source_reserved", source=upload.source)
    if scope.user_id is None:
        raise PermissionDenied
    sent = tables.Sent.of(upload.content)
    has_choice = sent.kind is ImportKind.XLSX and len(reader.sheets_of(sent.content)) > 1
    encoding, total, sheet = "", 0, None if has_choice else 1
    try:
        if sheet:
            total = _row_count(tables.table_of(sent, upload.source, today=at.date()))
    except errors.FileEncodingUnclear:
        encoding = UNCLEAR
    name = "".join(char for char in upload.name if char.isprintable())
    run = ImportRun(
        pk=uuid4(),
        organisation=organisation,
        source=upload.source,
        kind=sent.kind,
        name=name[-LONGEST_NAME:] or "file",
        encoding=encoding,
        sheet=sheet,
        total=total,
        by_id=scope.user_id,
        created=at,
        expires=at + SEALED_FOR,
    )
    with transaction.atomic():  # reading takes seconds: no lock waits for it
        run.sealed = personal.seal_own_file(run.by_id, run.pk, upload.content)
        run.save(force_insert=True)
        run_context(scope, run, at=at).record("interchange.import_begin", run)
    return run


def content_of(unlocked: Unlocked, run: ImportRun) -> bytes:
    """Return the file, for the user who uploaded it. Errors: interchange_import_file_gone."""
    sealed = ImportRun.objects.filter(pk=run.pk).values_list("sealed", flat=True).first()
    if sealed is None or unlocked.user_id != run.by_id:
        raise errors.InterchangeRefusal("interchange_import_file_gone")
    try:
        return personal.open_own_file(unlocked, run.pk, bytes(sealed))
    except RecordDamaged:
        raise errors.InterchangeRefusal("interchange_import_file_gone") from None


def table_of(unlocked: Unlocked, run: ImportRun, encoding: str = "") -> reader.Table:
    """Parse the file of an import again and return its rows.
    `encoding` is one to try. Errors: interchange_import_file_gone;
    interchange_import_step_not_allowed, where the sheet of a workbook is not chosen yet; as
    `tables.table_of`."""
    if run.sheet is None:
        raise rules.step_not_allowed(run.state)
    chosen = encoding or ("" if run.encoding == UNCLEAR else run.encoding)
    sent = tables.Sent.of(content_of(unlocked, run), chosen)
    sent = sent._replace(sheet=run.sheet, heading=run.heading)
    return tables.table_of(sent, run.source, today=run.created.date())


def parse_file(unlocked: Unlocked, run: ImportRun) -> ParsedFile:
    """Return a file with its mapping, that of its source, or a proposal. Errors: as `table_of`."""
    table, chosen = table_of(unlocked, run), _chosen(run)
    if run.kind in tables.FEEDS:
        columns: proposal.Columns = {ours: ours for ours in table.columns}
        return ParsedFile(table, columns, chosen, is_feed=True)
    mapping = run.mapping
    if mapping:
        columns = proposal.chosen(table.columns, mapping)
    else:
        mapping = _source_mapping(run).columns
        columns = proposal.propose(table.lines, table.columns, mapping)
    places = proposal.places(table.columns, mapping)
    return ParsedFile(table, columns, chosen, is_feed=False, places=places)


@transaction.atomic
def choose_encoding(
    scope: Scope, unlocked: Unlocked, run: ImportRun, encoding: str, *, at: datetime
) -> ImportRun:
    """Read a text in an encoding from now on. Errors: as `table_of` and `lock`."""
    locked = lock(scope, run, ImportState.UPLOADED)
    locked.total = _row_count(table_of(unlocked, locked, encoding))
    locked.encoding = encoding
    return saved(scope, locked, "interchange.import_encoding", ["encoding", "total"], at)


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
    """Choose the sheet of a workbook and its row of headings; its columns are mapped anew.
    `sheet` None: the one that was chosen. `heading` 0: as it is found.
    Errors: as `table_of` and `lock`."""
    locked = lock(scope, run, ImportState.UPLOADED)
    locked.sheet, locked.heading = sheet or locked.sheet, heading
    locked.total = _row_count(table_of(unlocked, locked))
    locked.rows.all().delete()
    locked.prepared, locked.mapping = 0, {}
    changed = ["sheet", "heading", "total", "prepared", "mapping"]
    return saved(scope, locked, "interchange.import_rows", changed, at)


@transaction.atomic
def map_columns(scope: Scope, run: ImportRun, mapping: ColumnMapping, *, at: datetime) -> ImportRun:
    """Store the mapping for this file and its source's next.
    Errors: interchange_import_columns_missing; as `lock`."""
    locked = lock(scope, run, ImportState.UPLOADED)
    if missing := proposal.missing(mapping.columns):
        raise errors.InterchangeRefusal(
            "interchange_import_columns_missing", missing=", ".join(missing)
        )
    column_of_heading = dict.fromkeys(mapping.places, proposal.PLACE)
    column_of_heading |= {name: ours for ours, name in mapping.columns.items() if ours in OURS}
    locked.rows.all().delete()
    locked.prepared = 0
    locked.mapping = {
        proposal.kept_name(name): column_of_heading.get(name, "") for name in mapping.every
    }
    locked.columns = list(locked.mapping)
    ids = [ours for ours in mapping.ids if ours in mapping.columns.keys() - SPOT_COLUMNS[1:]]
    words = {ours: dict(words) for ours, words in _chosen(locked).items() if ours != "source_id"}
    locked.values = words | ({"source_id": {staging.MADE_OF: " ".join(ids)}} if ids else {})
    _save_mapping(locked, at=at)
    changed = ["prepared", "mapping", "columns", "values"]
    return saved(scope, locked, "interchange.import_map", changed, at)


@transaction.atomic
def map_words(
    scope: Scope, run: ImportRun, chosen: code_words.Chosen, *, at: datetime
) -> ImportRun:
    """Store the code of each word, for this file and the next of its source. Errors: as `lock`."""
    locked = lock(scope, run, ImportState.UPLOADED)
    kept = {column: dict(codes_by_word) for column, codes_by_word in _chosen(locked).items()}
    for column, codes_by_word in chosen.items():
        codes = set(code_words.codes(column))
        good = {word: code for word, code in codes_by_word.items() if code in codes}
        short = {word: code for word, code in good.items() if len(word) <= LONGEST_WORD}
        kept[column] = kept.get(column, {}) | short
    locked.rows.all().delete()
    locked.prepared, locked.values = 0, kept
    _save_mapping(locked, at=at)
    return saved(scope, locked, "interchange.import_words", ["prepared", "values"], at)


@transaction.atomic
def discard_import(scope: Scope, run: ImportRun, *, at: datetime) -> ImportRun:
    """Throw away file and rows; what was applied stays. Errors: as `lock`."""
    locked = lock(scope, run, *UNFINISHED)
    throw_away(locked)
    run_context(scope, locked, at=at).record("interchange.import_discard", locked)
    return locked


def throw_away(locked: ImportRun) -> None:
    """Forget the file and the rows of an import that is locked."""
    locked.state = rules.step_import(ImportState(locked.state), ImportState.DISCARDED)
    locked.sealed = None
    locked.prepared, locked.counts = 0, {}
    locked.save(update_fields=["state", "sealed", "prepared", "counts"])
    locked.rows.all().delete()


@transaction.atomic
def forget_imports(*, at: datetime) -> int:
    """Delete imports that were not applied in time, and the rows of applied ones; return how many.
    Units: files 48 hours after the upload, rows 30 days."""
    late = ImportRun.objects.filter(state__in=UNFINISHED, expires__lte=at).defer("sealed")
    forgotten = 0
    for run in late.select_for_update(of=("self",)).order_by("pk"):
        throw_away(run)
        audit = AuditContext(at=at, actor=None, organisation=run.organisation_id)
        audit.record("interchange.import_discard", run)
        forgotten += 1
    old = ImportRow.objects.filter(run__applied_at__lte=at - KEPT_FOR)
    forgotten += old.values("run").distinct().count()
    old.delete()
    return forgotten


def must_edit(scope: Scope, organisation: Organisation) -> None:
    """Require the permission to edit for an organisation. Errors: PermissionDenied."""
    is_theirs = organisation.pk in scope.organisations_where(Permission.EDIT_DIRECTORY)
    if not is_theirs or organisation.state != OrganisationState.ACTIVE:
        raise PermissionDenied


def lock(scope: Scope, run: ImportRun, *states: ImportState) -> ImportRun:
    """Return an import, locked.
    Errors: PermissionDenied; interchange_import_step_not_allowed in other states."""
    rows = ImportRun.objects.select_for_update(of=("self",)).defer("sealed")
    locked = rows.select_related("organisation").get(pk=run.pk)
    must_edit(scope, locked.organisation)
    if locked.state not in states:
        raise rules.step_not_allowed(locked.state)
    return locked


def run_context(scope: Scope, run: ImportRun, *, at: datetime) -> AuditContext:
    """Return the audit context of the user, for the organisation of an import."""
    return AuditContext(at=at, actor=scope.user_id, organisation=run.organisation_id)


def is_mapped(run: ImportRun) -> bool:
    """Return whether the columns are mapped; a feed needs no mapping."""
    return run.kind in tables.FEEDS or bool(run.mapping)


def _row_count(table: reader.Table) -> int:
    if not table.lines:
        raise errors.FileNotReadable(problem=_("It has no rows under its header."))
    return len(table.lines)


def saved(
    scope: Scope, locked: ImportRun, verb: str, changed: Sequence[str], at: datetime
) -> ImportRun:
    """Store columns of an import that is locked, and record it."""
    locked.save(update_fields=changed)
    run_context(scope, locked, at=at).record(verb, locked)
    return locked


def _source_mapping(run: ImportRun) -> SourceMapping:
    """Return what is remembered of the source of a file; an empty mapping for a new source."""
    saved = SourceMapping.objects.filter(organisation=run.organisation_id, source=run.source)
    return saved.first() or SourceMapping(columns={})


def _chosen(run: ImportRun) -> code_words.Chosen:
    """Return the words that were chosen for this file, else those of its source."""
    return dict(run.values or _source_mapping(run).values)


def _save_mapping(run: ImportRun, *, at: datetime) -> None:
    SourceMapping.objects.update_or_create(
        organisation=run.organisation,
        source=run.source,
        defaults={"columns": run.mapping, "values": run.values, "by_id": run.by_id, "at": at},
    )

"""Actions on the rows of an import: stage, validate, edit and decide them."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from protect.directory import enums, errors
from protect.directory.facts.base.cells import Cells, RowProblem
from protect.directory.protection.erasure import PLACE_COLUMNS
from protect.interchange import rules
from protect.interchange.enums import ImportState, RowState
from protect.interchange.imports import outcomes, proposal, staging, validation
from protect.interchange.imports.actions import runs
from protect.interchange.imports.files.columns import OPTIONAL_COLUMNS
from protect.interchange.imports.row import MAX_ID_LENGTH, Row
from protect.interchange.imports.values import place_names, shelters, terms
from protect.interchange.models import ImportRow, ImportRun
from protect.orgs.scope import Scope

BATCH = 500  # rows of a file that one transaction stores or completes
UPDATED_FIELDS = ("state", "troubles", "service", "takes_file", "decided_version")  # of a row

type HasTime = Callable[[], bool]  # returns whether there is time for one more batch


def stage_rows(
    scope: Scope, run: ImportRun, file: runs.ParsedFile, has_time: HasTime, *, at: datetime
) -> ImportRun:
    """Store the mapped rows in batches, resuming after the last one; delete the upload when done.
    `has_time` returns whether there is time for one more batch; one batch is always stored.
    Errors: PermissionDenied; interchange_import_step_not_allowed; directory_edit_conflict, if the
    mapping was changed meanwhile; interchange_import_places_unnamed, before any row is stored."""
    plan = staging_plan(run, file)
    if not run.prepared:
        proposal.require_marked_columns(
            file.table, file.columns, file.address_columns, plan.may_be_shelter
        )
    while True:
        run = _stage_batch(scope, run, file, plan, at=at)
        if run.state != ImportState.UPLOADED or not has_time():
            return run


def unmarked_columns(run: ImportRun, file: runs.ParsedFile) -> list[str]:
    """Return headings to be mapped or marked as addresses before a shelter's row is stored."""
    is_shelter = staging_plan(run, file).may_be_shelter
    return proposal.unmarked_address_columns(
        file.table, file.columns, file.address_columns, is_shelter
    )


def validate_rows(scope: Scope, run: ImportRun, has_time: HasTime, *, at: datetime) -> ImportRun:
    """Validate staged rows: one batch, more while `has_time()`. Errors: as `runs.lock_import`."""
    source_services = SourceServices(run)
    while True:
        run = _validate_batch(scope, run, source_services, at=at)
        if run.state != ImportState.MAPPED or not has_time():
            return run


@transaction.atomic
def edit_row(
    scope: Scope, run: ImportRun, number: int, cells: Mapping[str, str], seen: str, *, at: datetime
) -> ImportRow:
    """Edit cells of a row, then validate it and all rows with its old or new id again.
    `seen` is the `cells_fingerprint` from when the form was opened. Cells of a hidden location
    are ignored. Errors: as `runs.lock_import`; directory_edit_conflict."""
    locked = runs.lock_import(scope, run, ImportState.PREVIEWED)
    row = locked.rows.select_for_update(of=("self",)).get(line=number)
    if cells_fingerprint(row.cells) != seen:
        raise errors.DirectoryRefusal("directory_edit_conflict")
    hidden = {shelters.COARSE_AREA, *(PLACE_COLUMNS if has_hidden_location(row) else ())}
    edited = {column: text.strip() for column, text in cells.items() if column not in hidden}
    old_id = row.source_id
    row.cells = {column: text for column, text in {**row.cells, **edited}.items() if text}
    row.source_id = row.cells.get("source_id", "")[:MAX_ID_LENGTH]
    kept = validation.kept_troubles(row_troubles(row), is_edited=True)
    row.troubles = [trouble.to_list() for trouble in kept]
    row.takes_file = row.decided_version = None
    same_id = locked.rows.filter(source_id__in={old_id, row.source_id} - {""}).exclude(pk=row.pk)
    _validate_and_store(locked, SourceServices(locked), [row, *same_id.order_by("line")])
    _update_state_counts(locked)
    scope.audit(locked.organisation_id, at=at).record("interchange.import_edit_row", locked)
    return row


@transaction.atomic
def decide_row(
    scope: Scope, run: ImportRun, row_number: int, *, takes_file: bool | None, at: datetime
) -> ImportRow:
    """Decide a conflict: take the file's values or keep the directory's; None: undecided. The
    decision holds for the current version of the service: a later edit undoes it. Errors: as
    `runs.lock_import`; interchange_import_step_not_allowed for a row without conflict."""
    locked = runs.lock_import(scope, run, ImportState.PREVIEWED)
    row = locked.rows.select_for_update(of=("self",)).get(line=row_number)
    if row.state != RowState.CONFLICT:
        raise rules.step_not_allowed(row.state)
    version = row.service.version if row.service and takes_file is not None else None
    row.takes_file = takes_file if version else None
    row.decided_version = version
    row.save(update_fields=["takes_file", "decided_version"])
    scope.audit(locked.organisation_id, at=at).record("interchange.import_decide_row", locked)
    return row


class SourceServices:
    """The stored services of a run's source, with which its rows are compared."""

    def __init__(self, run: ImportRun) -> None:
        self.plan = staging_plan(run)
        self.load(run)

    def load(self, run: ImportRun, ids: Collection[str] | None = None) -> None:
        """Load the services with these source ids; None: all services of the run's source."""
        self.stored = outcomes.stored_services(run.source, ids)
        self.taken = outcomes.short_codes(run.source, ids)
        countries = {key: service.country for key, service in self.stored.items()}
        self.plan = self.plan._replace(
            protected=outcomes.protected_source_ids(run.source, ids),
            foreign={
                key: country for key, country in countries.items() if country != self.plan.country
            },
        )


def staging_plan(run: ImportRun, file: runs.ParsedFile | None = None) -> staging.Plan:
    """Return the plan of a run. Without `file` it maps no columns and serves only validation."""
    plan = staging.Plan(
        columns=file.columns if file else {},
        word_mapping=file.word_mapping if file else {},
        country=run.organisation.country,
        atlas=place_names.load_atlas(),
        protected=outcomes.protected_source_ids(run.source),
    )
    if file is None:
        return plan
    used_headings = {*file.columns.values(), *file.address_columns}
    left_out = [name for name in file.table.columns if name not in used_headings]
    return plan._replace(
        address_columns=[
            *file.address_columns,
            *proposal.unmapped_address_columns(file.table.rows, left_out),
        ],
        fills_country=file.is_feed or "country" not in file.columns,
    )


def row_troubles(row: ImportRow) -> list[RowProblem]:
    return [RowProblem.from_list(stored_trouble) for stored_trouble in row.troubles]


def validate_row(
    row: ImportRow, source_services: SourceServices, *, is_duplicate: bool = False
) -> Row:
    """Return a validated copy of a stored row. `is_duplicate` is ignored if it has no id."""
    staged = Row(row.cells, validation.kept_troubles(row_troubles(row)), number=row.line)
    is_known = bool(row.source_id)
    return validation.revalidate(
        staged, source_services.plan, is_duplicate=is_duplicate and is_known
    )


def has_hidden_location(row: ImportRow) -> bool:
    """Return whether the location of a row's service must not be stored."""
    if row.service and row.service.address_audience == enums.AddressReaders.NEVER_STORED:
        return True
    return shelters.COARSE_AREA in row.cells or terms.is_shelter(Cells(row.cells))


def cells_fingerprint(cells: Mapping[str, str]) -> str:
    """Return a fingerprint of a row's cells, so that a form can detect a later edit."""
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()[:16]


@transaction.atomic
def _stage_batch(
    scope: Scope, run: ImportRun, file: runs.ParsedFile, plan: staging.Plan, *, at: datetime
) -> ImportRun:
    locked = runs.lock_import(scope, run, *runs.UNFINISHED_STATES)
    if locked.state != ImportState.UPLOADED:
        return locked  # another request has finished it
    if not runs.is_mapped(locked):
        raise rules.step_not_allowed(locked.state, ImportState.MAPPED.value)
    if (locked.mapping, locked.values) != (run.mapping, run.values):
        raise errors.DirectoryRefusal("directory_edit_conflict")
    first, file_rows = locked.prepared, file.table.rows
    rows = [_staged_row(locked, row, plan) for row in file_rows[first : first + BATCH]]
    ImportRow.objects.bulk_create(rows)
    locked.total, locked.prepared = len(file_rows), first + len(rows)
    changed_fields = ["total", "prepared"]
    if locked.prepared >= locked.total:
        locked.state = rules.step_import(ImportState.UPLOADED, ImportState.MAPPED)
        locked.sealed, locked.prepared, locked.expires = None, 0, at + runs.ROWS_KEPT_FOR
        changed_fields += ["state", "sealed", "expires"]
        scope.audit(locked.organisation_id, at=at).record("interchange.import_take_in", locked)
    locked.save(update_fields=changed_fields)
    return locked


def _staged_row(run: ImportRun, row: Row, plan: staging.Plan) -> ImportRow:
    """Return a row that is not validated yet: until then its state is ERROR."""
    staged = staging.stage_row(row, plan)
    area = shelters.COARSE_AREA
    return ImportRow(
        run=run,
        line=row.number,
        source_id=staged["source_id"][:MAX_ID_LENGTH],
        cells={name: text for name, text in staged.texts.items() if text or name == area},
        state=RowState.ERROR,
        troubles=[trouble.to_list() for trouble in staged.troubles],
    )


@transaction.atomic
def _validate_batch(
    scope: Scope, run: ImportRun, source_services: SourceServices, *, at: datetime
) -> ImportRun:
    locked = runs.lock_import(scope, run, ImportState.MAPPED, ImportState.PREVIEWED)
    if locked.state != ImportState.MAPPED:
        return locked
    rows = list(locked.rows.order_by("line")[locked.prepared : locked.prepared + BATCH])
    _add_missing_columns(locked, source_services, rows)
    _validate_and_store(locked, source_services, rows)
    locked.prepared += len(rows)
    if locked.prepared >= locked.total or not rows:
        locked.state = rules.step_import(ImportState.MAPPED, ImportState.PREVIEWED)
        scope.audit(locked.organisation_id, at=at).record("interchange.import_judge", locked)
    locked.save(update_fields=["prepared", "state"])
    if locked.state == ImportState.PREVIEWED:
        _update_state_counts(locked)
    return locked


def _add_missing_columns(
    run: ImportRun, source_services: SourceServices, rows: Sequence[ImportRow]
) -> None:
    """Fill cells of columns that the file lacks with the stored values of the row's service."""
    present_columns = {name for row in rows for name in row.cells} | set(run.mapping.values())
    if missing := [name for name in OPTIONAL_COLUMNS if name not in present_columns]:
        validated = [validate_row(row, source_services) for row in rows]
        stored = source_services.stored
        completions = outcomes.stored_missing_cells(validated, run.source, stored, missing)
        for row in rows:
            row.cells = completions.get(row.source_id, {}) | row.cells


def _validate_and_store(
    run: ImportRun, source_services: SourceServices, rows: Sequence[ImportRow]
) -> None:
    """Validate rows and store the result, without cells that tell where a shelter is."""
    duplicates = {source_id for source_id, count in _count_by_id(run, rows).items() if count > 1}
    validated = [
        validate_row(row, source_services, is_duplicate=row.source_id in duplicates) for row in rows
    ]
    outcomes.compare_rows(validated, run.source, source_services.stored, source_services.taken)
    for row, outcome in zip(rows, validated, strict=True):
        stored = source_services.stored.get(outcome.source_id)
        row.cells, row.source_id = dict(outcome.texts), outcome.source_id[:MAX_ID_LENGTH]
        row.state = outcome.state or RowState.ERROR
        row.troubles = [trouble.to_list() for trouble in outcome.troubles]
        row.service_id = stored.key if stored else None
        if row.state != RowState.CONFLICT:
            row.takes_file = row.decided_version = None
    store_rows(rows, "source_id", "cells")


def store_rows(rows: Sequence[ImportRow], *further_fields: str) -> None:
    """Store states, troubles, services, decisions and `further_fields` of existing rows."""
    fields = [*UPDATED_FIELDS, *further_fields]
    ImportRow.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=fields
    )


def _count_by_id(run: ImportRun, rows: Sequence[ImportRow]) -> Counter[str]:
    """Return the number of rows in the whole import, by source id of the given `rows`."""
    count_by_id = Counter(row.source_id for row in rows)
    others = run.rows.filter(source_id__in=count_by_id).exclude(pk__in=[row.pk for row in rows])
    counted = others.values("source_id").annotate(count=Count("pk")).order_by("source_id")
    count_by_id.update({id_count["source_id"]: id_count["count"] for id_count in counted})
    return count_by_id


def _update_state_counts(run: ImportRun) -> None:
    state_counts = run.rows.values("state").annotate(count=Count("pk")).order_by("state")
    run.counts = {state_count["state"]: state_count["count"] for state_count in state_counts}
    run.save(update_fields=["counts"])

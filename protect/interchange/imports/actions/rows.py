"""The rows of an import: staged in batches, validated from what was stored, edited, decided."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from protect.directory import enums, errors
from protect.directory.facts.base.cells import Cells, Trouble
from protect.directory.protection.erasure import SPOT_COLUMNS
from protect.interchange import rules
from protect.interchange.enums import ImportState, RowState
from protect.interchange.imports import outcomes, proposal, staging, validation
from protect.interchange.imports.actions import runs
from protect.interchange.imports.files.columns import OPTIONAL
from protect.interchange.imports.row import LONGEST_ID, Row
from protect.interchange.imports.values import place_names, shelters, terms
from protect.interchange.models import ImportRow, ImportRun
from protect.orgs.scope import Scope

BATCH = 500  # rows of one transaction
WRITTEN = ("source_id", "cells", "state", "troubles", "service", "takes_file", "decided_version")

type HasTime = Callable[[], bool]  # whether there is time for one more batch


def stage_rows(
    scope: Scope, run: ImportRun, file: runs.ParsedFile, has_time: HasTime, *, at: datetime
) -> ImportRun:
    """Store the mapped rows in batches, resuming after the last one; delete the upload when done.

    `has_time` says whether there is time for one more batch; one is always done.
    Errors: PermissionDenied; interchange_import_step_not_allowed, also before it is mapped;
    interchange_import_places_unnamed, before anything is kept; directory_edit_conflict, when it was
    mapped otherwise meanwhile.
    """
    plan = plan_of(run, file)
    if not run.prepared:
        proposal.places_must_be_named(file.table, file.columns, file.places, plan.may_be_shelter)
    while True:
        run = _take_batch(scope, run, file, plan, at=at)
        if run.state != ImportState.UPLOADED or not has_time():
            return run


def unnamed_places(run: ImportRun, file: runs.ParsedFile) -> list[str]:
    """Return the columns of a file that must be named as places before anything is kept."""
    is_shelter = plan_of(run, file).may_be_shelter
    return proposal.unnamed_places(file.table, file.columns, file.places, is_shelter)


def judge(scope: Scope, run: ImportRun, has_time: HasTime, *, at: datetime) -> ImportRun:
    """Validate staged rows and compare them with the directory. Errors: as `stage_rows`."""
    directory = DirectoryState(run)
    while True:
        run = _judge_batch(scope, run, directory, at=at)
        if run.state != ImportState.MAPPED or not has_time():
            return run


@transaction.atomic
def edit_row(
    scope: Scope, run: ImportRun, line: int, cells: Mapping[str, str], seen: str, *, at: datetime
) -> ImportRow:
    """Edit cells of a row and validate it again, with the rows of the same id.
    `seen` is `mark_of` the cells that the form was opened with. A row with a hidden place has no
    cells for it. Errors: as `runs.lock`; directory_edit_conflict."""
    locked = runs.lock(scope, run, ImportState.PREVIEWED)
    row = locked.rows.select_for_update(of=("self",)).get(line=line)
    if mark_of(row.cells) != seen:
        raise errors.DirectoryRefusal("directory_edit_conflict")
    hidden = {shelters.COARSE, *(SPOT_COLUMNS if is_hidden(row) else ())}
    edited = {column: text.strip() for column, text in cells.items() if column not in hidden}
    before = row.source_id
    row.cells = {column: text for column, text in {**row.cells, **edited}.items() if text}
    row.source_id = row.cells.get("source_id", "")[:LONGEST_ID]
    row.troubles = [each.kept() for each in validation.carried(troubles_of(row), is_mended=True)]
    row.takes_file = row.decided_version = None
    others = locked.rows.filter(source_id__in={before, row.source_id} - {""}).exclude(pk=row.pk)
    _judge_rows(locked, DirectoryState(locked), [row, *others.order_by("line")])
    _count(locked)
    runs.run_context(scope, locked, at=at).record("interchange.import_edit_row", locked)
    return row


@transaction.atomic
def decide_row(
    scope: Scope, run: ImportRun, line: int, *, takes_file: bool | None, at: datetime
) -> ImportRow:
    """Decide a conflict: take the file's values or keep the directory's; None: undecided.
    The decision holds for the current version of the service: a later edit undoes it.
    Errors: as `runs.lock`; interchange_import_step_not_allowed for a row that is no conflict."""
    locked = runs.lock(scope, run, ImportState.PREVIEWED)
    row = locked.rows.select_for_update(of=("self",)).get(line=line)
    if row.state != RowState.CONFLICT:
        raise rules.step_not_allowed(row.state)
    version = row.service.version if row.service and takes_file is not None else None
    row.takes_file = takes_file if version else None
    row.decided_version = version
    row.save(update_fields=["takes_file", "decided_version"])
    runs.run_context(scope, locked, at=at).record("interchange.import_decide_row", locked)
    return row


class DirectoryState:
    """The services of the directory that rows are compared with."""

    def __init__(self, run: ImportRun) -> None:
        self.plan = plan_of(run)
        self.look(run)

    def look(self, run: ImportRun, ids: Collection[str] | None = None) -> None:
        """Read the services of these ids, which may have been edited meanwhile; None: all."""
        self.stored = outcomes.stored_services(run.source, ids)
        self.taken = outcomes.short_codes(run.source, ids)
        countries = {key: each.country for key, each in self.stored.items()}
        self.plan = self.plan._replace(
            protected=outcomes.protected_of(run.source, ids),
            foreign={key: each for key, each in countries.items() if each != self.plan.country},
        )


def plan_of(run: ImportRun, file: runs.ParsedFile | None = None) -> staging.Plan:
    """Return what was chosen for a run; with its file, also which of its columns are left out."""
    plan = staging.Plan(
        columns=file.columns if file else {},
        chosen=file.chosen if file else {},
        country=run.organisation.country,
        atlas=place_names.load_atlas(),
        protected=outcomes.protected_of(run.source),
    )
    if file is None:
        return plan
    named = {*file.columns.values(), *file.places}
    left_out = [name for name in file.table.columns if name not in named]
    return plan._replace(
        spots=[*file.places, *proposal.spots_beside(file.table.lines, left_out)],
        fills_country=file.is_feed or "country" not in file.columns,
    )


def troubles_of(row: ImportRow) -> list[Trouble]:
    """Return the faults of a row."""
    return [Trouble.of(each) for each in row.troubles]


def validated(row: ImportRow, directory: DirectoryState, *, is_twice: bool = False) -> Row:
    """Return a stored row validated."""
    staged = Row(row.cells, validation.carried(troubles_of(row)), number=row.line)
    is_known = bool(row.source_id)  # what has no id is no duplicate
    return validation.revalidate(staged, directory.plan, is_twice=is_twice and is_known)


def is_hidden(row: ImportRow) -> bool:
    """Return whether nothing is kept of where the service of a row is."""
    is_turned = row.service and row.service.address_audience == enums.Audience.NEVER_STORED
    return shelters.COARSE in row.cells or terms.is_shelter(Cells(row.cells)) or bool(is_turned)


def mark_of(cells: Mapping[str, str]) -> str:
    """Return a fingerprint of a row's cells for a form: other cells have another mark."""
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()[:16]


@transaction.atomic
def _take_batch(
    scope: Scope, run: ImportRun, file: runs.ParsedFile, plan: staging.Plan, *, at: datetime
) -> ImportRun:
    locked = runs.lock(scope, run, *runs.UNFINISHED)
    if locked.state != ImportState.UPLOADED:
        return locked  # another window has done it meanwhile
    if not runs.is_mapped(locked):
        raise rules.step_not_allowed(locked.state, ImportState.MAPPED.value)
    if (locked.mapping, locked.values) != (run.mapping, run.values):
        raise errors.DirectoryRefusal("directory_edit_conflict")
    lines = file.table.lines
    begins = locked.prepared
    rows = [_staged_row(locked, line, plan) for line in lines[begins : begins + BATCH]]
    ImportRow.objects.bulk_create(rows)
    locked.total, locked.prepared = len(lines), begins + len(rows)
    changed = ["total", "prepared"]
    if locked.prepared >= locked.total:
        locked.state = rules.step_import(ImportState.UPLOADED, ImportState.MAPPED)
        locked.sealed, locked.prepared, locked.expires = None, 0, at + runs.KEPT_FOR
        changed += ["state", "sealed", "expires"]
        runs.run_context(scope, locked, at=at).record("interchange.import_take_in", locked)
    locked.save(update_fields=changed)
    return locked


def _staged_row(run: ImportRun, row: Row, plan: staging.Plan) -> ImportRow:
    """Return a row that is not validated yet: until then it counts as a mistake."""
    staged = staging.staged(row, plan)
    return ImportRow(
        run=run,
        line=row.number,
        source_id=staged["source_id"][:LONGEST_ID],
        cells={
            ours: text for ours, text in staged.texts.items() if text or ours == shelters.COARSE
        },
        state=RowState.ERROR,
        troubles=[trouble.kept() for trouble in staged.troubles],
    )


@transaction.atomic
def _judge_batch(
    scope: Scope, run: ImportRun, directory: DirectoryState, *, at: datetime
) -> ImportRun:
    locked = runs.lock(scope, run, ImportState.MAPPED, ImportState.PREVIEWED)
    if locked.state != ImportState.MAPPED:
        return locked
    begins = locked.prepared
    rows = list(locked.rows.order_by("line")[begins : begins + BATCH])
    _complete(locked, directory, rows)
    _judge_rows(locked, directory, rows)
    locked.prepared = begins + len(rows)
    if locked.prepared >= locked.total or not rows:
        locked.state = rules.step_import(ImportState.MAPPED, ImportState.PREVIEWED)
        runs.run_context(scope, locked, at=at).record("interchange.import_judge", locked)
    locked.save(update_fields=["prepared", "state"])
    if locked.state == ImportState.PREVIEWED:
        _count(locked)
    return locked


def _complete(run: ImportRun, directory: DirectoryState, rows: Sequence[ImportRow]) -> None:
    own = {name for row in rows for name in row.cells} | set(run.mapping.values())
    if missing := [name for name in OPTIONAL if name not in own]:
        read = [validated(row, directory) for row in rows]
        completions = outcomes.completions(read, run.source, directory.stored, missing)
        for row in rows:
            row.cells = completions.get(row.source_id, {}) | row.cells


def _judge_rows(run: ImportRun, directory: DirectoryState, rows: Sequence[ImportRow]) -> None:
    """Validate rows and store the outcome, without any cell that locates a shelter."""
    times = _times(run, rows)
    read = [validated(row, directory, is_twice=times[row.source_id] > 1) for row in rows]
    outcomes.compare(read, run.source, directory.stored, directory.taken)
    for row, outcome in zip(rows, read, strict=True):
        stored = directory.stored.get(outcome.source_id)
        row.cells, row.source_id = dict(outcome.texts), outcome.source_id[:LONGEST_ID]
        row.state = outcome.state or RowState.ERROR
        row.troubles = [trouble.kept() for trouble in outcome.troubles]
        row.service_id = stored.key if stored else None
        if row.state != RowState.CONFLICT:
            row.takes_file = row.decided_version = None
    ImportRow.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN
    )


def _times(run: ImportRun, rows: Sequence[ImportRow]) -> Counter[str]:
    times = Counter(row.source_id for row in rows)
    others = run.rows.filter(source_id__in=times).exclude(pk__in=[row.pk for row in rows])
    counted = others.values("source_id").annotate(count=Count("pk")).order_by("source_id")
    times.update({each["source_id"]: each["count"] for each in counted})
    return times


def _count(run: ImportRun) -> None:
    counted = run.rows.values("state").annotate(count=Count("pk")).order_by("state")
    run.counts = {each["state"]: each["count"] for each in counted}
    run.save(update_fields=["counts"])

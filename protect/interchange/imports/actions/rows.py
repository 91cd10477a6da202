"""The rows of an import: staged without addresses of shelters, judged, edited, decided.

Rows are taken in while the file is there, and judged from what was kept of them. Both go in
batches, each in a transaction of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from protect.directory.enums import Audience
from protect.directory.errors import EditConflict
from protect.directory.facts.base.cells import Cells, Trouble
from protect.directory.protection.erasure import SPOT_COLUMNS
from protect.interchange import rules
from protect.interchange.enums import ImportState, RowState
from protect.interchange.errors import ImportStepNotAllowed
from protect.interchange.imports import store
from protect.interchange.imports.actions.runs import (
    KEPT_FOR,
    UNFINISHED,
    ParsedFile,
    is_mapped,
    lock,
    run_context,
)
from protect.interchange.imports.files.columns import OPTIONAL
from protect.interchange.imports.files.reader import Line
from protect.interchange.imports.mapping import address_columns, proposal
from protect.interchange.imports.rows import preparation
from protect.interchange.imports.rows.drafts import Read
from protect.interchange.imports.rows.preparation import STATES, Plan
from protect.interchange.imports.store import StoredService
from protect.interchange.imports.values import terms
from protect.interchange.imports.values.shelter_cells import COARSE
from protect.interchange.models import ImportRow, ImportRun
from protect.orgs.scope import Scope

BATCH = 500  # rows of one transaction
LONGEST_ID = 120  # characters
WRITTEN = ("source_id", "cells", "state", "troubles", "service", "takes_file", "decided_version")

type HasTime = Callable[[], bool]  # whether there is time for one more batch


def stage_rows(
    scope: Scope, run: ImportRun, file: ParsedFile, has_time: HasTime, *, at: datetime
) -> ImportRun:
    """Store the mapped rows in batches, resuming after the last one; delete the upload when done.

    `has_time` says whether there is time for one more batch; one is always done.
    Errors: PermissionDenied; ImportStepNotAllowed, also before it is mapped; PlacesUnnamed, before
    anything is kept; EditConflict, when it was mapped otherwise meanwhile.
    """
    plan = plan_of(run, file)
    if not run.prepared:
        address_columns.must_be_named(file.table, file.columns, file.places, _shelters(plan))
    while True:
        run = _take_batch(scope, run, file, plan, at=at)
        if run.state != ImportState.UPLOADED or not has_time():
            return run


def unnamed_places(run: ImportRun, file: ParsedFile) -> list[str]:
    """Return the columns of a file that must be named as places before anything is kept."""
    plan = plan_of(run, file)
    return address_columns.unnamed(file.table, file.columns, file.places, _shelters(plan))


def judge(scope: Scope, run: ImportRun, has_time: HasTime, *, at: datetime) -> ImportRun:
    """Judge the staged rows, resuming after the last judged one.

    Errors: PermissionDenied; ImportStepNotAllowed.
    """
    directory = DirectoryState(run)
    while True:
        run = _judge_batch(scope, run, directory, at=at)
        if run.state != ImportState.MAPPED or not has_time():
            return run


@transaction.atomic
def edit_row(
    scope: Scope, run: ImportRun, line: int, cells: Mapping[str, str], seen: str, *, at: datetime
) -> ImportRow:
    """Edit cells of a row and judge it again, with the rows of the same id.

    `seen` is `mark_of` the cells that the form was opened with. A row with a hidden place has
    no cells for it. Errors: PermissionDenied; ImportStepNotAllowed; EditConflict.
    """
    locked = lock(scope, run, ImportState.PREVIEWED)
    row = locked.rows.select_for_update(of=("self",)).get(line=line)
    if mark_of(row.cells) != seen:
        raise EditConflict
    hidden = {COARSE, *(SPOT_COLUMNS if is_hidden(row) else ())}
    edited = {column: text.strip() for column, text in cells.items() if column not in hidden}
    before = row.source_id
    row.cells = {column: text for column, text in {**row.cells, **edited}.items() if text}
    row.source_id = row.cells.get("source_id", "")[:LONGEST_ID]
    row.troubles = [each.kept() for each in preparation.carried(troubles_of(row), is_mended=True)]
    row.takes_file = row.decided_version = None
    others = locked.rows.filter(source_id__in={before, row.source_id} - {""}).exclude(pk=row.pk)
    _judge_rows(locked, DirectoryState(locked), [row, *others.order_by("line")])
    _count(locked)
    run_context(scope, locked, at=at).record("directory.import_edit_row", locked)
    return row


@transaction.atomic
def decide_row(
    scope: Scope, run: ImportRun, line: int, *, takes_file: bool | None, at: datetime
) -> ImportRow:
    """Decide a conflict: take the file's values or keep the directory's; None: undecided.

    The decision holds for the current version of the service: a later edit undoes it.

    Errors: PermissionDenied; ImportStepNotAllowed, also for a row that is no conflict.
    """
    locked = lock(scope, run, ImportState.PREVIEWED)
    row = locked.rows.select_for_update(of=("self",)).get(line=line)
    if row.state != RowState.CONFLICT:
        raise ImportStepNotAllowed(state=row.state, to="")
    version = row.service.version if row.service and takes_file is not None else None
    row.takes_file = takes_file if version else None
    row.decided_version = version
    row.save(update_fields=["takes_file", "decided_version"])
    run_context(scope, locked, at=at).record("directory.import_decide_row", locked)
    return row


class DirectoryState:
    """The services of the directory that rows are compared with."""

    def __init__(self, run: ImportRun) -> None:
        self.stored = store.stored_services(run.source)
        self.taken = store.short_codes()
        self.plan = plan_of(run)

    def look_again(self, run: ImportRun, ids: Collection[str]) -> None:
        """Reload the services of these ids, which may have been edited meanwhile."""
        country = self.plan.country
        self.stored = store.stored_services(run.source, ids)
        self.taken = store.short_codes(run.source, ids)
        self.plan = replace(
            self.plan,
            protected=store.protected_of(run.source, ids),
            foreign=_foreign(self.stored, country),
        )


def plan_of(run: ImportRun, file: ParsedFile | None = None) -> Plan:
    """Return what was chosen for a run; with its file, also which of its columns are left out."""
    country = run.organisation.country
    stored = store.stored_services(run.source)
    columns = file.columns if file else {}
    headings = file.table.columns if file else ()
    places = file.places if file else ()
    left_out = [name for name in headings if name not in {*columns.values(), *places}]
    return Plan(
        columns=columns,
        chosen=file.chosen if file else {},
        country=country,
        atlas=store.atlas(),
        protected=store.protected_of(run.source),
        spots=[*places, *proposal.spots_beside(file.table.lines, left_out)] if file else (),
        foreign=_foreign(stored, country),
        fills_country=bool(file and (file.is_feed or "country" not in columns)),
    )


def _foreign(stored: Mapping[str, StoredService], country: str) -> dict[str, str]:
    return {key: each.country for key, each in stored.items() if each.country != country}


def troubles_of(row: ImportRow) -> list[Trouble]:
    """Return the faults of a row."""
    return [Trouble.of(each) for each in row.troubles]


def read_row(row: ImportRow, directory: DirectoryState, *, is_twice: bool = False) -> Read:
    """Return a stored row as a draft with its faults."""
    kept = preparation.carried(troubles_of(row))
    line = Line(row.line, row.cells)
    is_known = bool(row.source_id)  # what has no id is no double
    return preparation.judged(line, directory.plan, kept, is_twice=is_twice and is_known)


def is_hidden(row: ImportRow) -> bool:
    """Return whether nothing is kept of where the service of a row is."""
    is_turned = row.service and row.service.address_audience == Audience.NEVER_STORED
    return COARSE in row.cells or terms.is_shelter(Cells(row.cells)) or bool(is_turned)


def mark_of(cells: Mapping[str, str]) -> str:
    """Return a fingerprint of a row's cells for a form: other cells have another mark."""
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()[:16]


@transaction.atomic
def _take_batch(
    scope: Scope, run: ImportRun, file: ParsedFile, plan: Plan, *, at: datetime
) -> ImportRun:
    locked = lock(scope, run, *UNFINISHED)
    if locked.state != ImportState.UPLOADED:
        return locked  # another window has done it meanwhile
    if not is_mapped(locked):
        raise ImportStepNotAllowed(state=locked.state, to=ImportState.MAPPED.value)
    if (locked.mapping, locked.values) != (run.mapping, run.values):
        raise EditConflict
    lines = file.table.lines
    begins = locked.prepared
    rows = [_kept_row(locked, line, plan) for line in lines[begins : begins + BATCH]]
    ImportRow.objects.bulk_create(rows)
    locked.total, locked.prepared = len(lines), begins + len(rows)
    changed = ["total", "prepared"]
    if locked.prepared >= locked.total:
        locked.state = rules.step_import(ImportState.UPLOADED, ImportState.MAPPED)
        locked.sealed, locked.prepared, locked.expires = None, 0, at + KEPT_FOR
        changed += ["state", "sealed", "expires"]
        run_context(scope, locked, at=at).record("directory.import_take_in", locked)
    locked.save(update_fields=changed)
    return locked


def _shelters(plan: Plan) -> Callable[[Line], bool]:
    return lambda line: preparation.may_be_shelter(line, plan)


def _kept_row(run: ImportRun, line: Line, plan: Plan) -> ImportRow:
    """Return a row that is not judged yet: until then it counts as unchanged."""
    cells = preparation.kept(line, plan)
    texts = {column: text for column, text in cells.texts.items() if text or column == COARSE}
    return ImportRow(
        run=run,
        line=line.number,
        source_id=cells["source_id"][:LONGEST_ID],
        cells=texts,
        state=RowState.ERROR,
        troubles=[each.kept() for each in cells.troubles],
    )


@transaction.atomic
def _judge_batch(
    scope: Scope, run: ImportRun, directory: DirectoryState, *, at: datetime
) -> ImportRun:
    locked = lock(scope, run, ImportState.MAPPED, ImportState.PREVIEWED)
    if locked.state != ImportState.MAPPED:
        return locked
    begins = locked.prepared
    rows = list(locked.rows.order_by("line")[begins : begins + BATCH])
    _complete(locked, directory, rows)
    _judge_rows(locked, directory, rows)
    locked.prepared = begins + len(rows)
    if locked.prepared >= locked.total or not rows:
        locked.state = rules.step_import(ImportState.MAPPED, ImportState.PREVIEWED)
        run_context(scope, locked, at=at).record("directory.import_judge", locked)
    locked.save(update_fields=["prepared", "state"])
    if locked.state == ImportState.PREVIEWED:
        _count(locked)
    return locked


def _complete(run: ImportRun, directory: DirectoryState, rows: Sequence[ImportRow]) -> None:
    """Fill the columns that the file does not have with the stored values.

    An empty cell of an existing column deletes the stored value. An unchanged row stays as it is.
    """
    own = {name for row in rows for name in row.cells} | set(run.mapping.values())
    missing = [name for name in OPTIONAL if name not in own]
    changed = [row for row in rows if _is_changed(row, directory)] if missing else []
    standing = store.standing_of(run.source, [row.source_id for row in changed])
    for row in changed:
        stated = standing[row.source_id]
        row.cells = {name: stated[name] for name in missing if name in stated} | row.cells


def _is_changed(row: ImportRow, directory: DirectoryState) -> bool:
    stored, draft = directory.stored.get(row.source_id), read_row(row, directory).draft
    return stored is not None and draft is not None and draft.digest != stored.digest


def _judge_rows(run: ImportRun, directory: DirectoryState, rows: Sequence[ImportRow]) -> None:
    """Judge rows and store the outcome, without any cell that locates a shelter."""
    times = _times(run, rows)
    reads = [read_row(row, directory, is_twice=times[row.source_id] > 1) for row in rows]
    echoes = store.echoes_of(reads, directory.stored)
    for row, read in zip(rows, reads, strict=True):
        outcome, troubles = store.outcome_of(
            read, run.source, directory.stored, directory.taken, echoes
        )
        stored = directory.stored.get(read.source_id)
        row.cells, row.source_id = dict(read.cells), read.source_id[:LONGEST_ID]
        row.state, row.troubles = STATES[outcome], [each.kept() for each in troubles]
        row.service_id = stored.key if stored else None
        if row.state != RowState.CONFLICT:
            row.takes_file = row.decided_version = None
    ImportRow.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN
    )


def _times(run: ImportRun, rows: Sequence[ImportRow]) -> Counter[str]:
    """Return how often the file has each id of these rows."""
    times = Counter(row.source_id for row in rows)
    others = run.rows.filter(source_id__in=times).exclude(pk__in=[row.pk for row in rows])
    counted = others.values("source_id").annotate(count=Count("pk")).order_by("source_id")
    times.update({each["source_id"]: each["count"] for each in counted})
    return times


def _count(run: ImportRun) -> None:
    counted = run.rows.values("state").annotate(count=Count("pk")).order_by("state")
    run.counts = {each["state"]: each["count"] for each in counted}
    run.save(update_fields=["counts"])

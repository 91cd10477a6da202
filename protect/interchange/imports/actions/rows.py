"""The rows of an import: taken in without where a shelter is, judged, mended, decided.

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
from protect.directory.facts.cells import Cells, Trouble
from protect.directory.protection.erasure import SPOT_COLUMNS
from protect.interchange import rules
from protect.interchange.enums import ImportState, RowState
from protect.interchange.errors import ImportStepNotAllowed
from protect.interchange.imports import store
from protect.interchange.imports.actions.runs import (
    KEPT_FOR,
    UNFINISHED,
    Opened,
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
from protect.interchange.imports.store import Known
from protect.interchange.imports.values import terms
from protect.interchange.imports.values.shelter_cells import COARSE
from protect.interchange.models import ImportRow, ImportRun
from protect.orgs.scope import Scope

BATCH = 500  # rows of one transaction
LONGEST_ID = 120  # characters
WRITTEN = ("source_id", "cells", "state", "troubles", "service", "takes_file", "decided_version")

type Going = Callable[[], bool]  # whether there is time for one more batch


def take_in(
    scope: Scope, run: ImportRun, found: Opened, going: Going, *, at: datetime
) -> ImportRun:
    """Keep the rows of a file that is mapped, from where the last call ended; then let the file go.

    `going` says whether there is time for one more batch; one is always done.
    Errors: PermissionDenied; ImportStepNotAllowed, also before it is mapped; PlacesUnnamed, before
    anything is kept; EditConflict, when it was mapped otherwise meanwhile.
    """
    plan = plan_of(run, found)
    if not run.prepared:
        address_columns.must_be_named(found.table, found.columns, found.places, _shelters(plan))
    while True:
        run = _take_batch(scope, run, found, plan, at=at)
        if run.state != ImportState.UPLOADED or not going():
            return run


def unnamed_places(run: ImportRun, found: Opened) -> list[str]:
    """Return the columns of a file that must be named as places before anything is kept."""
    plan = plan_of(run, found)
    return address_columns.unnamed(found.table, found.columns, found.places, _shelters(plan))


def judge(scope: Scope, run: ImportRun, going: Going, *, at: datetime) -> ImportRun:
    """Judge the rows that were taken in, from where the last call ended.

    Errors: PermissionDenied; ImportStepNotAllowed.
    """
    against = Against(run)
    while True:
        run = _judge_batch(scope, run, against, at=at)
        if run.state != ImportState.MAPPED or not going():
            return run


@transaction.atomic
def edit_row(
    scope: Scope, run: ImportRun, line: int, cells: Mapping[str, str], seen: str, *, at: datetime
) -> ImportRow:
    """Write cells of a row anew and judge it again, with those that have its id.

    `seen` is `mark_of` the cells that the form was opened with. A row whose place is hidden has no
    cells for it. Errors: PermissionDenied; ImportStepNotAllowed; EditConflict.
    """
    locked = lock(scope, run, ImportState.PREVIEWED)
    row = locked.rows.select_for_update(of=("self",)).get(line=line)
    if mark_of(row.cells) != seen:
        raise EditConflict
    hidden = {COARSE, *(SPOT_COLUMNS if is_hidden(row) else ())}
    given = {column: text.strip() for column, text in cells.items() if column not in hidden}
    before = row.source_id
    row.cells = {column: text for column, text in {**row.cells, **given}.items() if text}
    row.source_id = row.cells.get("source_id", "")[:LONGEST_ID]
    row.troubles = [each.kept() for each in preparation.carried(troubles_of(row), is_mended=True)]
    row.takes_file = row.decided_version = None
    others = locked.rows.filter(source_id__in={before, row.source_id} - {""}).exclude(pk=row.pk)
    _judge_rows(locked, Against(locked), [row, *others.order_by("line")])
    _count(locked)
    run_context(scope, locked, at=at).record("directory.import_edit_row", locked)
    return row


@transaction.atomic
def decide_row(
    scope: Scope, run: ImportRun, line: int, *, takes_file: bool | None, at: datetime
) -> ImportRow:
    """Say of a conflict whether the file is taken, or what stands here kept; None: not decided.

    It is said of the service as it stands now: an edit after that undoes the decision.

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


class Against:
    """What the directory has while rows are judged."""

    def __init__(self, run: ImportRun) -> None:
        self.known = store.known_of(run.source)
        self.taken = store.short_codes()
        self.plan = plan_of(run)

    def look_again(self, run: ImportRun, ids: Collection[str]) -> None:
        """Look once more at what these ids are here: somebody may have edited it meanwhile."""
        country = self.plan.country
        self.known = store.known_of(run.source, ids)
        self.taken = store.short_codes(run.source, ids)
        self.plan = replace(
            self.plan,
            protected=store.protected_of(run.source, ids),
            foreign=_foreign(self.known, country),
        )


def plan_of(run: ImportRun, found: Opened | None = None) -> Plan:
    """Return what was chosen for a run; with its file, also which of its columns are left out."""
    country = run.organisation.country
    known = store.known_of(run.source)
    columns = found.columns if found else {}
    theirs = found.table.columns if found else ()
    places = found.places if found else ()
    left_out = [name for name in theirs if name not in {*columns.values(), *places}]
    return Plan(
        columns=columns,
        chosen=found.chosen if found else {},
        country=country,
        atlas=store.atlas(),
        protected=store.protected_of(run.source),
        spots=[*places, *proposal.spots_beside(found.table.lines, left_out)] if found else (),
        foreign=_foreign(known, country),
        fills_country=bool(found and (found.is_feed or "country" not in columns)),
    )


def _foreign(known: Mapping[str, Known], country: str) -> dict[str, str]:
    return {key: each.country for key, each in known.items() if each.country != country}


def troubles_of(row: ImportRow) -> list[Trouble]:
    """Return what is to be looked at in a row."""
    return [Trouble.of(each) for each in row.troubles]


def read_row(row: ImportRow, against: Against, *, is_twice: bool = False) -> Read:
    """Return what a stored row says."""
    kept = preparation.carried(troubles_of(row))
    line = Line(row.line, row.cells)
    is_known = bool(row.source_id)  # what has no id is no double
    return preparation.judged(line, against.plan, kept, is_twice=is_twice and is_known)


def is_hidden(row: ImportRow) -> bool:
    """Return whether nothing is kept of where the service of a row is."""
    is_turned = row.service and row.service.address_audience == Audience.NEVER_STORED
    return COARSE in row.cells or terms.is_shelter(Cells(row.cells)) or bool(is_turned)


def mark_of(cells: Mapping[str, str]) -> str:
    """Return what stands for the cells of a row in a form: another mark, other cells."""
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()[:16]


@transaction.atomic
def _take_batch(
    scope: Scope, run: ImportRun, found: Opened, plan: Plan, *, at: datetime
) -> ImportRun:
    locked = lock(scope, run, *UNFINISHED)
    if locked.state != ImportState.UPLOADED:
        return locked  # another window has done it meanwhile
    if not is_mapped(locked):
        raise ImportStepNotAllowed(state=locked.state, to=ImportState.MAPPED.value)
    if (locked.mapping, locked.values) != (run.mapping, run.values):
        raise EditConflict
    lines = found.table.lines
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
    """Return a row that nobody has judged yet: until then it is one that changes nothing."""
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
def _judge_batch(scope: Scope, run: ImportRun, against: Against, *, at: datetime) -> ImportRun:
    locked = lock(scope, run, ImportState.MAPPED, ImportState.PREVIEWED)
    if locked.state != ImportState.MAPPED:
        return locked
    begins = locked.prepared
    rows = list(locked.rows.order_by("line")[begins : begins + BATCH])
    _complete(locked, against, rows)
    _judge_rows(locked, against, rows)
    locked.prepared = begins + len(rows)
    if locked.prepared >= locked.total or not rows:
        locked.state = rules.step_import(ImportState.MAPPED, ImportState.PREVIEWED)
        run_context(scope, locked, at=at).record("directory.import_judge", locked)
    locked.save(update_fields=["prepared", "state"])
    if locked.state == ImportState.PREVIEWED:
        _count(locked)
    return locked


def _complete(run: ImportRun, against: Against, rows: Sequence[ImportRow]) -> None:
    """Put what stands here into the columns that the file does not have: it says nothing of them.

    An empty cell of a column that it has takes away what stands here. A row that is as it came
    last time stays as it is.
    """
    own = {name for row in rows for name in row.cells} | set(run.mapping.values())
    missing = [name for name in OPTIONAL if name not in own]
    changed = [row for row in rows if _is_changed(row, against)] if missing else []
    standing = store.standing_of(run.source, [row.source_id for row in changed])
    for row in changed:
        said = standing[row.source_id]
        row.cells = {name: said[name] for name in missing if name in said} | row.cells


def _is_changed(row: ImportRow, against: Against) -> bool:
    known, draft = against.known.get(row.source_id), read_row(row, against).draft
    return known is not None and draft is not None and draft.digest != known.digest


def _judge_rows(run: ImportRun, against: Against, rows: Sequence[ImportRow]) -> None:
    """Judge rows and write what became of them, and no cell that tells where a shelter is."""
    times = _times(run, rows)
    reads = [read_row(row, against, is_twice=times[row.source_id] > 1) for row in rows]
    echoes = store.echoes_of(reads, against.known)
    for row, read in zip(rows, reads, strict=True):
        fate, troubles = store.fate_of(read, run.source, against.known, against.taken, echoes)
        known = against.known.get(read.source_id)
        row.cells, row.source_id = dict(read.cells), read.source_id[:LONGEST_ID]
        row.state, row.troubles = STATES[fate], [each.kept() for each in troubles]
        row.service_id = known.key if known else None
        if row.state != RowState.CONFLICT:
            row.takes_file = row.decided_version = None
    ImportRow.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN
    )


def _times(run: ImportRun, rows: Sequence[ImportRow]) -> Counter[str]:
    """Return how often each id of these rows stands in the file."""
    times = Counter(row.source_id for row in rows)
    others = run.rows.filter(source_id__in=times).exclude(pk__in=[row.pk for row in rows])
    counted = others.values("source_id").annotate(count=Count("pk")).order_by("source_id")
    times.update({each["source_id"]: each["count"] for each in counted})
    return times


def _count(run: ImportRun) -> None:
    counted = run.rows.values("state").annotate(count=Count("pk")).order_by("state")
    run.counts = {each["state"]: each["count"] for each in counted}
    run.save(update_fields=["counts"])

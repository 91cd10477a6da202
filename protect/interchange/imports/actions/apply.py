"""Applies an import in batches, each written whole or not at all.

Each compares its rows with the directory once more: a service that was edited since the preview is
an undecided conflict and stays as it is.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from protect.audit.context import AuditContext
from protect.directory import changes, enums
from protect.directory.fact_records import values
from protect.directory.facts.base.cells import Code
from protect.directory.models import Service
from protect.directory.services.actions import edits
from protect.interchange import rules
from protect.interchange.enums import ImportState, RowState
from protect.interchange.imports import outcomes, writer
from protect.interchange.imports.actions import runs
from protect.interchange.imports.actions.rows import DirectoryState, HasTime, validated
from protect.interchange.imports.row import Row
from protect.interchange.models import ImportRow, ImportRun
from protect.orgs.models import User
from protect.orgs.scope import Scope
from protect.verification.enums import QueueReason
from protect.verification.models import QueueItem
from protect.verification.queue.queue import enqueue

BATCH = 500  # rows that are written together
IDLE = (RowState.ERROR, RowState.REFERENCE)


@transaction.atomic
def begin_applying(scope: Scope, run: ImportRun, *, at: datetime) -> ImportRun:
    """Start applying an import: from now on no row can be edited.
    Errors: as `runs.lock`, also when another user started it first."""
    locked = runs.lock(scope, run, ImportState.PREVIEWED)
    locked.state = rules.step_import(ImportState.PREVIEWED, ImportState.APPLYING)
    locked.prepared, locked.expires = 0, at + runs.KEPT_FOR
    changed = ["state", "prepared", "expires"]
    return runs.saved(scope, locked, "interchange.import_apply_begin", changed, at)


def apply_rows(scope: Scope, run: ImportRun, has_time: HasTime, *, at: datetime) -> ImportRun:
    """Write an import into the directory, from where the last call ended; new services wait.
    `has_time` says whether there is time for one more batch; one is always done.
    Errors: as `runs.lock`."""
    directory = DirectoryState(run)
    while True:
        run = _apply_batch(scope, run, directory, at=at)
        if run.state != ImportState.APPLYING or not has_time():
            return run


def effects_of(run: ImportRun) -> dict[str, int]:
    """Return what applying would do, as it was judged. Units: rows; missing: services."""
    conflicts = run.rows.filter(state=RowState.CONFLICT)
    decided = Counter(conflicts.values_list("takes_file", flat=True).order_by("pk"))
    counts = Counter(run.counts)
    return {
        "created": counts[RowState.CREATE],
        "updated": counts[RowState.UPDATE],
        "unchanged": counts[RowState.UNCHANGED],
        "taken": decided[True],  # for the file
        "kept": decided[False],  # for what stands here
        "undecided": decided[None],
        "left_out": counts[RowState.ERROR],
        "missing": len(missing_of(run)),  # of this source, and not in the file
    }


def missing_of(run: ImportRun) -> list[UUID]:
    """Return the services of this source and country that the file lists not, or as ended."""
    rows = run.rows.values_list("source_id", "troubles").order_by("pk")
    ended = Code.RECORD_NOT_ACTIVE
    listed = {key for key, troubles in rows if all(code != ended for code, *_more in troubles)}
    country = run.organisation.country
    return [
        each.key
        for source_id, each in outcomes.stored_services(run.source).items()
        if each.is_listed and each.country == country and source_id not in listed
    ]


@transaction.atomic
def _apply_batch(
    scope: Scope, run: ImportRun, directory: DirectoryState, *, at: datetime
) -> ImportRun:
    locked = runs.lock(scope, run, ImportState.APPLYING, ImportState.APPLIED)
    if locked.state != ImportState.APPLYING:
        return locked  # another window has done it meanwhile
    audit = runs.run_context(scope, locked, at=at)
    changes.touch()  # from here on no other transaction edits them
    rows = list(locked.rows.order_by("line")[locked.prepared : locked.prepared + BATCH])
    if rows:
        directory.look(locked, [row.source_id for row in rows])
        _apply_rows(locked, directory, [row for row in rows if row.state not in IDLE], audit)
        locked.prepared += len(rows)
    elif not _enqueue_missing(locked, at):
        locked.state = rules.step_import(ImportState.APPLYING, ImportState.APPLIED)
        locked.applied_at, locked.expires = at, at + runs.KEPT_FOR
        locked.counts = dict(Counter(locked.rows.values_list("state", flat=True).order_by("pk")))
        audit.record("interchange.import_apply", locked)
    locked.save(update_fields=["prepared", "state", "applied_at", "expires", "counts"])
    return locked


def _enqueue_missing(run: ImportRun, at: datetime) -> int:
    """Queue services that are missing in the file; return how many were queued."""
    waiting = QueueItem.objects.filter(service__source=run.source, closed_at=None)
    reasons = waiting.values_list("service_id", "reasons").order_by("pk")
    waiting_keys = {key for key, codes in reasons if QueueReason.MISSING in codes}
    left = [key for key in missing_of(run) if key not in waiting_keys][:BATCH]
    _enqueue(left, QueueReason.MISSING, at)
    return len(left)


def _enqueue(services: Collection[UUID], reason: QueueReason, at: datetime) -> None:
    for service in Service.objects.filter(pk__in=services).order_by("pk"):
        enqueue(service, reason, at=at)


def _apply_rows(
    run: ImportRun, directory: DirectoryState, rows: Sequence[ImportRow], audit: AuditContext
) -> None:
    read = [validated(row, directory) for row in rows]
    outcomes.compare(read, run.source, directory.stored, directory.taken)
    for row, outcome in zip(rows, read, strict=True):
        if outcome.state and outcome.state != row.state:
            row.state = outcome.state
            row.troubles = [trouble.kept() for trouble in outcome.troubles]
        stored = directory.stored.get(outcome.source_id)
        # A decision stands for the texts that were seen: not for what was edited after it.
        if row.state != RowState.CONFLICT or not stored or stored.version != row.decided_version:
            row.takes_file = row.decided_version = None
        if outcome.draft and row.takes_file is False and row.service_id:
            # This text of the file was seen and not taken: it is no conflict again.
            Service.objects.filter(pk=row.service_id).update(source_digest=outcome.draft.digest)
    changed = [outcome for outcome in read if outcome.state in outcomes.WRITTEN]
    writer.write(run.source, changed, publish=False, at=audit.at)
    pairs = zip(rows, read, strict=True)
    _take(run, [outcome for row, outcome in pairs if row.takes_file], audit)
    keys = {row.pk: outcomes.service_id(run.source, row.source_id) for row in rows}
    there = set(Service.objects.filter(pk__in=keys.values()).values_list("pk", flat=True))
    for row in rows:
        row.service_id = keys[row.pk] if keys[row.pk] in there else None
    ImportRow.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["state", "troubles", "service", "takes_file", "decided_version"],
    )
    _record(rows, audit)
    _enqueue_conflicts(rows, audit.at)


def _take(run: ImportRun, rows: Iterable[Row], audit: AuditContext) -> None:
    by = User.objects.get(pk=audit.actor) if audit.actor else None
    for row in rows:
        key = outcomes.service_id(run.source, row.source_id)
        before = values.facts_of(Service.objects.select_for_update(of=("self",)).get(pk=key))
        writer.write(run.source, [row], publish=False, at=audit.at)
        service = Service.objects.get(pk=key)
        after = values.facts_of(service)
        for fact in enums.Fact:
            if after[fact] != before[fact]:
                edits.mark_unchecked(service, fact, by=by, at=audit.at)
        enqueue(service, QueueReason.CHANGED, at=audit.at)


def _enqueue_conflicts(rows: Sequence[ImportRow], at: datetime) -> None:
    conflicts = (row for row in rows if row.state == RowState.CONFLICT and row.takes_file is None)
    _enqueue([row.service_id for row in conflicts if row.service_id], QueueReason.CONFLICT, at)


def _record(rows: Sequence[ImportRow], audit: AuditContext) -> None:
    for row in rows:
        if row.service_id is None:
            continue
        service = Service(pk=row.service_id)
        if row.state == RowState.CREATE:
            audit.record("interchange.import_create", service)
        elif row.state == RowState.UPDATE or row.takes_file:
            audit.record("interchange.import_update", service)
        elif row.takes_file is False:
            audit.record("interchange.import_keep", service)

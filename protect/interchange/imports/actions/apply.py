"""Apply an import in batches, each in one transaction.
A row whose service was edited after the preview becomes an undecided conflict, not written."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from protect.audit.context import AuditContext
from protect.directory import changes, enums
from protect.directory.fact_records import values
from protect.directory.facts.base.cells import ProblemCode
from protect.directory.models import Service
from protect.directory.services.actions import edits
from protect.interchange import rules
from protect.interchange.enums import ImportState, RowState
from protect.interchange.imports import outcomes, writer
from protect.interchange.imports.actions import runs
from protect.interchange.imports.actions.rows import (
    HasTime,
    SourceServices,
    store_rows,
    validate_row,
)
from protect.interchange.imports.row import Row
from protect.interchange.models import ImportRow, ImportRun
from protect.orgs.models import User
from protect.orgs.scope import Scope
from protect.verification.enums import QueueReason
from protect.verification.models import QueueItem
from protect.verification.queue.queue import enqueue

BATCH = 500  # rows of one transaction
SKIPPED_STATES = (RowState.ERROR, RowState.REFERENCE)  # of rows that are never written


@transaction.atomic
def begin_applying(scope: Scope, run: ImportRun, *, at: datetime) -> ImportRun:
    """Start applying an import. From now on its rows cannot be edited.
    Errors: as `runs.lock_import`, also when another user started it first."""
    locked = runs.lock_import(scope, run, ImportState.PREVIEWED)
    locked.state = rules.step_import(ImportState.PREVIEWED, ImportState.APPLYING)
    locked.prepared, locked.expires = 0, at + runs.ROWS_KEPT_FOR
    changed = ["state", "prepared", "expires"]
    return runs.save_and_record(scope, locked, "interchange.import_apply_begin", changed, at)


def apply_rows(scope: Scope, run: ImportRun, has_time: HasTime, *, at: datetime) -> ImportRun:
    """Write the rows of an import into the directory, from where the last call stopped: one batch,
    and more while `has_time()`. New services wait for review. Errors: as `runs.lock_import`."""
    source_services = SourceServices(run)
    while True:
        run = _apply_batch(scope, run, source_services, at=at)
        if run.state != ImportState.APPLYING or not has_time():
            return run


def import_effects(run: ImportRun) -> dict[str, int]:
    """Return the number of rows for each effect; "missing": of `find_missing_services`."""
    conflicts = run.rows.filter(state=RowState.CONFLICT)
    decided = Counter(conflicts.values_list("takes_file", flat=True).order_by("pk"))
    counts = Counter(run.counts)
    return {
        "created": counts[RowState.CREATE],
        "updated": counts[RowState.UPDATE],
        "unchanged": counts[RowState.UNCHANGED],
        "taken": decided[True],  # decided for the file's values
        "kept": decided[False],  # decided for the directory's values
        "undecided": decided[None],
        "left_out": counts[RowState.ERROR],
        "missing": len(find_missing_services(run)),  # services that the file does not list
    }


def find_missing_services(run: ImportRun) -> list[UUID]:
    """Return ids of services of this source and country that the file omits or lists as ended."""
    rows = run.rows.values_list("source_id", "troubles").order_by("pk")
    ended = ProblemCode.RECORD_NOT_ACTIVE
    listed_ids = {key for key, troubles in rows if all(code != ended for code, *_ in troubles)}
    country = run.organisation.country
    return [
        service.key
        for source_id, service in outcomes.stored_services(run.source).items()
        if service.is_listed and service.country == country and source_id not in listed_ids
    ]


@transaction.atomic
def _apply_batch(
    scope: Scope, run: ImportRun, source_services: SourceServices, *, at: datetime
) -> ImportRun:
    """Apply the next rows; after the last, queue missing services in batches, then finish."""
    locked = runs.lock_import(scope, run, ImportState.APPLYING, ImportState.APPLIED)
    if locked.state != ImportState.APPLYING:
        return locked  # another request has finished it
    audit = scope.audit(locked.organisation_id, at=at)
    changes.raise_version()  # waits for other transactions that edit services
    rows = list(locked.rows.order_by("line")[locked.prepared : locked.prepared + BATCH])
    if rows:
        source_services.load(locked, [row.source_id for row in rows])
        applied = [row for row in rows if row.state not in SKIPPED_STATES]
        _apply_rows(locked, source_services, applied, audit)
        locked.prepared += len(rows)
    elif not _enqueue_missing(locked, at):
        locked.state = rules.step_import(ImportState.APPLYING, ImportState.APPLIED)
        locked.applied_at, locked.expires = at, at + runs.ROWS_KEPT_FOR
        locked.counts = dict(Counter(locked.rows.values_list("state", flat=True).order_by("pk")))
        audit.record("interchange.import_apply", locked)
    locked.save(update_fields=["prepared", "state", "applied_at", "expires", "counts"])
    return locked


def _enqueue_missing(run: ImportRun, at: datetime) -> int:
    """Add up to BATCH missing services to the queue of checks; return how many were added."""
    waiting_items = QueueItem.objects.filter(service__source=run.source, closed_at=None)
    reasons = waiting_items.values_list("service_id", "reasons").order_by("pk")
    waiting_keys = {key for key, codes in reasons if QueueReason.MISSING in codes}
    missing_ids = [key for key in find_missing_services(run) if key not in waiting_keys][:BATCH]
    _enqueue(missing_ids, QueueReason.MISSING, at)
    return len(missing_ids)


def _enqueue(services: Collection[UUID], reason: QueueReason, at: datetime) -> None:
    """Add services to the queue of checks."""
    for service in Service.objects.filter(pk__in=services).order_by("pk"):
        enqueue(service, reason, at=at)


def _apply_rows(
    run: ImportRun, source_services: SourceServices, rows: Sequence[ImportRow], audit: AuditContext
) -> None:
    """Validate rows again, write them, store outcomes and audit entries, and queue conflicts."""
    validated_rows = [validate_row(row, source_services) for row in rows]
    outcomes.compare_rows(validated_rows, run.source, source_services.stored, source_services.taken)
    for row, outcome in zip(rows, validated_rows, strict=True):
        if outcome.state and outcome.state != row.state:
            row.state = outcome.state
            row.troubles = [trouble.to_list() for trouble in outcome.troubles]
        stored = source_services.stored.get(outcome.source_id)
        # A decision holds for the version that the user saw, not for later edits.
        if row.state != RowState.CONFLICT or not stored or stored.version != row.decided_version:
            row.takes_file = row.decided_version = None
        if outcome.draft and row.takes_file is False and row.service_id:
            # The user rejected these values of the file: they are not a conflict again.
            Service.objects.filter(pk=row.service_id).update(source_digest=outcome.draft.digest)
    changed = [outcome for outcome in validated_rows if outcome.state in outcomes.WRITTEN_STATES]
    writer.write(run.source, changed, publish=False, at=audit.at)
    pairs = zip(rows, validated_rows, strict=True)
    _overwrite_services(run, [outcome for row, outcome in pairs if row.takes_file], audit)
    keys = {row.pk: outcomes.service_key(run.source, row.source_id) for row in rows}
    existing = set(Service.objects.filter(pk__in=keys.values()).values_list("pk", flat=True))
    for row in rows:
        row.service_id = keys[row.pk] if keys[row.pk] in existing else None
    store_rows(rows)
    _record(rows, audit)
    _enqueue_conflicts(rows, audit.at)


def _overwrite_services(run: ImportRun, rows: Iterable[Row], audit: AuditContext) -> None:
    """Overwrite services as decided, mark the facts that change unchecked, and queue a check."""
    user = User.objects.get(pk=audit.actor) if audit.actor else None
    for row in rows:
        key = outcomes.service_key(run.source, row.source_id)
        before = values.read_facts(Service.objects.select_for_update(of=("self",)).get(pk=key))
        writer.write(run.source, [row], publish=False, at=audit.at)
        service = Service.objects.get(pk=key)
        after = values.read_facts(service)
        for fact in enums.Fact:
            if after[fact] != before[fact]:
                edits.mark_unchecked(service, fact, by=user, at=audit.at)
        enqueue(service, QueueReason.CHANGED, at=audit.at)


def _enqueue_conflicts(rows: Sequence[ImportRow], at: datetime) -> None:
    """Add the services of conflicts that the user did not decide to the queue of checks."""
    conflicts = (row for row in rows if row.state == RowState.CONFLICT and row.takes_file is None)
    _enqueue([row.service_id for row in conflicts if row.service_id], QueueReason.CONFLICT, at)


def _record(rows: Sequence[ImportRow], audit: AuditContext) -> None:
    """Record an audit entry for each row that was written or whose values were rejected."""
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

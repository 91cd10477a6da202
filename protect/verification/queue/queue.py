"""The queue of checks: users claim an item for half an hour and close it with a result."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from protect.audit.context import AuditContext
from protect.directory import access, enums
from protect.directory.fact_records.checks import Standings, is_tested, standing_of, standings
from protect.directory.models import Service
from protect.directory.protection.text_checks import must_not_tell_where
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.verification import errors, rules
from protect.verification.enums import QueueMove, QueueReason, QueueState
from protect.verification.models import QueueItem
from protect.verification.queue.priorities import FROM_CHECKS, priority, reasons

HANDED_ON_FOR = timedelta(days=1)
CLOSED = (QueueState.DONE, QueueState.NOT_REACHED, QueueState.HANDED_ON)
# A draft is not finished, and suspended or withdrawn services are not shown to visitors.
WATCHED = (enums.Status.REVIEW, enums.Status.PUBLISHED)
CHUNK = 500  # services read and written at once
NONE: Mapping[UUID, int] = {}
WRITTEN = ["state", "reasons", "priority", "dependents"]  # by a night
WRITTEN += ["claimed_by_id", "leased_until", "closed_at"]


@transaction.atomic
def enqueue(service: Service, reason: QueueReason, *, at: datetime) -> QueueItem:
    """Add a reason to the queue item of a service, creating the item where there is none.
    Checks no permission: the caller has. A claimed item stays claimed; reasons that were added
    meanwhile keep waiting after it is closed."""
    item, _ = QueueItem.objects.get_or_create(
        service=service,
        closed_at=None,
        defaults={"country_id": service.country_id, "dependents": 1, "opened_at": at},
    )
    locked = _lock(item)
    if locked.closed_at is not None:  # closed by another user between the two queries
        return enqueue(service, reason, at=at)
    locked.reasons = sorted({*locked.reasons, reason.value})
    _weigh(locked, standing_of(service, at))
    locked.save(update_fields=["reasons", "priority"])
    return locked


@transaction.atomic
def claim(scope: Scope, item: QueueItem, *, at: datetime) -> QueueItem:
    """Claim an item for half an hour, or extend the user's own claim by half an hour.
    Errors: PermissionDenied; verification_queue_move_not_allowed, when another user holds or has
    closed it."""
    audit, locked = _begin(scope, item, at=at)
    if not is_held(locked, scope, at=at):
        _free(locked, at=at)
        _step(locked, QueueMove.CLAIM)
        locked.claimed_by_id = scope.user_id
        audit.record("verification.queue_claim", locked)
    locked.leased_until = at + rules.LEASE
    locked.save(update_fields=["state", "claimed_by", "leased_until"])
    return locked


@transaction.atomic
def take_next(scope: Scope, *, at: datetime) -> QueueItem | None:
    """Claim the most urgent free item; None when nothing is left.
    Items that the user handed on within the last day are skipped: the user can still claim them by
    choosing them. Errors: PermissionDenied."""
    countries = access.must_somewhere(scope, Permission.VERIFY_DIRECTORY)
    handed_on = QueueItem.objects.filter(
        state=QueueState.HANDED_ON, closed_by=scope.user_id, closed_at__gt=at - HANDED_ON_FOR
    )
    rows = QueueItem.objects.free(at).filter(country__in=countries)
    rows = rows.exclude(service__in=handed_on.values("service"))
    # Skip items that another user is just claiming.
    item = rows.select_for_update(of=("self",), skip_locked=True).first()
    return claim(scope, item, at=at) if item else None


@transaction.atomic
def let_go(scope: Scope, item: QueueItem, *, at: datetime) -> QueueItem:
    """Release the user's claim.
    Errors: PermissionDenied; verification_queue_move_not_allowed without one."""
    audit, locked = _begin_held(scope, item, at=at)
    _step(locked, QueueMove.LET_GO)
    locked.claimed_by = locked.leased_until = None
    locked.save(update_fields=["state", "claimed_by", "leased_until"])
    audit.record("verification.queue_let_go", locked)
    return locked


@transaction.atomic
def close(
    scope: Scope,
    item: QueueItem,
    move: QueueMove,
    *,
    at: datetime,
    note: str = "",
    seen: Collection[str] | None = None,
) -> QueueItem:
    """End the user's item: FINISH once its service was checked, MISS after an unanswered call.
    `seen` are the reasons that stood on the page; what came up after that waits anew.
    Errors: PermissionDenied; verification_queue_move_not_allowed, when one does not hold it."""
    audit, locked = _begin_held(scope, item, at=at)
    _step(locked, move)
    locked.leased_until, locked.note = None, note
    locked.closed_by_id, locked.closed_at = scope.user_id, at
    locked.save(update_fields=["state", "leased_until", "note", "closed_by", "closed_at"])
    audit.record(f"verification.queue_{move.value}", locked)
    for reason in sorted(set(locked.reasons).difference(locked.reasons if seen is None else seen)):
        enqueue(locked.service, QueueReason(reason), at=at)
    return locked


@transaction.atomic
def hand_on(scope: Scope, item: QueueItem, note: str, *, at: datetime) -> QueueItem:
    """Close an item; return the next one, with a note.
    Errors: as `close`; directory_tells_where."""
    ended = close(scope, item, QueueMove.HAND_ON, at=at, note=note)
    must_not_tell_where(ended.service, note)  # as it is under the lock; else nothing is saved
    return QueueItem.objects.create(
        service_id=ended.service_id,
        country_id=ended.country_id,
        reasons=ended.reasons,
        priority=ended.priority,
        dependents=ended.dependents,
        opened_at=ended.opened_at,  # it has waited since then
        note=note,
    )


@transaction.atomic
def hold(scope: Scope, item: QueueItem, *, at: datetime) -> QueueItem:
    """Return an item that the user holds; claim it again when the lease of half an hour is over.
    Errors: PermissionDenied; verification_queue_move_not_allowed, when another user has claimed or
    closed it."""
    _audit, locked = _begin(scope, item, at=at)
    return item if is_held(locked, scope, at=at) else claim(scope, item, at=at)


def is_held(item: QueueItem, scope: Scope, *, at: datetime) -> bool:
    is_theirs = item.claimed_by_id == scope.user_id
    return is_theirs and rules.leased(QueueState(item.state), item.leased_until, at)


def _begin(scope: Scope, item: QueueItem, *, at: datetime) -> tuple[AuditContext, QueueItem]:
    audit = access.permitted_context(scope, Permission.VERIFY_DIRECTORY, item.country_id, at=at)
    return audit, _lock(item)


def _begin_held(scope: Scope, item: QueueItem, *, at: datetime) -> tuple[AuditContext, QueueItem]:
    audit, locked = _begin(scope, item, at=at)
    if not is_held(locked, scope, at=at):
        raise errors.VerificationRefusal("verification_queue_move_not_allowed")
    return audit, locked


def _lock(item: QueueItem) -> QueueItem:
    rows = QueueItem.objects.select_for_update(of=("self",)).select_related("service")
    return rows.get(pk=item.pk)


def _free(item: QueueItem, *, at: datetime) -> bool:
    state = QueueState(item.state)
    if state != QueueState.CLAIMED or rules.leased(state, item.leased_until, at):
        return False
    _step(item, QueueMove.LET_GO)
    item.claimed_by = item.leased_until = None
    return True


def _step(locked: QueueItem, move: QueueMove) -> None:
    locked.state = rules.step_queue(QueueState(locked.state), move)


def _weigh(item: QueueItem, standing: Standings) -> None:
    item.priority = priority(standing.values(), _categories(item.service), item.dependents)


def _categories(service: Service) -> list[str]:
    return [each.pk for each in service.categories.all()]


@dataclass(slots=True)
class Refreshed:
    """What a night did. Units: items of the queue."""

    opened: int = 0
    closed: int = 0
    freed: int = 0  # leases that were over
    waiting: int = 0  # afterwards


def refresh_queue(*, at: datetime, dependents: Mapping[UUID, int] = NONE) -> Refreshed:
    """Update the queue: open, order, free and close items, in batches of services. Units:
    `dependents` are settlements that depend on a service, by service; one that is not named keeps
    the number of the night before, and counts as one at least. Claimed items are left alone."""
    done = Refreshed()
    for services in _chunks():
        _refresh(services, dependents, done, at=at)
    _close_unwatched(done, at=at)
    done.waiting = QueueItem.objects.waiting().count()
    return done


def _chunks() -> Iterator[list[Service]]:
    rows = Service.objects.filter(status__in=WATCHED).order_by("pk").prefetch_related("categories")
    services = list(rows[:CHUNK])
    while services:
        yield services
        services = list(rows.filter(pk__gt=services[-1].pk)[:CHUNK])


@transaction.atomic
def _refresh(
    services: list[Service], dependents: Mapping[UUID, int], done: Refreshed, *, at: datetime
) -> None:
    rows = QueueItem.objects.waiting().filter(service__in=[each.pk for each in services])
    rows = rows.order_by("pk").select_for_update(of=("self",))
    waiting = {each.service_id: each for each in rows}
    facts = standings(services, at)
    new, changed = [], []
    for service in services:
        item = waiting.get(service.pk)
        before = _columns(item) if item else None
        wanted = _reasons(service, facts[service.pk], item)
        if item is None and wanted:
            item = QueueItem(service=service, country_id=service.country_id, opened_at=at)
            new.append(item)
        if item is None:
            continue
        done.freed += _free(item, at=at)
        item.dependents = max(dependents.get(service.pk, item.dependents), 1)
        item.service = service  # with its categories
        _weigh(item, facts[service.pk])
        item.reasons = sorted(each.value for each in wanted)
        if not wanted and item.state == QueueState.OPEN:
            _end(item, at=at)
            done.closed += 1
        if before is not None and _columns(item) != before:
            changed.append(item)
    done.opened += len(QueueItem.objects.bulk_create(new, ignore_conflicts=True))
    # Every row is there and locked: this only updates, twenty times faster than `bulk_update`.
    QueueItem.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["pk"], update_fields=WRITTEN
    )


def _columns(item: QueueItem) -> list[object]:
    return [getattr(item, name) for name in WRITTEN]


def _reasons(service: Service, facts: Standings, item: QueueItem | None) -> set[QueueReason]:
    reported = {QueueReason(each) for each in item.reasons} - FROM_CHECKS if item else set()
    if QueueReason.CHANGED in reported and is_tested(service):
        reported.discard(QueueReason.CHANGED)  # two people have called the new number
    return reasons(facts.values(), _categories(service)) | reported


def _end(item: QueueItem, *, at: datetime) -> None:
    """Close an item that has no reason left, in the name of the nightly job."""
    _step(item, QueueMove.CLAIM)
    _step(item, QueueMove.FINISH)
    item.closed_at = at


@transaction.atomic
def _close_unwatched(done: Refreshed, *, at: datetime) -> None:
    rows = QueueItem.objects.waiting().exclude(service__status__in=WATCHED).order_by("pk")
    for item in rows.select_for_update(of=("self",)):
        done.freed += _free(item, at=at)
        if item.state == QueueState.OPEN:
            _end(item, at=at)
            done.closed += 1
        item.save(update_fields=["state", "claimed_by", "leased_until", "closed_at"])

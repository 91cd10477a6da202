from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from protect.audit.context import AuditContext
from protect.directory import access, enums
from protect.directory.fact_records import checks
from protect.directory.models import Service
from protect.directory.protection.text_checks import refuse_address_text
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.verification import errors, rules
from protect.verification.enums import QueueEvent, QueueReason, QueueState
from protect.verification.models import QueueItem
from protect.verification.queue.priorities import (
    REASONS_FROM_CHECKS,
    priority_of_check,
    reasons_to_check,
)

HAND_OVER_PAUSE = timedelta(days=1)  # `claim_next` skips an item that the user handed over
# Statuses of services that are checked: drafts are unfinished, the others are not shown.
CHECKED_STATUSES = (enums.Status.REVIEW, enums.Status.PUBLISHED)
CHUNK_SIZE = 500  # services read and written at once
NO_DEPENDENTS: Mapping[UUID, int] = {}  # a refresh then keeps the stored numbers
# Columns that a refresh may change.
REFRESHED_COLUMNS = ["state", "reasons", "priority", "dependents"]
REFRESHED_COLUMNS += ["claimed_by_id", "leased_until", "closed_at"]


@transaction.atomic
def enqueue(service: Service, reason: QueueReason, *, at: datetime) -> QueueItem:
    """Add a reason to the queue item of a service; create the item if there is none.
    The caller checks permissions. A claimed item stays claimed, and reasons that are added
    meanwhile keep waiting after it is closed."""
    item, _ = QueueItem.objects.get_or_create(
        service=service,
        closed_at=None,
        defaults={"country_id": service.country_id, "dependents": 1, "opened_at": at},
    )
    locked = _lock_item(item)
    if locked.closed_at is not None:  # closed by another user between the two queries
        return enqueue(service, reason, at=at)
    locked.reasons = sorted({*locked.reasons, reason.value})
    _set_priority(locked, checks.service_fact_states(service, at))
    locked.save(update_fields=["reasons", "priority"])
    return locked


@transaction.atomic
def claim(scope: Scope, item: QueueItem, *, at: datetime) -> QueueItem:
    """Claim an item for half an hour from now; this also extends the user's own claim. Errors:
    PermissionDenied; verification_queue_move_not_allowed, if closed or held by another user."""
    audit, locked = _lock_if_permitted(scope, item, at)
    if not is_held_by_user(locked, scope, at=at):
        _free_expired_claim(locked, at=at)
        _apply_event(locked, QueueEvent.CLAIM)
        locked.claimed_by_id = scope.user_id
        audit.record("verification.queue_claim", locked)
    locked.leased_until = at + rules.LEASE
    locked.save(update_fields=["state", "claimed_by", "leased_until"])
    return locked


@transaction.atomic
def claim_next(scope: Scope, *, at: datetime) -> QueueItem | None:
    """Claim the most urgent free item; return None if there is none. Items that the user handed
    over within the last day are skipped, but remain in the list. Errors: PermissionDenied."""
    countries = access.require_permission_anywhere(scope, Permission.VERIFY_DIRECTORY)
    handed_on = QueueItem.objects.filter(
        state=QueueState.HANDED_ON, closed_by=scope.user_id, closed_at__gt=at - HAND_OVER_PAUSE
    )
    rows = QueueItem.objects.free(at).filter(country__in=countries)
    rows = rows.exclude(service__in=handed_on.values("service"))
    # Skip items that another user is just claiming.
    item = rows.select_for_update(of=("self",), skip_locked=True).first()
    return claim(scope, item, at=at) if item else None


@transaction.atomic
def release_claim(scope: Scope, item: QueueItem, *, at: datetime) -> QueueItem:
    """Release the user's claim. Errors: PermissionDenied; verification_queue_move_not_allowed."""
    audit, locked = _lock_claimed(scope, item, at=at)
    _apply_event(locked, QueueEvent.RELEASE)
    locked.claimed_by = locked.leased_until = None
    locked.save(update_fields=["state", "claimed_by", "leased_until"])
    audit.record("verification.queue_let_go", locked)
    return locked


@transaction.atomic
def close_item(
    scope: Scope,
    item: QueueItem,
    event: QueueEvent,
    *,
    at: datetime,
    note: str = "",
    seen_reasons: Collection[str] | None = None,
) -> QueueItem:
    """Close the user's item: FINISH after a check, MISS after an unanswered call, else HAND_ON.
    `seen_reasons`: those that the page showed (None: all); others open a new item. Errors:
    PermissionDenied; verification_queue_move_not_allowed, when the user does not hold it."""
    audit, locked = _lock_claimed(scope, item, at=at)
    _apply_event(locked, event)
    locked.leased_until, locked.note = None, note
    locked.closed_by_id, locked.closed_at = scope.user_id, at
    locked.save(update_fields=["state", "leased_until", "note", "closed_by", "closed_at"])
    audit.record(f"verification.queue_{event.value}", locked)
    seen = locked.reasons if seen_reasons is None else seen_reasons
    for reason in sorted({*locked.reasons}.difference(seen)):
        enqueue(locked.service, QueueReason(reason), at=at)
    return locked


@transaction.atomic
def hand_over_item(scope: Scope, item: QueueItem, note: str, *, at: datetime) -> QueueItem:
    """Close an item, return a new one with a note. Errors: `close_item`; directory_tells_where."""
    closed_item = close_item(scope, item, QueueEvent.HAND_OVER, at=at, note=note)
    refuse_address_text(closed_item.service, note)  # under the lock; an error rolls everything back
    return QueueItem.objects.create(
        service_id=closed_item.service_id,
        country_id=closed_item.country_id,
        reasons=closed_item.reasons,
        priority=closed_item.priority,
        dependents=closed_item.dependents,
        opened_at=closed_item.opened_at,  # waiting since the first item
        note=note,
    )


@transaction.atomic
def ensure_claim(scope: Scope, item: QueueItem, *, at: datetime) -> QueueItem:
    """Return an item that the user holds; claim it first if no user holds it now. Errors:
    PermissionDenied; verification_queue_move_not_allowed, as in `claim`."""
    _audit, locked = _lock_if_permitted(scope, item, at)
    return item if is_held_by_user(locked, scope, at=at) else claim(scope, item, at=at)


def is_held_by_user(item: QueueItem, scope: Scope, *, at: datetime) -> bool:
    is_own_claim = item.claimed_by_id == scope.user_id
    return is_own_claim and rules.is_lease_active(QueueState(item.state), item.leased_until, at)


def _lock_if_permitted(
    scope: Scope, item: QueueItem, at: datetime
) -> tuple[AuditContext, QueueItem]:
    audit = access.permitted_context(scope, Permission.VERIFY_DIRECTORY, item.country_id, at=at)
    return audit, _lock_item(item)


def _lock_claimed(scope: Scope, item: QueueItem, *, at: datetime) -> tuple[AuditContext, QueueItem]:
    """Lock an item that the user holds, or raise verification_queue_move_not_allowed."""
    audit, locked = _lock_if_permitted(scope, item, at)
    if not is_held_by_user(locked, scope, at=at):
        raise errors.VerificationRefusal("verification_queue_move_not_allowed")
    return audit, locked


def _lock_item(item: QueueItem) -> QueueItem:
    rows = QueueItem.objects.select_for_update(of=("self",)).select_related("service")
    return rows.get(pk=item.pk)


def _free_expired_claim(item: QueueItem, *, at: datetime) -> bool:
    """Free an item after its lease is over, without saving it; return whether it was freed."""
    state = QueueState(item.state)
    if state != QueueState.CLAIMED or rules.is_lease_active(state, item.leased_until, at):
        return False
    _apply_event(item, QueueEvent.RELEASE)
    item.claimed_by = item.leased_until = None
    return True


def _apply_event(locked: QueueItem, event: QueueEvent) -> None:
    """Set the state that follows from an event, without saving the item."""
    locked.state = rules.next_queue_state(QueueState(locked.state), event)


def _set_priority(item: QueueItem, fact_states: checks.FactStates) -> None:
    categories = _category_codes(item.service)
    item.priority = priority_of_check(fact_states.values(), categories, item.dependents)


def _category_codes(service: Service) -> list[str]:
    return [category.pk for category in service.categories.all()]


@dataclass(slots=True)
class RefreshCounts:
    """The number of queue items that one refresh opened, closed and freed, and that now wait."""

    opened: int = 0
    closed: int = 0
    freed: int = 0  # expired claims
    waiting: int = 0  # after the refresh


def refresh_queue(*, at: datetime, dependents: Mapping[UUID, int] = NO_DEPENDENTS) -> RefreshCounts:
    """Refresh the queue in chunks of services: open, order, free and close items. Claimed items
    stay claimed. `dependents`: the number of dependent settlements, by id of the service;
    a service that is missing keeps its last number, and counts at least one."""
    counts = RefreshCounts()
    for services in _chunks_to_check():
        _refresh_chunk(services, dependents, counts, at=at)
    _close_obsolete_items(counts, at=at)
    counts.waiting = QueueItem.objects.waiting().count()
    return counts


def _chunks_to_check() -> Iterator[list[Service]]:
    rows = Service.objects.filter(status__in=CHECKED_STATUSES).prefetch_related("categories")
    rows = rows.order_by("pk")
    services = list(rows[:CHUNK_SIZE])
    while services:
        yield services
        services = list(rows.filter(pk__gt=services[-1].pk)[:CHUNK_SIZE])


@transaction.atomic
def _refresh_chunk(
    services: list[Service], dependents: Mapping[UUID, int], counts: RefreshCounts, *, at: datetime
) -> None:
    rows = QueueItem.objects.waiting().filter(service__in=[service.pk for service in services])
    rows = rows.order_by("pk").select_for_update(of=("self",))
    waiting = {row.service_id: row for row in rows}
    fact_states = checks.fact_states_of_services(services, at)
    new, changed = [], []
    for service in services:
        item = waiting.get(service.pk)
        values_before = _refreshed_values(item) if item else None
        reasons = _reasons(service, fact_states[service.pk], item)
        if item is None and reasons:
            item = QueueItem(service=service, country_id=service.country_id, opened_at=at)
            new.append(item)
        if item is None:
            continue
        counts.freed += _free_expired_claim(item, at=at)
        item.dependents = max(dependents.get(service.pk, item.dependents), 1)
        item.service = service  # with prefetched categories
        _set_priority(item, fact_states[service.pk])
        item.reasons = sorted(reason.value for reason in reasons)
        if not reasons and item.state == QueueState.OPEN:
            _close_without_user(item, at=at)
            counts.closed += 1
        if values_before is not None and _refreshed_values(item) != values_before:
            changed.append(item)
    counts.opened += len(QueueItem.objects.bulk_create(new, ignore_conflicts=True))
    # All rows exist and are locked, so this only updates: 20 times faster than `bulk_update`.
    QueueItem.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["pk"], update_fields=REFRESHED_COLUMNS
    )


def _refreshed_values(item: QueueItem) -> list[object]:
    return [getattr(item, name) for name in REFRESHED_COLUMNS]


def _reasons(
    service: Service, facts: checks.FactStates, item: QueueItem | None
) -> set[QueueReason]:
    """Return the reasons from checks, and the item's reasons that still apply."""
    event_reasons = {*map(QueueReason, item.reasons)} - REASONS_FROM_CHECKS if item else set()
    if QueueReason.CHANGED in event_reasons and checks.has_call_test(service):
        event_reasons.discard(QueueReason.CHANGED)  # two people have called the new number
    return reasons_to_check(facts.values(), _category_codes(service)) | event_reasons


def _close_without_user(item: QueueItem, *, at: datetime) -> None:
    """Close an open item without a user; the caller saves it."""
    _apply_event(item, QueueEvent.CLAIM)
    _apply_event(item, QueueEvent.FINISH)
    item.closed_at = at


@transaction.atomic
def _close_obsolete_items(counts: RefreshCounts, *, at: datetime) -> None:
    """Close the open items of services that are no longer checked; claimed ones stay claimed."""
    rows = QueueItem.objects.waiting().exclude(service__status__in=CHECKED_STATUSES).order_by("pk")
    for item in rows.select_for_update(of=("self",)):
        counts.freed += _free_expired_claim(item, at=at)
        if item.state == QueueState.OPEN:
            _close_without_user(item, at=at)
            counts.closed += 1
        item.save(update_fields=["state", "claimed_by", "leased_until", "closed_at"])

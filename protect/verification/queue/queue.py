"""The queue of checks: users claim an item for half an hour and close it with a result."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from protect.audit.context import AuditContext
from protect.directory import access
from protect.directory.fact_records.freshness import standing_of
from protect.directory.models import Service
from protect.directory.protection.text_checks import must_not_tell_where
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.verification import rules
from protect.verification.enums import QueueMove, QueueReason, QueueState
from protect.verification.errors import QueueMoveNotAllowed
from protect.verification.models import QueueItem
from protect.verification.queue.priorities import priority

HANDED_ON_FOR = timedelta(days=1)
CLOSED = (QueueState.DONE, QueueState.NOT_REACHED, QueueState.HANDED_ON)


@transaction.atomic
def enqueue(service: Service, reason: QueueReason, *, at: datetime) -> QueueItem:
    """Add a reason to the queue item of a service, creating the item where there is none.

    Checks no permission: the caller has. A claimed item stays claimed; reasons that were added
    meanwhile keep waiting after it is closed.
    """
    item, _ = QueueItem.objects.get_or_create(
        service=service,
        closed_at=None,
        defaults={
            "country_id": service.country_id,
            "reasons": [reason.value],
            "priority": _priority(service, 1, at),
            "dependents": 1,
            "opened_at": at,
        },
    )
    locked = _lock(item)
    if locked.closed_at is not None:  # closed by another user between the two queries
        return enqueue(service, reason, at=at)
    locked.reasons = sorted({*locked.reasons, reason.value})
    locked.priority = _priority(service, locked.dependents, at)
    locked.save(update_fields=["reasons", "priority"])
    return locked


@transaction.atomic
def claim(scope: Scope, item: QueueItem, *, at: datetime) -> QueueItem:
    """Claim an item for half an hour, or extend the user's own claim by half an hour.

    Errors: PermissionDenied; QueueMoveNotAllowed, when another user holds or has closed it.
    """
    audit, locked = _begin(scope, item, at=at)
    if not is_held(locked, scope, at=at):
        _release(locked, at=at)
        _step(locked, QueueMove.CLAIM)
        locked.claimed_by_id = scope.user_id
        audit.record("directory.queue_claim", locked)
    locked.leased_until = at + rules.LEASE
    locked.save(update_fields=["state", "claimed_by", "leased_until"])
    return locked


@transaction.atomic
def take_next(scope: Scope, *, at: datetime) -> QueueItem | None:
    """Claim the most urgent free item; None when nothing is left.

    Items that the user handed on within the last day are skipped: the user can still claim them
    by choosing them. Errors: PermissionDenied.
    """
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
    """Release the user's claim on an item, so that another user can claim it.

    Errors: PermissionDenied; QueueMoveNotAllowed, unless the user holds it.
    """
    audit, locked = _begin_held(scope, item, at=at)
    _step(locked, QueueMove.LET_GO)
    locked.claimed_by = locked.leased_until = None
    locked.save(update_fields=["state", "claimed_by", "leased_until"])
    audit.record("directory.queue_let_go", locked)
    return locked


@transaction.atomic
def finish(
    scope: Scope, item: QueueItem, *, seen: Collection[str] | None = None, at: datetime
) -> QueueItem:
    """End an item: its service was checked.

    `seen` are the reasons that stood on the page; what came up after that waits anew.
    Errors: PermissionDenied; QueueMoveNotAllowed, when one does not hold it.
    """
    return _close(scope, item, QueueMove.FINISH, "", at=at, seen=seen)


@transaction.atomic
def miss(scope: Scope, item: QueueItem, *, at: datetime) -> QueueItem:
    """Close an item with an unanswered call. The caller writes the check of the phone.

    Errors: as `finish`.
    """
    return _close(scope, item, QueueMove.MISS, "", at=at)


@transaction.atomic
def hand_on(scope: Scope, item: QueueItem, note: str, *, at: datetime) -> QueueItem:
    """Close an item and open a new one, with a note for the next user. Return the new one.

    Errors: as `finish`; TellsWhere.
    """
    ended = _close(scope, item, QueueMove.HAND_ON, note, at=at)
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

    Errors: PermissionDenied; QueueMoveNotAllowed, when another user has claimed or closed it.
    """
    return (
        item if is_held(_begin(scope, item, at=at)[1], scope, at=at) else claim(scope, item, at=at)
    )


def is_held(item: QueueItem, scope: Scope, *, at: datetime) -> bool:
    """Return whether a user holds an item at this instant."""
    is_theirs = item.claimed_by_id == scope.user_id
    return is_theirs and rules.leased(QueueState(item.state), item.leased_until, at)


def _begin(scope: Scope, item: QueueItem, *, at: datetime) -> tuple[AuditContext, QueueItem]:
    audit = access.permitted_context(scope, Permission.VERIFY_DIRECTORY, item.country_id, at=at)
    return audit, _lock(item)


def _begin_held(scope: Scope, item: QueueItem, *, at: datetime) -> tuple[AuditContext, QueueItem]:
    """Lock an item that the user holds. Errors: QueueMoveNotAllowed, also after the lease."""
    audit, locked = _begin(scope, item, at=at)
    if not is_held(locked, scope, at=at):
        raise QueueMoveNotAllowed(state=locked.state, move="")
    return audit, locked


def _close(
    scope: Scope,
    item: QueueItem,
    move: QueueMove,
    note: str,
    *,
    at: datetime,
    seen: Collection[str] | None = None,
) -> QueueItem:
    audit, locked = _begin_held(scope, item, at=at)
    _step(locked, move)
    left = set(locked.reasons) - set(seen) if seen is not None else set()
    locked.leased_until = None
    locked.note = note
    locked.closed_by_id = scope.user_id
    locked.closed_at = at
    locked.save(update_fields=["state", "leased_until", "note", "closed_by", "closed_at"])
    audit.record(f"directory.queue_{move.value}", locked)
    for reason in sorted(left):
        enqueue(locked.service, QueueReason(reason), at=at)
    return locked


def _lock(item: QueueItem) -> QueueItem:
    rows = QueueItem.objects.select_for_update(of=("self",)).select_related("service")
    return rows.get(pk=item.pk)


def _release(locked: QueueItem, *, at: datetime) -> None:
    """Release the item if its lease is over."""
    is_claimed = locked.state == QueueState.CLAIMED
    if is_claimed and not rules.leased(QueueState.CLAIMED, locked.leased_until, at):
        _step(locked, QueueMove.LET_GO)
        locked.claimed_by = locked.leased_until = None


def _step(locked: QueueItem, move: QueueMove) -> None:
    locked.state = rules.step_queue(QueueState(locked.state), move)


def _priority(service: Service, dependents: int, at: datetime) -> float:
    categories = list(service.categories.values_list("code", flat=True))
    return priority(standing_of(service, at).values(), categories, dependents)

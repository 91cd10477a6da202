"""Every night: what is to be checked waits, what is not any more does not, and in which order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from protect.directory.enums import Status
from protect.directory.fact_records.checks import is_tested
from protect.directory.fact_records.freshness import Standings, standings
from protect.directory.models import Service
from protect.verification import rules
from protect.verification.enums import QueueMove, QueueReason, QueueState
from protect.verification.models import QueueItem
from protect.verification.queue.priorities import FROM_CHECKS, priority, reasons

# A draft is not finished, and suspended or withdrawn services are not shown to visitors.
WATCHED = (Status.REVIEW, Status.PUBLISHED)
CHUNK = 500  # services read and written at once

COLUMNS = (
    *("state", "reasons", "priority", "dependents"),
    *("claimed_by_id", "leased_until", "closed_at"),
)
NOTHING: Mapping[UUID, int] = {}


@dataclass(slots=True)
class Refreshed:
    """What a night did. Units: items of the queue."""

    opened: int = 0
    closed: int = 0
    freed: int = 0  # leases that were over
    waiting: int = 0  # afterwards


def refresh_queue(*, at: datetime, dependents: Mapping[UUID, int] = NOTHING) -> Refreshed:
    """Update the queue: open, order, free and close items, in batches of services.

    Units: `dependents` are settlements that depend on a service, by service; one that is not named
    keeps the number of the night before, and counts as one at least. Claimed items are
    left alone.
    """
    done = Refreshed()
    for services in _chunks():
        _refresh(services, dependents, done, at=at)
    _close_unwatched(done, at=at)
    done.waiting = QueueItem.objects.waiting().count()
    return done


def _chunks() -> Iterator[list[Service]]:
    rows = Service.objects.filter(status__in=WATCHED).order_by("pk")
    rows = rows.prefetch_related("categories")
    services = list(rows[:CHUNK])
    while services:
        yield services
        services = list(rows.filter(pk__gt=services[-1].pk)[:CHUNK])


@transaction.atomic
def _refresh(
    services: list[Service], dependents: Mapping[UUID, int], done: Refreshed, *, at: datetime
) -> None:
    waiting = {each.service_id: each for each in _locked(services)}
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
        _weigh(item, service, facts[service.pk], dependents.get(service.pk))
        done.closed += _settle(item, wanted, at=at)
        if before is not None and _columns(item) != before:
            changed.append(item)
    done.opened += len(QueueItem.objects.bulk_create(new, ignore_conflicts=True))
    # Every row is there and locked: this only updates, twenty times faster than `bulk_update`.
    QueueItem.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["pk"], update_fields=COLUMNS
    )


def _columns(item: QueueItem) -> list[object]:
    return [getattr(item, name) for name in COLUMNS]


def _locked(services: list[Service]) -> list[QueueItem]:
    rows = QueueItem.objects.waiting().filter(service__in=[each.pk for each in services])
    return list(rows.order_by("pk").select_for_update(of=("self",)))


def _reasons(service: Service, facts: Standings, item: QueueItem | None) -> set[QueueReason]:
    """Return why a service is to be checked: from its checks, and from reports about it."""
    categories = [each.pk for each in service.categories.all()]
    reported = {QueueReason(each) for each in item.reasons} - FROM_CHECKS if item else set()
    if QueueReason.CHANGED in reported and is_tested(service):
        reported.discard(QueueReason.CHANGED)  # two people have called the new number
    return reasons(facts.values(), categories) | reported


def _weigh(item: QueueItem, service: Service, facts: Standings, dependents: int | None) -> None:
    item.dependents = max(item.dependents if dependents is None else dependents, 1)
    categories = [each.pk for each in service.categories.all()]
    item.priority = priority(facts.values(), categories, item.dependents)


def _settle(item: QueueItem, wanted: set[QueueReason], *, at: datetime) -> bool:
    """Write the reasons; close an item without one, unless a user holds it."""
    item.reasons = sorted(each.value for each in wanted)
    if wanted or item.state != QueueState.OPEN:
        return False
    _end(item, at=at)
    return True


def _free(item: QueueItem, *, at: datetime) -> bool:
    """Release the item if its lease is over."""
    state = QueueState(item.state)
    if state != QueueState.CLAIMED or rules.leased(state, item.leased_until, at):
        return False
    item.state = rules.step_queue(state, QueueMove.LET_GO)
    item.claimed_by = item.leased_until = None
    return True


def _end(item: QueueItem, *, at: datetime) -> None:
    """Close an item that has no reason left, in the name of the nightly job."""
    claimed = rules.step_queue(QueueState(item.state), QueueMove.CLAIM)
    item.state = rules.step_queue(claimed, QueueMove.FINISH)
    item.closed_at = at


@transaction.atomic
def _close_unwatched(done: Refreshed, *, at: datetime) -> None:
    """Close the items of services that are neither published nor in review."""
    rows = QueueItem.objects.waiting().exclude(service__status__in=WATCHED).order_by("pk")
    for item in rows.select_for_update(of=("self",)):
        done.freed += _free(item, at=at)
        if item.state == QueueState.OPEN:
            _end(item, at=at)
            done.closed += 1
        item.save(update_fields=["state", "claimed_by", "leased_until", "closed_at"])

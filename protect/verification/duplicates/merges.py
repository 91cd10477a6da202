"""Actions that merge entries and undo merges: docs/adr/0018-corrections-and-duplicates.md."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model, QuerySet

from protect.audit.context import AuditContext
from protect.directory import access, changes, facts, models as directory
from protect.directory.enums import AddressReaders, Fact, Status
from protect.directory.fact_records import values
from protect.directory.fact_records.checks import has_call_test
from protect.directory.models import Location, Service
from protect.directory.protection.addresses import set_audience
from protect.directory.protection.erasure import erase_addresses
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.verification import enums, errors, rules
from protect.verification.call_tests.call_tests import CALL_TEST_STATUSES
from protect.verification.models import CallTest, DuplicatePair
from protect.verification.queue.queue import enqueue

# From the most open to the strictest audience: a merge applies the stricter one.
AUDIENCES_BY_STRICTNESS = (
    AddressReaders.PUBLIC,
    AddressReaders.PROFESSIONALS,
    AddressReaders.NEVER_STORED,
)

# From hidden to public, for undoing a merge. Drafts and reviews were never published.
STATUSES_BY_VISIBILITY = (Status.WITHDRAWN, Status.SUSPENDED, Status.PUBLISHED)
# Tables besides those of the fact itself whose rows move with the fact.
ADDITIONAL_TABLES: dict[Fact, type[Model]] = {
    Fact.PHONE: CallTest,
    Fact.ADDRESS: directory.ServiceAtLocation,
}
# Columns of both entries that a merge or its undo may change.
CHANGED_COLUMNS = [
    *("status", "merged_into", "professionals_only", "address_audience", "coarse_area"),
    "fact_sources",
]

type ServiceDocuments = list[tuple[Service, changes.PublicDocuments]]


@dataclass(frozen=True, slots=True)
class MergeChoice:
    """The entry that a merge keeps, and the facts that it takes from the other entry."""

    keep: UUID
    taken_facts: frozenset[Fact] = frozenset()


@transaction.atomic
def merge(scope: Scope, pair: DuplicatePair, choice: MergeChoice, *, at: datetime) -> Service:
    """Merge a pair: keep one entry, with the chosen facts of the other, and return it.
    The other entry is withdrawn and redirects to it. A fact moves together with its checks,
    so its freshness stays the same; a number without a call test is queued for one. The
    withdrawn entry keeps the facts that were not chosen. If one entry never stores its
    address, the merged one does not either, and stored addresses are deleted permanently.
    Errors: PermissionDenied; verification_pair_decided, also when one entry was merged
    elsewhere; verification_merge_hides_published, if only the other entry is published."""
    audit, locked = _lock_pair(scope, pair, enums.PairState.MERGED, at=at)
    winner, loser = _winner_and_loser(locked, choice.keep)
    if winner.merged_into_id or loser.merged_into_id:
        raise errors.VerificationRefusal("verification_pair_decided")
    if loser.status == Status.PUBLISHED != winner.status:
        raise errors.VerificationRefusal("verification_merge_hides_published")
    before = _values_before_merge(winner, loser)
    documents_before = _public_documents_of(winner, loser, at=at)
    chosen = set(choice.taken_facts)
    if AddressReaders.NEVER_STORED in {winner.address_audience, loser.address_audience}:
        chosen.discard(Fact.ADDRESS)  # the address is deleted, so it cannot be chosen
    taken = [fact for fact in Fact if fact in chosen]
    for fact in taken:
        swap_fact(winner, loser, fact)
    is_stricter = _apply_stricter_audience(winner, loser, at=at)
    changed_facts = {*taken, *([Fact.ADDRESS] if is_stricter else [])}
    loser.status, loser.merged_into = Status.WITHDRAWN, winner
    _save_services(documents_before, at=at)
    if Fact.PHONE in taken and winner.status in CALL_TEST_STATUSES and not has_call_test(winner):
        enqueue(winner, enums.QueueReason.CHANGED, at=at)
    marks = {fact.value: _value_fingerprints(winner, loser, fact) for fact in sorted(changed_facts)}
    locked.before = before | {"taken": [fact.value for fact in taken], "marks": marks}
    _save_decision(locked, audit)
    audit.record("verification.merge", locked)
    return winner


@transaction.atomic
def undo_merge(scope: Scope, pair: DuplicatePair, *, at: datetime) -> DuplicatePair:
    """Undo a merge: both entries are as before, except for addresses that were deleted.
    The pair is proposed again. If the remaining entry was suspended or withdrawn meanwhile,
    the other one is not published again either. Errors: PermissionDenied;
    verification_pair_decided, when it was undone first or an entry was merged again;
    verification_merge_too_old; verification_merge_edited, when the same facts changed since."""
    audit, locked = _lock_pair(scope, pair, enums.PairState.PROPOSED, at=at)
    is_recent = locked.decided_at is not None and at < locked.decided_at + rules.UNDO_MERGE_PERIOD
    if not locked.before or not is_recent:
        raise errors.VerificationRefusal("verification_merge_too_old")
    before = locked.before
    winner, loser = _winner_and_loser(locked, UUID(before["winner"]))
    if loser.merged_into_id != winner.pk or winner.merged_into_id:
        raise errors.VerificationRefusal("verification_pair_decided")
    marks = {
        Fact(code): stored_fingerprints for code, stored_fingerprints in before["marks"].items()
    }
    changed = [
        fact
        for fact, stored_fingerprints in marks.items()
        if _value_fingerprints(winner, loser, fact) != stored_fingerprints
    ]
    if changed:
        names = ", ".join(str(fact.label) for fact in changed)
        raise errors.VerificationRefusal("verification_merge_edited", facts=names)
    documents_before = _public_documents_of(winner, loser, at=at)
    loser.status, loser.merged_into = _status_after_undo(Status(before["status"]), winner), None
    _restore_audience(winner, loser, before, at=at)
    for code in before["taken"]:
        swap_fact(winner, loser, Fact(code))
    _save_services(documents_before, at=at)
    locked.before = {}
    _save_decision(locked, replace(audit, actor=None))
    audit.record("verification.merge_undo", locked)
    return locked


@transaction.atomic
def mark_as_different(scope: Scope, pair: DuplicatePair, *, at: datetime) -> DuplicatePair:
    """Mark a pair as two services. Errors: PermissionDenied; verification_pair_decided."""
    audit, locked = _lock_pair(scope, pair, enums.PairState.DIFFERENT, at=at)
    _save_decision(locked, audit)
    audit.record("verification.pair_different", locked)
    return locked


@transaction.atomic
def erase_undo_data(*, at: datetime) -> int:
    """Erase the undo data of merges that are older than 30 days; return how many."""
    old = DuplicatePair.objects.filter(decided_at__lte=at - rules.UNDO_MERGE_PERIOD)
    return old.exclude(before={}).update(before={})


def _lock_pair(
    scope: Scope, pair: DuplicatePair, decision: enums.PairState, *, at: datetime
) -> tuple[AuditContext, DuplicatePair]:
    """Lock a pair and set its new state, unsaved; return the audit context and the pair."""
    audit = access.permitted_context(scope, Permission.EDIT_DIRECTORY, pair.country_id, at=at)
    changes.raise_version()
    locked = DuplicatePair.objects.select_for_update(of=("self",)).get(pk=pair.pk)
    locked.state = rules.next_pair_state(enums.PairState(locked.state), decision)
    return audit, locked


def _save_decision(locked: DuplicatePair, audit: AuditContext) -> None:
    """Save a decision with user and time, both empty without an actor; write no audit entry."""
    locked.decided_by_id = audit.actor
    locked.decided_at = audit.at if audit.actor else None
    locked.save(update_fields=["state", "before", "decided_by", "decided_at"])


def _winner_and_loser(pair: DuplicatePair, keep: UUID) -> tuple[Service, Service]:
    """Lock both entries of a pair; return the one with the id `keep`, then the other one."""
    keys = (pair.first_id, pair.second_id)
    rows = Service.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    services = {row.pk: row for row in rows}
    return services.pop(keep), next(iter(services.values()))


def _values_before_merge(winner: Service, loser: Service) -> dict[str, Any]:
    """Return the values besides facts that a merge changes: ids and codes, but no address."""
    rows = Location.objects.filter(services__service__in=[winner, loser]).order_by("pk")
    return {
        "winner": str(winner.pk),
        "status": loser.status,
        "audience": winner.address_audience,
        "coarse_area": winner.coarse_area_id,
        "professionals_only": winner.professionals_only,
        "locations": {str(key): audience for key, audience in rows.values_list("pk", "audience")},
    }


def _apply_stricter_audience(winner: Service, loser: Service, *, at: datetime) -> bool:
    """Give `winner` the stricter audience of both; return whether its address is stricter now.
    If no address may be stored, erase the addresses of both entries."""
    winner.professionals_only = winner.professionals_only or loser.professionals_only
    audiences = [AddressReaders(service.address_audience) for service in (winner, loser)]
    strictest = max(audiences, key=AUDIENCES_BY_STRICTNESS.index)
    if strictest == AddressReaders.NEVER_STORED:
        _erase_both_addresses(winner, loser)
    if strictest == audiences[0]:
        return False
    winner.address_audience = strictest
    winner.coarse_area_id = winner.coarse_area_id or loser.coarse_area_id
    locations = Location.objects.filter(services__service=winner)
    set_audience(locations, strictest, [winner, loser], at=at)
    return True


def _status_after_undo(status: Status, winner: Service) -> Status:
    """Return the earlier status of the other entry, or that of the kept entry if less visible.
    So undoing a merge never publishes a service that was taken off the site in the meantime."""
    current_status = Status(winner.status)
    if status not in STATUSES_BY_VISIBILITY or current_status not in STATUSES_BY_VISIBILITY:
        return status
    return min(status, current_status, key=STATUSES_BY_VISIBILITY.index)


def _restore_audience(
    winner: Service, loser: Service, before: dict[str, Any], *, at: datetime
) -> None:
    """Restore the audience that `_apply_stricter_audience` changed. Deleted addresses are not
    restored, and an entry that is protected by now stays protected."""
    winner.professionals_only = before["professionals_only"]
    if winner.address_audience == AddressReaders.NEVER_STORED != before["audience"]:
        return
    winner.address_audience = before["audience"]
    winner.coarse_area_id = before["coarse_area"]
    for key, audience in before["locations"].items():
        location = Location.objects.filter(pk=key)
        set_audience(location, AddressReaders(audience), [winner, loser], at=at)


def _erase_both_addresses(winner: Service, loser: Service) -> None:
    """Erase the addresses of both entries, and remove both addresses from the texts of each."""
    for one, other in ((winner, loser), (loser, winner)):
        has = set(one.at_locations.values_list("location", flat=True))
        rows = Location.objects.filter(services__service=other).exclude(pk__in=has)
        directory.ServiceAtLocation.objects.bulk_create(
            directory.ServiceAtLocation(service=one, location=row) for row in rows.order_by("pk")
        )
    for service in (winner, loser):
        erase_addresses(service)
        service.address_audience = AddressReaders.NEVER_STORED


def _value_fingerprints(winner: Service, loser: Service, fact: Fact) -> list[str]:
    return [values.fingerprint_of(values.read_fact(service, fact)) for service in (winner, loser)]


def _public_documents_of(*services: Service, at: datetime) -> ServiceDocuments:
    """Return services with their public HSDS documents, to see later which have changed."""
    return [(service, changes.public_documents(service, at=at)) for service in services]


def _save_services(documents_before: ServiceDocuments, *, at: datetime) -> None:
    """Save both entries; update `last_modified` where the public document differs."""
    for service, _before in documents_before:
        service.version += 1
        service.save(update_fields=[*CHANGED_COLUMNS, "version"])
    for service, before in documents_before:
        changes.update_last_modified(service, before, at=at)


def swap_fact(first: Service, second: Service, fact: Fact) -> None:
    """Exchange a fact and its checks between two locked entries; a second swap restores both."""
    for table in facts.FACTS[fact].tables:
        _swap_rows(table.rows(), first, second)
    if fact in ADDITIONAL_TABLES:
        _swap_rows(ADDITIONAL_TABLES[fact]._default_manager.all(), first, second)
    sources = second.sources(fact.value)
    second.replace_sources(fact.value, first.sources(fact.value))
    first.replace_sources(fact.value, sources)
    checks = directory.FactCheck.objects.filter(fact=fact)
    both_checks = [checks.filter(service=service).order_by("pk") for service in (first, second)]
    keys = [list(rows.values_list("pk", flat=True)) for rows in both_checks]
    checks.filter(pk__in=keys[0]).update(service=second)
    checks.filter(pk__in=keys[1]).update(service=first)


def _swap_rows(rows: QuerySet[Any], first: Service, second: Service) -> None:
    """Recreate rows, with the same ids, under the other entry: moving could break uniqueness."""
    ones, others = (
        list(rows.filter(service=service).order_by("pk")) for service in (first, second)
    )
    rows.filter(service__in=[first, second]).delete()
    for service, taken in ((first, others), (second, ones)):
        for row in taken:
            row.service_id = service.pk
        rows.model._default_manager.bulk_create(taken)

"""Merges and undoes merges of entries. Source: docs/adr/0018-corrections-and-duplicates.md."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model, QuerySet

from protect.audit.context import AuditContext
from protect.directory import access, changes, models as directory
from protect.directory.enums import Audience, Fact, Status
from protect.directory.fact_records import values
from protect.directory.fact_records.checks import untested
from protect.directory.facts import FACTS
from protect.directory.models import Location, Service
from protect.directory.protection.erasure import forget_addresses
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.verification import enums, errors, rules
from protect.verification.call_tests.call_tests import CALLABLE
from protect.verification.models import CallTest, DuplicatePair
from protect.verification.queue.queue import enqueue

# From open to closed: of two entries the stricter wins.
STRICTNESS = (Audience.PUBLIC, Audience.PROFESSIONALS, Audience.NEVER_STORED)

# From off the site to on it. What was never on it is not here: it still needs its release.
SHOWN = (Status.WITHDRAWN, Status.SUSPENDED, Status.PUBLISHED)
# Rows that move with a fact beside those that it consists of.
BESIDE: dict[Fact, type[Model]] = {
    Fact.PHONE: CallTest,
    Fact.ADDRESS: directory.ServiceAtLocation,
}
MERGED = ["status", "merged_into", "professionals_only", "address_audience", "coarse_area"]


@dataclass(frozen=True, slots=True)
class Choice:
    keep: UUID
    taken: frozenset[Fact] = frozenset()


@transaction.atomic
def merge(scope: Scope, pair: DuplicatePair, choice: Choice, *, at: datetime) -> Service:
    """Keep one entry of a pair, with the chosen facts of the other; return it.

    The other is withdrawn and leads to it. A fact moves with what was checked of it, so that it
    is neither fresher nor older than before; a number that no two people called waits for
    that. The entry that goes keeps what was not chosen. If one never stores its address, neither
    does the result: what is stored is deleted for good.
    Errors: PermissionDenied; verification_pair_decided, also when one of them was merged elsewhere;
    verification_merge_hides_published.
    """
    audit, locked = _begin(scope, pair, enums.PairState.MERGED, at=at)
    winner, loser = _both(locked, choice.keep)
    if winner.merged_into_id or loser.merged_into_id:
        raise errors.VerificationRefusal("verification_pair_decided")
    if loser.status == Status.PUBLISHED != winner.status:
        raise errors.VerificationRefusal("verification_merge_hides_published")
    before, shown = _before(winner, loser), _shown(winner, loser, at=at)
    chosen = set(choice.taken)
    if Audience.NEVER_STORED in {winner.address_audience, loser.address_audience}:
        chosen.discard(Fact.ADDRESS)  # there is none to take or give
    taken = [fact for fact in Fact if fact in chosen]
    for fact in taken:
        swap(winner, loser, fact)
    watched = {*taken, *([Fact.ADDRESS] if _be_strict(winner, loser) else [])}
    loser.status, loser.merged_into = Status.WITHDRAWN, winner
    _save(shown, at=at)
    if Fact.PHONE in taken and winner.status in CALLABLE and untested([winner]):
        enqueue(winner, enums.QueueReason.CHANGED, at=at)
    before["taken"] = [fact.value for fact in taken]
    before["marks"] = {fact.value: _marks(winner, loser, fact) for fact in sorted(watched)}
    locked.before = before
    _decide(locked, audit)
    audit.record("verification.merge", locked)
    return winner


@transaction.atomic
def undo_merge(scope: Scope, pair: DuplicatePair, *, at: datetime) -> DuplicatePair:
    """Take a merging back: both entries are as they were, but for addresses that were deleted.

    The pair is proposed again. If the survivor was taken off the site meanwhile, the other one does
    not come back to it either. Errors: PermissionDenied; verification_pair_decided, when a
    colleague took it back first; verification_merge_too_old; verification_merge_edited, when the
    same facts were changed since.
    """
    audit, locked = _begin(scope, pair, enums.PairState.PROPOSED, at=at)
    if locked.decided_at is None or not locked.before or at >= locked.decided_at + rules.UNDO_MERGE:
        raise errors.VerificationRefusal("verification_merge_too_old")
    before = locked.before
    winner, loser = _both(locked, UUID(before["winner"]))
    if loser.merged_into_id != winner.pk or winner.merged_into_id:
        raise errors.VerificationRefusal("verification_pair_decided")
    marks = {Fact(code): mark for code, mark in before["marks"].items()}
    changed = [fact for fact, mark in marks.items() if _marks(winner, loser, fact) != mark]
    if changed:
        names = ", ".join(str(fact.label) for fact in changed)
        raise errors.VerificationRefusal("verification_merge_edited", facts=names)
    shown = _shown(winner, loser, at=at)
    loser.status, loser.merged_into = _no_higher(Status(before["status"]), winner), None
    _be_lenient(winner, before)
    for code in before["taken"]:
        swap(winner, loser, Fact(code))
    _save(shown, at=at)
    locked.before = {}
    _decide(locked, replace(audit, actor=None))
    audit.record("verification.merge_undo", locked)
    return locked


@transaction.atomic
def call_different(scope: Scope, pair: DuplicatePair, *, at: datetime) -> DuplicatePair:
    """Remember that these are two services, for ever.
    Errors: PermissionDenied; verification_pair_decided."""
    audit, locked = _begin(scope, pair, enums.PairState.DIFFERENT, at=at)
    _decide(locked, audit)
    audit.record("verification.pair_different", locked)
    return locked


@transaction.atomic
def forget_merges(*, at: datetime) -> int:
    """Erase what would take back merges that are older than 30 days; return how many."""
    old = DuplicatePair.objects.filter(decided_at__lte=at - rules.UNDO_MERGE)
    return old.exclude(before={}).update(before={})


def _begin(
    scope: Scope, pair: DuplicatePair, decision: enums.PairState, *, at: datetime
) -> tuple[AuditContext, DuplicatePair]:
    audit = access.permitted_context(scope, Permission.EDIT_DIRECTORY, pair.country_id, at=at)
    changes.touch()
    locked = DuplicatePair.objects.select_for_update(of=("self",)).get(pk=pair.pk)
    locked.state = rules.decide(enums.PairState(locked.state), decision)
    return audit, locked


def _decide(locked: DuplicatePair, audit: AuditContext) -> None:
    locked.decided_by_id = audit.actor
    locked.decided_at = audit.at if audit.actor else None
    locked.save(update_fields=["state", "before", "decided_by", "decided_at"])


def _both(pair: DuplicatePair, keep: UUID) -> tuple[Service, Service]:
    keys = (pair.first_id, pair.second_id)
    rows = Service.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    services = {each.pk: each for each in rows}
    return services.pop(keep), next(iter(services.values()))


def _before(winner: Service, loser: Service) -> dict[str, Any]:
    """Return what a merging changes besides facts. Ids and codes: never where something is."""
    rows = Location.objects.filter(services__service__in=[winner, loser]).order_by("pk")
    return {
        "winner": str(winner.pk),
        "status": loser.status,
        "audience": winner.address_audience,
        "coarse_area": winner.coarse_area_id,
        "professionals_only": winner.professionals_only,
        "locations": {str(key): audience for key, audience in rows.values_list("pk", "audience")},
    }


def _be_strict(winner: Service, loser: Service) -> bool:
    """Give the kept entry the narrower audience of both; return whether that changed it."""
    winner.professionals_only = winner.professionals_only or loser.professionals_only
    audiences = [Audience(each.address_audience) for each in (winner, loser)]
    strictest = max(audiences, key=STRICTNESS.index)
    if strictest == Audience.NEVER_STORED:
        _forget_both(winner, loser)
    if strictest == audiences[0]:
        return False
    winner.address_audience = strictest
    winner.coarse_area_id = winner.coarse_area_id or loser.coarse_area_id
    Location.objects.filter(services__service=winner).update(audience=strictest)
    return True


def _no_higher(status: Status, winner: Service) -> Status:
    """Return the status that an entry had, or that of its survivor if that is shown less now.
    An editor may undo a merge, but may not publish again what was taken off the site."""
    reached = Status(winner.status)
    if status not in SHOWN or reached not in SHOWN:
        return status
    return min(status, reached, key=SHOWN.index)


def _be_lenient(winner: Service, before: dict[str, Any]) -> None:
    """Take back what `_be_strict` hid. What was deleted stays so, and an entry protected."""
    winner.professionals_only = before["professionals_only"]
    if winner.address_audience == Audience.NEVER_STORED != before["audience"]:
        return
    winner.address_audience = before["audience"]
    winner.coarse_area_id = before["coarse_area"]
    for key, audience in before["locations"].items():
        Location.objects.filter(pk=key).update(audience=audience)


def _forget_both(winner: Service, loser: Service) -> None:
    for one, other in ((winner, loser), (loser, winner)):
        has = set(one.at_locations.values_list("location", flat=True))
        rows = Location.objects.filter(services__service=other).exclude(pk__in=has)
        directory.ServiceAtLocation.objects.bulk_create(
            directory.ServiceAtLocation(service=one, location=each) for each in rows.order_by("pk")
        )
    for each in (winner, loser):
        forget_addresses(each)
        each.address_audience = Audience.NEVER_STORED


def _marks(winner: Service, loser: Service, fact: Fact) -> list[str]:
    return [values.mark_of(values.fact_of(each, fact)) for each in (winner, loser)]


def _shown(*services: Service, at: datetime) -> list[tuple[Service, changes.Shown]]:
    return [(each, changes.shown_of(each, at=at)) for each in services]


def _save(shown: list[tuple[Service, changes.Shown]], *, at: datetime) -> None:
    for each, _before in shown:
        each.version += 1
        each.save(update_fields=[*MERGED, "version"])
    for each, before in shown:
        changes.move_on(each, before, at=at)


def swap(first: Service, second: Service, fact: Fact) -> None:
    """Exchange a fact between two entries, with its checks; twice: as before, to the ids of rows.
    Call it in a transaction in which both are locked."""
    for table in FACTS[fact].tables:
        _exchange(table.rows(), first, second)
    if fact in BESIDE:
        _exchange(BESIDE[fact]._default_manager.all(), first, second)
    checks = directory.FactCheck.objects.filter(fact=fact)
    both_checks = [checks.filter(service=each).order_by("pk") for each in (first, second)]
    keys = [list(each.values_list("pk", flat=True)) for each in both_checks]
    checks.filter(pk__in=keys[0]).update(service=second)
    checks.filter(pk__in=keys[1]).update(service=first)


def _exchange(rows: QuerySet[Any], first: Service, second: Service) -> None:
    """Recreate rows under the other entry: moved one by one, equal rows would collide."""
    ones, others = (list(rows.filter(service=each).order_by("pk")) for each in (first, second))
    rows.filter(service__in=[first, second]).delete()
    for service, taken in ((first, others), (second, ones)):
        for row in taken:
            row.service_id = service.pk
        rows.model._default_manager.bulk_create(taken)

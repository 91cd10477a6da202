"""Actions that save the result of a check: a verdict for each fact."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction

from protect.directory import changes, errors
from protect.directory.enums import Fact, Method, Verdict
from protect.directory.fact_records.checks import Finding, record_check
from protect.directory.fact_records.values import fingerprint_of, read_fact
from protect.directory.facts.base.intervals import intervals
from protect.directory.models import Service, ServiceCapacity, Unit
from protect.directory.protection.text_checks import refuse_address_text
from protect.directory.services.actions.edits import write_fact
from protect.orgs.access import get_current_user
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.verification.call_tests.call_tests import has_waiting_call, record_first_call
from protect.verification.enums import QueueEvent, QueueReason
from protect.verification.models import QueueItem
from protect.verification.queue import queue


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of a check: its method, the confirmed facts, and new values as `write_fact` takes
    them. `fingerprints`: `fingerprint_of` the values that the checker saw, for every fact in
    `confirmed` and `changed`."""

    method: Method
    confirmed: frozenset[Fact] = frozenset()
    changed: Mapping[Fact, Mapping[str, object]] = field(default_factory=dict)
    fingerprints: Mapping[Fact, str] = field(default_factory=dict)
    source: str = ""  # person spoken to, or page; for the desk
    call: str = ""  # note of the first call of a call test


@transaction.atomic
def save_checks(
    scope: Scope, item: QueueItem, result: CheckResult, *, reasons: frozenset[str], at: datetime
) -> QueueItem:
    """Record a check and close the user's queue item. Unchecked facts keep their age. So does a
    confirmed number while the user's first call of a call test waits. A new number is queued.
    An expired lease is claimed again if no other user holds the item. `reasons`: those that the
    page showed; later ones stay. Errors: PermissionDenied; verification_queue_move_not_allowed;
    directory_edit_conflict; verification_call_not_possible; directory_tells_where."""
    audit, service = changes.lock_service(scope, item.service, Permission.VERIFY_DIRECTORY, at=at)
    refuse_address_text(service, result.source, result.changed)
    claimed = queue.ensure_claim(scope, item, at=at)
    checker = get_current_user(scope)
    finding = Finding(Verdict.CONFIRMED, result.method, checker, source=result.source)
    require_unchanged_facts(service, result)
    if result.call or has_waiting_call(service, scope.user_id):
        # No phone check yet: the second caller must not learn the result of the first call.
        result = replace(result, confirmed=result.confirmed - {Fact.PHONE})
    write_result(service, result, finding, at=at)
    audit.record("verification.check_facts", service)
    closed = queue.close_item(scope, claimed, QueueEvent.FINISH, seen_reasons=reasons, at=at)
    if result.call:
        record_first_call(scope, service, result.call, at=at)
    if Fact.PHONE in result.changed:
        queue.enqueue(service, QueueReason.CHANGED, at=at)
    return closed


@transaction.atomic
def save_unanswered_call(
    scope: Scope, item: QueueItem, *, reasons: frozenset[str], at: datetime
) -> QueueItem:
    """Record an unanswered call and close the queue item. One unanswered call alone does not change
    the freshness of the number. `reasons`, errors: as `save_checks`."""
    audit, service = changes.lock_service(scope, item.service, Permission.VERIFY_DIRECTORY, at=at)
    claimed = queue.ensure_claim(scope, item, at=at)
    finding = Finding(Verdict.NOT_REACHED, Method.CALL, get_current_user(scope))
    record_check(service, Fact.PHONE, finding, at=at)
    audit.record("verification.check_facts", service)
    return queue.close_item(scope, claimed, QueueEvent.NO_ANSWER, seen_reasons=reasons, at=at)


def write_result(service: Service, result: CheckResult, finding: Finding, *, at: datetime) -> None:
    """Record a check for every fact of the result, and write the new values of changed facts. Call
    it in a transaction in which the service is locked. Errors: directory_edit_conflict."""
    require_unchanged_facts(service, result)
    for fact in sorted(result.confirmed):
        if fact == Fact.CAPACITY:
            _renew_capacity_expiry(service, at=at)
        record_check(service, fact, finding, at=at)
    for fact, values in sorted(result.changed.items()):
        is_new = write_fact(service, fact, values, at=at)
        verdict = Verdict.CHANGED if is_new else Verdict.CONFIRMED
        record_check(service, fact, finding._replace(verdict=verdict), at=at)


def require_unchanged_facts(service: Service, result: CheckResult) -> None:
    """Refuse the result if a checked fact has changed since. Errors: directory_edit_conflict."""
    for fact in (*result.confirmed, *result.changed):
        if fingerprint_of(read_fact(service, fact)) != result.fingerprints.get(fact):
            raise errors.DirectoryRefusal("directory_edit_conflict")


def _renew_capacity_expiry(service: Service, *, at: datetime) -> None:
    """Let confirmed free places and rooms expire one check interval after `at`."""
    validity: timedelta = intervals()[Fact.CAPACITY].length
    ServiceCapacity.objects.filter(service=service).update(updated_at=at, expires_at=at + validity)
    Unit.objects.filter(service=service).update(expires_at=at + validity)

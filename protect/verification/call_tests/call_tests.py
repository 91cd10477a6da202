"""The call test: two people call a number independently, and their notes are compared.
The second caller sees nothing of the first call before saving a note of the second.
Source: docs/verification.md; docs/adr/0017-verification.md."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from protect.audit.context import AuditContext
from protect.directory import changes
from protect.directory.enums import Fact, Method, Status, Verdict
from protect.directory.fact_records.checks import Finding, phone_numbers_of, record_check
from protect.directory.models import Service
from protect.directory.protection.text_checks import refuse_address_text
from protect.orgs.access import get_current_user
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.verification import errors, rules
from protect.verification.enums import CallState, QueueReason
from protect.verification.models import CallTest
from protect.verification.queue.queue import enqueue

CALL_TEST_STATUSES = (Status.REVIEW, Status.PUBLISHED, Status.SUSPENDED)  # of tested services


@transaction.atomic
def record_first_call(scope: Scope, service: Service, note: str, *, at: datetime) -> CallTest:
    """Record the first call of a call test with its note. It proves nothing yet. It replaces a
    waiting call test of other numbers, or of the same user without a second call.
    Errors: PermissionDenied; verification_call_not_possible, for a draft or withdrawn service,
    without number, while a colleague's call waits, after a second call; directory_tells_where."""
    audit, locked = changes.lock_service(scope, service, Permission.VERIFY_DIRECTORY, at=at)
    refuse_address_text(locked, note)
    numbers = phone_numbers_of(locked)
    if not numbers or locked.status not in CALL_TEST_STATUSES:
        raise errors.VerificationRefusal("verification_call_not_possible")
    waiting = CallTest.objects.select_for_update().filter(service=locked, state=CallState.WAITING)
    for earlier in waiting:
        blocks_new_call = earlier.by_id != scope.user_id or earlier.second_id is not None
        if blocks_new_call and earlier.numbers == numbers:
            raise errors.VerificationRefusal("verification_call_not_possible")
        _end_call_test(earlier, CallState.LAPSED, at=at)
    by = get_current_user(scope)
    call = CallTest.objects.create(service=locked, numbers=numbers, heard=note, by=by, at=at)
    audit.record("verification.call_test", locked)
    return call


@transaction.atomic
def record_second_call(
    scope: Scope, call: CallTest, *, is_service_reached: bool, note: str, at: datetime
) -> CallTest:
    """Record the second call with its note, and whether the service answered. If the service
    answered, the test waits for `record_comparison`; if not, the number is disputed and has to be
    checked. A test of numbers that have changed since lapses: see the returned state. Errors:
    PermissionDenied; verification_second_person_needed; verification_call_not_possible, after a
    second call or the end of the test; directory_tells_where."""
    audit, service, locked = _lock(scope, call, at)
    refuse_address_text(service, note)
    if locked.second_id is not None:
        raise errors.VerificationRefusal("verification_call_not_possible")
    if _waits_with_old_numbers(locked, service):
        return _end_call_test(locked, CallState.LAPSED, at=at)
    if locked.state != CallState.WAITING:
        raise errors.VerificationRefusal("verification_call_not_possible")
    locked.second = get_current_user(scope)
    locked.second_heard, locked.second_at = note, at
    locked.save(update_fields=["second", "second_heard", "second_at"])
    if not is_service_reached:
        return _dispute_number(audit, service, locked)
    audit.record("verification.second_call", service)
    return locked


@transaction.atomic
def record_comparison(scope: Scope, call: CallTest, *, is_same: bool, at: datetime) -> CallTest:
    """Record whether both callers reached the same service: if so, the number is tested, else it
    is disputed. Every user who may check can decide, except the first caller. A test of numbers
    that have changed since lapses. Errors: PermissionDenied; verification_second_person_needed;
    verification_call_not_possible, before the second call and after the decision."""
    audit, service, locked = _lock(scope, call, at)
    if locked.second is None or locked.state != CallState.WAITING:
        raise errors.VerificationRefusal("verification_call_not_possible")
    if _waits_with_old_numbers(locked, service):
        return _end_call_test(locked, CallState.LAPSED, at=at)
    if not is_same:
        return _dispute_number(audit, service, locked)
    ended_call = _end_call_test(locked, CallState.CONFIRMED, at=at)
    finding = Finding(Verdict.CONFIRMED, Method.CALL, locked.by, locked.second)
    record_check(service, Fact.PHONE, finding, at=at)
    audit.record("verification.confirm_call", service)
    return ended_call


def has_waiting_call(service: Service, user: UUID | None) -> bool:
    """Return whether the user made the first call of a call test that has not ended."""
    return CallTest.objects.filter(service=service, by=user, state=CallState.WAITING).exists()


def waiting_call_test(service: Service) -> CallTest | None:
    """Return the call test of a service that waits for the second call or the comparison."""
    waiting = CallTest.objects.filter(service=service, state=CallState.WAITING)
    return waiting.select_related("by", "second").first()


def _lock(scope: Scope, call: CallTest, at: datetime) -> tuple[AuditContext, Service, CallTest]:
    """Lock the service and the call test for a user who may check and is not the first caller.
    Errors: PermissionDenied; verification_second_person_needed."""
    audit, service = changes.lock_service(scope, call.service, Permission.VERIFY_DIRECTORY, at=at)
    locked = CallTest.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if locked.by_id == scope.user_id:
        raise errors.VerificationRefusal("verification_second_person_needed")
    return audit, service, locked


def _waits_with_old_numbers(call: CallTest, service: Service) -> bool:
    return call.state == CallState.WAITING and call.numbers != phone_numbers_of(service)


def _dispute_number(audit: AuditContext, service: Service, call: CallTest) -> CallTest:
    """End a call test as refused; dispute the number, and queue the service for a check."""
    ended_call = _end_call_test(call, CallState.REFUSED, at=audit.at)
    finding = Finding(Verdict.DISPUTED, Method.CALL, call.second, source=call.second_heard)
    record_check(service, Fact.PHONE, finding, at=audit.at)
    enqueue(service, QueueReason.DISPUTED, at=audit.at)
    audit.record("verification.refuse_call", service)
    return ended_call


def _end_call_test(call: CallTest, state: CallState, *, at: datetime) -> CallTest:
    call.state = rules.next_call_state(CallState(call.state), state)
    call.ended_at = at
    call.save(update_fields=["state", "ended_at"])
    return call

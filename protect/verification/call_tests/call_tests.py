"""The call test: two people call a number independently, and their notes are compared.

The second caller reads nothing of the first call before their own is saved.
Source: docs/verification.md; docs/adr/0017-verification.md.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from protect.audit.context import AuditContext
from protect.directory import access, changes
from protect.directory.enums import Fact, Method, Status, Verdict
from protect.directory.fact_records.checks import Finding, check_fact, numbers_of
from protect.directory.models import Service
from protect.directory.protection.text_checks import must_not_tell_where
from protect.orgs.access import me
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.verification import errors, rules
from protect.verification.enums import CallState, QueueReason
from protect.verification.models import CallTest
from protect.verification.queue.queue import enqueue

CALLABLE = (Status.REVIEW, Status.PUBLISHED, Status.SUSPENDED)


@transaction.atomic
def record_call(scope: Scope, service: Service, heard: str, *, at: datetime) -> CallTest:
    """Record the first call of the numbers and its note. It proves nothing yet.
    A call of the same person that still waits for a second one gives way to the new one.
    Errors: PermissionDenied; verification_call_not_possible, without a number, while the call of
    another person waits, or once a second person has called; directory_tells_where."""
    audit = access.permitted_context(scope, Permission.VERIFY_DIRECTORY, service.country_id, at=at)
    changes.touch()
    locked = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    must_not_tell_where(locked, heard)
    numbers = numbers_of(locked)
    if not numbers or locked.status not in CALLABLE:
        raise errors.VerificationRefusal("verification_call_not_possible")
    waiting = CallTest.objects.select_for_update().filter(service=locked, state=CallState.WAITING)
    for earlier in waiting:
        is_of_others = earlier.by_id != scope.user_id or earlier.second_id is not None
        if is_of_others and earlier.numbers == numbers:
            raise errors.VerificationRefusal("verification_call_not_possible")
        _end(earlier, CallState.LAPSED, at=at)
    by = me(scope)
    call = CallTest.objects.create(service=locked, numbers=numbers, heard=heard, by=by, at=at)
    audit.record("verification.call_test", locked)
    return call


@transaction.atomic
def answer_call(
    scope: Scope, call: CallTest, *, is_service: bool, heard: str, at: datetime
) -> CallTest:
    """Record the note of the second caller, and whether the service answered.

    If it was, the call waits for `compare_calls`; if not, the number is disputed and waits to be
    checked. A call to numbers that have changed since lapses: see the returned state.
    Errors: PermissionDenied; verification_second_person_needed; verification_call_not_possible,
    when a second person has called before; directory_tells_where.
    """
    audit, service, locked = _begin(scope, call, at)
    must_not_tell_where(service, heard)
    if locked.by_id == scope.user_id:
        raise errors.VerificationRefusal("verification_second_person_needed")
    if locked.second_id is not None:
        raise errors.VerificationRefusal("verification_call_not_possible")
    if _is_of_old_number(locked, service):
        return _end(locked, CallState.LAPSED, at=at)
    if locked.state != CallState.WAITING:
        raise errors.VerificationRefusal("verification_call_not_possible")
    locked.second = me(scope)
    locked.second_heard, locked.second_at = heard, at
    locked.save(update_fields=["second", "second_heard", "second_at"])
    if not is_service:
        return _refuse(audit, service, locked)
    audit.record("verification.second_call", service)
    return locked


@transaction.atomic
def compare_calls(scope: Scope, call: CallTest, *, is_same: bool, at: datetime) -> CallTest:
    """Decide whether both callers heard the same: then the number is tested, else disputed. Every
    user who may check can decide, except the first caller. A call to numbers that have changed
    since lapses. Errors: PermissionDenied; verification_second_person_needed;
    verification_call_not_possible, before a second person has called and once it is decided."""
    audit, service, locked = _begin(scope, call, at)
    if locked.by_id == scope.user_id:
        raise errors.VerificationRefusal("verification_second_person_needed")
    if locked.second is None or locked.state != CallState.WAITING:
        raise errors.VerificationRefusal("verification_call_not_possible")
    if _is_of_old_number(locked, service):
        return _end(locked, CallState.LAPSED, at=at)
    if not is_same:
        return _refuse(audit, service, locked)
    ended = _end(locked, CallState.CONFIRMED, at=at)
    finding = Finding(Verdict.CONFIRMED, Method.CALL, locked.by, locked.second)
    check_fact(service, Fact.PHONE, finding, at=at)
    audit.record("verification.confirm_call", service)
    return ended


def has_first_call(service: Service, user: UUID | None) -> bool:
    """Return whether a user's own call waits for a second one: until then it proves nothing."""
    return CallTest.objects.filter(service=service, by=user, state=CallState.WAITING).exists()


def first_call(service: Service) -> CallTest | None:
    """Return the call that waits for a second person or for the comparison."""
    waiting = CallTest.objects.filter(service=service, state=CallState.WAITING)
    return waiting.select_related("by", "second").first()


def _begin(scope: Scope, call: CallTest, at: datetime) -> tuple[AuditContext, Service, CallTest]:
    country = call.service.country_id
    audit = access.permitted_context(scope, Permission.VERIFY_DIRECTORY, country, at=at)
    changes.touch()
    service = Service.objects.select_for_update(of=("self",)).get(pk=call.service_id)
    return audit, service, CallTest.objects.select_for_update(of=("self",)).get(pk=call.pk)


def _is_of_old_number(call: CallTest, service: Service) -> bool:
    return call.state == CallState.WAITING and call.numbers != numbers_of(service)


def _refuse(audit: AuditContext, service: Service, call: CallTest) -> CallTest:
    ended = _end(call, CallState.REFUSED, at=audit.at)
    finding = Finding(Verdict.DISPUTED, Method.CALL, call.second, source=call.second_heard)
    check_fact(service, Fact.PHONE, finding, at=audit.at)
    enqueue(service, QueueReason.DISPUTED, at=audit.at)
    audit.record("verification.refuse_call", service)
    return ended


def _end(call: CallTest, to: CallState, *, at: datetime) -> CallTest:
    call.state = rules.end_call(CallState(call.state), to)
    call.ended_at = at
    call.save(update_fields=["state", "ended_at"])
    return call

"""The call test: one person calls a number, a second confirms what was heard, or does not.

Source: docs/adr/0017-verification.md.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from protect.directory import rules
from protect.directory.actions.checking import Finding, check_fact
from protect.directory.actions.queueing import enqueue
from protect.directory.actions.tracing import Trace
from protect.directory.actions.versions import touch
from protect.directory.actions.withholding import must_not_tell_where
from protect.directory.enums import CallState, Fact, Method, QueueReason, Status, Verdict
from protect.directory.errors import CallNotPossible, SecondPersonNeeded
from protect.directory.models import CallTest, FactCheck, Phone, Service
from protect.directory.rules import PhoneCheck
from protect.orgs.enums import Permission
from protect.orgs.models import User
from protect.orgs.scope import Scope

CALLABLE = (Status.REVIEW, Status.PUBLISHED, Status.SUSPENDED)


@transaction.atomic
def record_call(scope: Scope, service: Service, heard: str, *, at: datetime) -> CallTest:
    """Record that one person called the numbers, and what was heard. It proves nothing yet.

    One's own call that still waits is put in the place of by the new one.
    Errors: PermissionDenied; CallNotPossible, without a number, or while somebody else's call
    waits; TellsWhere.
    """
    trace = Trace.of(scope, Permission.VERIFY_DIRECTORY, service.country_id, at=at)
    touch()
    locked = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    must_not_tell_where(locked, heard)
    numbers = numbers_of(locked)
    if not numbers or locked.status not in CALLABLE:
        raise CallNotPossible()
    lapse_changed(locked, at=at)
    waiting = CallTest.objects.select_for_update().filter(service=locked, state=CallState.WAITING)
    for earlier in waiting:
        if earlier.by_id != scope.user_id:
            raise CallNotPossible()
        _end(earlier, CallState.LAPSED, at=at)
    by = User.objects.get(pk=str(scope.user_id))
    call = CallTest.objects.create(service=locked, numbers=numbers, heard=heard, by=by, at=at)
    trace.record("call_test", locked)
    return call


@transaction.atomic
def answer_call(
    scope: Scope, call: CallTest, *, is_same: bool, heard: str = "", at: datetime
) -> CallTest:
    """Say as the second person whether the numbers answer as the first one heard.

    Yes makes the number call-tested; no disputes it, and it waits to be checked. A call whose
    numbers are others by now lapses instead: look at the state that is returned.
    Errors: PermissionDenied; SecondPersonNeeded; CallNotPossible, when it was answered before;
    TellsWhere.
    """
    trace = Trace.of(scope, Permission.VERIFY_DIRECTORY, call.service.country_id, at=at)
    touch()
    service = Service.objects.select_for_update(of=("self",)).get(pk=call.service_id)
    locked = CallTest.objects.select_for_update(of=("self",)).get(pk=call.pk)
    must_not_tell_where(service, heard)
    if locked.by_id == scope.user_id:
        raise SecondPersonNeeded()
    if locked.numbers != numbers_of(service) and locked.state == CallState.WAITING:
        return _end(locked, CallState.LAPSED, at=at)
    second = User.objects.get(pk=str(scope.user_id))
    ended = _end(locked, CallState.CONFIRMED if is_same else CallState.REFUSED, second, at=at)
    if is_same:
        finding = Finding(Verdict.CONFIRMED, Method.CALL, locked.by, second)
    else:
        finding = Finding(Verdict.DISPUTED, Method.CALL, second, source=heard)
    check_fact(service, Fact.PHONE, finding, at=at)
    if not is_same:
        enqueue(service, QueueReason.DISPUTED, at=at)
    trace.record("confirm_call" if is_same else "refuse_call", service)
    return ended


def lapse_changed(service: Service, *, at: datetime) -> int:
    """End the calls of numbers that a service has no longer; return how many.

    Call it in a transaction in which the service is locked.
    """
    rows = CallTest.objects.select_for_update().filter(service=service, state=CallState.WAITING)
    numbers = numbers_of(service)
    over = [each for each in rows if each.numbers != numbers]
    for each in over:
        _end(each, CallState.LAPSED, at=at)
    return len(over)


def untested(services: Collection[Service]) -> frozenset[UUID]:
    """Return which of many services have a number that no two people have called. Two queries."""
    keys = [each.pk for each in services]
    checks: dict[UUID, list[PhoneCheck]] = {}
    rows = FactCheck.objects.filter(service__in=keys, fact=Fact.PHONE).order_by("-at", "pk")
    for each in rows.iterator():
        has_two = None not in (each.by_id, each.second_checker_id)
        seen = PhoneCheck(each.verdict, each.method, has_two)
        checks.setdefault(each.service_id, []).append(seen)
    numbered = Phone.objects.filter(service__in=keys).values_list("service", flat=True)
    return frozenset(key for key in numbered if not rules.is_call_tested(checks.get(key, [])))


def is_tested(service: Service) -> bool:
    """Return the same of one service: whether no number of it lacks its call by two people."""
    return not untested([service])


def numbers_of(service: Service) -> list[str]:
    """Return the numbers of a service as they are dialled, in order."""
    return list(service.phones.order_by("position", "pk").values_list("number", flat=True))


def _end(call: CallTest, to: CallState, second: User | None = None, *, at: datetime) -> CallTest:
    call.state = rules.end_call(CallState(call.state), to)
    call.second = second
    call.ended_at = at
    call.save(update_fields=["state", "second", "ended_at"])
    return call

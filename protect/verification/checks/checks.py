"""Saves a check of a service: a verdict for each fact."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction

from protect.directory import access, changes, errors
from protect.directory.enums import Fact, Method, Verdict
from protect.directory.fact_records.checks import Finding, check_fact
from protect.directory.fact_records.values import fact_of, mark_of
from protect.directory.facts.base.intervals import intervals
from protect.directory.models import Service, ServiceCapacity, Unit
from protect.directory.protection.text_checks import must_not_tell_where
from protect.directory.services.actions.edits import write_fact
from protect.orgs.access import me
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.verification import enums, models
from protect.verification.call_tests.call_tests import has_first_call, record_call
from protect.verification.queue import queue


@dataclass(frozen=True, slots=True)
class Heard:
    """The result of a check: method, verdicts, new values and the facts as the checker saw them.
    `marks`: by fact, `mark_of` its values as they stood on the page; of every fact in `right` and
    `changed`. `changed`: values as `write_fact` takes them."""

    method: Method
    right: frozenset[Fact] = frozenset()
    changed: Mapping[Fact, Mapping[str, object]] = field(default_factory=dict)
    marks: Mapping[Fact, str] = field(default_factory=dict)
    source: str = ""  # for the desk
    call: str = ""  # what the first of two callers heard: compared with the second call


@transaction.atomic
def save_checks(
    scope: Scope, item: models.QueueItem, heard: Heard, *, seen: frozenset[str], at: datetime
) -> models.QueueItem:
    """Record a check and close the user's queue item. Facts that were not checked keep their age.

    If the lease of half an hour is over, the item is claimed again, unless another user holds it.
    `seen` are the reasons that stood on the page.
    Errors: PermissionDenied; verification_queue_move_not_allowed; directory_edit_conflict, when a
    fact that was marked is another by now; verification_call_not_possible; directory_tells_where.
    Nothing is saved then.
    """
    audit = access.permitted_context(scope, Permission.VERIFY_DIRECTORY, item.country_id, at=at)
    changes.touch()
    service = Service.objects.select_for_update(of=("self",)).get(pk=item.service_id)
    must_not_tell_where(service, heard.source, heard.changed)
    held = queue.hold(scope, item, at=at)
    finding = Finding(Verdict.CONFIRMED, heard.method, me(scope), source=heard.source)
    must_be_as_seen(service, heard)
    if heard.call or has_first_call(service, scope.user_id):
        # The second caller must not read that it was right: the call stands for it until then.
        heard = replace(heard, right=heard.right - {Fact.PHONE})
    write_heard(service, heard, finding, at=at)
    audit.record("verification.check_facts", service)
    ended = queue.close(scope, held, enums.QueueMove.FINISH, seen=seen, at=at)
    if heard.call:
        record_call(scope, service, heard.call, at=at)
    if Fact.PHONE in heard.changed:
        queue.enqueue(service, enums.QueueReason.CHANGED, at=at)
    return ended


@transaction.atomic
def save_missed(scope: Scope, item: models.QueueItem, *, at: datetime) -> models.QueueItem:
    """Record an unanswered call and close the item. A single unanswered call proves nothing.
    Errors: as `save_checks`."""
    audit = access.permitted_context(scope, Permission.VERIFY_DIRECTORY, item.country_id, at=at)
    changes.touch()
    service = Service.objects.select_for_update(of=("self",)).get(pk=item.service_id)
    held = queue.hold(scope, item, at=at)
    check_fact(service, Fact.PHONE, Finding(Verdict.NOT_REACHED, Method.CALL, me(scope)), at=at)
    audit.record("verification.check_facts", service)
    return queue.close(scope, held, enums.QueueMove.MISS, at=at)


def write_heard(service: Service, heard: Heard, finding: Finding, *, at: datetime) -> None:
    """Write a check for every fact that was marked, and what is new of those that changed.
    Call it in a transaction in which the service is locked. Errors: directory_edit_conflict."""
    must_be_as_seen(service, heard)
    for fact in sorted(heard.right):
        if fact == Fact.CAPACITY:
            _last_longer(service, at=at)
        check_fact(service, fact, finding, at=at)
    for fact, values in sorted(heard.changed.items()):
        is_new = write_fact(service, fact, values, at=at)
        verdict = Verdict.CHANGED if is_new else Verdict.CONFIRMED
        check_fact(service, fact, finding._replace(verdict=verdict), at=at)


def must_be_as_seen(service: Service, heard: Heard) -> None:
    """Refuse a check of a fact that has changed since. Errors: directory_edit_conflict."""
    for fact in (*heard.right, *heard.changed):
        if mark_of(fact_of(service, fact)) != heard.marks.get(fact):
            raise errors.DirectoryRefusal("directory_edit_conflict")


def _last_longer(service: Service, *, at: datetime) -> None:
    """Extend confirmed free places by another day."""
    until: timedelta = intervals()[Fact.CAPACITY].length
    ServiceCapacity.objects.filter(service=service).update(updated_at=at, expires_at=at + until)
    Unit.objects.filter(service=service).update(expires_at=at + until)

"""Editing: one fact of a service, or its texts. What one does not touch does not age by it.

Source: docs/adr/0019-editing.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from protect.directory import access
from protect.directory.actions import fact_rows, outward
from protect.directory.actions.calling import has_first_call
from protect.directory.actions.checking import Finding, check_fact
from protect.directory.actions.fact_rows import Values
from protect.directory.actions.queueing import enqueue
from protect.directory.actions.versions import touch
from protect.directory.actions.withholding import must_not_tell_where
from protect.directory.enums import CallState, Fact, Method, QueueReason, Status, Verdict
from protect.directory.errors import EditConflict
from protect.directory.models import CallTest, FactCheck, Service
from protect.orgs.enums import Permission
from protect.orgs.models import User
from protect.orgs.scope import Scope

A_MOMENT = timedelta(seconds=1)  # a check is good for some time; an edit is none


@dataclass(frozen=True, slots=True)
class Edit:
    """One fact written anew, by somebody who saw it as `mark` says.

    `method`: how it was learnt; None when nobody has checked it, then earlier checks end.
    """

    fact: Fact
    values: Mapping[str, Any]
    mark: str  # mark_of the values that the form was opened with
    method: Method | None = None
    source: str = ""  # for the desk


def facts_of(service: Service) -> dict[Fact, Values]:
    """Return what is stored of each fact, as `write_fact` takes it. It can be written as JSON."""
    return {fact: fact_rows.read(service, fact) for fact in Fact}


def fact_of(service: Service, fact: Fact) -> Values:
    """Return what is stored of one fact."""
    return fact_rows.read(service, fact)


def mark_of(values: Mapping[str, Any]) -> str:
    """Return what stands for values in a form: another mark, other values."""
    return hashlib.sha256(fact_rows.canonical(dict(values)).encode()).hexdigest()[:32]


def write_fact(service: Service, fact: Fact, values: Mapping[str, Any], *, at: datetime) -> bool:
    """Let the rows of one fact say what `values` do; return whether that changed anything.

    Call it in a transaction in which the service is locked, and say what the fact is worth now:
    `check_fact` when somebody has just learnt it, else `mark_unchecked`. A key that is left out
    stays as it is. Of a protected service no location is written, whatever is given.
    """
    before, shown = fact_rows.read(service, fact), outward.shown_of(service, at=at)
    fact_rows.replace(service, fact, values, at=at)
    after = fact_rows.read(service, fact)
    if after == before:
        return False
    touch()
    service.version += 1
    service.save(update_fields=["version"])
    outward.move_on(service, shown, at=at)
    if fact == Fact.PHONE and _numbers(before) != _numbers(after):
        waiting = CallTest.objects.filter(service=service, state=CallState.WAITING)
        waiting.update(state=CallState.LAPSED, ended_at=at)
    return True


def mark_unchecked(service: Service, fact: Fact, *, by: User | None, at: datetime) -> FactCheck:
    """Record that a fact was written anew without a check: what was checked before ends.

    The method says nothing here; a row needs one.
    """
    check = FactCheck.objects.create(
        service=service,
        fact=fact,
        verdict=Verdict.EDITED,
        method=Method.WEB,
        by=by,
        at=at,
        next_check=at + A_MOMENT,
    )
    outward.note_check(service, check)
    return check


@transaction.atomic
def edit_fact(scope: Scope, service: Service, edit: Edit, *, at: datetime) -> bool:
    """Write one fact anew; return whether that changed anything. No other fact ages by it.

    With a method the fact counts as checked now, by one person: a number still needs its call
    test. Without one it counts as not checked, until somebody checks it.
    Errors: PermissionDenied; EditConflict, when somebody else changed this fact since `mark`;
    TellsWhere, when a text about a protected service reads like an address.
    """
    audit = access.permitted_context(scope, Permission.EDIT_DIRECTORY, service.country_id, at=at)
    touch()
    locked = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    must_not_tell_where(locked, dict(edit.values), edit.source)
    standing = fact_rows.read(locked, edit.fact)
    if mark_of(standing) != edit.mark and standing != standing | dict(edit.values):
        raise EditConflict()
    is_changed = write_fact(locked, edit.fact, edit.values, at=at)
    by = User.objects.get(pk=audit.actor) if audit.actor else None
    if not is_changed and edit.fact == Fact.PHONE and has_first_call(locked, scope.user_id):
        pass  # the call stands for it: the second caller must not read that it was right
    elif edit.method is not None:
        verdict = Verdict.CHANGED if is_changed else Verdict.CONFIRMED
        finding = Finding(verdict, edit.method, by=by, source=edit.source)
        check_fact(locked, edit.fact, finding, at=at)
    elif is_changed:
        mark_unchecked(locked, edit.fact, by=by, at=at)
    if is_changed and (edit.method is None or edit.fact == Fact.PHONE):
        _let_wait(locked, edit.fact, at=at)
    if is_changed or edit.method is not None:
        audit.record(f"directory.edit_{edit.fact.value}", locked)
    return is_changed


def _let_wait(service: Service, fact: Fact, *, at: datetime) -> None:
    """Let somebody check what nobody has, and two people call what is a new number."""
    if service.status not in {Status.DRAFT, Status.WITHDRAWN}:
        is_number = fact == Fact.PHONE
        enqueue(service, QueueReason.CHANGED if is_number else QueueReason.UNVERIFIED, at=at)


def _numbers(values: Values) -> set[str]:
    return {each["number"] for each in values["phones"]}

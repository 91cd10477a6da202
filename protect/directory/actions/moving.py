"""The way of a service to the public, and off it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from protect.directory import rules
from protect.directory.actions.tracing import Trace
from protect.directory.actions.versions import touch
from protect.directory.enums import Fact, Move, Status
from protect.directory.errors import NumberNotTested
from protect.directory.models import Service
from protect.directory.rules import PhoneCheck
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope

# An editor hands in; only who answers for a country shows a service or takes it off.
NEEDS = dict.fromkeys(Move, Permission.RELEASE_DIRECTORY) | {Move.SUBMIT: Permission.EDIT_DIRECTORY}


@dataclass(frozen=True, slots=True)
class Released:
    """How many services of a country were shown, and how many wait for a call test."""

    shown: int
    waiting: int


@transaction.atomic
def move(scope: Scope, service: Service, move: Move, *, at: datetime) -> Service:
    """Move a service along its way to the public, or off it.

    Errors: PermissionDenied; ServiceMoveNotAllowed, also when someone else moved it first;
    NumberNotTested, when it would be shown with a number that nobody has called.
    """
    trace = Trace.of(scope, NEEDS[move], service.country_id, at=at)
    touch()
    locked = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    _move(locked, move, at=at)
    trace.record(move.value, locked)
    return locked


@transaction.atomic
def release(scope: Scope, country: str, *, at: datetime) -> Released:
    """Show the reviewed services of a country. Those without a call test keep waiting.

    Units: `country` is ISO 3166-1 alpha-2. Errors: PermissionDenied.
    """
    trace = Trace.of(scope, Permission.RELEASE_DIRECTORY, country, at=at)
    touch()
    shown = waiting = 0
    reviewed = Service.objects.filter(country=country, status=Status.REVIEW).order_by("pk")
    for service in reviewed.select_for_update(of=("self",)):
        if may_be_shown(service):
            _move(service, Move.PUBLISH, at=at)
            trace.record(Move.PUBLISH.value, service)
            shown += 1
        else:
            waiting += 1
    return Released(shown, waiting)


def may_be_shown(service: Service) -> bool:
    """Return whether no number of a service lacks its call test by two people."""
    checks = service.checks.filter(fact=Fact.PHONE).order_by("-at")
    return not service.phones.exists() or rules.is_call_tested(
        PhoneCheck(check.verdict, check.method, None not in (check.by_id, check.second_checker_id))
        for check in checks
    )


def _move(locked: Service, move: Move, *, at: datetime) -> None:
    status = rules.step(Status(locked.status), move)
    if status is Status.PUBLISHED and not may_be_shown(locked):
        raise NumberNotTested()
    locked.status = status
    locked.last_modified = at
    if status is Status.PUBLISHED and locked.released_at is None:
        locked.released_at = at
    locked.save(update_fields=["status", "released_at", "last_modified"])

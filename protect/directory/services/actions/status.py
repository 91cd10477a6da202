"""The way of a service to the public, and off it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from protect.audit.models import Entry
from protect.directory import access, changes, errors, rules
from protect.directory.enums import Move, Status
from protect.directory.fact_records.checks import is_tested, untested
from protect.directory.models import Service
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope

# An editor submits; only the coordinators of a country publish or suspend a service.
TAKE_BACK = "take_back"
UNDO_MOVE = timedelta(minutes=10)
# What was done, and how it stands now → how it stood.
BROUGHT_BACK = {
    ("directory.suspend", Status.SUSPENDED): Status.PUBLISHED,
    ("directory.resume", Status.PUBLISHED): Status.SUSPENDED,
}
NEEDS = dict.fromkeys(Move, Permission.RELEASE_DIRECTORY) | {Move.SUBMIT: Permission.EDIT_DIRECTORY}


@dataclass(frozen=True, slots=True)
class Released:
    shown: int
    waiting: int


@transaction.atomic
def move(scope: Scope, service: Service, move: Move, *, at: datetime) -> Service:
    """Change the publication status of a service.
    Errors: PermissionDenied; service_move_not_allowed, also when someone else moved it first;
    service_number_not_tested, when it would be shown with an untested number;
    directory_service_not_reachable, when it would be shown without any way to reach it."""
    audit, locked = changes.lock(scope, service, NEEDS[move], at=at)
    _move(locked, move, at=at)
    audit.record(f"directory.{move.value}", locked)
    return locked


@transaction.atomic
def release(scope: Scope, country: str, *, at: datetime) -> Released:
    """Publish the reviewed services of a country. Services without a call test or any way to reach
    them keep waiting.
    Units: `country` is ISO 3166-1 alpha-2. Errors: PermissionDenied."""
    audit = access.permitted_context(scope, Permission.RELEASE_DIRECTORY, country, at=at)
    changes.touch()
    reviewed = Service.objects.filter(country=country, status=Status.REVIEW).order_by("pk")
    locked = list(reviewed.select_for_update(of=("self",)))
    ready = ready_among(locked)
    for service in ready:
        _move(service, Move.PUBLISH, at=at)
        audit.record(f"directory.{Move.PUBLISH.value}", service)
    return Released(len(ready), len(locked) - len(ready))


def ready_among(services: Collection[Service]) -> list[Service]:
    """Return those that can be shown: with a number that two people called, or another way."""
    lacking = untested(services)
    rows = Service.objects.filter(pk__in=[each.pk for each in services]).reachable()
    reachable = frozenset(rows.values_list("pk", flat=True))
    return [each for each in services if each.pk in reachable and each.pk not in lacking]


def undoable(scope: Scope, service: Service, *, at: datetime) -> Status | None:
    """Return the status that the user may restore: they suspended or published the service minutes
    ago, and it has not moved since. None where nothing can be undone."""
    moves = [f"directory.{each}" for each in (*Move, TAKE_BACK)]
    rows = Entry.objects.about(f"service:{service.pk}").filter(action__in=moves)
    last = rows.newest_first().first()
    if last is None or last.actor_id != scope.user_id or at - last.at > UNDO_MOVE:
        return None
    return BROUGHT_BACK.get((last.action, Status(service.status)))


@transaction.atomic
def take_back(scope: Scope, service: Service, *, at: datetime) -> Service:
    """Undo the user's last move of a service, without a new call test.
    Errors: PermissionDenied; service_move_not_allowed, when it is too late or another user moved
    it."""
    audit, locked = changes.lock(scope, service, Permission.RELEASE_DIRECTORY, at=at)
    status = undoable(scope, locked, at=at)
    if status is None:
        move = _("Undo")
        raise errors.DirectoryRefusal(
            "service_move_not_allowed", status=Status(locked.status), move=move
        )
    locked.status = status
    locked.last_modified = at
    locked.save(update_fields=["status", "last_modified"])
    audit.record("directory.take_back", locked)
    return locked


def is_reachable(service: Service) -> bool:
    """Return whether a service has any way to reach it."""
    return Service.objects.filter(pk=service.pk).reachable().exists()


def _move(locked: Service, move: Move, *, at: datetime) -> None:
    status = rules.step(Status(locked.status), move)
    if status is Status.PUBLISHED and not is_tested(locked):
        raise errors.DirectoryRefusal("service_number_not_tested")
    if status is Status.PUBLISHED and not is_reachable(locked):
        raise errors.DirectoryRefusal("directory_service_not_reachable")
    locked.status = status
    locked.last_modified = at
    if status is Status.PUBLISHED and locked.released_at is None:
        locked.released_at = at
    locked.save(update_fields=["status", "released_at", "last_modified"])

"""Actions that change the publication status of a service, and undo the change."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from protect.audit.models import Entry
from protect.directory import access, changes, errors, rules
from protect.directory.enums import Status, StatusChange
from protect.directory.fact_records.checks import find_services_without_call_test, has_call_test
from protect.directory.models import Service
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope

UNDO_ACTION = "take_back"  # audit action, after "directory."
UNDO_PERIOD = timedelta(minutes=10)  # for the user who suspended or resumed a service
# Audit action and current status → status before the action.
STATUS_AFTER_UNDO = {
    ("directory.suspend", Status.SUSPENDED): Status.PUBLISHED,
    ("directory.resume", Status.PUBLISHED): Status.SUSPENDED,
}
# An editor submits; only the coordinators of a country publish or suspend a service.
PERMISSION_BY_CHANGE = dict.fromkeys(StatusChange, Permission.RELEASE_DIRECTORY)
PERMISSION_BY_CHANGE[StatusChange.SUBMIT] = Permission.EDIT_DIRECTORY


@dataclass(frozen=True, slots=True)
class ReleaseResult:
    """The number of services that were published, and of those not ready for publication."""

    published: int
    waiting: int


@transaction.atomic
def change_status(scope: Scope, service: Service, change: StatusChange, *, at: datetime) -> Service:
    """Change the publication status of a service.
    Errors: PermissionDenied; service_move_not_allowed, also when another user changed it first;
    service_number_not_tested, when it would be shown with an untested number;
    directory_service_not_reachable, when it would be shown without any way to reach it."""
    audit, locked = changes.lock_service(scope, service, PERMISSION_BY_CHANGE[change], at=at)
    _check_and_save_status(locked, change, at=at)
    audit.record(f"directory.{change.value}", locked)
    return locked


@transaction.atomic
def publish_ready_services(scope: Scope, country: str, *, at: datetime) -> ReleaseResult:
    """Publish the ready services of a country that are in review; count these and the others.
    Services without a call test or any way to reach them keep waiting. Units: `country` is
    ISO 3166-1 alpha-2. Errors: PermissionDenied."""
    audit = access.permitted_context(scope, Permission.RELEASE_DIRECTORY, country, at=at)
    changes.raise_version()
    in_review = Service.objects.filter(country=country, status=Status.REVIEW).order_by("pk")
    locked = list(in_review.select_for_update(of=("self",)))
    ready = select_publishable(locked)
    for service in ready:
        _check_and_save_status(service, StatusChange.PUBLISH, at=at)
        audit.record(f"directory.{StatusChange.PUBLISH.value}", service)
    return ReleaseResult(len(ready), len(locked) - len(ready))


def select_publishable(services: Collection[Service]) -> list[Service]:
    """Return the services that can be published: reachable, and with any number call-tested."""
    untested = find_services_without_call_test(services)
    rows = Service.objects.filter(pk__in=[service.pk for service in services]).reachable()
    reachable = frozenset(rows.values_list("pk", flat=True))
    return [
        service for service in services if service.pk in reachable and service.pk not in untested
    ]


def find_undo_status(scope: Scope, service: Service, *, at: datetime) -> Status | None:
    """Return the status that the user may restore; None if nothing can be undone. Only the user
    who suspended or resumed the service can undo it, for ten minutes and until the next change."""
    moves = [f"directory.{change}" for change in (*StatusChange, UNDO_ACTION)]
    rows = Entry.objects.of_target(f"service:{service.pk}").filter(action__in=moves)
    last = rows.newest_first().first()
    if last is None or last.actor_id != scope.user_id or at - last.at > UNDO_PERIOD:
        return None
    return STATUS_AFTER_UNDO.get((last.action, Status(service.status)))


@transaction.atomic
def undo_last_change(scope: Scope, service: Service, *, at: datetime) -> Service:
    """Undo the user's last suspension or resumption, without a new call test. Errors:
    PermissionDenied; service_move_not_allowed, when it is too late or the status changed since."""
    audit, locked = changes.lock_service(scope, service, Permission.RELEASE_DIRECTORY, at=at)
    status = find_undo_status(scope, locked, at=at)
    if status is None:
        move, current = _("Undo"), Status(locked.status)
        raise errors.DirectoryRefusal("service_move_not_allowed", status=current, move=move)
    locked.status = status
    locked.last_modified = at
    locked.save(update_fields=["status", "last_modified"])
    audit.record("directory.take_back", locked)
    return locked


def is_reachable(service: Service) -> bool:
    """Return whether a service has a phone number, e-mail address, website or stored address."""
    return Service.objects.filter(pk=service.pk).reachable().exists()


def _check_and_save_status(locked: Service, change: StatusChange, *, at: datetime) -> None:
    status = rules.next_status(Status(locked.status), change)
    if status is Status.PUBLISHED and not has_call_test(locked):
        raise errors.DirectoryRefusal("service_number_not_tested")
    if status is Status.PUBLISHED and not is_reachable(locked):
        raise errors.DirectoryRefusal("directory_service_not_reachable")
    locked.status = status
    locked.last_modified = at
    if status is Status.PUBLISHED and locked.released_at is None:
        locked.released_at = at
    locked.save(update_fields=["status", "released_at", "last_modified"])

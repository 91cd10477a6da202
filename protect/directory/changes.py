"""Raise the version of the directory and update `last_modified` of its services.
`last_modified` of a public service changes only when its public document changes. Other systems
request services modified since a date, so they must not see that a detail for professionals has
changed: a new address could reveal that a shelter has moved.
Source: docs/adr/0021-modified-for-readers.md."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import TruncDate

from protect.audit.context import AuditContext
from protect.directory import access
from protect.directory.enums import AddressReaders, Fact, Status, Verdict
from protect.directory.extension import extensions
from protect.directory.models import DirectoryVersion, FactCheck, Service
from protect.kernel.steps import Report, Step, run_steps
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope


def raise_version() -> int:
    """Raise the version of the directory by one and return it.
    Call it inside the transaction that changes the directory: the locked row makes readers
    see changes in commit order. Errors: TransactionManagementError outside a transaction."""
    version = lock_version()
    version.number += 1
    version.save(update_fields=["number"])
    return version.number


def lock_version() -> DirectoryVersion:
    """Lock the version of the directory and return it as it is. An action that may turn out to
    change nothing calls it first, and `raise_version` once it has changed something: each new
    version makes all servers draw their pages again. Errors: as `raise_version`."""
    version, _ = DirectoryVersion.objects.select_for_update().get_or_create(pk=1)
    return version


def lock_service(
    scope: Scope, service: Service, permission: Permission, *, at: datetime
) -> tuple[AuditContext, Service]:
    """Raise the version and lock a service that the user may change. Return the audit context and
    the locked service. Call it first in a transaction, so that all actions lock in the same
    order. Errors: PermissionDenied."""
    audit = access.permitted_context(scope, permission, service.country_id, at=at)
    raise_version()
    return audit, Service.objects.select_for_update(of=("self",)).get(pk=service.pk)


NIGHT_SUCCEEDED = "directory.keep_true"  # audit action: every nightly step succeeded

type PublicDocuments = list[dict[str, object]]

REMOVED_STATUSES = (Status.SUSPENDED, Status.WITHDRAWN)  # not public: checks keep `last_modified`


def public_documents(service: Service, *, at: datetime) -> PublicDocuments:
    """Return the public documents of a service as stored; empty if it is not public. Call it
    before and after a change with the same `at`, because they list opening hours from `at` on."""
    documents = [extension.public_document(service, at=at) for extension in extensions()]
    return [{**document, "last_modified": None} for document in documents if document is not None]


def update_last_modified(service: Service, before: PublicDocuments, *, at: datetime) -> None:
    """Update `last_modified` of a service, unless it was public `before` and its documents are the
    same. Call it once the change is stored, in a transaction in which the service is locked."""
    if not before or before != public_documents(service, at=at):
        service.last_modified = at
        service.save(update_fields=["last_modified"])


def update_version_after_check(service: Service, check: FactCheck) -> None:
    """Raise a service's version after a dispute; after other checks of public facts update its
    `last_modified`. Files and the HSDS interface show a dispute only from the next night on, as
    its time could identify the reporter. Pages say “being checked” at once, by the new version."""
    if check.verdict == Verdict.DISPUTED:
        Service.objects.filter(pk=service.pk).update(version=F("version") + 1)
        service.refresh_from_db(fields=["version"])
        return
    services = Service.objects.filter(pk=service.pk).exclude(status__in=REMOVED_STATUSES)
    if check.fact == Fact.ADDRESS:
        services = services.filter(address_audience=AddressReaders.PUBLIC)
    services.update(last_modified=check.at)


@transaction.atomic
def publish_disputes(*, at: datetime) -> int:
    """Update `last_modified` of services that were disputed before today; return their number. All
    disputes of a day become visible together, so that their time does not identify a reporter."""
    disputes = FactCheck.objects.filter(verdict=Verdict.DISPUTED).annotate(
        day=TruncDate("at", tzinfo=UTC), shown_day=TruncDate("service__last_modified", tzinfo=UTC)
    )
    is_public = ~Q(fact=Fact.ADDRESS) | Q(service__address_audience=AddressReaders.PUBLIC)
    today = at.astimezone(UTC).date()
    unpublished = disputes.filter(is_public, day__lt=today, shown_day__lte=F("day"))
    services = Service.objects.filter(pk__in=unpublished.values("service"))
    services = services.exclude(status__in=REMOVED_STATUSES)
    if not services.exists():
        return 0
    raise_version()
    return services.update(last_modified=at)


def all_nightly_steps() -> dict[str, Step]:
    """Return all nightly steps by name: those of the directory, then those of each extension."""
    steps: dict[str, Step] = {"note_disputes": publish_disputes}
    for extension in extensions():
        steps |= extension.nightly_steps()
    return steps


def run_nightly_steps(
    *, at: datetime, say: Report, steps: Mapping[str, Step] | None = None
) -> list[str]:
    """Run the given steps, by default all nightly ones; return the names of failed steps. Each step
    is atomic or safe to repeat. `say` receives the result of each step. A run without a failure is
    recorded in the platform's audit chain: `protect check` warns when it is missing."""
    steps = all_nightly_steps() if steps is None else steps
    failed = run_steps("directory", steps, at=at, report=say)
    if not failed:
        with transaction.atomic():
            AuditContext(at=at, actor=None, organisation=None).record(NIGHT_SUCCEEDED)
    return failed

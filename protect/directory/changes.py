"""The version of the directory, and when the public reads something else of a service than before.
Only then `last_modified` moves: others ask for what was modified since. Were it to move with what
only professionals see, it would tell them that a shelter has moved. Source:
docs/adr/0021-modified-for-readers.md."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import TruncDate

from protect.audit.context import AuditContext
from protect.directory import access
from protect.directory.enums import Audience, Fact, Status, Verdict
from protect.directory.extension import extensions
from protect.directory.models import DirectoryVersion, FactCheck, Service
from protect.kernel.steps import Say, Step, take
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope


def touch() -> int:
    """Lock the directory's version, raise it and return it.
    Call it inside the transaction that changes the directory: readers then see changes in the order
    in which they were committed. Errors: TransactionManagementError outside a transaction."""
    version, _ = DirectoryVersion.objects.select_for_update().get_or_create(pk=1)
    version.number += 1
    version.save(update_fields=["number"])
    return version.number


def lock(
    scope: Scope, service: Service, permission: Permission, *, at: datetime
) -> tuple[AuditContext, Service]:
    """Lock the version and a service that the user may change; return the audit context and it.
    Call it first in a transaction. Errors: PermissionDenied."""
    audit = access.permitted_context(scope, permission, service.country_id, at=at)
    touch()
    return audit, Service.objects.select_for_update(of=("self",)).get(pk=service.pk)


KEPT_TRUE = "directory.keep_true"  # action in the audit: a night's work without a failure

type Shown = list[dict[str, object]]

CLOSED = (Status.SUSPENDED, Status.WITHDRAWN)


def shown_of(service: Service, *, at: datetime) -> Shown:
    """Return all that the public reads of a service as it is stored; empty where it reads nothing.
    Call it before and after with one `at`: hours are told as rows of the year that follows."""
    documents = [each.public_document(service, at=at) for each in extensions()]
    return [{**each, "last_modified": None} for each in documents if each is not None]


def move_on(service: Service, before: Shown, *, at: datetime) -> None:
    """Update `last_modified` of a service if its public document differs from `before`.
    Call it once the change is stored, in a transaction in which the service is locked."""
    if not before or before != shown_of(service, at=at):
        service.last_modified = at
        service.save(update_fields=["last_modified"])


def note_check(service: Service, check: FactCheck) -> None:
    """Move the version after a check, and `last_modified` where the public sees the check.
    The HSDS interface and files show a dispute only from the next night on, because its time could
    identify the reporter. The version moves at once, so that pages say “being checked”."""
    if check.verdict == Verdict.DISPUTED:
        Service.objects.filter(pk=service.pk).update(version=F("version") + 1)
        service.refresh_from_db(fields=["version"])
        return
    services = Service.objects.filter(pk=service.pk).exclude(status__in=CLOSED)
    if check.fact == Fact.ADDRESS:
        services = services.filter(address_audience=Audience.PUBLIC)
    services.update(last_modified=check.at)


@transaction.atomic
def note_disputes(*, at: datetime) -> int:
    """Update `last_modified` of services with facts disputed before today; return how many.
    So readers of files and of the HSDS interface see disputes by the day, all at once."""
    disputes = FactCheck.objects.filter(verdict=Verdict.DISPUTED).annotate(
        day=TruncDate("at", tzinfo=UTC), shown_day=TruncDate("service__last_modified", tzinfo=UTC)
    )
    open_to_all = ~Q(fact=Fact.ADDRESS) | Q(service__address_audience=Audience.PUBLIC)
    new = disputes.filter(open_to_all, day__lt=at.astimezone(UTC).date(), shown_day__lte=F("day"))
    services = Service.objects.filter(pk__in=new.values("service")).exclude(status__in=CLOSED)
    if not services.exists():
        return 0
    touch()
    return services.update(last_modified=at)


def steps_of_night() -> dict[str, Step]:
    """Return every step by its name, lower packages first."""
    steps: dict[str, Step] = {"note_disputes": note_disputes}
    for extension in extensions():
        steps |= extension.nightly_steps()
    return steps


def keep_true(*, at: datetime, say: Say, steps: Mapping[str, Step] | None = None) -> list[str]:
    """Take every step, those of the night if none are given; return the names of those that failed.
    Each step is atomic, or in parts that may be done again. `say` hears what came of each. A night
    without failures is written into the platform's chain: `protect check` warns when none was."""
    failed = take("directory", steps_of_night() if steps is None else steps, at=at, say=say)
    if not failed:
        with transaction.atomic():
            AuditContext(at=at, actor=None, organisation=None).record(KEPT_TRUE)
    return failed

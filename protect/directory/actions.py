"""Changes to the directory. Each raises its version in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from protect.directory import rules
from protect.directory.enums import Audience, Fact, Method, Move, Status, Verdict
from protect.directory.errors import NumberNotTested
from protect.directory.importing import store
from protect.directory.importing.reading import Table
from protect.directory.importing.report import Report
from protect.directory.intervals import intervals
from protect.directory.models import DirectoryVersion, FactCheck, Location, Service
from protect.directory.rules import PhoneCheck
from protect.orgs.models import User
from protect.reference.models import Area

# Texts in which an address may have been repeated.
TEXTS = (
    "name",
    "description",
    "audience_note",
    "how_to_access",
    "restrictions",
    "area_note",
    "referral_route",
    "admission_conditions",
    "desk_notes",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check of a fact found, how, and who says so."""

    verdict: Verdict
    method: Method
    by: User | None = None
    second_checker: User | None = None
    source: str = ""  # for the desk


@dataclass(frozen=True, slots=True)
class Released:
    """How many services of a country were shown, and how many wait for a call test."""

    shown: int
    waiting: int


def touch() -> int:
    """Lock the directory's version, raise it and return it.

    Call it inside the transaction that changes the directory: readers then see changes in the
    order in which they were committed.
    Errors: TransactionManagementError outside a transaction.
    """
    version, _ = DirectoryVersion.objects.select_for_update().get_or_create(pk=1)
    version.number += 1
    version.save(update_fields=["number"])
    return version.number


@transaction.atomic
def check_fact(service: Service, fact: Fact, finding: Finding, *, at: datetime) -> FactCheck:
    """Record that a fact was checked. No other fact of the service ages by it.

    Source: docs/adr/0005-facts-and-freshness.md.
    """
    touch()
    interval = intervals()[fact]
    check = FactCheck.objects.create(
        service=service,
        fact=fact,
        verdict=finding.verdict,
        method=finding.method,
        source=finding.source,
        by=finding.by,
        second_checker=finding.second_checker,
        at=at,
        next_check=rules.next_check(at, interval.length, interval.weights[finding.method]),
    )
    Service.objects.filter(pk=service.pk).update(last_modified=at)
    return check


@transaction.atomic
def move(service: Service, move: Move, *, at: datetime) -> Service:
    """Move a service along its way to the public, or off it.

    Errors: ServiceMoveNotAllowed, also when someone else moved it first; NumberNotTested, when it
    would be shown with a number that nobody has called.
    """
    touch()
    locked = Service.objects.select_for_update().get(pk=service.pk)
    status = rules.step(Status(locked.status), move)
    if status is Status.PUBLISHED and not _may_be_shown(locked):
        raise NumberNotTested()
    locked.status = status
    locked.last_modified = at
    locked.save(update_fields=["status", "last_modified"])
    return locked


@transaction.atomic
def release(country: str, *, at: datetime) -> Released:
    """Show the reviewed services of a country. Those without a call test keep waiting.

    Units: `country` is ISO 3166-1 alpha-2.
    """
    shown = waiting = 0
    for service in Service.objects.filter(country_id=country, status=Status.REVIEW).order_by("pk"):
        if _may_be_shown(service):
            move(service, Move.PUBLISH, at=at)
            shown += 1
        else:
            waiting += 1
    return Released(shown, waiting)


@transaction.atomic
def protect_address(service: Service, coarse_area: Area | None, *, at: datetime) -> Service:
    """Never store an address of this service again, and forget those that are stored.

    `coarse_area` is what its editor chose to say instead, never computed from the true spot.
    The fingerprint of the imported row goes too: whoever has a list of streets could read it.
    """
    touch()
    locked = Service.objects.select_for_update().get(pk=service.pk)
    locations = list(Location.objects.filter(services__service=locked))
    spots = {spot for each in locations for spot in (each.address, each.postal_code) if spot}
    locked.at_locations.all().delete()
    Location.objects.filter(pk__in=[each.pk for each in locations], services=None).delete()
    for name in TEXTS:
        setattr(locked, name, rules.without_spots(getattr(locked, name), spots))
    locked.address_audience = Audience.NEVER_STORED
    locked.coarse_area = coarse_area
    locked.source_digest = ""
    locked.version += 1
    locked.last_modified = at
    changed = ("address_audience", "coarse_area", "source_digest", "version", "last_modified")
    locked.save(update_fields=[*TEXTS, *changed])
    return locked


def import_services(
    table: Table, *, publish: bool, dry_run: bool, at: datetime, say: Callable[[int, int], None]
) -> Report:
    """Bring the services of one source up to date with a table, in one transaction.

    `publish` shows new rows of good confidence at once, as a demo may; otherwise they wait for
    review. `dry_run` does everything and takes it back. `say` hears rows done and rows in all.
    """
    with transaction.atomic():
        touch()
        report = store.import_table(table, publish=publish, at=at, say=say)
        if dry_run or not report.has_changes:
            transaction.set_rollback(True)
    return report


def _may_be_shown(service: Service) -> bool:
    checks = service.checks.filter(fact=Fact.PHONE).order_by("-at")
    return not service.phones.exists() or rules.is_call_tested(
        PhoneCheck(check.verdict, check.method, None not in (check.by_id, check.second_checker_id))
        for check in checks
    )

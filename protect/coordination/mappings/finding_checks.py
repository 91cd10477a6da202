"""From a finding to adaptation checks of the services that it is about, and what became of it."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from protect.coordination.adaptations import access as adaptations
from protect.coordination.adaptations.actions import begin_check
from protect.coordination.adaptations.check_reasons import CheckReason
from protect.coordination.adaptations.check_topics import topics
from protect.coordination.adaptations.enums import CheckState, StepState
from protect.coordination.adaptations.models import Adaptation
from protect.coordination.adaptations.step_rows import STATE_SHAPES, StepRow, step_rows
from protect.coordination.mappings import access
from protect.coordination.mappings.models import Finding, FindingCheck
from protect.directory.enums import Fact
from protect.directory.fact_records.fact_view import describe_fact
from protect.directory.models import Service
from protect.orgs.access import get_row, must_be_signed_in
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope


class StepResult(NamedTuple):
    """A step of a check. `text`: "" for users who may not see the check. `lines`: what the
    directory says since; empty unless the step changed it."""

    text: str
    state: StepState
    shape: str
    lines: list[str]
    day: datetime | None  # of the change


class CheckResult(NamedTuple):
    """What became of a finding at a service. `url`: "" if the user may not open the check."""

    check: Adaptation
    state: CheckState
    shape: str
    url: str
    results: list[StepResult]


class ServiceResults(NamedTuple):
    """A service that a finding is about. `may_begin`: whether the user can bring the finding to a
    check of it; `is_unnamed`: whether its organisation at the desk must be named first."""

    service: Service
    checks: list[CheckResult]
    may_begin: bool
    is_unnamed: bool


@transaction.atomic
def bring_to_check(
    scope: Scope, finding: Finding, service: Service, peer: Organisation | None, *, at: datetime
) -> Adaptation:
    """Begin an adaptation check of a service because of a finding, or add the finding to the check
    that is open. Adding it again changes nothing. Errors: Http404, also if the finding is not about
    the service; PermissionDenied; as `begin_check`."""
    found = access.get_run_finding(scope, finding.pk)
    row = adaptations.get_service(scope, get_row(found.services.all(), pk=service.pk).pk)
    Service.objects.select_for_update(of=("self",)).get(pk=row.pk)
    check = open_check(row) or begin_check(scope, row, peer, at=at)
    values = {"linked_at": at, "linked_by_id": must_be_signed_in(scope)}
    link, is_new = FindingCheck.objects.get_or_create(
        finding=found, adaptation=check, defaults=values
    )
    if is_new:
        audit = access.round_context(scope, found.round, at=at)
        audit.record("coordination.bring_finding_to_check", link)
    return check


def open_check(service: Service) -> Adaptation | None:
    row: Adaptation | None = Adaptation.objects.open().filter(service=service).first()
    return row


def results_of(scope: Scope, finding: Finding, today: date) -> Iterator[ServiceResults]:
    """Yield the services that a finding is about, with what became of it there."""
    links = finding.checks.select_related("adaptation__service", "adaptation__organisation")
    checks = [link.adaptation for link in links.prefetch_related("adaptation__reviews")]
    visible = set(adaptations.visible_checks(scope).values_list("pk", flat=True))
    services = adaptations.visible_services(scope).values("pk")
    reachable = set(finding.services.filter(pk__in=services).values_list("pk", flat=True))
    may_run = access.may_run(scope, finding.round)
    for service in finding.services.order_by("name", "pk"):
        own = [check for check in checks if check.service_id == service.pk]
        has_open = any(check.closed_at is None for check in own)
        may_begin = may_run and service.pk in reachable and not has_open
        is_unnamed = may_begin and adaptations.organisation_of(service) is None
        rows = [_check_result(check, today, is_visible=check.pk in visible) for check in own]
        yield ServiceResults(service, rows, may_begin, is_unnamed)


def findings_of_check(scope: Scope, check: Adaptation) -> Iterator[CheckReason]:
    """Yield the findings that were brought to a check, for `adaptations.check_reasons`. Owners of
    recommendations are left out: the check has other readers than the mapping."""
    visible = set(access.visible_rounds(scope).values_list("pk", flat=True))
    rows = Finding.objects.filter(checks__adaptation=check).select_related("round")
    for finding in rows.prefetch_related("recommendations").order_by("number", "pk"):
        url = reverse("coordination:finding", args=[finding.pk])
        yield CheckReason(
            _("Finding"),
            finding.title,
            finding.text,
            tuple(row.text for row in finding.recommendations.all()),
            url if finding.round_id in visible else "",
        )


def _check_result(check: Adaptation, today: date, *, is_visible: bool) -> CheckResult:
    results = [_step_result(row, is_visible=is_visible) for row in step_rows(check, today)]
    shown = [result for result in results if result.text or result.lines]
    url = reverse("coordination:adaptation", args=[check.pk]) if is_visible else ""
    return CheckResult(check, check.state, STATE_SHAPES[check.state], url, shown)


def _step_result(row: StepRow, *, is_visible: bool) -> StepResult:
    step = row.step
    has_fact = bool(step.fact and step.fact != Fact.ADDRESS and step.after) and not row.is_disputed
    lines = _new_lines(row) if has_fact and row.state == StepState.DONE else []
    judged = step.correction.judged_at if step.correction else None
    day = step.published_at or judged
    return StepResult(step.text if is_visible else "", row.state, row.shape, lines, day)


def _new_lines(row: StepRow) -> list[str]:
    """Return what the directory says of the fact of a step and did not say before."""
    fact, topic = Fact(row.step.fact), topics().get(row.step.topic)

    def lines(values: dict[str, object]) -> list[str]:
        return describe_fact(fact, topic.part_of(values) if topic and values else values)

    before = lines(row.step.before)
    return [line for line in lines(row.step.after) if line not in before]

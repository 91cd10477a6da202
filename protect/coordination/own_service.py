"""The page of a service for its own people and the coordinators of its country: entry, what the
public sees, what is to be confirmed, adaptation plan, trainings, groups, procedures, pathways,
reports."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext as _, pgettext
from django.views.decorators.http import require_POST, require_safe

from protect.certificates.facts import completed_modules
from protect.coordination.adaptations import access, actions
from protect.coordination.adaptations.check_reasons import reasons_of
from protect.coordination.adaptations.enums import StepState
from protect.coordination.adaptations.models import Adaptation
from protect.coordination.adaptations.step_rows import STATE_SHAPES, StepRow, step_rows
from protect.coordination.adaptations.views import SERVICE
from protect.coordination.groups.access import visible_groups
from protect.coordination.groups.models import Group, Member
from protect.coordination.pathways.access import edition_in_force, visible_pathways
from protect.coordination.pathways.models import Pathway, PathwayEntry
from protect.coordination.pathways.pathway_pages import changes_of, edition_keys
from protect.coordination.pathways.place_names import pathway_name
from protect.coordination.procedures.access import visible_versions
from protect.coordination.procedures.models import ProcedureVersion
from protect.coordination.procedures.procedure_links import (
    ProcedureLink,
    procedure_links,
    readable_procedures,
)
from protect.directory.access import visible_services
from protect.directory.enums import Fact, Freshness
from protect.directory.extension import public_lines
from protect.directory.fact_records.checks import FactState, service_fact_states
from protect.directory.fact_records.fact_view import fact_view, rough_age
from protect.directory.facts import FACT_LABELS
from protect.directory.models import Service
from protect.directory.services.service_page import public_url, status_chip
from protect.kernel import clock
from protect.kernel.small_numbers import shown_number
from protect.orgs.access import scope_of
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.ui.pages import redirect_with_message, render_form_page
from protect.verification.enums import Reporter
from protect.verification.models import Correction, ProviderLink

ASKED_WITHIN = timedelta(days=30)
LATE = {Freshness.DUE, Freshness.OVERDUE, Freshness.EXPIRED, Freshness.UNVERIFIED}


class Belonging(NamedTuple):
    """A group, a procedure or a pathway to which a service or its organisation belongs."""

    kind: str
    name: str
    url: str  # "" if the user may not open it
    states: tuple[tuple[str, str], ...] = ()  # shape and word of each
    procedure: ProcedureLink | None = None  # shown with its own template


class MainAction(NamedTuple):
    """The one thing to do next."""

    label: str
    url: str
    why: str = ""


def groups_of(scope: Scope, _service: Service, organisation: UUID) -> Iterator[Belonging]:
    """Yield the working groups in which an organisation has members."""
    members = Member.objects.current().filter(organisation=organisation)
    visible = set(visible_groups(scope).values_list("pk", flat=True))
    rows = Group.objects.filter(pk__in=members.values("group"), closed_at=None)
    for group in rows.order_by("name", "pk"):
        url = reverse("coordination:group", args=[group.pk]) if group.pk in visible else ""
        yield Belonging(_("Working group"), group.name, url)


def procedures_of(scope: Scope, _service: Service, organisation: UUID) -> Iterator[Belonging]:
    """Yield the procedures that an organisation should sign or has signed, and those in force in
    its working groups, each with its state."""
    day = clock.now().date()
    members = Member.objects.current().filter(organisation=organisation)
    signed = visible_versions(scope).filter(signatories__organisation=organisation)
    in_force = ProcedureVersion.objects.filter(
        in_force_from__lte=day, procedure__group__in=members.values("group")
    )
    rows = readable_procedures(scope).filter(
        Q(pk__in=signed.values("procedure")) | Q(pk__in=in_force.values("procedure"))
    )
    for link in procedure_links(rows, day):
        url = reverse("coordination:version", args=[link.version.pk])
        kind = link.procedure.get_kind_display()
        yield Belonging(kind, link.version.title, url, procedure=link)


def pathways_of(scope: Scope, service: Service, _organisation: UUID) -> Iterator[Belonging]:
    """Yield the pathways that name a service: published ones, and drafts of the user's groups."""
    drafts = PathwayEntry.objects.filter(service=service).values("step__pathway")
    rows = visible_pathways(scope).filter(ended_at=None, country=service.country_id)
    for pathway in rows.prefetch_related("editions").order_by("need", "created_at", "pk"):
        edition = edition_in_force(pathway)
        if edition is None:
            if drafts.filter(step__pathway=pathway).exists():
                states = [("plain", _("Draft"))]
                yield _pathway_belonging(pathway, states)
        elif service.pk in edition_keys(edition):
            states = [("good", pgettext("a pathway", "Published"))]
            if any(change.key == service.pk for change in changes_of(edition)):
                states.insert(0, ("caution", _("Changed since agreed")))
            yield _pathway_belonging(pathway, states)


def _pathway_belonging(pathway: Pathway, states: list[tuple[str, str]]) -> Belonging:
    url = reverse("coordination:pathway", args=[pathway.pk])
    return Belonging(_("Pathway"), pathway_name(pathway), url, tuple(states))


# Each tells to what a service or its organisation belongs.
BELONGINGS: list[Callable[[Scope, Service, UUID], Iterable[Belonging]]] = [
    groups_of,
    procedures_of,
    pathways_of,
]


@require_safe
def service_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope, at = scope_of(request), clock.now()
    service = access.get_service(scope, pk)
    if service.merged_into_id:
        return redirect(SERVICE, service.merged_into_id)
    organisation = access.organisation_of(service)
    is_own = organisation is not None and organisation.pk in scope.organisations
    checks = Adaptation.objects.filter(service=service).prefetch_related("reviews")
    current = checks.open().first()
    steps = step_rows(current, at.date()) if current else []
    context = {
        "service": service,
        "organisation": organisation,
        "status": status_chip(service),
        "check": current,
        "check_shape": STATE_SHAPES[current.state] if current else "",
        "past_checks": [check for check in checks if check.closed_at],
        "reasons": reasons_of(scope, current) if current else [],
        "steps": steps,
        "is_own": is_own,
        "may_coordinate": access.may_coordinate(scope, service),
        "may_open_entry": visible_services(scope).filter(pk=service.pk).exists(),
        "reports": list(_reports(service, at)),
        **_entry(service, at),
        **_belongings(scope, service, organisation, is_own=is_own),
    }
    is_asked = is_own and bool(context["asked"])
    if organisation is None:
        url = reverse("coordination:service_organisation", args=[pk])
        context["main"] = MainAction(_("Name its organisation"), url)
    else:
        context["main"] = _main_action(service, current, steps, is_asked=is_asked)
    return render_form_page(request, "coordination/service_page.html", None, context)


@require_POST
def service_confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    service = access.get_service(scope, pk)
    ticked = [fact for fact in Fact if f"fact-{fact.value}" in request.POST]
    if not ticked:
        return redirect(f"{reverse(SERVICE, args=[pk])}#asked")
    seen = {fact: request.POST[f"fact-{fact.value}"] for fact in ticked}
    actions.confirm_facts(scope, service, seen, at=clock.now())
    text = _("Thank you. What you ticked counts as checked today.")
    return redirect_with_message(request, text, SERVICE, pk)


def _entry(service: Service, at: datetime) -> dict[str, object]:
    """Return what the entry says, what is asked of the service, and what the public reads."""
    states = service_fact_states(service, at).values()
    tag = (get_language() or "en").partition("-")[0]
    return {
        "facts": [fact_view(service, state) for state in states],
        "asked": [fact_view(service, state) for state in states if _is_asked(state, at)],
        "links": _open_links(service, at),
        "public": public_lines(service, tag, at=at),
        "public_url": public_url(service),
    }


def _belongings(
    scope: Scope, service: Service, organisation: Organisation | None, *, is_own: bool
) -> dict[str, object]:
    """Return trainings, groups, procedures and pathways. Small numbers are for the organisation's
    own people."""
    if organisation is None:
        return {"trained": [], "belongings": []}
    modules = completed_modules(organisation.pk)
    return {
        "trained": [(title, count if is_own else shown_number(count)) for title, count in modules],
        "belongings": [
            each for find in BELONGINGS for each in find(scope, service, organisation.pk)
        ],
    }


def _is_asked(state: FactState, at: datetime) -> bool:
    """Return whether the service is asked to confirm a fact this month."""
    if state.state in LATE:
        return True
    check = state.check
    is_fresh = state.state == Freshness.FRESH and check is not None
    return is_fresh and check is not None and check.next_check <= at + ASKED_WITHIN


def _open_links(service: Service, at: datetime) -> list[ProviderLink]:
    """Return the mailed questions that the service has not answered yet."""
    rows = ProviderLink.objects.filter(service=service, answered_at=None, revoked_at=None)
    return list(rows.filter(expires__gt=at))


def _reports(service: Service, at: datetime) -> Iterator[tuple[str, str, str]]:
    """Yield the open reports about a service as what they are about, from which kind of reporter,
    and their rough age: texts are for moderators, as an abuser may have written them."""
    for report in Correction.objects.new().about(service.pk).order_by("created", "pk"):
        labels = [str(FACT_LABELS[code]) for code in report.facts if code in FACT_LABELS]
        about = ", ".join(labels) or _("The whole entry")
        yield about, str(Reporter(report.reporter).label), rough_age(report.created, at)


def _main_action(
    service: Service, check: Adaptation | None, steps: list[StepRow], *, is_asked: bool
) -> MainAction:
    """Return the one thing to do next: first what is late, then the check."""
    page = reverse("coordination:adaptation", args=[check.pk]) if check else ""
    if any(row.is_disputed for row in steps):
        return MainAction(_("Look at the step in dispute"), page)
    if any(row.is_overdue for row in steps):
        return MainAction(_("Look at the overdue step"), page)
    if is_asked and check and check.planned_at:
        return MainAction(_("Confirm your entry"), "#asked")
    if check is None:
        url = reverse("coordination:service_check_new", args=[service.pk])
        return MainAction(_("Begin an adaptation check"), url)
    is_ending = check.planned_at and all(row.state != StepState.OPEN for row in steps)
    if is_ending:
        url = reverse("coordination:adaptation_comparison", args=[check.pk])
        return MainAction(_("Before and after"), url)
    label = _("Go on with the plan") if check.planned_at else _("Go on with the check")
    return MainAction(label, page)

"""Pages of findings and recommendations."""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.coordination.adaptations import access as adaptations
from protect.coordination.adaptations.forms import PeerForm
from protect.coordination.groups.models import Member
from protect.coordination.mappings import access, figures, finding_checks, findings, forms
from protect.coordination.mappings.models import Finding, MappingRound, Passage
from protect.coordination.mappings.views import crumb
from protect.coordination.minutes.enums import ActionState
from protect.coordination.presence import axes
from protect.coordination.presence.access import readable_services
from protect.coordination.presence.matrix import needs_of
from protect.directory.facts import FACT_LABELS
from protect.directory.models import Service
from protect.kernel import clock
from protect.orgs.access import get_row, scope_of
from protect.ui.pages import (
    FormPage,
    posted_data,
    redirect_with_message,
    render_form_page,
    show_form,
)

FINDING = "coordination:finding"


@require_http_methods(["GET", "POST"])
def mapping_finding_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record a finding about the need in the address; without one, about the most frequent."""
    scope = scope_of(request)
    row = access.get_run_round(scope, pk)
    asked = request.GET.get("need", "")
    need = asked if asked in axes.needs() else _main_need(row)
    passages = _passages(row, need)
    initial = {
        "passages": [passage.pk for passage in passages],
        "groups": sorted({code for passage in passages for code in passage.groups}),
        "areas": forms.regions_of_passages(passages),
    }
    form = _form(request, row, need, initial)
    if form.is_valid():
        with form.showing_refusals():
            values = form.cleaned_data | {"need": need}
            found = findings.add_finding(scope, row, values, at=clock.now())
            return redirect_with_message(request, _("Saved."), FINDING, found.pk)
    return _finding_page(request, form, row, need)


@require_http_methods(["GET", "POST"])
def finding_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_run_finding(scope, pk)
    initial = {name: getattr(row, name) for name in findings.FINDING_FIELDS} | {
        "passages": row.passages.all(),
        "services": row.services.all(),
    }
    form = _form(request, row.round, row.need, initial)
    if form.is_valid():
        with form.showing_refusals():
            values = form.cleaned_data | {"need": row.need}
            findings.change_finding(scope, row, values, at=clock.now())
            return redirect_with_message(request, _("Saved."), FINDING, pk)
    return _finding_page(request, form, row.round, row.need)


@require_safe
def finding(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a finding, beside the coverage gap of its need and regions."""
    scope = scope_of(request)
    row = access.get_finding(scope, pk)
    recommendations = access.visible_recommendations(scope).filter(finding=row)
    context = {
        "finding": row,
        "fact": FACT_LABELS.get(row.fact, ""),
        "services": list(finding_checks.results_of(scope, row, clock.now().date())),
        "passages": row.passages.select_related("interview"),
        "gap": figures.coverage_gap(row.round.country_id, row.need, row.areas),
        "recommendations": recommendations.order_by("due_on", "pk"),
        "may_run": access.may_run(scope, row.round),
        "today": clock.now().date(),
    }
    return render_form_page(request, "coordination/mappings/finding.html", None, context)


@require_http_methods(["GET", "POST"])
def finding_check(request: HttpRequest, pk: UUID, service: UUID) -> HttpResponse:
    """Begin an adaptation check of a service because of a finding, or add the finding to the check
    that is open."""
    scope = scope_of(request)
    row = access.get_run_finding(scope, pk)
    of_service = adaptations.get_service(scope, get_row(row.services.all(), pk=service).pk)
    organisation = adaptations.organisation_of(of_service)
    peers = adaptations.peers_of(organisation.pk) if organisation else None
    is_open = finding_checks.open_check(of_service) is not None
    posted = posted_data(request)
    form = forms.OpenCheckForm(posted) if is_open else PeerForm(posted, peers=peers)
    if form.is_valid():
        with form.showing_refusals():
            peer = form.cleaned_data.get("peer")
            check = finding_checks.bring_to_check(scope, row, of_service, peer, at=clock.now())
            text = _("The finding stands on the check now.")
            return redirect_with_message(request, text, "coordination:adaptation", check.pk)
    lead = _("People of the service and its peer will read the finding and its recommendations.")
    button = _("Add the finding to the open check") if is_open else _("Begin")
    title = _("Adaptation check: %(service)s") % {"service": of_service.name}
    return show_form(request, form, FormPage(title, button, finding_crumb(row), lead))


@require_http_methods(["GET", "POST"])
def finding_recommend(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_run_finding(scope, pk)
    form = forms.RecommendationForm(posted_data(request), members=_members(row.round))
    if form.is_valid():
        with form.showing_refusals():
            findings.add_recommendation(scope, row, form.cleaned_data, at=clock.now())
            return redirect_with_message(request, _("Saved."), FINDING, pk)
    page = FormPage(_("New recommendation"), _("Save"), finding_crumb(row), row.title)
    return show_form(request, form, page)


@require_http_methods(["GET", "POST"])
def recommendation_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_run_recommendation(scope, pk)
    initial = {name: getattr(row, name) for name in findings.RECOMMENDATION_FIELDS}
    members = _members(row.finding.round)
    form = forms.RecommendationForm(posted_data(request), members=members, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            findings.change_recommendation(scope, row, form.cleaned_data, at=clock.now())
            return redirect_with_message(request, _("Saved."), FINDING, row.finding_id)
    page = FormPage(_("Recommendation"), _("Save"), finding_crumb(row.finding))
    return show_form(request, form, page)


@require_POST
def recommendation_mark(request: HttpRequest, pk: UUID, *, state: ActionState) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_own_recommendation(scope, pk)
    findings.set_recommendation_state(scope, row, state, at=clock.now())
    return redirect_with_message(request, _("Saved."), "coordination:recommendation_list")


@require_safe
def recommendation_list(request: HttpRequest) -> HttpResponse:
    """Show the open recommendations of all rounds of the user, the user's own first."""
    scope = scope_of(request)
    rows = list(access.visible_recommendations(scope).open())
    own = [row for row in rows if row.member and row.member.user_id == scope.user_id]
    context = {
        "own": own,
        "others": [row for row in rows if row not in own],
        "run": set(access.run_rounds(scope).values_list("pk", flat=True)),
        "today": clock.now().date(),
    }
    return render_form_page(
        request, "coordination/mappings/recommendation_list.html", None, context
    )


def finding_crumb(row: Finding) -> tuple[str, str]:
    return f"{row.number}. {row.title}", reverse(FINDING, args=[row.pk])


def _form(
    request: HttpRequest, row: MappingRound, need: str, initial: Mapping[str, object]
) -> forms.FindingForm:
    keys = [passage.pk for passage in _passages(row, need)]
    passages = Passage.objects.filter(pk__in=keys).select_related("interview")
    return forms.FindingForm(
        posted_data(request),
        country=row.country_id,
        passages=passages,
        services=_services(row, need),
        initial=initial,
    )


def _finding_page(
    request: HttpRequest, form: forms.FindingForm, row: MappingRound, need: str
) -> HttpResponse:
    context = {
        "mapping": row,
        "need": need,
        "back": crumb(row)[1],
        "gap": figures.coverage_gap(row.country_id, need, ()),
    }
    return render_form_page(request, "coordination/mappings/finding_form.html", form, context)


def _passages(row: MappingRound, need: str) -> list[Passage]:
    rows = Passage.objects.filter(interview__round=row, coded_at__isnull=False)
    return [passage for passage in rows.select_related("interview") if need in passage.needs]


def _main_need(row: MappingRound) -> str:
    counts = Counter(figures.count_needs(row))
    return counts.most_common(1)[0][0] if counts else next(iter(axes.needs()))


def _services(row: MappingRound, need: str) -> QuerySet[Service]:
    """Return the published services of the country that answer a need."""
    services = readable_services(row.country_id).prefetch_related("categories").order_by("pk")
    keys = [service.pk for service in services if need in needs_of(service)]
    return Service.objects.filter(pk__in=keys).order_by("name", "pk")


def _members(row: MappingRound) -> QuerySet[Member]:
    if row.group is None:
        return Member.objects.none()
    members: QuerySet[Member] = row.group.members.current().by_organisation()
    return members

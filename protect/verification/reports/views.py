from collections.abc import Iterator
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.directory import access as directory_access, desk
from protect.directory.enums import Fact
from protect.directory.fact_records import checks
from protect.directory.fact_records.fact_view import describe_fact, fact_view
from protect.directory.models import Service
from protect.kernel import clock
from protect.kernel.text import plain_isolated_name
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.ui import moments, pages, pagination
from protect.verification import access, enums, labels, models
from protect.verification.reports import forms, reports

PAGE_SIZE = 50  # reports
SHORT_TEXT_LENGTH = 60  # characters of a text in a list
OTHER_REPORTS_LIMIT = 20  # other reports about the service, in the form and the sidebar


@require_http_methods(["GET", "POST"])
def report_service_problem(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the desk's form for a report about a service; save the member's report."""
    scope = scope_of(request)
    service = directory_access.get_service(scope, pk)
    form = forms.MemberReportForm(pages.posted_data(request))
    if form.is_valid():
        with form.showing_refusals():
            report = form.report(get_language() or "")
            reports.report_as_member(scope, service, report, at=clock.now())
            is_number = Fact.PHONE in report.facts
            disputed = _("Thank you. The number is now shown as disputed.")
            judged = _("Thank you. A moderator will look at it.")
            return pages.redirect_with_message(
                request, disputed if is_number else judged, "directory:service", pk
            )
    return pages.render_form_page(
        request, "verification/correction_new.html", form, {"service": service}
    )


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    countries = directory_access.require_permission_anywhere(scope, Permission.MODERATE_DIRECTORY)
    report_filter = forms.ReportFilter(request.GET, countries)
    chosen = report_filter.chosen()
    service_id = chosen.pop("service", None)
    rows = access.moderatable_reports(scope).filter(**chosen)
    rows = rows.about(service_id) if service_id else rows
    rows = rows.new_first().select_related("service")
    page = pagination.Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "filter": report_filter,
        "service": directory_access.get_service(scope, service_id) if service_id else None,
        "page": page,
        "rows": [_report_row(report) for report in page],
    }
    return desk.show_tab(request, "verification/correction_list.html", desk.REPORTS, None, context)


@require_http_methods(["GET", "POST"])
def review_report(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    report = access.get_report(scope, pk)
    is_new = report.state == enums.CorrectionState.NEW
    others = [(other, _report_line(other)) for other in _other_reports(report)]
    reported = list(report.proposed) or list(report.facts)
    form = forms.ReportDecisionForm(pages.posted_data(request), reported=reported, others=others)
    if form.is_valid():
        with form.showing_refusals():
            decided_report = reports.decide_report(scope, report, form.decision(), at=clock.now())
            message = _decision_message(decided_report)
            return pages.redirect_with_message(request, message, "verification:correction_list")
    service = directory_access.follow_merges(report.service)
    editable = directory_access.countries_with_permission(scope, Permission.EDIT_DIRECTORY)
    context = {
        **_report_row(report),
        "service": service,
        "is_new": is_new,
        "is_proposal": report.is_proposal,
        "facts": list(_reported_facts(service, report)),
        "others": others,
        "may_edit": service.country_id in editable,
    }
    shown = form if is_new or form.is_bound else None
    return pages.render_form_page(request, "verification/correction.html", shown, context)


def _report_row(correction: models.Correction) -> dict[str, object]:
    return {
        "correction": correction,
        "what": labels.report_subjects(correction.facts),
        "reporter": correction.get_reporter_display(),
        "shape": labels.STATE_SHAPES[correction.state],
        "state": correction.get_state_display(),
    }


def _other_reports(correction: models.Correction) -> list[models.Correction]:
    """Return the newest other reports of the service, also decided ones, but no duplicates."""
    rows = models.Correction.objects.filter(service=correction.service).exclude(pk=correction.pk)
    first = rows.exclude(state=enums.CorrectionState.DUPLICATE).order_by("-created", "pk")
    return list(first[:OTHER_REPORTS_LIMIT])


def _report_line(correction: models.Correction) -> str:
    what, text = " · ".join(labels.report_subjects(correction.facts)), correction.text
    short = text if len(text) <= SHORT_TEXT_LENGTH else f"{text[:SHORT_TEXT_LENGTH]}…"
    line = f"{moments.exact_text(correction.created.date())}: {what}"
    return f"{line} — {plain_isolated_name(short)}" if short else line


def _reported_facts(service: Service, correction: models.Correction) -> Iterator[dict[str, object]]:
    """Yield the reported facts; all known facts if the service is reported as closed."""
    at = clock.now()
    state_by_fact = checks.service_fact_states(service, at)
    reported = set(correction.proposed or correction.facts)
    for fact in Fact:
        if fact in reported or (enums.ReportClaim.CLOSED in reported and fact in state_by_fact):
            fact_state = state_by_fact.get(fact) or checks.compute_fact_state(fact, [], at)
            proposed = correction.proposed.get(fact.value)
            lines = None if proposed is None else describe_fact(fact, proposed)
            yield {"view": fact_view(service, fact_state), "proposed": lines}


def _decision_message(report: models.Correction) -> str:
    if report.state not in {enums.CorrectionState.ACCEPTED, enums.CorrectionState.PARTLY}:
        return _("Decision saved. Nothing about the service was changed.")
    if report.is_proposal:
        return _("Decision saved. The entry now has the values that you accepted.")
    return _(
        "Decision saved. The facts that you accepted as wrong are shown as disputed and "
        "have to be checked. If the report names no fact, nothing was changed."
    )

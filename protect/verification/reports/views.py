"""Reports: a member reports an error, a moderator of the country judges it."""

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.directory import access as directory_access, desk
from protect.directory.enums import Fact
from protect.directory.fact_records import checks
from protect.directory.fact_records.fact_view import fact_view, words_of
from protect.directory.models import Service
from protect.kernel import clock
from protect.kernel.text import plain_name
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.ui import moments, pages, pagination
from protect.verification import access, enums, labels, models
from protect.verification.reports import forms, reports

PAGE = 50  # reports
SHORT = 60  # characters of a text in a list
MOST_OTHERS = 20  # reports about the same service, to point at


@require_http_methods(["GET", "POST"])
def correction_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    service = directory_access.get_service(scope, pk)
    form = forms.MemberReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.mending():
            report = form.report(get_language() or "")
            reports.report_as_member(scope, service, report, at=clock.now())
            is_number = Fact.PHONE in report.facts
            disputed = _("Thank you. The number is shown as disputed from now on.")
            judged = _("Thank you. A moderator looks at it.")
            return pages.done(request, disputed if is_number else judged, "directory:service", pk)
    return pages.show(request, "verification/correction_new.html", form, {"service": service})


@require_safe
def correction_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    countries = directory_access.must_somewhere(scope, Permission.MODERATE_DIRECTORY)
    report_filter = forms.CorrectionFilter(request.GET, countries)
    chosen = report_filter.chosen()
    about = chosen.pop("service", None)
    rows = access.corrections_of(scope).filter(**chosen)
    rows = rows.about(about) if about else rows
    rows = rows.new_first().select_related("service")
    page = pagination.Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": report_filter,
        "service": directory_access.get_service(scope, about) if about else None,
        "page": page,
        "rows": [_row(each) for each in page],
    }
    return desk.show_tab(
        request, "verification/correction_list.html", desk.CORRECTIONS, None, context
    )


@require_http_methods(["GET", "POST"])
def correction(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    report = access.get_correction(scope, pk)
    is_new = report.state == enums.CorrectionState.NEW
    others = [(each, _line(each)) for each in _others(report)]
    reported = list(report.proposed) or list(report.facts)
    sent = request.POST if request.method == "POST" else None
    form = forms.JudgeForm(sent, reported=reported, others=others)
    if form.is_valid():
        with form.mending():
            judged = reports.judge(scope, report, form.judgement(), at=clock.now())
            message = _decision_message(judged)
            return pages.done(request, message, "verification:correction_list")
    service = directory_access.survivor(report.service)
    context = {
        **_row(report),
        "service": service,
        "is_new": is_new,
        "is_proposal": report.is_proposal,
        "facts": list(_facts(service, report)),
        "others": others,
        "may_edit": directory_access.may(scope, Permission.EDIT_DIRECTORY, service.country_id),
    }
    shown = form if is_new or form.is_bound else None
    return pages.show(request, "verification/correction.html", shown, context)


def _row(correction: models.Correction) -> dict[str, object]:
    return {
        "correction": correction,
        "what": labels.what_of(correction.facts),
        "reporter": correction.get_reporter_display(),
        "shape": labels.STATE_SHAPES[correction.state],
        "state": correction.get_state_display(),
    }


def _others(correction: models.Correction) -> list[models.Correction]:
    rows = models.Correction.objects.filter(service=correction.service).exclude(pk=correction.pk)
    first = rows.exclude(state=enums.CorrectionState.DUPLICATE).order_by("-created", "pk")
    return list(first[:MOST_OTHERS])


def _line(correction: models.Correction) -> str:
    what = " · ".join(labels.what_of(correction.facts))
    text = correction.text if len(correction.text) <= SHORT else f"{correction.text[:SHORT]}…"
    line = f"{moments.exact(correction.created.date())}: {what}"
    return f"{line} — {plain_name(text)}" if text else line


def _facts(service: Service, correction: models.Correction) -> Iterator[dict[str, object]]:
    at = clock.now()
    standing_by_fact = checks.standing_of(service, at)
    reported = set(correction.proposed or correction.facts)
    for fact in Fact:
        if fact in reported or (enums.Claim.CLOSED in reported and fact in standing_by_fact):
            standing = standing_by_fact.get(fact) or checks.standing_from(fact, [], at)
            proposed = correction.proposed.get(fact.value)
            lines = None if proposed is None else words_of(fact, proposed)
            yield {"view": fact_view(service, standing), "proposed": lines}


def _decision_message(judged: models.Correction) -> str:
    if judged.state not in {enums.CorrectionState.ACCEPTED, enums.CorrectionState.PARTLY}:
        return _("Done. Nothing about the service was changed.")
    if judged.is_proposal:
        return _("Done. The entry says now what the service says.")
    return _("Done. What was reported is shown as disputed, and waits to be checked.")

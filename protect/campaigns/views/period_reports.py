"""Pages of the desk: a report for a period, the entries behind its figures, and its exports."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.views.decorators.http import require_safe

from protect.campaigns import log_forms
from protect.campaigns.base.access import must_run_campaigns
from protect.campaigns.base.enums import PlaceKind, ReachMethod
from protect.campaigns.distribution.models import Distribution
from protect.campaigns.period_reports import report_figures, report_rows, report_tables
from protect.campaigns.plans.access import visible_campaigns
from protect.campaigns.report_forms import ReportForm, default_period
from protect.campaigns.views.frame import REPORT, show_tab
from protect.campaigns.views.report_lines import report_context
from protect.kernel import clock
from protect.kernel.ids import parse_uuid
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.reference import formats
from protect.ui.moments import month_text
from protect.ui.pages import render_form_page
from protect.ui.pagination import Paginator
from protect.ui.spreadsheet import XLSX_TYPE

PAGE_SIZE = 100  # entries


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    form = _bound_form(request, scope)
    context: dict[str, Any] = {"at": clock.now(), "report": None}
    if form.is_valid():
        query = form.to_query()
        context |= report_context(report_figures.build_report(scope, query), _address(form))
        context |= {"query": query, "about": form.about_name, "notes": report_tables.notes()}
    return show_tab(request, REPORT, "campaigns/report.html", context, form)


@require_safe
def report_export(request: HttpRequest, kind: str) -> HttpResponse:
    scope = scope_of(request)
    form = _valid_form(request, scope)
    query = form.to_query()
    name = f"campaigns-{query.first}-{query.last}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    figures = report_figures.build_report(scope, query)
    if kind == "csv":
        text = report_tables.export_csv(figures)
        return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)
    direction = "rtl" if get_language_bidi() else "ltr"
    about = form.about_name
    book = report_tables.export_xlsx(figures, query, about, direction, at=clock.now())
    return HttpResponse(book, content_type=XLSX_TYPE, headers=headers)


@require_safe
def report_copies(request: HttpRequest) -> HttpResponse:
    """Show the entries of the log behind a number of copies of a report."""
    scope = scope_of(request)
    form = _valid_form(request, scope)
    rows = report_rows.given_out(scope, form.to_query()).select_related("file__material")
    rows = _filter_copies(rows, request)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = _frame(form, _copy_labels(rows.first(), request)) | {
        "page": page,
        "rows": [(row, log_forms.file_label(row.file)) for row in page],
        "copies": rows.order_by().aggregate(total=Sum("copies"))["total"] or 0,
    }
    return render_form_page(request, "campaigns/report_copies.html", None, context)


@require_safe
def report_reach(request: HttpRequest) -> HttpResponse:
    """Show the entries behind a figure of people reached; small numbers are hidden here, too."""
    scope = scope_of(request)
    form = _valid_form(request, scope)
    entries = list(report_rows.reach_entries(scope, form.to_query()).select_related("campaign"))
    shown = report_figures.shown_entries(entries)
    method, month = request.GET.get("method", ""), _month(request)
    kept = [
        row
        for row in entries
        if method in ("", row.method) and (month is None or row.day.replace(day=1) == month)
    ]
    labels = [str(ReachMethod(method).label)] if method in ReachMethod.values else []
    page = Paginator(kept, PAGE_SIZE).get_page(request.GET.get("page"))
    context = _frame(form, [*labels, *([month_text(month)] if month else [])]) | {
        "page": page,
        "rows": [(row, shown[row.pk]) for row in page],
    }
    return render_form_page(request, "campaigns/report_reach.html", None, context)


def _bound_form(request: HttpRequest, scope: Scope) -> ReportForm:
    """Return the form of a report; without an address: the year so far, of the first country."""
    countries = must_run_campaigns(scope)
    form = ReportForm(None, countries=countries, campaigns=visible_campaigns(scope))
    first = form.fields["about"].choices[0][0]  # type: ignore[attr-defined]
    data = {**default_period(clock.now().date()), "about": first, **request.GET.dict()}
    return ReportForm(data, countries=countries, campaigns=visible_campaigns(scope))


def _valid_form(request: HttpRequest, scope: Scope) -> ReportForm:
    """Return the form of an address that the page of a report wrote. Errors: Http404."""
    form = _bound_form(request, scope)
    if not form.is_valid():
        raise Http404
    return form


def _address(form: ReportForm) -> dict[str, str]:
    data = form.cleaned_data
    days = {name: data[name].isoformat() for name in ("first", "last")}
    return {**days, "about": data["about"]}


def _frame(form: ReportForm, labels: list[str]) -> dict[str, Any]:
    return {
        "query": form.to_query(),
        "about": form.about_name,
        "labels": labels,
        "back": f"{reverse(REPORT)}?{urlencode(_address(form))}",
    }


def _filter_copies(rows: QuerySet[Distribution], request: HttpRequest) -> QuerySet[Distribution]:
    """Return the entries that belong to a line of the report. Errors: Http404."""
    wanted = request.GET
    if "material" in wanted:
        rows = rows.filter(file__material=parse_uuid(wanted["material"]))
    if "language" in wanted:
        rows = rows.filter(file__language=wanted["language"])
    if "place_kind" in wanted:
        rows = rows.filter(place_kind=wanted["place_kind"])
    if month := _month(request):
        rows = rows.filter(day__year=month.year, day__month=month.month)
    return rows


def _copy_labels(row: Distribution | None, request: HttpRequest) -> list[str]:
    """Return how the page names what the entries have in common, from one of them."""
    if row is None:
        return []
    labels = {
        "material": row.file.material.title,
        "language": formats.language_name(row.file.language_id, get_language() or "en"),
        "place_kind": str(PlaceKind(row.place_kind).label),
        "month": month_text(row.day),
    }
    return [label for name, label in labels.items() if name in request.GET]


def _month(request: HttpRequest) -> date | None:
    """Return the first day of the month that an address names, if it does. Errors: Http404."""
    month = request.GET.get("month", "")
    try:
        return date.fromisoformat(f"{month}-01") if month else None
    except ValueError:
        raise Http404 from None

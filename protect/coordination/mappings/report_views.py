"""Pages and files of mapping reports: the draft of a round, and issued versions."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.coordination.mappings import access, forms, reports
from protect.coordination.mappings.models import MappingReport
from protect.coordination.mappings.report_content import PARTS
from protect.coordination.mappings.report_files import (
    DOCX_TYPE,
    file_name,
    report_docx,
    report_pdf,
)
from protect.coordination.mappings.report_words import report_words
from protect.coordination.mappings.views import crumb
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.reference import vocabulary
from protect.ui.pages import (
    file_header,
    inline_pdf,
    posted_data,
    redirect_with_message,
    render_form_page,
)

REPORT, ISSUED = "coordination:mapping_report", "coordination:issued"


@require_POST
def mapping_begin(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_run_round(scope, pk)
    reports.begin_report(scope, row, get_language() or "en", at=clock.now())
    return redirect_with_message(request, _("Saved."), REPORT, pk)


@require_http_methods(["GET", "POST"])
def mapping_report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show and write the draft of a round's report."""
    scope = scope_of(request)
    row = access.get_round(scope, pk)
    draft = access.get_draft(scope, row)
    initial = {part: getattr(draft, part) for part in PARTS} | {"language": draft.language_id}
    form = forms.ReportForm(posted_data(request), initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            reports.save_report(
                scope, draft, form.cleaned_data, _read_version(request), at=clock.now()
            )
            return redirect_with_message(request, _("Saved."), REPORT, pk)
    context = {
        "mapping": row,
        "back": crumb(row)[1],
        "draft": draft,
        "words": report_words(draft),
        **_typed(draft),
    }
    return render_form_page(request, "coordination/mappings/report_form.html", form, context)


@require_POST
def mapping_issue(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    draft = access.get_draft(scope, access.get_round(scope, pk))
    report = reports.issue_report(scope, draft, _read_version(request), at=clock.now())
    text = _("The version is issued. It does not change any more, and all users can read it.")
    return redirect_with_message(request, text, ISSUED, report.pk)


@require_safe
def mapping_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    return _pdf(access.get_draft(scope, access.get_round(scope, pk)))


@require_safe
def mapping_docx(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    return _docx(access.get_draft(scope, access.get_round(scope, pk)))


@require_safe
def issued(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show an issued version, as it was then."""
    scope = scope_of(request)
    report = access.get_issued_report(scope, pk)
    newer = access.issued_reports(scope).filter(round=report.round_id, number__gt=report.number)
    context = {
        "report": report,
        "words": report_words(report),
        "newer": newer.order_by("-number").first(),
        **_typed(report),
    }
    return render_form_page(request, "coordination/mappings/issued.html", None, context)


@require_safe
def issued_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _pdf(access.get_issued_report(scope_of(request), pk))


@require_safe
def issued_docx(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _docx(access.get_issued_report(scope_of(request), pk))


def _read_version(request: HttpRequest) -> int:
    """Return the version of the texts that the user has seen; -1 if the form does not say it."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isdecimal() else -1


def _typed(report: MappingReport) -> dict[str, str]:
    """Return language and direction of the typed texts."""
    direction = vocabulary.languages()[report.language_id].direction
    return {"typed_tag": report.language_id, "typed_direction": direction}


def _pdf(report: MappingReport) -> HttpResponse:
    name = file_name(report.round.country_id, report.number)
    return inline_pdf(report_pdf(report_words(report)), name)


def _docx(report: MappingReport) -> HttpResponse:
    name = file_name(report.round.country_id, report.number)
    headers = {"Content-Disposition": file_header(f"{name}.docx", is_download=True)}
    content = report_docx(report_words(report))
    return HttpResponse(content, content_type=DOCX_TYPE, headers=headers)

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.coordination.pathways import access, exercises, forms, pathway_pages
from protect.coordination.pathways.models import PathwayTest
from protect.coordination.pathways.place_names import pathway_name
from protect.coordination.pathways.views import crumb
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

TEST = "coordination:pathway_test"


@require_http_methods(["GET", "POST"])
def pathway_test_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_group_pathway(scope, pk)
    edition = access.get_edition(row)
    initial = {"tested_on": clock.now().date(), "kind": "call"}
    form = forms.TestForm(posted_data(request), initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            test = exercises.record_test(scope, edition, form.cleaned_data, at=clock.now())
            return redirect_with_message(request, _("Saved."), TEST, test.pk)
    lead = _("Call each service with the script, or go through an invented case at the table.")
    return show_form(request, form, FormPage(_("New test"), _("Begin"), crumb(row), lead))


@require_safe
def pathway_test(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    test = access.get_test(scope, pk)
    edition = test.edition
    findings = {row.service_id: row for row in test.findings.select_related("service", "report")}
    services = Service.objects.filter(pk__in=pathway_pages.edition_keys(edition)).order_by("pk")
    by_key = {service.pk: service for service in services}
    keys = dict.fromkeys(pathway_pages.edition_keys(edition))
    context = {
        "test": test,
        "pathway": edition.pathway,
        "name": pathway_name(edition.pathway),
        "questions": exercises.script_of(test.kind),
        "rows": [(by_key[key], findings.get(key)) for key in keys if key in by_key],
        "done": len(findings),
        "may_record": access.is_member(scope, edition.pathway.group),
    }
    return render_form_page(request, "coordination/pathways/test.html", None, context)


@require_http_methods(["GET", "POST"])
def pathway_finding(request: HttpRequest, pk: UUID, service: UUID) -> HttpResponse:
    scope = scope_of(request)
    test = access.get_own_test(scope, pk)
    keys = pathway_pages.edition_keys(test.edition)
    row = get_row(Service.objects.filter(pk__in=keys), pk=service)
    found = test.findings.filter(service=row).first()
    names = exercises.FINDING_FIELDS
    initial = {name: getattr(found, name) for name in names} if found else {}
    questions = exercises.script_of(test.kind)
    form = forms.FindingForm(posted_data(request), questions=questions, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            exercises.record_finding(scope, test, row.pk, form.values(), at=clock.now())
            return redirect_with_message(request, _("Saved."), TEST, pk)
    page = FormPage(_("Finding"), _("Save"), test_crumb(test), row.name)
    return show_form(request, form, page)


@require_POST
def pathway_finding_report(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    finding = access.get_own_finding(scope, pk)
    language = get_language() or "en"
    row = exercises.report_finding(scope, finding, language, at=clock.now())
    text = _("Reported. The people who check this service see it in their list.")
    return redirect_with_message(request, text, TEST, row.test_id)


def test_crumb(test: PathwayTest) -> tuple[str, str]:
    return pathway_name(test.edition.pathway), reverse(TEST, args=[test.pk])

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.coordination.groups import access as groups
from protect.coordination.meetings.views import group_crumb
from protect.coordination.procedures import access, forms
from protect.coordination.procedures.actions import versions
from protect.coordination.procedures.procedure_links import procedure_links, readable_procedures
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.ui.pages import (
    FormPage,
    posted_data,
    redirect_with_message,
    render_form_page,
    show_form,
)

VERSION = "coordination:version"


@require_safe
def procedure_list(request: HttpRequest) -> HttpResponse:
    procedures = readable_procedures(scope_of(request))
    rows = procedure_links(procedures, clock.now().date())
    countries = {row.procedure.group.country_id for row in rows}
    country = request.GET.get("country", "")
    context = {
        "rows": [row for row in rows if country in ("", row.procedure.group.country_id)],
        "countries": sorted(code for code in countries if code),
        "country": country,
    }
    return render_form_page(request, "coordination/procedures/procedure_list.html", None, context)


@require_http_methods(["GET", "POST"])
def group_procedure_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    group = groups.get_run_group(scope, pk)
    form = forms.ProcedureForm(posted_data(request))
    if form.is_valid():
        with form.showing_refusals():
            version = versions.create_procedure(scope, group, form.cleaned_data, at=clock.now())
            return redirect_with_message(request, _("Saved."), VERSION, version.pk)
    lead = _("It begins with the sections of the inter-agency guidance. You can leave some out.")
    page = FormPage(_("New procedure"), _("Save"), group_crumb(group), lead)
    return show_form(request, form, page)


@require_POST
def procedure_version_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    procedure = access.get_run_procedure(scope, pk)
    version = versions.create_version(scope, procedure, at=clock.now())
    text = _("This version is a copy of the last. Reopen the sections that change.")
    return redirect_with_message(request, text, VERSION, version.pk)

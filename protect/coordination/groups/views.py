from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.coordination.base.access import (
    coordinated_countries,
    coordinating_organisations,
    must_coordinate,
)
from protect.coordination.groups import access, actions, forms
from protect.coordination.groups.models import Group
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.models import Organisation
from protect.ui.pages import (
    FormPage,
    file_header,
    posted_data,
    redirect_with_message,
    render_form_page,
    show_form,
)
from protect.uploads.upload_handler import content_of, stored_document

GROUPS, GROUP = "coordination:group_list", "coordination:group"


@require_safe
def group_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    rows = access.visible_groups(scope).select_related("organisation").order_by("name", "pk")
    context = {
        "rows": [row for row in rows if row.closed_at is None],
        "closed": [row for row in rows if row.closed_at is not None],
        "may_create": bool(coordinated_countries(scope)),
        "countries": sorted(coordinated_countries(scope)),
    }
    return render_form_page(request, "coordination/group_list.html", None, context)


@require_http_methods(["GET", "POST"])
def group_new(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    countries, own = must_coordinate(scope), coordinating_organisations(scope)
    organisations = Organisation.objects.active().filter(pk__in=own).order_by("name")
    form = forms.GroupForm(posted_data(request), countries=countries, organisations=organisations)
    if form.is_valid():
        data = form.values()
        with form.showing_refusals():
            group = actions.create_group(scope, data["organisation"].pk, data, at=clock.now())
            return redirect_with_message(request, _("Saved."), GROUP, group.pk)
    page = FormPage(_("New working group"), _("Save"), (_("Working groups"), reverse(GROUPS)))
    return show_form(request, form, page)


@require_http_methods(["GET", "POST"])
def group_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_run_group(scope, pk)
    initial = {
        "name": row.name,
        "purpose": row.purpose,
        "country": row.country_id,
        "language": row.language,
    }
    countries = [row.organisation.country]
    form = forms.GroupForm(posted_data(request), countries=countries, initial=initial)
    if form.is_valid():
        data = form.values()
        with form.showing_refusals():
            actions.change_group(scope, row, data, at=clock.now())
            return redirect_with_message(request, _("Saved."), GROUP, pk)
    return show_form(request, form, FormPage(_("Working group"), _("Save"), crumb(row)))


@require_POST
def group_close(request: HttpRequest, pk: UUID, *, is_closed: bool) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_run_group(scope, pk)
    actions.close_group(scope, row, is_closed=is_closed, at=clock.now())
    text = _("The group is closed. Its members can still read it.") if is_closed else _("Saved.")
    return redirect_with_message(request, text, GROUP, pk)


@require_http_methods(["GET", "POST"])
def group_member_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_run_group(scope, pk)
    form = forms.MemberForm(posted_data(request))
    if form.is_valid():
        with form.showing_refusals():
            actions.add_member(scope, row, form.cleaned_data, at=clock.now())
            return redirect_with_message(request, _("Saved."), GROUP, pk)
    return show_form(request, form, FormPage(_("New member"), _("Add member"), crumb(row)))


@require_http_methods(["GET", "POST"])
def member_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    member = access.get_run_member(scope, pk)
    initial = {name: getattr(member, name) for name in actions.MEMBER_FIELDS}
    form = forms.MemberForm(posted_data(request), is_new=False, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            actions.change_member(scope, member, form.cleaned_data, at=clock.now())
            return redirect_with_message(request, _("Saved."), GROUP, member.group_id)
    lead = f"{member.person} · {member.organisation_name}"
    return show_form(request, form, FormPage(_("Member"), _("Save"), crumb(member.group), lead))


@require_POST
def member_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    member = actions.end_member(scope, access.get_run_member(scope, pk), at=clock.now())
    text = _("This person is no longer a member. The link of a guest no longer works.")
    return redirect_with_message(request, text, GROUP, member.group_id)


@require_http_methods(["GET", "POST"])
def group_terms_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_run_group(scope, pk)
    form = forms.TermsForm(posted_data(request), request.FILES or None)
    if form.is_valid():
        with form.showing_refusals():
            file = form.cleaned_data["file"]
            document = actions.clean_terms(file.name or "", content_of(file))
            actions.add_terms(scope, row, document, at=clock.now())
            return redirect_with_message(request, _("Saved."), GROUP, pk)
    return show_form(request, form, FormPage(_("Terms of reference"), _("Save"), crumb(row)))


@require_safe
def group_terms(request: HttpRequest, pk: UUID) -> HttpResponse:
    terms = access.get_terms(scope_of(request), pk)
    response = stored_document(terms.content, terms.media_type)
    response["Content-Disposition"] = file_header(terms.name)
    return response


def crumb(row: Group) -> tuple[str, str]:
    return row.name, reverse(GROUP, args=[row.pk])

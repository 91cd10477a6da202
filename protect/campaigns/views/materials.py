from uuid import UUID

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.campaigns import forms, log_forms
from protect.campaigns.base.access import must_run_campaigns
from protect.campaigns.base.enums import MaterialKind
from protect.campaigns.distribution.access import (
    copies_by_file,
    orders_without_copies,
    visible_orders,
)
from protect.campaigns.materials import access, actions
from protect.campaigns.materials.models import Material, MaterialQuerySet
from protect.campaigns.plans.access import visible_campaigns
from protect.campaigns.press import outdated
from protect.campaigns.press.access import visible_files
from protect.campaigns.press.models import PressFileQuerySet
from protect.campaigns.views.frame import MATERIALS, own_organisations, show_tab
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.ui.pages import (
    FormPage,
    posted_data,
    redirect_with_message,
    render_form_page,
    show_form,
)

STATES = ("live", "down")
EDITED = ("title", "kind", "template", "licence", "alternative_text")


@require_safe
def material_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    countries = must_run_campaigns(scope)
    names = ("q", "kind", "language", "country", "state")
    asked = {name: request.GET.get(name, "") for name in names}
    rows = _filtered(access.visible_materials(scope), visible_files(scope), asked)
    context = {
        "rows": rows.select_related("campaign", "organisation"),
        "asked": asked,
        "is_filtered": any(asked.values()),
        "kinds": MaterialKind.choices,
        "languages": log_forms.printable_languages(),
        "countries": sorted(countries),
    }
    return show_tab(request, MATERIALS, "campaigns/material_list.html", context)


@require_http_methods(["GET", "POST"])
def material_new(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    must_run_campaigns(scope)
    rows = {
        "organisation": own_organisations(scope),
        "campaign": visible_campaigns(scope).filter(retired_at=None).order_by("name"),
        "consents": access.open_consents(scope).select_related("organisation"),
    }
    initial = {"campaign": request.GET.get("campaign", "")}
    form = forms.MaterialForm(posted_data(request), rows=rows, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        with form.showing_refusals():
            owner = data["organisation"].pk
            row = actions.create_material(scope, owner, data["code"], data, at=clock.now())
            return redirect_with_message(request, _("Saved."), "campaigns:material", row.pk)
    crumb = (_("Materials"), reverse(MATERIALS))
    return show_form(request, form, FormPage(_("New material"), _("Save"), crumb))


@require_safe
def material_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    material = access.get_material(scope, pk)
    files = visible_files(scope).filter(material=material)
    states = outdated.file_states(files, clock.now())
    copies = copies_by_file(files)
    is_own = access.own_materials(scope).filter(pk=pk).exists()
    orders = visible_orders(scope).filter(material=material)
    context = {
        "material": material,
        "files": [
            (state, log_forms.file_label(state.file), copies[state.file.pk]) for state in states
        ],
        "orders": orders,
        "unlogged": set(orders_without_copies(orders).values_list("pk", flat=True)),
        "consents": material.consents.all() if is_own else (),  # others need no reference
        "is_own": is_own,
        "can_print": bool(material.template) and material.taken_down_at is None,
    }
    return render_form_page(request, "campaigns/material.html", None, context)


@require_http_methods(["GET", "POST"])
def material_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    material = access.get_own_material(scope, pk)
    consents = access.open_consents(scope).filter(organisation=material.organisation_id)
    initial = {name: getattr(material, name) for name in EDITED}
    initial["consents"] = list(material.consents.values_list("pk", flat=True))
    form = forms.MaterialForm(
        posted_data(request), rows={"consents": consents}, is_new=False, initial=initial
    )
    if form.is_valid():
        with form.showing_refusals():
            actions.change_material(scope, material, form.cleaned_data, at=clock.now())
            return redirect_with_message(request, _("Saved."), "campaigns:material", pk)
    return show_form(request, form, FormPage(_("Material"), _("Save"), _crumb(material)))


@require_http_methods(["GET", "POST"])
def material_down(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    material = access.get_own_material(scope, pk)
    form = forms.TakeDownForm(posted_data(request))
    if form.is_valid():
        with form.showing_refusals():
            reason = form.cleaned_data["reason"]
            actions.take_down(scope, material, reason, at=clock.now())
            return redirect_with_message(
                request, _("The material was taken down."), "campaigns:material", pk
            )
    lead = _(
        "It can no longer be printed, ordered or sent, and stays in the list. Copies that were "
        "given out stay where they are until you collect them. This cannot be undone."
    )
    return show_form(
        request, form, FormPage(_("Take down"), _("Take down"), _crumb(material), lead)
    )


def _filtered(
    rows: MaterialQuerySet, files: PressFileQuerySet, asked: dict[str, str]
) -> MaterialQuerySet:
    """Return the materials that match the filters: those of a language and a country have one of
    the files in that language for that country, and not wholly in another language. Taken down ones
    come last."""
    rows = access.find_materials(rows, asked["q"])
    if asked["kind"]:
        rows = rows.filter(kind=asked["kind"])
    printed = {name: asked[name] for name in ("language", "country") if asked[name]}
    if asked["language"]:
        printed["written_in"] = asked["language"]
    if printed:
        rows = rows.filter(pk__in=files.filter(**printed).values("material"))
    if asked["state"] in STATES:
        rows = rows.filter(taken_down_at__isnull=asked["state"] == "live")
    return rows.order_by(F("taken_down_at").asc(nulls_first=True), "title", "code")


def _crumb(material: Material) -> tuple[str, str]:
    return material.title, reverse("campaigns:material", args=[material.pk])

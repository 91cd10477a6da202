from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.coordination.base.access import must_coordinate
from protect.coordination.groups import access as groups
from protect.coordination.pathways import (
    access,
    actions,
    agreed,
    followed_procedures,
    forms,
    pathway_pages,
)
from protect.coordination.pathways.models import Pathway, PathwayEdition
from protect.coordination.pathways.pathway_papers import emergency_number, paper_languages
from protect.coordination.pathways.place_names import pathway_name
from protect.directory.access import home_country
from protect.directory.facts.sentences import language_name
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.reference import formats, vocabulary
from protect.ui.pages import (
    FormPage,
    posted_data,
    redirect_with_message,
    render_form_page,
    show_form,
)

PATHWAYS, PATHWAY, ARRANGE = (
    f"coordination:{name}" for name in ("pathway_list", "pathway", "pathway_arrange")
)


@require_safe
def pathway_list(request: HttpRequest) -> HttpResponse:
    """Show published pathways by country, that of the user first, and those of its groups."""
    scope, tag = scope_of(request), get_language() or "en"
    rows = access.visible_pathways(scope).filter(ended_at=None).prefetch_related("editions")
    shown = [_list_row(scope, row) for row in rows]
    home = home_country(scope)
    by_country: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(shown, key=lambda each: str(each["name"])):
        by_country.setdefault(row["country"], []).append(row)
    countries = sorted(by_country, key=lambda code: (code != home, formats.country_name(code, tag)))
    context = {
        "countries": [(formats.country_name(code, tag), by_country[code]) for code in countries],
        "may_create": groups.run_groups(scope).filter(closed_at=None).exists(),
    }
    return render_form_page(request, "coordination/pathways/pathway_list.html", None, context)


def _list_row(scope: Scope, pathway: Pathway) -> dict[str, Any]:
    edition = access.edition_in_force(pathway)
    return {
        "pathway": pathway,
        "name": pathway_name(pathway),
        "country": pathway.country_id,
        "edition": edition,
        "is_changed": bool(edition and agreed.is_marked(edition)),
        "tests": pathway_pages.test_state(pathway, clock.now().date()),
    }


@require_http_methods(["GET", "POST"])
def pathway_new(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    own = groups.run_groups(scope).filter(closed_at=None).order_by("name", "pk")
    if not own.exists():
        must_coordinate(scope)
    limited = {row.country_id for row in own}
    countries = vocabulary.countries() if None in limited else [code for code in limited if code]
    form = forms.PathwayForm(posted_data(request), groups=own, countries=countries)
    if form.is_valid() and (place := form.find_place()) is not None:
        data = form.cleaned_data
        values = {"country_id": data["country"], "need": data["need"]}
        values |= {"area_id": place.area, "place_id": place.place}
        with form.showing_refusals():
            row = actions.create_pathway(scope, data["group"], values, at=clock.now())
            text = _("The directory has proposed these services. Put them in order.")
            return redirect_with_message(request, text, ARRANGE, row.pk)
    lead = _("The directory proposes services for each part. You put them in order afterwards.")
    page = FormPage(_("New pathway"), _("Create"), (_("Pathways"), reverse(PATHWAYS)), lead)
    return show_form(request, form, page)


@require_safe
def pathway(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the edition in force; without one that is sound, members get the arrangement."""
    scope = scope_of(request)
    row = access.get_pathway(scope, pk)
    edition = access.edition_in_force(row)
    if edition is None or (not edition.is_sealed() and access.is_member(scope, row.group)):
        return redirect(ARRANGE, pk)
    edition = access.get_edition(row)
    words = pathway_pages.edition_words(edition, clock.now())
    changes = pathway_pages.changes_of(edition)
    touched = [each.key for each in changes]
    context = _frame(scope, row, edition) | {
        "parts": pathway_pages.edition_parts(edition, words, touched),
        "changes": changes,
        "away": {key for key, each in words.items() if not each.is_available},
        "agreements": pathway_pages.edition_agreements(edition),
        "tests": pathway_pages.test_state(row, clock.now().date()),
        "languages": [(tag, language_name(tag)) for tag in paper_languages()],
        "emergency": emergency_number(row.country_id),
        "procedure": followed_procedures.followed_link(scope, row, clock.now().date()),
    }
    return render_form_page(request, "coordination/pathways/pathway.html", None, context)


def _frame(scope: Scope, row: Pathway, edition: PathwayEdition) -> dict[str, Any]:
    return {
        "pathway": row,
        "edition": edition,
        "name": pathway_name(row),
        "is_member": access.is_member(scope, row.group),
        "may_run": groups.may_run(scope, row.group),
    }


@require_POST
def pathway_confirm(request: HttpRequest, pk: UUID, service: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_edition(access.get_run_pathway(scope, pk))
    if service not in pathway_pages.edition_keys(edition):
        return redirect(PATHWAY, pk)
    actions.confirm_service(scope, edition, service, at=clock.now())
    text = _("Confirmed: the pathway is right with this change.")
    return redirect_with_message(request, text, PATHWAY, pk)


@require_http_methods(["GET", "POST"])
def pathway_procedure(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Choose the procedure that the pathway follows."""
    scope, day = scope_of(request), clock.now().date()
    row = access.get_run_pathway(scope, pk)
    choices = followed_procedures.choosable_procedures(row, day)
    form = forms.ProcedureForm(
        posted_data(request),
        procedures=choices,
        label=lambda each: followed_procedures.procedure_label(each, day),
        initial={"procedure": row.procedure_id},
    )
    page = PATHWAY if access.edition_in_force(row) else ARRANGE
    if form.is_valid():
        with form.showing_refusals():
            actions.set_procedure(scope, row, form.cleaned_data["procedure"], at=clock.now())
            return redirect_with_message(request, _("Saved."), page, pk)
    return show_form(
        request,
        form,
        FormPage(_("Procedure that the pathway follows"), _("Save"), crumb(row, page)),
    )


@require_POST
def pathway_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    actions.end_pathway(scope, access.get_run_pathway(scope, pk), at=clock.now())
    text = _("The pathway was taken down. Its editions and tests are kept.")
    return redirect_with_message(request, text, PATHWAYS)


def crumb(row: Pathway, page: str = PATHWAY) -> tuple[str, str]:
    return pathway_name(row), reverse(page, args=[row.pk])


def back_to(row: Pathway, page: str, anchor: str) -> HttpResponseRedirect:
    """Redirect to a part of a page, so that the keyboard goes on where it was."""
    return HttpResponseRedirect(f"{reverse(page, args=[row.pk])}#{anchor}")

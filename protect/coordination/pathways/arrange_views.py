from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.coordination.groups import access as groups
from protect.coordination.pathways import access, actions, arrangements, forms, pathway_pages, rules
from protect.coordination.pathways.enums import Branch, Move
from protect.coordination.pathways.errors import PathwayChanged, PathwayRefusal
from protect.coordination.pathways.followed_procedures import followed_link
from protect.coordination.pathways.live_services import location_of
from protect.coordination.pathways.models import Pathway, PathwayStep
from protect.coordination.pathways.place_names import pathway_name
from protect.coordination.pathways.proposals import candidates
from protect.coordination.pathways.views import ARRANGE, PATHWAY, back_to, crumb
from protect.directory.models import Service
from protect.kernel import clock, refusals
from protect.orgs.access import scope_of, uuid_or_404
from protect.orgs.scope import Scope
from protect.ui.pages import (
    FormPage,
    posted_data,
    redirect_with_message,
    render_form_page,
    show_form,
)

MAX_OTHERS = 300  # services of the country in a list of choices


@require_safe
def pathway_arrange(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_group_pathway(scope, pk)
    edition = access.edition_in_force(row)
    is_damaged = edition is not None and not edition.is_sealed()
    error = PathwayRefusal("coordination_pathway_damaged").text() if is_damaged else ""
    return _arrange_page(request, scope, row, error)


def _arrange_page(
    request: HttpRequest, scope: Scope, row: Pathway, error: str = ""
) -> HttpResponse:
    """Render the arrangement; `error`: why the last change was not saved, or must not be used."""
    may_run = groups.may_run(scope, row.group) and row.ended_at is None
    organisations = pathway_pages.agreement_rows(row) if row.proposed_at else []
    waiting = [each["name"] for each in organisations if not each["at"]]
    own = access.own_organisation(scope, row.group)
    edition = access.edition_in_force(row)
    context = {
        "pathway": row,
        "name": pathway_name(row),
        "parts": pathway_pages.arrangement_parts(row, clock.now()),
        "problems": [
            actions.refusal_of(problem).text()
            for problem in rules.find_problems(actions.step_checks(row, clock.now()))
        ],
        "organisations": organisations,
        "may_publish": bool(organisations) and not waiting and may_run,
        "own_organisation": own if own in waiting else None,
        "edition": edition,
        "is_as_published": edition is not None and edition.version + 1 == row.version,
        "procedure": followed_link(scope, row, clock.now().date()),
        "may_run": may_run and row.group.closed_at is None,
        "refusal": error,
    }
    page = render_form_page(request, "coordination/pathways/arrange.html", None, context)
    if error:
        page.status_code = HTTPStatus.CONFLICT
    return page


@require_POST
def pathway_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Move or remove a step or a service: `change` is such as “service:up:<id>”."""
    scope = scope_of(request)
    row = access.get_run_pathway(scope, pk)
    kind, _colon, rest = request.POST.get("change", "").partition(":")
    move, _colon, target = rest.partition(":")
    move_row: Callable[..., None] | None = {
        "step": arrangements.move_step,
        "service": arrangements.move_service,
    }.get(kind)
    if move_row is None or move not in Move:
        return back_to(row, ARRANGE, "parts")
    key = uuid_or_404(target)
    try:
        move_row(scope, row, key, Move(move), _seen_version(request), at=clock.now())
    except PathwayChanged as error:
        return _conflict_page(request, scope, row, error)
    return back_to(row, ARRANGE, "parts" if move == Move.REMOVE else f"{kind}-{key}")


def _conflict_page(
    request: HttpRequest, scope: Scope, row: Pathway, error: PathwayChanged
) -> HttpResponse:
    refusals.report_refusal(error)
    row.refresh_from_db()
    return _arrange_page(request, scope, row, error.text())


@require_http_methods(["GET", "POST"])
def pathway_step_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_run_pathway(scope, pk)
    form = forms.StepForm(posted_data(request), initial={"version": row.version})
    if form.is_valid():
        with form.showing_refusals():
            data = form.cleaned_data
            branch = Branch(data["branch"])
            step = arrangements.add_step(
                *(scope, row, branch, data["note"], data["version"]), at=clock.now()
            )
            return back_to(row, ARRANGE, f"step-{step.pk}")
        form.keep_typed(row.version)
    return show_form(request, form, FormPage(_("New step"), _("Add step"), crumb(row, ARRANGE)))


@require_http_methods(["GET", "POST"])
def pathway_step_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change the note of a step. If a colleague changed the pathway meanwhile, the typed note
    stays in the form, and what the step says now stands above."""
    scope = scope_of(request)
    step = access.get_run_step(scope, pk)
    row, lead = step.pathway, ""
    form = forms.NoteForm(posted_data(request), initial={"version": row.version, "note": step.note})
    if form.is_valid():
        with form.showing_refusals():
            data = form.cleaned_data
            arrangements.change_note(scope, step, data["note"], data["version"], at=clock.now())
            return back_to(row, ARRANGE, f"step-{pk}")
        form.keep_typed(row.version)
        # Translators: {note} is what a colleague wrote meanwhile.
        lead = _("The note says now: “{note}”").format(note=step.note) if step.note else ""
    return show_form(request, form, FormPage(_("Step"), _("Save"), crumb(row, ARRANGE), lead))


@require_http_methods(["GET", "POST"])
def pathway_service_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    step = access.get_run_step(scope, pk)
    row = step.pathway
    form = forms.ServiceForm(
        posted_data(request), choices=_service_choices(step), initial={"version": row.version}
    )
    if form.is_valid():
        with form.showing_refusals():
            data = form.cleaned_data
            key = UUID(data["service"])
            arrangements.add_service(scope, step, key, data["version"], at=clock.now())
            return back_to(row, ARRANGE, f"step-{pk}")
        form.keep_typed(row.version)
    lead = str(Branch(step.branch).label)
    page = FormPage(_("Add a service"), _("Add service"), crumb(row, ARRANGE), lead)
    return show_form(request, form, page)


def _service_choices(step: PathwayStep) -> list[tuple[str, Any]]:
    """Return the services that answer the need of the pathway in the part of a step, then the
    others of the country by name."""
    row = step.pathway
    matches = candidates(location_of(row), row.need, Branch(step.branch), at=clock.now())
    first = {str(match.row.id): f"{match.row.name} · {match.row.organisation}" for match in matches}
    services = Service.objects.published().filter(country=row.country_id).order_by("name", "pk")
    others = {
        str(service.pk): f"{service.name} · {service.organisation.name}"
        for service in services.select_related("organisation")[:MAX_OTHERS]
        if str(service.pk) not in first
    }
    groups_of_choices: list[tuple[str, Any]] = [
        (_("They answer this need here"), list(first.items())),
        (_("Other services of the country"), list(others.items())),
    ]
    return [each for each in groups_of_choices if each[1]]


@require_POST
def pathway_propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_run_pathway(scope, pk)
    try:
        actions.propose(scope, row, _seen_version(request), at=clock.now())
    except PathwayChanged as error:
        return _conflict_page(request, scope, row, error)
    text = _("The member organisations can agree now. They find the pathway on their start page.")
    return redirect_with_message(request, text, ARRANGE, pk)


@require_POST
def pathway_agree(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_group_pathway(scope, pk)
    organisation = request.POST.get("organisation", "")
    try:
        actions.agree(scope, row, organisation, _seen_version(request), at=clock.now())
    except PathwayChanged as error:
        return _conflict_page(request, scope, row, error)
    return redirect_with_message(request, _("Saved."), ARRANGE, pk)


@require_http_methods(["GET", "POST"])
def pathway_publish(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_run_pathway(scope, pk)
    form = forms.PublishForm(posted_data(request), initial={"version": row.version})
    if form.is_valid():
        with form.showing_refusals():
            data = form.cleaned_data
            actions.publish(scope, row, data["version"], data["reason"], at=clock.now())
            text = _("Published. All users of the programme can read it.")
            return redirect_with_message(request, text, PATHWAY, pk)
    lead = _("All users of the programme will read it, with numbers and hours as they are then.")
    page = FormPage(_("Publish the pathway"), _("Publish"), crumb(row, ARRANGE), lead)
    return show_form(request, form, page)


def _seen_version(request: HttpRequest) -> int:
    """Return the version of the arrangement that the user saw; -1 for none, which is refused."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isdecimal() else -1

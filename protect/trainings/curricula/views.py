from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.trainings.base.pages import frame
from protect.trainings.curricula import access, forms, models, pages
from protect.trainings.curricula.access import AnyVersion
from protect.trainings.curricula.actions import versions
from protect.trainings.curricula.enums import VersionMove

type Forms = dict[str, type[forms.VersionForm]]

NEW_FORMS: Forms = {"module": forms.NewModuleForm, "course": forms.NewCourseForm}
EDIT_FORMS: Forms = {"module": forms.ModuleForm, "course": forms.CourseForm}
CONFIRMATION_QUESTIONS = {
    VersionMove.SUBMIT: gettext_lazy("Send this draft to its owner?"),
    VersionMove.RETURN: gettext_lazy("Send this draft back?"),
    VersionMove.PUBLISH: gettext_lazy("Publish this version?"),
    VersionMove.RETIRE: gettext_lazy("Retire this version?"),
}


@require_safe
def curriculum_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    access.must_plan_or_train(scope)
    context = {f"{kind}s": pages.list_versions(scope, kind) for kind in ("course", "module")}
    return frame.show_tab(request, frame.CURRICULUM, "trainings/curriculum.html", context)


@require_safe
def version_page(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    scope = scope_of(request)
    version = access.get_version(scope, kind, pk)
    sheet = pages.version_context(scope, kind, version)
    verbs = [(move.value, move.label) for move in sheet["moves"]]
    may_draft = version.state in access.READABLE_STATES
    context: dict[str, Any] = {"version": version, "kind": kind, "item": version.item}
    context |= {"sheet": sheet, "verbs": verbs, "may_draft": may_draft}
    return frame.render_form_page(request, "trainings/version.html", None, context)


@require_http_methods(["GET", "POST"])
def version_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Create a new module or course (`kind`), with a first draft."""
    scope = scope_of(request)
    owner = default_owner(scope)
    initial = {"language": get_language()}
    form = NEW_FORMS[kind](frame.sent_data(request), request.FILES or None, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            values = form.submitted_values()
            start = versions.NewModuleOrCourse(kind, values["code"], values["language"])
            fields, at = _version_fields(kind, values), clock.now()
            draft = versions.create_module_or_course(scope, owner, start, fields, at=at)
            if isinstance(form, forms.CourseForm):
                modules = form.chosen_modules()
                versions.edit_draft(scope, draft, {}, edited=1, at=at, modules=modules)
            return frame.redirect_with_message(
                request, _("Created as a draft."), f"trainings:{kind}", draft.pk
            )
    return _show_form(request, form, None, forms.PAGES[f"trainings:{kind}_new"].title)


@require_http_methods(["GET", "POST"])
def version_edit(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    scope = scope_of(request)
    version = access.get_version(scope, kind, pk)
    access.must_be_allowed_to_move(scope, version, VersionMove.SUBMIT)
    initial = initial_values(version)
    form = EDIT_FORMS[kind](frame.sent_data(request), request.FILES or None, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            edited, at = form.cleaned_data["edited"] or 0, clock.now()
            modules = form.chosen_modules() if isinstance(form, forms.CourseForm) else None
            fields = _version_fields(kind, form.submitted_values())
            versions.edit_draft(scope, version, fields, edited=edited, at=at, modules=modules)
            return frame.redirect_with_message(request, _("Saved."), f"trainings:{kind}", pk)
    conflicts = frame.conflicting_values(form, initial_values(version), version.edited)
    title = forms.PAGES[f"trainings:{kind}_edit"].title
    return _show_form(request, form, version, title, theirs=conflicts, edited=version.edited)


@require_http_methods(["GET", "POST"])
def draft_from_version(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """Draft a next version, translation or adaptation of a published or retired version."""
    scope = scope_of(request)
    version = access.get_version(scope, kind, pk)
    initial = {"language": get_language()}
    form = forms.DraftForm(frame.sent_data(request), kind=kind, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            draft = _draft_by_chosen_way(scope, version, form.cleaned_data)
            return frame.redirect_with_message(
                request, _("Created as a draft."), f"trainings:{kind}", draft.pk
            )
    return _show_form(request, form, version, forms.PAGES[f"trainings:{kind}_draft"].title)


@require_http_methods(["GET", "POST"])
def version_move(request: HttpRequest, pk: UUID, kind: str, move: str) -> HttpResponse:
    """Ask to confirm a state change of a version, such as publishing, then make it."""
    scope = scope_of(request)
    version = access.get_version(scope, kind, pk)
    if move not in VersionMove.values:
        raise Http404
    step = VersionMove(move)
    access.must_be_allowed_to_move(scope, version, step)
    form = forms.ReturnDraftForm(frame.sent_data(request)) if step is VersionMove.RETURN else None
    if request.method == "POST" and (form is None or form.is_valid()):
        reason = form.cleaned_data["reason"] if form else ""
        versions.move_version(scope, version, step, at=clock.now(), reason=reason)
        return frame.redirect_with_message(request, _("Done."), f"trainings:{kind}", pk)
    context = {
        "version": version,
        "kind": kind,
        "question": CONFIRMATION_QUESTIONS[step],
        "move": move,
        "verb": step.label,
        "is_danger": step is VersionMove.RETIRE,
        "back": reverse(f"trainings:{kind}", args=[pk]),
    }
    return frame.render_form_page(request, "trainings/version_move.html", form, context)


def default_owner(scope: Scope) -> Organisation:
    """Return the oldest organisation for which a user plans or trains."""
    rows = Organisation.objects.filter(pk__in=access.must_plan_or_train(scope))
    return rows.order_by("created", "pk")[0]


def initial_values(version: AnyVersion) -> dict[str, Any]:
    values = {name: getattr(version, name) for name in versions.VERSION_FIELDS[type(version)]}
    values |= {"objectives": "\n".join(version.objectives), "edited": version.edited}
    if isinstance(version, models.CourseVersion):
        values["modules"] = [module.pk for module in pages.modules_of(version)]
        for phase, name in forms.QUESTIONNAIRE_FIELDS.items():
            values[name] = version.forms.get(phase.value, "")
    return values


def _draft_by_chosen_way(scope: Scope, version: AnyVersion, values: dict[str, Any]) -> AnyVersion:
    at = clock.now()
    if values["way"] == forms.TRANSLATE:
        return versions.draft_translation(scope, version, values["language"], at=at)
    if values["way"] == forms.ADAPT and isinstance(version, models.ModuleVersion):
        return versions.adapt_module(scope, version, default_owner(scope), values["code"], at=at)
    return versions.draft_next_version(scope, version, at=at)


def _version_fields(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    names = versions.VERSION_FIELDS[access.VERSION_MODELS[kind]]
    return {name: values[name] for name in names if name in values}


def _show_form(
    request: HttpRequest,
    form: forms.VersionForm | forms.DraftForm,
    version: AnyVersion | None,
    title: Promise,
    **more: Any,
) -> HttpResponse:
    context = {"version": version, "title": title, "edited": 0, "theirs": [], **more}
    back = reverse(f"trainings:{version.KIND}", args=[version.pk]) if version else None
    context["back"] = back or reverse(frame.CURRICULUM)
    return frame.render_form_page(request, "trainings/version_form.html", form, context)

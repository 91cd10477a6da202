"""Pages of modules and courses at the desk, and the forms of their versions."""

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
from protect.trainings.curricula.actions import versions
from protect.trainings.curricula.enums import VersionMove

NEW: dict[str, type[forms.NewModuleForm] | type[forms.NewCourseForm]] = {
    "module": forms.NewModuleForm,
    "course": forms.NewCourseForm,
}
EDIT: dict[str, type[forms.VersionForm]] = {"module": forms.ModuleForm, "course": forms.CourseForm}
QUESTIONS = {
    VersionMove.SUBMIT: gettext_lazy("Send this draft to its owner?"),
    VersionMove.RETURN: gettext_lazy("Send this draft back?"),
    VersionMove.PUBLISH: gettext_lazy("Publish this version?"),
    VersionMove.RETIRE: gettext_lazy("Use this version no longer?"),
}


@require_safe
def curriculum(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    access.must_take_part(scope)
    context = {f"{kind}s": pages.lines_of(scope, kind) for kind in ("course", "module")}
    return frame.show_tab(request, frame.CURRICULUM, "trainings/curriculum.html", context)


@require_safe
def version(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    scope = scope_of(request)
    version = access.get_version(scope, kind, pk)
    sheet = pages.sheet_of(scope, kind, version)
    context = {
        "version": version,
        "kind": kind,
        "thing": version.thing,
        "sheet": sheet,
        "verbs": [(move.value, move.label) for move in sheet["moves"]],
        "may_draft": version.state in access.SHOWN,
    }
    return frame.show(request, "trainings/version.html", None, context)


@require_http_methods(["GET", "POST"])
def version_new(request: HttpRequest, kind: str) -> HttpResponse:
    scope = scope_of(request)
    owner = owner_for(scope)
    initial = {"language": get_language()}
    form = NEW[kind](frame.sent_data(request), request.FILES or None, initial=initial)
    if form.is_valid():
        with form.mending():
            values = form.submitted_values()
            start, at = versions.Start(kind, values["code"], values["language"]), clock.now()
            draft = versions.begin(scope, owner, start, _version_fields(kind, values), at=at)
            if isinstance(form, forms.CourseForm):
                versions.edit(scope, draft, {}, edited=1, at=at, modules=form.modules())
            return frame.done(request, _("Begun as a draft."), f"trainings:{kind}", draft.pk)
    return _form(request, form, None, forms.PAGES[f"trainings:{kind}_new"].title)


@require_http_methods(["GET", "POST"])
def version_edit(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    scope = scope_of(request)
    version = access.get_version(scope, kind, pk)
    access.must_do(scope, version, VersionMove.SUBMIT)
    form = EDIT[kind](
        frame.sent_data(request), request.FILES or None, initial=initial_values(version)
    )
    if form.is_valid():
        with form.mending():
            edited = form.cleaned_data["edited"] or 0
            modules = form.modules() if isinstance(form, forms.CourseForm) else None
            fields = _version_fields(kind, form.submitted_values())
            versions.edit(scope, version, fields, edited=edited, at=clock.now(), modules=modules)
            return frame.done(request, _("Saved."), f"trainings:{kind}", pk)
    theirs = frame.conflicting_values(form, initial_values(version), version.edited)
    title = forms.PAGES[f"trainings:{kind}_edit"].title
    return _form(request, form, version, title, theirs=theirs, edited=version.edited)


@require_http_methods(["GET", "POST"])
def version_draft(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    scope = scope_of(request)
    version = access.get_version(scope, kind, pk)
    form = forms.DraftForm(
        frame.sent_data(request), kind=kind, initial={"language": get_language()}
    )
    if form.is_valid():
        with form.mending():
            draft = _begin_draft(scope, version, form.cleaned_data)
            return frame.done(request, _("Begun as a draft."), f"trainings:{kind}", draft.pk)
    return _form(request, form, version, forms.PAGES[f"trainings:{kind}_draft"].title)


@require_http_methods(["GET", "POST"])
def version_move(request: HttpRequest, pk: UUID, kind: str, move: str) -> HttpResponse:
    scope = scope_of(request)
    version = access.get_version(scope, kind, pk)
    if move not in VersionMove.values:
        raise Http404
    step = VersionMove(move)
    access.must_do(scope, version, step)
    form = forms.ReturnForm(frame.sent_data(request)) if step is VersionMove.RETURN else None
    if request.method == "POST" and (form is None or form.is_valid()):
        reason = form.cleaned_data["reason"] if form else ""
        versions.move(scope, version, step, at=clock.now(), reason=reason)
        return frame.done(request, _("Done."), f"trainings:{kind}", pk)
    context = {
        "version": version,
        "kind": kind,
        "question": QUESTIONS[step],
        "move": move,
        "verb": step.label,
        "is_danger": step is VersionMove.RETIRE,
        "back": reverse(f"trainings:{kind}", args=[pk]),
    }
    return frame.show(request, "trainings/version_move.html", form, context)


def owner_for(scope: Scope) -> Organisation:
    rows = Organisation.objects.filter(pk__in=access.must_take_part(scope))
    return rows.order_by("created", "pk")[0]


def initial_values(version: access.AnyVersion) -> dict[str, Any]:
    values = {name: getattr(version, name) for name in versions.COPIED[type(version)]}
    values |= {"objectives": "\n".join(version.objectives), "edited": version.edited}
    if isinstance(version, models.CourseVersion):
        values["modules"] = [each.pk for each in pages.modules_of(version)]
        values |= {name: version.forms.get(phase.value, "") for phase, name in forms.ASKS.items()}
    return values


def _begin_draft(
    scope: Scope, version: access.AnyVersion, values: dict[str, Any]
) -> access.AnyVersion:
    at = clock.now()
    if values["way"] == forms.TRANSLATE:
        return versions.translate(scope, version, values["language"], at=at)
    if values["way"] == forms.ADAPT and isinstance(version, models.ModuleVersion):
        return versions.adapt(scope, version, owner_for(scope), values["code"], at=at)
    return versions.renew(scope, version, at=at)


def _version_fields(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    names = versions.COPIED[access.KINDS[kind]]
    return {name: values[name] for name in names if name in values}


def _form(
    request: HttpRequest,
    form: forms.VersionForm | forms.DraftForm,
    version: access.AnyVersion | None,
    title: Promise,
    **more: Any,
) -> HttpResponse:
    context = {"version": version, "title": title, "edited": 0, "theirs": [], **more}
    back = reverse(f"trainings:{version.KIND}", args=[version.pk]) if version else None
    context["back"] = back or reverse(frame.CURRICULUM)
    return frame.show(request, "trainings/version_form.html", form, context)

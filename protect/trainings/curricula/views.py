"""Modules and courses at the desk: what stands, what is being written, what is made of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.trainings.base.pages import tabs
from protect.trainings.base.pages.edit_conflicts import theirs
from protect.trainings.base.pages.frame import show, show_tab
from protect.trainings.curricula import access, labels, pages
from protect.trainings.curricula.access import AnyVersion
from protect.trainings.curricula.actions import versions
from protect.trainings.curricula.actions.versions import COPIED, Start
from protect.trainings.curricula.enums import VersionMove
from protect.trainings.curricula.forms.versions import (
    ADAPT,
    ASKS,
    TRANSLATE,
    CourseForm,
    DraftForm,
    ModuleForm,
    NewCourseForm,
    NewModuleForm,
    ReturnForm,
    VersionForm,
)
from protect.trainings.curricula.models import CourseVersion, ModuleVersion

NEW: dict[str, type[NewModuleForm] | type[NewCourseForm]] = {
    "module": NewModuleForm,
    "course": NewCourseForm,
}
EDIT: dict[str, type[VersionForm]] = {"module": ModuleForm, "course": CourseForm}
TITLES = {
    # Translators: a page: a part of courses is begun.
    "module": gettext_lazy("Begin a module"),
    # Translators: a page: a course is begun.
    "course": gettext_lazy("Begin a course"),
}
QUESTIONS = {
    VersionMove.SUBMIT: gettext_lazy("Send this draft to its owner?"),
    VersionMove.RETURN: gettext_lazy("Send this draft back?"),
    VersionMove.PUBLISH: gettext_lazy("Publish this version?"),
    VersionMove.RETIRE: gettext_lazy("Use this version no longer?"),
}
EFFECTS = {
    VersionMove.SUBMIT: [gettext_lazy("Its owner reads it, then publishes it or sends it back.")],
    VersionMove.RETURN: [gettext_lazy("It is a draft again, with what you write below.")],
    VersionMove.PUBLISH: [
        gettext_lazy("It never changes again: what comes after it is a new version."),
        gettext_lazy("Trainings that are planned keep the version that they have."),
    ],
    VersionMove.RETIRE: [
        gettext_lazy("Nothing new is made of it. What was made of it keeps it."),
        gettext_lazy("This cannot be undone. You can publish a new version."),
    ],
}


@require_safe
def curriculum(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    access.must_take_part(scope)
    context = {
        "courses": pages.lines_of(scope, "course"),
        "modules": pages.lines_of(scope, "module"),
    }
    return show_tab(request, tabs.CURRICULUM, "trainings/curriculum.html", context)


@require_safe
def version(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    scope = scope_of(request)
    found = access.get_version(scope, kind, pk)
    sheet = pages.sheet_of(scope, kind, found)
    context = {
        "version": found,
        "kind": kind,
        "thing": access.thing_of(found),
        "sheet": sheet,
        "verbs": [(move.value, labels.VERSION_MOVES[move]) for move in sheet.moves],
        "may_draft": found.state in access.SHOWN,
    }
    return show(request, "trainings/version.html", None, context)


@require_http_methods(["GET", "POST"])
def version_new(request: HttpRequest, kind: str) -> HttpResponse:
    scope = scope_of(request)
    owner = owner_for(scope)
    form = NEW[kind](
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        initial={"language": get_language()},
    )
    if form.is_valid():
        with form.mending():
            told = form.told()
            start = Start(kind, told["code"], told["language"])
            made = versions.begin(scope, owner, start, _given(kind, told), at=clock.now())
            if isinstance(form, CourseForm):
                modules = form.modules()
                versions.edit(scope, made, {}, edited=1, at=clock.now(), modules=modules)
            messages.success(request, _("Begun as a draft."))
            return redirect(f"trainings:{kind}", pk=made.pk)
    return _form(request, form, None, TITLES[kind])


@require_http_methods(["GET", "POST"])
def version_edit(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    scope = scope_of(request)
    found = access.get_version(scope, kind, pk)
    access.must_do(scope, found, VersionMove.SUBMIT)
    form = EDIT[kind](
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        initial=told_of(found),
    )
    if form.is_valid():
        with form.mending():
            edited = form.cleaned_data["edited"] or 0
            modules = form.modules() if isinstance(form, CourseForm) else None
            fields = _given(kind, form.told())
            versions.edit(scope, found, fields, edited=edited, at=clock.now(), modules=modules)
            messages.success(request, _("Saved."))
            return redirect(f"trainings:{kind}", pk=pk)
    title, others = gettext_lazy("Edit the draft"), theirs(form, told_of(found), found.edited)
    return _form(request, form, found, title, theirs=others, edited=found.edited)


@require_http_methods(["GET", "POST"])
def version_draft(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    scope = scope_of(request)
    found = access.get_version(scope, kind, pk)
    form = DraftForm(
        request.POST if request.method == "POST" else None,
        kind=kind,
        initial={"language": get_language()},
    )
    if form.is_valid():
        with form.mending():
            made = _make(scope, found, form.cleaned_data)
            messages.success(request, _("Begun as a draft."))
            return redirect(f"trainings:{kind}", pk=made.pk)
    return _form(request, form, found, gettext_lazy("New version or translation"))


@require_http_methods(["GET", "POST"])
def version_move(request: HttpRequest, pk: UUID, kind: str, move: str) -> HttpResponse:
    scope = scope_of(request)
    found = access.get_version(scope, kind, pk)
    if move not in VersionMove.values:
        raise Http404
    step = VersionMove(move)
    access.must_do(scope, found, step)
    form = None
    if step is VersionMove.RETURN:
        form = ReturnForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (form is None or form.is_valid()):
        reason = form.cleaned_data["reason"] if form else ""
        versions.move(scope, found, step, at=clock.now(), reason=reason)
        messages.success(request, _("Done."))
        return redirect(f"trainings:{kind}", pk=pk)
    context = {
        "version": found,
        "kind": kind,
        "question": QUESTIONS[step],
        "effects": EFFECTS[step],
        "verb": labels.VERSION_MOVES[step],
        "is_danger": step is VersionMove.RETIRE,
        "back": reverse(f"trainings:{kind}", args=[pk]),
    }
    return show(request, "trainings/version_move.html", form, context)


def owner_for(scope: Scope) -> Organisation:
    """Return the organisation for which somebody begins something: their first one."""
    rows = Organisation.objects.filter(pk__in=access.must_take_part(scope))
    return rows.order_by("created", "pk")[0]


def told_of(found: AnyVersion) -> dict[str, Any]:
    """Return what the form of a version shows at first."""
    told = {name: getattr(found, name) for name in COPIED[type(found)]}
    told |= {"objectives": "\n".join(found.objectives), "edited": found.edited}
    if isinstance(found, CourseVersion):
        told["modules"] = [each.pk for each in pages.modules_of(found)]
        told |= {name: found.forms.get(phase.value, "") for phase, name in ASKS.items()}
    return told


def _make(scope: Scope, found: AnyVersion, told: dict[str, Any]) -> AnyVersion:
    at = clock.now()
    if told["way"] == TRANSLATE:
        return versions.translate(scope, found, told["language"], at=at)
    if told["way"] == ADAPT and isinstance(found, ModuleVersion):
        return versions.adapt(scope, found, owner_for(scope), told["code"], at=at)
    return versions.renew(scope, found, at=at)


def _given(kind: str, told: dict[str, Any]) -> dict[str, Any]:
    names = COPIED[access.KINDS[kind]]
    return {name: told[name] for name in names if name in told}


def _form(
    request: HttpRequest,
    form: VersionForm | DraftForm,
    found: AnyVersion | None,
    title: Promise,
    **more: Any,
) -> HttpResponse:
    context = {"version": found, "title": title, "edited": 0, "theirs": [], **more}
    if found is not None:
        kind = "module" if isinstance(found, ModuleVersion) else "course"
        context["back"] = reverse(f"trainings:{kind}", args=[found.pk])
    else:
        context["back"] = reverse(tabs.CURRICULUM)
    return show(request, "trainings/version_form.html", form, context)

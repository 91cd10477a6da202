from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.coordination.groups import access as groups
from protect.coordination.minutes.errors import LineChanged
from protect.coordination.minutes.views import JSON_TYPE
from protect.coordination.procedures import access, forms
from protect.coordination.procedures.actions import comments, sections
from protect.coordination.procedures.comparison import compare_texts, marked_html
from protect.coordination.procedures.enums import CommentKind, CommentState
from protect.coordination.procedures.errors import ProcedureRefusal
from protect.coordination.procedures.models import ProcedureComment, ProcedureSection
from protect.coordination.procedures.views.procedures import VERSION
from protect.coordination.procedures.views.versions import FOLDER, crumb, hint_of
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.ui.pages import (
    FormPage,
    posted_data,
    redirect_with_message,
    render_form_page,
    show_form,
)

SECTION = "coordination:section"


@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a section with its comments; or save its text, and agree on it if the button says so. A
    text that has not seen the last save is refused and shown beside it."""
    scope = scope_of(request)
    if request.method == "GET":
        return _section_page(request, access.get_section(scope, pk))
    row = access.get_written_section(scope, pk)
    typed = request.POST.get(f"text-{row.pk}", row.text).replace("\r\n", "\n")
    seen = request.POST.get(f"version-{row.pk}", "")
    try:
        saved = sections.save_text(scope, row, typed, seen, at=clock.now())
        if "agree" in request.POST:
            sections.agree_section(scope, saved, saved.digest, at=clock.now())
    except (LineChanged, ProcedureRefusal) as refusal:
        if request.headers.get("Accept") == JSON_TYPE:
            return JsonResponse({"lines": _lines(scope, pk)}, status=refusal.status)
        row = access.get_section(scope, pk)
        return _section_page(request, row, typed, refusal)
    if request.headers.get("Accept") == JSON_TYPE:
        return JsonResponse({"lines": _lines(scope, pk)})
    return redirect_with_message(request, _("Saved."), SECTION, pk)


@require_safe
def section_lines(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Return the text as it is now, for the script of the page."""
    scope = scope_of(request)
    access.get_written_section(scope, pk)
    return JsonResponse({"lines": _lines(scope, pk)})


@require_http_methods(["GET", "POST"])
def section_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_run_section(scope, pk)
    group = row.version.procedure.group
    members = group.members.current().filter(user__isnull=False).by_organisation()
    initial = {"title": row.title, "editor": row.editor_id}
    form = forms.SectionForm(posted_data(request), members=members, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            sections.change_section(scope, row, form.cleaned_data, at=clock.now())
            return redirect_with_message(request, _("Saved."), SECTION, pk)
    return show_form(request, form, FormPage(_("Section"), _("Save"), section_crumb(row)))


@require_POST
def section_reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    sections.reopen_section(scope, access.get_run_section(scope, pk), at=clock.now())
    text = _("You can change this section. Organisations that signed it have to sign again.")
    return redirect_with_message(request, text, SECTION, pk)


@require_POST
def section_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_run_section(scope, pk)
    version = sections.remove_section(scope, row, at=clock.now())
    text = _("The section is left out. “New section” brings it back.")
    return redirect_with_message(request, text, VERSION, version.pk)


@require_http_methods(["GET", "POST"])
def section_comment(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_commented_section(scope, pk)
    form = forms.CommentForm(posted_data(request))
    if form.is_valid():
        with form.showing_refusals():
            comments.add_comment(scope, row, form.cleaned_data["text"], at=clock.now())
            return redirect_with_message(request, _("Saved."), SECTION, pk)
    return show_form(request, form, FormPage(_("New comment"), _("Send"), section_crumb(row)))


@require_http_methods(["GET", "POST"])
def section_propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_commented_section(scope, pk)
    form = forms.ProposalForm(posted_data(request), initial={"proposed_text": row.text})
    if form.is_valid():
        with form.showing_refusals():
            texts = form.cleaned_data["proposed_text"], form.cleaned_data["reason"]
            comments.propose_text(scope, row, *texts, at=clock.now())
            return redirect_with_message(request, _("Saved."), SECTION, pk)
    return show_form(request, form, FormPage(_("New proposal"), _("Send"), section_crumb(row)))


@require_http_methods(["GET", "POST"])
def comment_answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_answered_comment(scope, pk)
    form = forms.AnswerForm(posted_data(request), kind=row.kind)
    if form.is_valid():
        with form.showing_refusals():
            state, answer = CommentState(form.cleaned_data["state"]), form.cleaned_data["answer"]
            comments.answer_comment(scope, row, state, answer, at=clock.now())
            return redirect_with_message(request, _("Saved."), SECTION, row.section_id)
    context = {"comment": row, "section": row.section, "crumb": section_crumb(row.section)}
    context |= _proposal(row)
    context["names"] = (_("Present text"), _("Proposed text"))
    return render_form_page(request, f"{FOLDER}/comment_answer.html", form, context)


@require_POST
def comment_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = comments.withdraw_comment(scope, access.get_comment(scope, pk), at=clock.now())
    return redirect_with_message(request, _("Saved."), SECTION, row.section_id)


def section_crumb(row: ProcedureSection) -> tuple[str, str]:
    return row.title, reverse(SECTION, args=[row.pk])


def _section_page(
    request: HttpRequest,
    row: ProcedureSection,
    typed: str | None = None,
    refusal: LineChanged | ProcedureRefusal | None = None,
) -> HttpResponse:
    """Render a section; `typed`: a text that was refused."""
    scope, group = scope_of(request), row.version.procedure.group
    is_open = row.version.is_open and group.closed_at is None
    notes = row.comments.select_related("made_by", "answered_by")
    hint, source = hint_of(row)
    context = {
        "section": row,
        "version": row.version,
        "crumb": crumb(row.version),
        "hint": hint,
        "source": source,
        "typed": typed,
        "refusal": refusal.text() if refusal else "",
        "is_conflict": isinstance(refusal, LineChanged),
        "waiting": [each for each in notes if each.state == CommentState.OPEN],
        "answered": [each for each in notes if each.state != CommentState.OPEN],
        "may_run": is_open and groups.may_run(scope, group),
        "may_write": is_open and access.may_write(scope, row),
        "may_comment": is_open and access.may_comment(scope, group),
        "user_id": scope.user_id,
    }
    response = render_form_page(request, f"{FOLDER}/section.html", None, context)
    response.status_code = refusal.status if refusal else HTTPStatus.OK
    return response


def _proposal(row: ProcedureComment) -> dict[str, Any]:
    if row.kind != CommentKind.PROPOSAL:
        return {"before": "", "after": ""}
    before, after = compare_texts(row.section.text, row.proposed_text)
    return {"before": marked_html(before, "del"), "after": marked_html(after, "ins")}


def _lines(scope: Scope, pk: UUID) -> list[dict[str, Any]]:
    row = access.get_section(scope, pk)
    by = row.edited_by.name if row.edited_by else ""
    return [{"id": str(row.pk), "text": row.text, "version": row.digest, "by": by}]

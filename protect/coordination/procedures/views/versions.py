from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.coordination.groups import access as groups
from protect.coordination.procedures import access, forms, papers, rules, seals
from protect.coordination.procedures.actions import sections, versions
from protect.coordination.procedures.comparison import SectionText, compare_sections
from protect.coordination.procedures.enums import (
    CommentState,
    SectionChange,
    SectionStatus,
    TranslationState,
    VersionState,
)
from protect.coordination.procedures.models import (
    ProcedureSection,
    ProcedureTranslation,
    ProcedureVersion,
)
from protect.coordination.procedures.section_table import standard_sections
from protect.coordination.procedures.views.procedures import VERSION
from protect.kernel import clock
from protect.orgs.access import get_row, scope_of
from protect.ui.pages import (
    FormPage,
    inline_pdf,
    posted_data,
    redirect_with_message,
    render_form_page,
    show_form,
)

FOLDER = "coordination/procedures"


@require_safe
def version(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a version: its sections, signatories and translations."""
    scope = scope_of(request)
    row = _with_sections(access.get_version(scope, pk))
    group, digest = row.procedure.group, seals.text_digest(row)
    others = access.visible_versions(scope).filter(procedure=row.procedure)
    is_member = groups.visible_groups(scope).filter(pk=group.pk).exists()
    context = {
        "version": row,
        "group": group,
        "state": _state_of(row, others),
        "is_sound": seals.is_text_sound(row, digest),
        "code": seals.text_code(digest),
        "sections": row.sections.all(),
        "counts": _status_counts(row.sections.all()),
        "signatories": seals.signatory_rows(row, digest),
        "signs_for": access.signing_organisations(scope),
        "translations": [(each, *_translation_counts(each, row)) for each in _translations(row)],
        "versions": others,
        "reviews": row.reviews.all(),
        "may_run": is_member and groups.may_run(scope, group) and group.closed_at is None,
        "is_member": is_member,
        "has_open_version": any(each.is_open for each in others),
    }
    return render_form_page(request, f"{FOLDER}/version.html", None, context)


@require_http_methods(["GET", "POST"])
def version_rename(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_run_version(scope, pk)
    form = forms.TitleForm(posted_data(request), initial={"title": row.title})
    if form.is_valid():
        with form.showing_refusals():
            title = form.cleaned_data["title"]
            versions.rename_version(scope, row, title, at=clock.now())
            return redirect_with_message(request, _("Saved."), VERSION, pk)
    return show_form(request, form, FormPage(_("Title"), _("Save"), crumb(row)))


@require_http_methods(["GET", "POST"])
def version_in_force(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_run_version(scope, pk)
    form = forms.InForceForm(posted_data(request))
    if form.is_valid():
        with form.showing_refusals():
            days = form.cleaned_data["starts"], form.cleaned_data["review_by"]
            versions.put_in_force(scope, row, *days, at=clock.now())
            text = _("This version comes into force. Its text no longer changes.")
            return redirect_with_message(request, text, VERSION, pk)
    lead = _(
        "Its text no longer changes, and all organisations of the programme can read it. "
        "Organisations can still sign it."
    )
    return show_form(
        request, form, FormPage(_("Put in force"), _("Put in force"), crumb(row), lead)
    )


@require_http_methods(["GET", "POST"])
def version_review(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_run_version(scope, pk)
    form = forms.ReviewForm(posted_data(request))
    if form.is_valid():
        with form.showing_refusals():
            versions.review_version(scope, row, form.cleaned_data["review_by"], at=clock.now())
            return redirect_with_message(request, _("Saved."), VERSION, pk)
    lead = _("The group has read the text and leaves it as it is. To change it, begin a version.")
    page = FormPage(_("Record a review"), _("Save"), crumb(row), lead)
    return show_form(request, form, page)


@require_http_methods(["GET", "POST"])
def version_section_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_run_version(scope, pk)
    present = set(row.sections.values_list("code", flat=True))
    missing = [code for code in standard_sections() if code not in present]
    form = forms.NewSectionForm(posted_data(request), missing=missing)
    if form.is_valid():
        code, title = form.cleaned_data["code"], form.cleaned_data["title"]
        if code == forms.OWN_SECTION:
            code = ""
        else:
            title = title or standard_sections()[code].title_in(row.procedure.language_id)
        with form.showing_refusals():
            section = sections.add_section(scope, row, code, title, at=clock.now())
            return redirect_with_message(request, _("Saved."), "coordination:section", section.pk)
    return show_form(request, form, FormPage(_("New section"), _("Save"), crumb(row)))


@require_safe
def version_compare(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """Show what changed from another version of the same procedure to this one."""
    scope = scope_of(request)
    row = _with_sections(access.get_version(scope, pk))
    others = access.visible_versions(scope).filter(procedure=row.procedure)
    other = get_row(others.prefetch_related("sections"), number=number)
    differences = list(compare_sections(_texts(other), _texts(row)))
    context = {
        "version": row,
        "other": other,
        "differences": differences,
        "changed": sum(each.change != SectionChange.SAME for each in differences),
        "names": [_("Version {number}").format(number=each.number) for each in (other, row)],
    }
    return render_form_page(request, f"{FOLDER}/version_compare.html", None, context)


@require_safe
def version_paper(request: HttpRequest, pk: UUID, language: str) -> HttpResponse:
    row = _with_sections(access.get_version(scope_of(request), pk))
    if language == row.procedure.language_id:
        return inline_pdf(papers.procedure_pdf(row, None), papers.paper_name(row, language))
    translations = _translations(row)
    translation = next((each for each in translations if each.language_id == language), None)
    if translation is None:
        raise Http404
    return inline_pdf(papers.procedure_pdf(row, translation), papers.paper_name(row, language))


def crumb(row: ProcedureVersion) -> tuple[str, str]:
    return version_name(row), reverse(VERSION, args=[row.pk])


def version_name(row: ProcedureVersion) -> str:
    # Translators: a version of a document, such as "Night calls, version 2".
    return _("{title}, version {number}").format(title=row.title, number=row.number)


def hint_of(section: ProcedureSection) -> tuple[str, str]:
    """Return what belongs in a section and the guidance that says so; "" twice for an own one."""
    standard = standard_sections().get(section.code)
    return (standard.hint_in(get_language() or "en"), standard.source) if standard else ("", "")


def _with_sections(row: ProcedureVersion) -> ProcedureVersion:
    """Load the sections of a version, each with the number of comments that wait."""
    waiting = Count("comments", filter=Q(comments__state=CommentState.OPEN))
    rows = ProcedureSection.objects.select_related("editor__user").annotate(waiting=waiting)
    sections = Prefetch("sections", rows.order_by("position", "pk"))
    (found,) = ProcedureVersion.objects.filter(pk=row.pk).prefetch_related(sections)
    found.procedure, found.put_in_force_by = row.procedure, row.put_in_force_by
    return found


def _state_of(row: ProcedureVersion, others: Any) -> VersionState:
    later = [each.in_force_from for each in others if each.number > row.number]
    replaced = min((day for day in later if day is not None), default=None)
    today = clock.now().date()
    return rules.version_state(row.in_force_from, row.review_by, replaced, today)


def _status_counts(rows: Any) -> dict[str, int]:
    statuses = [section.status for section in rows]
    return {status.value: statuses.count(status) for status in SectionStatus}


def _translations(row: ProcedureVersion) -> list[ProcedureTranslation]:
    rows = row.translations.select_related("language").prefetch_related("sections")
    return list(rows)


def _translation_counts(each: ProcedureTranslation, row: ProcedureVersion) -> tuple[int, int]:
    """Return how many sections are translated, and how many of them are not current."""
    translated = {text.section_id: text for text in each.sections.all()}
    states = [
        papers.state_of(translated.get(section.pk), section.digest)
        for section in row.sections.all()
    ]
    done = [state for state in states if state != TranslationState.MISSING]
    return len(done), sum(state != TranslationState.CURRENT for state in done)


def _texts(row: ProcedureVersion) -> Iterator[SectionText]:
    for section in row.sections.all():
        yield SectionText(section.key, section.title, section.text)

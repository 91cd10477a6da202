from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.coordination.groups import access as groups
from protect.coordination.minutes.errors import LineChanged
from protect.coordination.procedures import access, forms
from protect.coordination.procedures.actions import translations
from protect.coordination.procedures.models import (
    ProcedureSection,
    ProcedureTranslation,
    TranslatedSection,
)
from protect.coordination.procedures.papers import state_of
from protect.coordination.procedures.section_table import standard_sections
from protect.coordination.procedures.views.versions import FOLDER, crumb
from protect.kernel import clock
from protect.orgs.access import get_row, scope_of
from protect.ui.pages import (
    FormPage,
    posted_data,
    redirect_with_message,
    render_form_page,
    show_form,
)

TRANSLATION = "coordination:version_translation"


@require_http_methods(["GET", "POST"])
def version_translation_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    version = access.get_run_version(scope, pk)
    form = forms.TranslationForm(posted_data(request), without=[version.procedure.language_id])
    if form.is_valid():
        with form.showing_refusals():
            tag, title = form.cleaned_data["language"], form.cleaned_data["title"]
            translations.set_translation(scope, version, tag, title, at=clock.now())
            return redirect_with_message(request, _("Saved."), TRANSLATION, pk, tag)
    return show_form(request, form, FormPage(_("New translation"), _("Save"), crumb(version)))


@require_safe
def version_translation(request: HttpRequest, pk: UUID, language: str) -> HttpResponse:
    """Show a translation, section by section, with the state of each."""
    scope = scope_of(request)
    version = access.get_version(scope, pk)
    row = get_row(version.translations.prefetch_related("sections"), language=language)
    texts = {text.section_id: text for text in row.sections.all()}
    group = version.procedure.group
    context = {
        "version": version,
        "translation": row,
        "crumb": crumb(version),
        "rows": [
            (section, texts.get(section.pk), state_of(texts.get(section.pk), section.digest))
            for section in version.sections.all()
        ],
        "may_run": groups.may_run(scope, group) and group.closed_at is None,
    }
    return render_form_page(request, f"{FOLDER}/translation.html", None, context)


@require_http_methods(["GET", "POST"])
def section_translation(request: HttpRequest, pk: UUID, language: str) -> HttpResponse:
    """Translate a section. After a conflict, both texts are shown, and the next save counts."""
    scope = scope_of(request)
    section = access.get_run_section(scope, pk)
    row = access.get_run_translation(scope, section.version, language)
    text = TranslatedSection.objects.filter(translation=row, section=section).first()
    initial = _initial(section, text, row)
    form = forms.TranslatedSectionForm(posted_data(request), initial=initial)
    is_conflict = False
    if form.is_valid():
        with form.showing_refusals():
            try:
                translations.save_translation(
                    scope, row, section, form.cleaned_data, at=clock.now()
                )
            except LineChanged:
                is_conflict = True
                raise
            args = (section.version_id, language)
            return redirect_with_message(request, _("Saved."), TRANSLATION, *args)
    context = {
        "section": section,
        "translation": row,
        "saved": text if is_conflict else None,
        "is_conflict": is_conflict,
        "seen": (initial["seen"], initial["source"]),
        "state": state_of(text, section.digest),
        "crumb": translation_crumb(row),
    }
    return render_form_page(request, f"{FOLDER}/section_translation.html", form, context)


def translation_crumb(row: ProcedureTranslation) -> tuple[str, str]:
    return row.title, reverse(TRANSLATION, args=[row.version_id, row.language_id])


def _initial(
    section: ProcedureSection, text: TranslatedSection | None, row: ProcedureTranslation
) -> dict[str, str]:
    standard = standard_sections().get(section.code)
    title = standard.title.get(row.language_id, "") if standard else ""
    return {
        "title": text.title if text else title,
        "text": text.text if text else "",
        "seen": text.digest if text else "",
        "source": section.digest,
    }

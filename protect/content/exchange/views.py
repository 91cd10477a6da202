"""Pages of the desk for translators with their own tools: files to download and to bring back."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.content import access
from protect.content.drafts.page_files import SOURCE_TAG
from protect.content.enums import FileOutcome
from protect.content.exchange import actions, writer
from protect.content.forms import PROBLEM_NAMES
from protect.content.texts import composition
from protect.directory.services.forms import set_choices
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.reference import vocabulary
from protect.ui import pages
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage

MAX_MEGABYTES = 4  # of a file; 500 pages have about one
OUTCOME_KINDS = {  # colour of the mark
    FileOutcome.STORED: "good",
    FileOutcome.OTHER_SOURCE: "caution",
    FileOutcome.REFUSED: "alarm",
    FileOutcome.UNKNOWN: "caution",
    FileOutcome.KNOWN: "plain",
    FileOutcome.EMPTY: "ended",
}


class TranslationFileForm(DeskForm):
    language = forms.ChoiceField(label=_("Language"))
    file = forms.FileField(label=_("Translated file"), help_text=_("PO or XLIFF, at most 4 MB"))
    field_by_error_code: ClassVar = {
        "content_file_unreadable": "file",
        "content_file_language": "language",
        "parsers_busy": "file",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "language", access.language_choices(except_tag=SOURCE_TAG))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_MEGABYTES * 1024 * 1024:
            raise ValidationError(gettext("The file is larger than 4 MB. Nothing was saved."))
        return file


@require_http_methods(["GET", "POST"])
def translation_files(request: HttpRequest) -> HttpResponse:
    """Offer the texts of all pages as a file for each language, and store a translated one."""
    scope = scope_of(request)
    access.must_take_part(scope)
    is_posted = request.method == "POST"
    posted = (request.POST, request.FILES) if is_posted else (None, None)
    form = TranslationFileForm(*posted)
    context: dict[str, object] = {
        "languages": access.language_choices(except_tag=SOURCE_TAG),
        "may_translate": access.may(scope, Permission.TRANSLATE),
    }
    if form.is_valid():
        with form.showing_refusals():
            tag = form.cleaned_data["language"]
            units = actions.read_units(form.cleaned_data["file"].read(), tag)
            findings = actions.import_translations(scope, tag, units, at=clock.now())
            counts = actions.count_outcomes(findings)
            context |= {
                "counts": [
                    (OUTCOME_KINDS[each], each.label, counts[each]) for each in OUTCOME_KINDS
                ],
                "findings": [
                    (OUTCOME_KINDS[each.outcome], each, [PROBLEM_NAMES[p] for p in each.problems])
                    for each in findings
                    if each.outcome not in {FileOutcome.STORED, FileOutcome.KNOWN}
                ],
                "target": vocabulary.languages()[tag],
            }
    return pages.render_form_page(request, "content/translation_files.html", form, context)


@require_safe
def translation_file(request: HttpRequest, language: str, file_format: str) -> HttpResponse:
    """Return the texts of all pages with their translations as one file."""
    access.must_take_part(scope_of(request))
    is_language = language in dict(access.language_choices(except_tag=SOURCE_TAG))
    if not is_language or file_format not in {"po", "xlf"}:
        raise Http404
    units = writer.units_of(composition.load_texts(), language)
    if file_format == "po":
        content, media_type = writer.write_po(units, language), "text/x-gettext-translation"
    else:
        content = writer.write_xliff(units, SOURCE_TAG, language)
        media_type = "application/x-xliff+xml"
    name = f"pages-{language}.{file_format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=media_type, headers=headers)


PAGES = {"content:translation_files": DraftPage(_("Files for translators"), TranslationFileForm)}

"""Texts of a service in other languages: listed, written, read by a second person."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.directory import access, enums, labels, models
from protect.directory.facts import sentences
from protect.directory.services import forms, service_page
from protect.directory.services.actions import translations
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.reference import vocabulary
from protect.ui.pages import sent_data, show


@require_safe
def service_translations(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    service = access.get_service(scope, pk, Permission.TRANSLATE)
    languages = sentences.languages_by_name()
    offered = {tag: name for tag, name in languages if tag != service.text_language_id}
    requested = request.GET.get("language", "")
    begun = sorted(translations.languages_of(service))
    language = requested if requested in offered else next(iter(begun), "")
    segments = translations.segments(service, language) if language else ()
    context = {
        "service": service,
        "target": language,
        "name": offered.get(language, ""),
        "languages": list(offered.items()),
        "begun": [(tag, offered.get(tag, tag)) for tag in begun],
        "source_name": sentences.language_name(service.text_language_id or "en"),
        "rows": [_row(each, scope) for each in segments],
    }
    return show(request, "directory/service_translations.html", None, context)


@require_http_methods(["GET", "POST"])
def service_translation(request: HttpRequest, pk: UUID, language: str, field: str) -> HttpResponse:
    scope = scope_of(request)
    service = access.get_service(scope, pk, Permission.TRANSLATE)
    segment = _segment_of(service, language, field)
    written = segment.text.text if segment.text else ""
    form = forms.TranslationForm(sent_data(request), initial={"text": written})
    newer = None
    if form.is_valid():
        with form.mending():
            text, seen = form.cleaned_data["text"], form.cleaned_data["seen"]
            wording = translations.Wording(segment.field, language, text.strip(), seen)
            translations.translate(scope, service, wording, at=clock.now())
            messages.success(request, _("Saved. It is shown when another person has reviewed it."))
            return _back(pk, language)
        is_new = form.cleaned_data["seen"] != translations.mark(segment)
        newer = segment.text if is_new else None
    context = {
        "service": service,
        "target": language,
        "name": sentences.language_name(language),
        "row": _row(segment, scope),
        "seen": translations.mark(segment),
        "newer": newer,
    }
    return show(request, "directory/service_translation.html", form, context)


@require_POST
def service_translation_review(
    request: HttpRequest, pk: UUID, language: str, field: str
) -> HttpResponse:
    scope = scope_of(request)
    service = access.get_service(scope, pk, Permission.TRANSLATE)
    segment = _segment_of(service, language, field)
    form = forms.ReviewForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else ""
    wording = translations.Wording(segment.field, language, "", seen)
    translations.review(scope, service, wording, at=clock.now())
    messages.success(request, _("Confirmed. The public reads it now."))
    return _back(pk, language)


def _segment_of(service: models.Service, language: str, field: str) -> translations.Segment:
    is_known = language in vocabulary.languages() and language != service.text_language_id
    if not is_known or field not in enums.TextField.values:
        raise Http404
    segment = translations.segment(service, enums.TextField(field), language)
    if not segment.source:
        raise Http404
    return segment


def _back(pk: UUID, language: str) -> HttpResponse:
    answer = redirect("directory:service_translations", pk=pk)
    answer["Location"] += f"?language={language}"
    return answer


def _row(segment: translations.Segment, scope: Scope) -> dict[str, object]:
    row = segment.text
    may_review = row is not None and not segment.is_stale and row.state == enums.ReviewState.DRAFT
    return {
        "field": segment.field.value,
        "label": labels.TEXTS[segment.field],
        "source": segment.source,
        "text": row.text if row else "",
        "chip": _chip(segment),
        "seen": translations.mark(segment),
        "may_review": may_review and row is not None and row.by_id != scope.user_id,
        "is_own": row is not None and row.by_id == scope.user_id,
    }


def _chip(segment: translations.Segment) -> service_page.Chip:
    if segment.text is None:
        # Translators: state of a translation: there is none.
        return service_page.Chip("plain", _("Missing"))
    if segment.is_stale:
        # Translators: state of a translation: its source text was changed since.
        return service_page.Chip("caution", _("The source has changed"))
    is_read = segment.text.state == enums.ReviewState.REVIEWED
    return service_page.Chip("good" if is_read else "open", labels.REVIEWS[segment.text.state])

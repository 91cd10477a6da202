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
from protect.ui.pages import posted_data, render_form_page


@require_safe
def service_translations(request: HttpRequest, pk: UUID) -> HttpResponse:
    """List the texts of a service with their translations into one language."""
    scope = scope_of(request)
    service = access.get_service(scope, pk, Permission.TRANSLATE)
    languages = sentences.languages_by_name()
    offered = {tag: name for tag, name in languages if tag != service.text_language_id}
    requested = request.GET.get("language", "")
    begun = sorted(translations.translated_languages(service))
    language = requested if requested in offered else next(iter(begun), "")
    segments = translations.list_segments(service, language) if language else ()
    context = {
        "service": service,
        "target": language,
        "name": offered.get(language, ""),
        "languages": list(offered.items()),
        "begun": [(tag, offered.get(tag, tag)) for tag in begun],
        "source_name": sentences.language_name(service.text_language_id or "en"),
        "rows": [_segment_row(segment, scope) for segment in segments],
    }
    return render_form_page(request, "directory/service_translations.html", None, context)


@require_http_methods(["GET", "POST"])
def edit_translation(request: HttpRequest, pk: UUID, language: str, field: str) -> HttpResponse:
    scope = scope_of(request)
    service = access.get_service(scope, pk, Permission.TRANSLATE)
    segment = _get_segment_or_404(service, language, field)
    stored_text = segment.text.text if segment.text else ""
    form = forms.TranslationForm(posted_data(request), initial={"text": stored_text})
    newer = None
    if form.is_valid():
        with form.showing_refusals():
            text, seen = form.cleaned_data["text"], form.cleaned_data["seen"]
            wording = translations.TranslationInput(segment.field, language, text.strip(), seen)
            translations.save_translation(scope, service, wording, at=clock.now())
            messages.success(
                request,
                _("Saved. A new translation is shown only after another person has reviewed it."),
            )
            return _redirect_to_list(pk, language)
        is_new = form.cleaned_data["seen"] != translations.segment_fingerprint(segment)
        newer = segment.text if is_new else None
    context = {
        "service": service,
        "target": language,
        "name": sentences.language_name(language),
        "row": _segment_row(segment, scope),
        "seen": translations.segment_fingerprint(segment),
        "newer": newer,
    }
    return render_form_page(request, "directory/service_translation.html", form, context)


@require_POST
def review_translation(request: HttpRequest, pk: UUID, language: str, field: str) -> HttpResponse:
    """Confirm a translation that another user wrote, so that it becomes public."""
    scope = scope_of(request)
    service = access.get_service(scope, pk, Permission.TRANSLATE)
    segment = _get_segment_or_404(service, language, field)
    form = forms.ReviewForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else ""
    wording = translations.TranslationInput(segment.field, language, "", seen)
    translations.confirm_translation(scope, service, wording, at=clock.now())
    messages.success(
        request, _("Confirmed. If the service is public, the translation is public now, too.")
    )
    return _redirect_to_list(pk, language)


def _get_segment_or_404(service: models.Service, language: str, field: str) -> translations.Segment:
    is_known = language in vocabulary.languages() and language != service.text_language_id
    if not is_known or field not in enums.TranslatableField.values:
        raise Http404
    segment = translations.get_segment(service, enums.TranslatableField(field), language)
    if not segment.source:
        raise Http404
    return segment


def _redirect_to_list(pk: UUID, language: str) -> HttpResponse:
    response = redirect("directory:service_translations", pk=pk)
    response["Location"] += f"?language={language}"
    return response


def _segment_row(segment: translations.Segment, scope: Scope) -> dict[str, object]:
    row = segment.text
    may_review = row is not None and not segment.is_stale and row.state == enums.ReviewState.DRAFT
    return {
        "field": segment.field.value,
        "label": labels.TEXTS[segment.field],
        "source": segment.source,
        "text": row.text if row else "",
        "chip": _review_chip(segment),
        "seen": translations.segment_fingerprint(segment),
        "may_review": may_review and row is not None and row.by_id != scope.user_id,
        "is_own": row is not None and row.by_id == scope.user_id,
    }


def _review_chip(segment: translations.Segment) -> service_page.Chip:
    if segment.text is None:
        return service_page.Chip("plain", _("Missing"))  # For translators: state of a translation
    if segment.is_stale:
        # Translators: state of a translation: its source text was changed since.
        return service_page.Chip("caution", _("The original text has changed"))
    is_reviewed = segment.text.state == enums.ReviewState.REVIEWED
    return service_page.Chip("good" if is_reviewed else "open", labels.REVIEWS[segment.text.state])

"""Texts of a service in other languages: listed, written, read by a second person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.directory import access, labels
from protect.directory.enums import ReviewState, TextField
from protect.directory.facts import sentences
from protect.directory.models import Service
from protect.directory.services.actions import translations
from protect.directory.services.actions.translations import Segment, Wording
from protect.directory.services.forms.translations import ReviewForm, TranslationForm
from protect.directory.services.sheet import Chip
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.reference import vocabulary
from protect.ui.pages import show


def _translated(scope: Scope, pk: UUID) -> Service:
    """Return a service whose texts this person may write. Errors: Http404; PermissionDenied."""
    service = access.get_service(scope, pk)
    access.must(scope, Permission.TRANSLATE, service.country_id)
    return service


@require_safe
def service_translations(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    service = _translated(scope, pk)
    offered = {
        tag: sentences.language_name(tag)
        for tag in vocabulary.languages()
        if tag != service.text_language_id
    }
    asked = request.GET.get("language", "")
    begun = sorted(translations.languages_of(service))
    language = asked if asked in offered else next(iter(begun), "")
    found = list(translations.segments(service, language)) if language else []
    context = {
        "service": service,
        "target": language,
        "name": offered.get(language, ""),
        "languages": sorted(offered.items(), key=lambda each: each[1].casefold()),
        "begun": [(tag, offered.get(tag, tag)) for tag in begun],
        "source_name": sentences.language_name(service.text_language_id or "en"),
        "rows": [_row(each, scope) for each in found],
    }
    return show(request, "directory/service_translations.html", None, context)


@require_http_methods(["GET", "POST"])
def service_translation(request: HttpRequest, pk: UUID, language: str, field: str) -> HttpResponse:
    scope = scope_of(request)
    service = _translated(scope, pk)
    found = _asked(service, language, field)
    is_sent = request.method == "POST"
    written = found.text.text if found.text else ""
    form = TranslationForm(request.POST if is_sent else None, initial={"text": written})
    theirs = None
    if is_sent and form.is_valid():
        with form.mending():
            text, seen = form.cleaned_data["text"], form.cleaned_data["seen"]
            said = Wording(found.field, language, text.strip(), seen)
            translations.translate(scope, service, said, at=clock.now())
            messages.success(request, _("Saved. It is shown when somebody else has read it."))
            return _back(pk, language)
        is_new = form.cleaned_data["seen"] != translations.mark(found)
        theirs = found.text if is_new else None
    context = {
        "service": service,
        "target": language,
        "name": sentences.language_name(language),
        "row": _row(found, scope),
        "seen": translations.mark(found),
        "theirs": theirs,
    }
    return show(request, "directory/service_translation.html", form, context)


@require_POST
def service_translation_review(
    request: HttpRequest, pk: UUID, language: str, field: str
) -> HttpResponse:
    scope = scope_of(request)
    service = _translated(scope, pk)
    found = _asked(service, language, field)
    form = ReviewForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else ""
    translations.review(scope, service, Wording(found.field, language, "", seen), at=clock.now())
    messages.success(request, _("Confirmed. The public reads it now."))
    return _back(pk, language)


def _asked(service: Service, language: str, field: str) -> Segment:
    """Return the segment that an address names. Errors: Http404."""
    is_known = language in vocabulary.languages() and language != service.text_language_id
    if not is_known or field not in TextField.values:
        raise Http404
    found = translations.segment(service, TextField(field), language)
    if not found.source:
        raise Http404
    return found


def _back(pk: UUID, language: str) -> HttpResponse:
    answer = redirect("directory:service_translations", pk=pk)
    answer["Location"] += f"?language={language}"
    return answer


def _row(found: Segment, scope: Scope) -> dict[str, Any]:
    row = found.text
    may_review = row is not None and not found.is_stale and row.state == ReviewState.DRAFT
    return {
        "field": found.field.value,
        "label": labels.TEXTS[found.field],
        "source": found.source,
        "text": row.text if row else "",
        "chip": _chip(found),
        "seen": translations.mark(found),
        "may_review": may_review and row is not None and row.by_id != scope.user_id,
        "is_own": row is not None and row.by_id == scope.user_id,
    }


def _chip(found: Segment) -> Chip:
    if found.text is None:
        # Translators: state of a translation: there is none.
        return Chip("plain", _("Missing"))
    if found.is_stale:
        # Translators: state of a translation: its source text was changed since.
        return Chip("caution", _("The source has changed"))
    is_read = found.text.state == ReviewState.REVIEWED
    return Chip("good" if is_read else "open", labels.REVIEWS[found.text.state])

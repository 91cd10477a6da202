"""Pages of the desk: texts of a page read aloud in one language."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.content import access
from protect.content.enums import RecordingOrigin, ReviewRole
from protect.content.models import Page, Recording, Segment
from protect.content.readers import skills
from protect.content.recordings import actions, listeners
from protect.content.texts import composition
from protect.content.texts.composition import PageTexts
from protect.content.texts.rules import text_digest
from protect.kernel import clock
from protect.orgs.access import get_row, scope_of
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.reference import formats, vocabulary
from protect.ui import pages
from protect.ui.forms import DeskForm
from protect.ui.ranges import ranged_response
from protect.uploads.upload_handler import content_of
from protect.vault.sign_in.posted import DraftPage


class RecordingForm(DeskForm):
    field_by_error_code = dict.fromkeys(
        (
            *("content_recording_unreadable", "content_recording_too_long", "content_no_ffmpeg"),
            *("content_recording_of_number", "parsers_busy", "upload_refused"),
        ),
        "file",
    ) | {"content_recording_synthetic": "origin"}
    file = forms.FileField(
        label=gettext_lazy("Recording"),  # For translators: a text that was read aloud
        help_text=gettext_lazy("MP3, M4A, WAV, Ogg, FLAC or WebM, at most three minutes."),
        error_messages={"required": gettext_lazy("Choose a file first.")},
        widget=forms.FileInput(attrs={"accept": "audio/*,.m4a,.webm"}),
    )
    origin = forms.ChoiceField(
        # Translators: a field: a person or a computer reads a text aloud.
        label=gettext_lazy("Who reads it"),
        choices=RecordingOrigin.choices,
        initial=RecordingOrigin.HUMAN,
        widget=forms.RadioSelect,
    )
    seen = forms.CharField(widget=forms.HiddenInput)


@require_safe
def recording_list(request: HttpRequest, page_code: str, language: str) -> HttpResponse:
    """Show the texts of a page in a language, each with its recording or what became of it."""
    scope = scope_of(request)
    page, texts = _page_texts(request, page_code, language)
    context = {
        "page": page,
        "title": texts.title,
        "target": vocabulary.languages()[language],
        "name": _language_name(language),
        "rows": list(_rows(page, texts, language, scope)),
        "roles": skills.reviewer_roles(scope, language),
        "people_to_ask": skills.people_to_ask(scope),
        "may_record": access.may(scope, Permission.TRANSLATE),
        "can_record": actions.can_take_recordings(),
    }
    return pages.render_form_page(request, "content/recording_list.html", context=context)


@require_http_methods(["GET", "POST"])
def recording_add(request: HttpRequest, page_code: str, language: str, key: str) -> HttpResponse:
    scope = scope_of(request)
    page, texts = _page_texts(request, page_code, language)
    access.permitted_context(scope, Permission.TRANSLATE, at=clock.now())
    text = next((text for segment, text in _spoken(texts, language) if segment.key == key), None)
    if text is None:
        raise Http404
    initial = {"seen": text_digest(text)}
    form = RecordingForm(pages.posted_data(request), request.FILES or None, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        origin = RecordingOrigin(data["origin"])
        with form.showing_refusals():
            actions.must_be_person(origin)
            made = actions.read_recording(content_of(data["file"]))
            actions.save_recording(
                scope, page, language, key, data["seen"], origin, made, at=clock.now()
            )
            return pages.redirect_with_message(
                request, _("Saved."), "content:recording_list", page_code, language
            )
    context = {
        "page": page,
        "title": texts.title,
        "target": vocabulary.languages()[language],
        "name": _language_name(language),
        "text": text,
        "back": reverse("content:recording_list", args=[page_code, language]),
    }
    return pages.render_form_page(request, "content/recording_add.html", form, context)


@require_POST
def recording_remove(request: HttpRequest, page_code: str, language: str, key: str) -> HttpResponse:
    scope = scope_of(request)
    page = access.get_page(scope, page_code)
    actions.remove_recordings(scope, page, language, key, at=clock.now())
    message = _("The recording was deleted.")
    return pages.redirect_with_message(
        request, message, "content:recording_list", page_code, language
    )


@require_POST
def recording_heard(request: HttpRequest, page_code: str, language: str, key: str) -> HttpResponse:
    """Record that the user has listened to a recording."""
    scope = scope_of(request)
    page = access.get_page(scope, page_code)
    role, address = request.POST.get("role", ""), request.POST.get("address", "")
    if role not in ReviewRole:
        raise Http404
    actions.review_recording(scope, page, language, key, address, ReviewRole(role), at=clock.now())
    message = _("You have listened to this recording.")
    return pages.redirect_with_message(
        request, message, "content:recording_list", page_code, language
    )


@require_safe
def recording_file(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    rows = Recording.objects.all()
    visible = rows if access.takes_part(scope_of(request)) else rows.none()
    content = bytes(get_row(visible, pk=pk).mp3)

    return ranged_response(
        request, len(content), "audio/mpeg", lambda first, last: iter([content[first : last + 1]])
    )


def _page_texts(request: HttpRequest, code: str, tag: str) -> tuple[Page, PageTexts]:
    page = access.get_page(scope_of(request), code)
    if tag not in vocabulary.languages():
        raise Http404
    return page, composition.load_texts([page])[0]


def _spoken(texts: PageTexts, tag: str) -> Iterator[tuple[Segment, str]]:
    """Yield the segments that can have a recording and a text in a language, with this text."""
    for segment in texts.segments:
        text = texts.text_in(segment, tag) if actions.is_spoken(segment) else None
        if text:
            yield segment, text.text


def _rows(page: Page, texts: PageTexts, tag: str, scope: Scope) -> Iterator[dict[str, Any]]:
    recordings: dict[str, list[Recording]] = {}
    stored = Recording.objects.filter(page=page, language=tag).defer("opus", "mp3")
    for row in stored.select_related("page"):
        recordings.setdefault(row.key, []).append(row)
    heard = listeners.read_listeners(row.address for row in stored)
    desk_tag = get_language() or "en"
    for segment, text in _spoken(texts, tag):
        rows = recordings.get(segment.key, [])
        current = next((row for row in rows if row.digest == text_digest(text)), None)
        yield {
            "key": segment.key,
            "text": text,
            "recording": current,
            "is_outdated": bool(rows) and current is None,
            "size": formats.size_text(current.opus_bytes, desk_tag) if current else "",
            "length": formats.seconds_text(current.seconds, desk_tag) if current else "",
            "is_own": bool(current and current.recorded_by_id == scope.user_id),
            **(_listening(scope, current, heard) if current else {}),
        }


def _listening(scope: Scope, recording: Recording, heard: listeners.Listeners) -> dict[str, Any]:
    """Return in which roles others have listened to a recording, and whether that is enough."""
    reviews = heard.get(recording.address, ())
    return {
        "heard_as": [
            ReviewRole(role).label for role in dict.fromkeys(each.role for each in reviews)
        ],
        "own_roles": {each.role for each in reviews if each.reviewer == scope.user_id},
        "is_approved": listeners.is_approved(listeners.listened(recording), heard),
    }


def _language_name(tag: str) -> str:
    return formats.language_name(tag, get_language() or "en")


PAGES = {"content:recording_add": DraftPage(gettext_lazy("Add a recording"), RecordingForm)}

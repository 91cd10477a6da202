from http import HTTPStatus
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.coordination.base.file_names import file_name
from protect.coordination.groups.forms import written_languages
from protect.coordination.meetings import access as meetings
from protect.coordination.meetings.models import Meeting
from protect.coordination.meetings.views import meeting_name
from protect.coordination.translated_minutes import actions, papers
from protect.coordination.translated_minutes.forms import LanguageForm, read_texts, shown_texts
from protect.coordination.translated_minutes.lines import item_pairs
from protect.coordination.translated_minutes.rules import TextState
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.reference import vocabulary
from protect.ui.pages import (
    FormPage,
    inline_pdf,
    posted_data,
    redirect_with_message,
    render_form_page,
    show_form,
)

MINUTES, TRANSLATION = "coordination:meeting_minutes", "coordination:meeting_translation"


@require_http_methods(["GET", "POST"])
def minutes_languages(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let the user choose into which language minutes are translated."""
    meeting = meetings.get_run_meeting(scope_of(request), pk)
    group, args = meeting.group, (posted_data(request),)
    country, own = group.country_id or "", group.language
    form = LanguageForm(*args, country=country, own=own, tags=written_languages())
    if form.is_valid():
        return redirect(TRANSLATION, pk, form.cleaned_data["language"])
    crumb = (meeting_name(meeting), reverse(MINUTES, args=[pk]))
    return show_form(request, form, FormPage(_("Translate the minutes"), _("Translate"), crumb))


@require_http_methods(["GET", "POST"])
def minutes_translation(request: HttpRequest, pk: UUID, language: str) -> HttpResponse:
    """Show the minutes beside their translation, or save what was typed: a text that another person
    saved meanwhile is shown with both, and the others are saved."""
    scope = scope_of(request)
    meeting = meetings.get_run_meeting(scope, pk)
    _must_be_other(meeting, language)
    if request.method == "GET":
        return _translation_page(request, meeting, language, {})
    typed = read_texts(request.POST)
    conflicts = actions.save_texts(scope, meeting, language, typed, at=clock.now())
    if conflicts:
        return _translation_page(request, meeting, language, conflicts)
    return redirect_with_message(request, _("Saved."), TRANSLATION, pk, language)


@require_safe
def minutes_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Print the minutes, beside their translation if `language` is asked for."""
    meeting = meetings.get_meeting(scope_of(request), pk)
    language = request.GET.get("language") or None
    if language:
        _must_be_other(meeting, language)
    held = meeting.starts_at.astimezone(ZoneInfo(meeting.zone)).date()
    name = file_name("minutes", meeting.group.name, meeting.number, held, language or "")
    return inline_pdf(papers.minutes_pdf(meeting, language), name)


def _must_be_other(meeting: Meeting, language: str) -> None:
    """Require a language that papers can print, other than that of the minutes. Errors: Http404."""
    if language not in written_languages() or language == meeting.group.language:
        raise Http404


def _translation_page(
    request: HttpRequest, meeting: Meeting, language: str, conflicts: dict[str, str]
) -> HttpResponse:
    lines = item_pairs(meeting, language)
    pairs = [pair for line in lines for pair in line.pairs]
    context = {
        "meeting": meeting,
        "name": meeting_name(meeting),
        "target": vocabulary.languages()[language],
        "tag": language,
        "source_tag": meeting.group.language,
        "lines": [(line.item, list(shown_texts(line, conflicts))) for line in lines],
        "has_conflict": bool(conflicts),
        "count": len(pairs),
        "done": sum(pair.state == TextState.CURRENT for pair in pairs),
        "states": TextState,
        "may_write": meeting.group.closed_at is None,
    }
    template = "coordination/translated_minutes/translation.html"
    response = render_form_page(request, template, None, context)
    if conflicts:
        response.status_code = HTTPStatus.CONFLICT
    return response

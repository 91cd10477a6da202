from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_safe

from protect.kernel import clock
from protect.orgs.access import home_organisation, scope_of
from protect.outreach import labels, school_packs
from protect.reference import formats, vocabulary
from protect.trainings.base import help_lines
from protect.trainings.base.pages.frame import render_form_page, show_tab
from protect.ui.pages import inline_pdf


@require_safe
def pack_list_page(request: HttpRequest) -> HttpResponse:
    desk_language, languages = get_language() or "en", vocabulary.languages()
    lessons = []
    for code in school_packs.load_lessons(school_packs.SOURCE_LANGUAGE):
        tag = school_packs.pick_lesson_language(code, desk_language)
        lessons.append((school_packs.load_lessons(tag)[code], languages[tag]))
    notes = [(languages[code], note) for code, note in school_packs.load_parent_notes().items()]
    context = {"lessons": lessons, "notes": notes}
    return show_tab(request, labels.PACKS_URL, "outreach/pack_list.html", context)


@require_safe
def pack_page(request: HttpRequest, code: str) -> HttpResponse:
    return render_form_page(request, "outreach/pack.html", None, pack_context(request, code))


@require_safe
def pack_pdf_file(request: HttpRequest, code: str) -> HttpResponse:
    pack = pack_context(request, code)
    tags = {"tag": pack["spoken"].tag, "card_tag": pack["card_language"].tag}
    body = school_packs.pack_pdf(pack["lesson"], pack["card"], pack["numbers"], **tags)
    return inline_pdf(body, f"info-{code}")


@require_safe
def parent_note_page(request: HttpRequest, tag: str) -> HttpResponse:
    context = {"note": get_parent_note(tag), "spoken": vocabulary.languages()[tag]}
    return render_form_page(request, "outreach/pack_parents.html", None, context)


@require_safe
def parent_note_pdf_file(request: HttpRequest, tag: str) -> HttpResponse:
    return inline_pdf(school_packs.parent_note_pdf(get_parent_note(tag), tag=tag), f"info-{tag}")


def pack_context(request: HttpRequest, code: str) -> dict[str, Any]:
    if code not in school_packs.load_lessons(school_packs.SOURCE_LANGUAGE):
        raise Http404
    desk_language, languages = get_language() or "en", vocabulary.languages()
    language = request.GET.get("in", "")
    requested_tag = language if language in languages else desk_language
    tag = school_packs.pick_lesson_language(code, requested_tag)
    card_tag = school_packs.pick_card_language(requested_tag)
    country = home_country_of(request)
    return {
        "lesson": school_packs.load_lessons(tag)[code],
        "spoken": languages[tag],
        "languages": [languages[tag] for tag in school_packs.lesson_languages(code)],
        "is_other": tag != requested_tag,
        "card": school_packs.load_teacher_cards()[card_tag],
        "card_language": languages[card_tag],
        "country": formats.country_name(country, desk_language),
        "numbers": help_numbers_in(country, requested_tag),
    }


def help_numbers_in(country: str, tag: str) -> list[help_lines.HelpLine]:
    """Return the emergency number, a line for children and national lines, in this order."""
    now = clock.now()
    number = vocabulary.countries()[country].emergency_number
    police = help_lines.HelpLine(
        _("Police, ambulance"), number, is_checked=True, href=f"tel:{number}"
    )
    # Translators: beside the number 116 111, where it was not checked that it works.
    name, number = _("Help line for children"), help_lines.format_number(help_lines.CHILD_LINE)
    unchecked_line = help_lines.HelpLine(name, number, is_checked=False)
    child_line = help_lines.find_child_help_line(country, tag, at=now) or unchecked_line
    return [police, child_line, *help_lines.national_help_lines(country, tag, at=now)]


def home_country_of(request: HttpRequest) -> str:
    """Return the country of the user's organisation, or else the first of the data."""
    user = scope_of(request).user_id
    home = home_organisation(user) if user else None
    return home.country if home else next(iter(vocabulary.countries()))


def get_parent_note(tag: str) -> school_packs.ParentNote:
    note = school_packs.load_parent_notes().get(tag)
    if note is None:
        raise Http404
    return note

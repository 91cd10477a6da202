"""School packs at the desk: lessons for four ages, the teacher's card, the note to parents."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_safe

from protect.kernel import clock
from protect.orgs.access import home_of, scope_of
from protect.outreach import labels, school_packs
from protect.reference import formats, vocabulary
from protect.trainings.base import help_lines
from protect.trainings.base.pages.frame import show, show_tab
from protect.ui.pages import inline_pdf


@require_safe
def pack_list(request: HttpRequest) -> HttpResponse:
    spoken, languages = get_language() or "en", vocabulary.languages()
    lessons = []
    for code in school_packs.lessons(school_packs.SOURCE):
        tag = school_packs.lesson_language(code, spoken)
        lessons.append((school_packs.lessons(tag)[code], languages[tag]))
    notes = [(languages[code], note) for code, note in school_packs.notes().items()]
    context = {"lessons": lessons, "notes": notes}
    return show_tab(request, labels.PACKS, "outreach/pack_list.html", context)


@require_safe
def pack(request: HttpRequest, code: str) -> HttpResponse:
    return show(request, "outreach/pack.html", None, pack_context(request, code))


@require_safe
def pack_pdf_file(request: HttpRequest, code: str) -> HttpResponse:
    pack = pack_context(request, code)
    tags = {"tag": pack["spoken"].tag, "card_tag": pack["card_language"].tag}
    body = school_packs.pack_pdf(pack["lesson"], pack["card"], pack["numbers"], **tags)
    return inline_pdf(body, f"info-{code}")


@require_safe
def pack_parents(request: HttpRequest, tag: str) -> HttpResponse:
    context = {"note": note_in(tag), "spoken": vocabulary.languages()[tag]}
    return show(request, "outreach/pack_parents.html", None, context)


@require_safe
def pack_parents_file(request: HttpRequest, tag: str) -> HttpResponse:
    return inline_pdf(school_packs.note_pdf(note_in(tag), tag=tag), f"info-{tag}")


def pack_context(request: HttpRequest, code: str) -> dict[str, Any]:
    if code not in school_packs.lessons(school_packs.SOURCE):
        raise Http404
    ours, languages = get_language() or "en", vocabulary.languages()
    language = request.GET.get("in", "")
    wanted = language if language in languages else ours
    tag, card_tag = school_packs.lesson_language(code, wanted), school_packs.card_language(wanted)
    country = country_of(request)
    return {
        "lesson": school_packs.lessons(tag)[code],
        "spoken": languages[tag],
        "languages": [languages[each] for each in school_packs.lesson_languages(code)],
        "is_other": tag != wanted,
        "card": school_packs.cards()[card_tag],
        "card_language": languages[card_tag],
        "country": formats.country_name(country, ours),
        "numbers": numbers_in(country, wanted),
    }


def numbers_in(country: str, tag: str) -> list[help_lines.Line]:
    now = clock.now()
    police = help_lines.Line(_("Police, ambulance"), "112", is_checked=True, href="tel:112")
    # Translators: beside the number 116 111, where it was not checked that it works.
    name, number = _("Line for children"), help_lines.written(help_lines.CHILD_LINE)
    unsure = help_lines.Line(name, number, is_checked=False)
    child = help_lines.child_line(country, tag, at=now) or unsure
    return [police, child, *help_lines.lines_in(country, tag, at=now)]


def country_of(request: HttpRequest) -> str:
    user = scope_of(request).user_id
    home = home_of(user) if user else None
    return home.country if home else next(iter(vocabulary.countries()))


def note_in(tag: str) -> school_packs.Note:
    note = school_packs.notes().get(tag)
    if note is None:
        raise Http404
    return note

"""Pages about rights and safety: released texts, with the facts of the country and links to
services in the places that the texts leave for them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template import Context
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from protect.content.drafts.page_files import INDEX
from protect.content.enums import ReferenceKind
from protect.content.recordings.shown import FORMATS, ShownRecording, read_file, recordings_of
from protect.findhelp import access, addresses, mirrors
from protect.findhelp.answers.cards import CardView, card_for
from protect.findhelp.answers.country_lines import CountryLines
from protect.findhelp.answers.limits import is_for_others
from protect.findhelp.answers.page_blocks import Block, Number, Passage, block_page, passage_of
from protect.findhelp.views import frame
from protect.kernel.text import isolate_direction, isolate_number
from protect.matching import published
from protect.matching.questions import Question
from protect.reference import formats, vocabulary
from protect.reference.templatetags.speech import mark_language, say
from protect.reference.vocabulary import Language, Need
from protect.ui.ranges import ranged_response

# Pages of the site to which pages about rights lead, and their headings.
SITE_TITLES: dict[str, Promise] = {
    "first-hours": _("If it just happened"),
    "police": _("Police"),
    "helper": _("I am helping someone"),
    "tips": _("What this phone remembers"),
}

SERVICES_TO_SEARCH, MAX_SERVICES = 8, 3  # of a kind; some are made for people unlike the reader
POLICE = "police"  # category


class PageLink(NamedTuple):
    spot: addresses.Spot
    title: SafeString  # HTML
    url: str = ""  # "": that of the spot, with the place that was chosen


class Part(NamedTuple):
    """A block of a page as HTML and links."""

    kind: str  # that of the block
    texts: tuple[SafeString, ...] = ()
    pages: tuple[PageLink, ...] = ()
    needs: tuple[tuple[Need, str], ...] = ()  # each with the URL of the answers
    lines: CountryLines = CountryLines()
    services: tuple[CardView, ...] = ()
    until: datetime | None = None  # when a service changes its state; None: not by itself


class Reader(NamedTuple):
    """The language, country and day for which a page is built, and where its needs lead."""

    language: Language
    country: str | None
    today: date
    question: Question  # of the visitor: place and time of the page, and what was said
    answers_url: Callable[[Need], str]  # of the answers to a need, for the place of the page


def rights_page(
    request: HttpRequest,
    page: addresses.Spot,
    reader: Reader,
    context: dict[str, object],
    *,
    may_cache: bool,
) -> HttpResponse:
    """Show a page about rights or safety. `context`: what all pages about a country need;
    `may_cache`: the page may be cached. Errors: Http404 for a page that is not released in this
    language."""
    code, language = addresses.rights_code(page), reader.language
    content = access.released_pages(language.tag).get(code)
    if content is None:
        raise Http404
    blocks = block_page(content, reader.country, reader.today)
    mirror = mirrors.mirror_of(request)
    recordings = {} if mirror else recordings_of(content)  # a mirror has no files of sound
    parts = [_part(block, reader, recordings) for block in blocks.blocks]
    context |= {
        "heading": _html(blocks.title, reader),
        "parts": parts,
        "sources": blocks.sources,
        "index": _link(INDEX, reader) if code != INDEX else None,
        "has_other_language": blocks.languages(language.tag) != {language.tag},
    }
    if mirror:
        context["tags"] = [tag for tag in mirror.tags if code in access.released_pages(tag)]
    until = min((part.until for part in parts if part.until), default=None)
    return frame.show(
        request, language, "rights.html", context, valid_until=until, may_cache=may_cache
    )


@frame.in_language()
def recording_file(
    request: HttpRequest, language: Language, address: str, file_format: str
) -> HttpResponseBase:
    """Return a recording, or a part of it. Errors: Http404."""
    content, media_type = read_file(address, file_format)

    return ranged_response(
        request, len(content), media_type, lambda first, last: iter([content[first : last + 1]])
    )


def _part(block: Block, reader: Reader, recordings: Mapping[str, ShownRecording]) -> Part:
    """Return a block with its texts as HTML, or its references as links."""
    if block.kind == ReferenceKind.PAGE:
        links = (_link(code, reader) for code in block.codes)
        return Part(block.kind, pages=tuple(filter(None, links)))
    if block.kind == ReferenceKind.SERVICES:
        return _services_part(block.codes[0], reader)
    needs = [vocabulary.needs()[code] for code in block.codes]
    return Part(
        block.kind,
        texts=tuple(
            _html(passage, reader) + _audio(recordings.get(passage.key), reader)
            for passage in block.passages
        ),
        needs=tuple((need, reader.answers_url(need)) for need in needs),
        lines=block.lines,
    )


def _services_part(kind: str, reader: Reader) -> Part:
    """Return the first services of a kind for the place of a page: without the police, and without
    those for people unlike the reader, whom the page is about. None without a country, or while the
    directory cannot be read."""
    person, services_question = reader.question.person, replace(reader.question, needs=(kind,))
    if kind in vocabulary.groups():
        person = replace(person, groups=(person.groups or frozenset()) | {kind})
    services_question = replace(services_question, person=person, limit=SERVICES_TO_SEARCH)
    try:
        answers = published.match(services_question) if services_question.where else None
    except Error:  # the page is right without them
        answers = None
    matches = [*answers.within_reach, *answers.national] if answers else []
    matching = [match for match in matches if {kind, POLICE} & match.row.categories == {kind}]
    shown = [match for match in matching if not is_for_others(match.row, services_question)][
        :MAX_SERVICES
    ]
    return Part(
        ReferenceKind.SERVICES,
        services=tuple(card_for(match, services_question, reader.language.tag) for match in shown),
        until=min((match.valid_until for match in shown if match.valid_until), default=None),
    )


def _link(code: str, reader: Reader) -> PageLink | None:
    """Return the link to a page of the site or a released page; None if there is no such page."""
    if code in SITE_TITLES:
        spot, context = _site_spot(code, reader.country), Context({"language": reader.language})
        helping_need = vocabulary.needs()["helping"]
        url = reader.answers_url(helping_need) if code == "helper" else ""
        return PageLink(spot, say(context, SITE_TITLES[code]), url) if spot else None
    page = access.released_pages(reader.language.tag).get(code)
    if page is None:
        return None
    title = _html(passage_of(page.title, reader.country), reader)
    return PageLink(addresses.rights_in(reader.country, code), title)


def _site_spot(code: str, country: str | None) -> addresses.Spot | None:
    if code == "police":
        return addresses.police_in(country) if country else None
    if code == "first-hours":
        return addresses.first_hours_in(country)
    return addresses.HELPER if code == "helper" else addresses.TIPS


def _audio(recording: ShownRecording | None, reader: Reader) -> SafeString:
    """Return the control that plays a recording, with its size: nothing is loaded before. Opus
    first, which is smaller. "" without a recording."""
    if recording is None:
        return mark_safe("")
    tag = reader.language.tag
    urls = (reverse("findhelp:recording", args=[tag, recording.address, name]) for name in FORMATS)
    size = isolate_direction(formats.size_text(recording.opus_bytes, tag))
    length = isolate_direction(formats.seconds_text(recording.seconds, tag))
    return format_html(
        '<br><audio controls preload=none><source src="{}" type="audio/ogg"><source src="{}">'
        "</audio><br><small>{} · {}</small>",
        *urls,
        size,
        length,
    )


def _html(passage: Passage, reader: Reader) -> SafeString:
    """Return a text as HTML, marked if it is in another language, and dated if its source has
    changed."""
    parts = [
        isolate_number(part.text) if isinstance(part, Number) else conditional_escape(part)
        for part in passage.parts
    ]
    html = mark_safe("".join(parts))  # noqa: S308 - each part is escaped above
    if passage.dated:
        html = format_html("{} <small>({})</small>", html, isolate_number(passage.dated))
    return mark_language(html, passage.tag, reader.language.tag)

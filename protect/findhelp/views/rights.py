"""Pages about rights and safety, and the urgent ones, such as “If it just happened”: texts with the
facts of the country and links to services in the places that the texts leave for them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from protect.content.drafts import urgent_pages
from protect.content.drafts.page_files import INDEX
from protect.content.enums import ReferenceKind
from protect.content.recordings.shown import FORMATS, ShownRecording, read_file, recordings_of
from protect.content.released import ReleasedPage
from protect.findhelp import access, addresses, mirrors
from protect.findhelp.answers import browser_steps, interpreters
from protect.findhelp.answers.browser_steps import BrowserSteps
from protect.findhelp.answers.cards import CardView, card_for
from protect.findhelp.answers.country_lines import CountryLines
from protect.findhelp.answers.interpreters import InterpreterRequest
from protect.findhelp.answers.limits import is_for_others
from protect.findhelp.answers.page_blocks import (
    UNKNOWN_READER,
    Block,
    BlockPage,
    Number,
    block_page,
    passage_html,
    passage_of,
)
from protect.findhelp.posters import downloads
from protect.findhelp.views import frame
from protect.kernel.text import isolate_direction
from protect.matching import published
from protect.matching.questions import Question
from protect.reference import formats, vocabulary
from protect.reference.vocabulary import Language, Need
from protect.ui.ranges import ranged_response

SERVICES_TO_SEARCH, MAX_SERVICES = 8, 3  # of a kind; some are made for people unlike the reader
POLICE = "police"  # category, and code of a page
BROWSER_PAGE = "tips"  # code of the page with steps for browsers
ALL_NEEDS, BROWSER_STEPS = "needs", "browser-steps"  # of `references.SITE_PARTS`
# The address of each urgent page; None: there is none for no country.
URGENT_SPOTS: dict[str, Callable[[str | None], addresses.Spot | None]] = {
    "first-hours": addresses.first_hours_in,
    "police": lambda country: addresses.police_in(country) if country else None,
    "helper": lambda _country: addresses.HELPER,
    "tips": lambda _country: addresses.TIPS,
}


class PageLink(NamedTuple):
    spot: addresses.Spot
    title: SafeString  # HTML
    url: str = ""  # "": that of the spot, with the place that was chosen


class Part(NamedTuple):
    """A block of a page as HTML and links."""

    kind: str  # that of the block; of one that the site fills, the name of the part
    texts: tuple[SafeString, ...] = ()
    pages: tuple[PageLink, ...] = ()
    needs: tuple[tuple[Need, str], ...] = ()  # each with the URL of the answers
    lines: CountryLines = CountryLines()
    services: tuple[CardView, ...] = ()
    asks_interpreter: bool = False  # whether it has services, and none speaks the reader's language
    heading: str = ""  # over the steps, in English
    steps: tuple[BrowserSteps, ...] = ()
    until: datetime | None = None  # when the part changes; None: not by itself
    has_number: bool = False  # whether a text has a number, such as that of the emergency services


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
    code, tag = addresses.rights_code(page), reader.language.tag
    content = access.released_pages(tag).get(code)
    if content is None:
        raise Http404
    blocks = block_page(content, reader.country, reader.today)
    context |= {
        "index": _link(INDEX, reader) if code != INDEX else None,
        "has_other_language": blocks.languages(tag) != {tag},
    }
    if mirror := mirrors.mirror_of(request):
        context["tags"] = [each for each in mirror.tags if code in access.released_pages(each)]
    if code == INDEX:
        place = context.get("spot")
        of_page = addresses.anywhere_in(reader.country) if reader.country else addresses.ANYWHERE
        spot = place if isinstance(place, addresses.Spot) and place.key else of_page
        context |= booklet_context(request, reader.language, spot)
    recordings = _recordings(request, content)
    return _show(request, blocks, reader, context, recordings=recordings, may_cache=may_cache)


def booklet_context(
    request: HttpRequest, language: Language, spot: addresses.Spot
) -> dict[str, object]:
    """Return what the links to the booklet and offline file of a place need; a mirror has none."""
    try:
        area = None if mirrors.mirror_of(request) else downloads.offered_area(spot, language.tag)
    except Error:  # the page is right without them
        area = None
    name = addresses.spot_name(area, language.tag) if area else ""
    return {"booklet": area, "booklet_name": name}


def urgent_page(  # noqa: PLR0913 - the page, its reader, and how long both stay the same
    request: HttpRequest,
    code: str,
    reader: Reader,
    context: dict[str, object],
    *,
    readers: Collection[str] = UNKNOWN_READER,
    until: datetime | None = None,
    may_cache: bool = True,
) -> HttpResponse:
    """Show an urgent page. `readers`: of `references.READERS`, those that the visitor is one of;
    `until`: when something in `context` changes; the rest as for `rights_page`."""
    tag = reader.language.tag
    languages = browser_steps.languages(reader.today, tag) if code == BROWSER_PAGE else frozenset()
    content = urgent_pages.urgent_page(code, tag)
    blocks = block_page(content, reader.country, reader.today, readers)
    context |= {"index": None, "has_other_language": blocks.text_languages | languages != {tag}}
    context["is_police"] = code == POLICE  # says itself what stands below other pages
    recordings = _recordings(request, content)
    return _show(
        request, blocks, reader, context, recordings=recordings, until=until, may_cache=may_cache
    )


def _show(  # noqa: PLR0913 - the page, its reader, and how long both stay the same
    request: HttpRequest,
    blocks: BlockPage,
    reader: Reader,
    context: dict[str, object],
    *,
    recordings: Mapping[str, ShownRecording],
    until: datetime | None = None,
    may_cache: bool,
) -> HttpResponse:
    parts = [_part(block, reader, recordings) for block in blocks.blocks]
    if "interpreter" not in context and any(part.asks_interpreter for part in parts):
        context["interpreter"] = _interpreter_request(reader)
    context |= {
        "heading": passage_html(blocks.title, reader.language.tag),
        "parts": parts,
        "sources": blocks.sources,
    }
    times = [each for each in (until, *(part.until for part in parts)) if each]
    until = min(times, default=None)
    language = reader.language
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
        return _services_part(block.codes, reader)
    if block.kind == ReferenceKind.SITE and block.codes != (ALL_NEEDS,):
        return _site_part(block.codes[0], reader)
    if block.codes == (ALL_NEEDS,):
        needs = [need for need in access.public_needs() if not need.page]
    else:
        needs = [vocabulary.needs()[code] for code in block.codes]
    return Part(
        ReferenceKind.NEED if needs else block.kind,
        texts=tuple(
            passage_html(passage, reader.language.tag) + _audio(recordings.get(passage.key), reader)
            for passage in block.passages
        ),
        needs=tuple((need, reader.answers_url(need)) for need in needs),
        lines=block.lines,
        has_number=any(isinstance(part, Number) for each in block.passages for part in each.parts),
    )


def _recordings(request: HttpRequest, page: ReleasedPage) -> Mapping[str, ShownRecording]:
    """Return the recordings of a page by the keys of its texts; a mirror has no files of sound."""
    return {} if mirrors.mirror_of(request) else recordings_of(page)


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


def _site_part(name: str, reader: Reader) -> Part:
    """Return a part of `references.SITE_PARTS` that the template fills."""
    if name != BROWSER_STEPS:
        return Part(name)
    steps = browser_steps.steps_on(reader.today)
    until = (datetime.combine(each.hidden_from, time.min, UTC) for each in steps)
    return Part(name, heading=browser_steps.HEADING, steps=steps, until=min(until, default=None))


def _services_part(kinds: Iterable[str], reader: Reader) -> Part:
    """Return the first services of each of these kinds for the place of a page."""
    parts = [_services_of(kind, reader) for kind in kinds]
    cards = {card.code: card for part in parts for card in part.services}
    return Part(
        ReferenceKind.SERVICES,
        services=tuple(cards.values()),
        asks_interpreter=all(part.asks_interpreter for part in parts if part.services)
        and bool(cards),
        until=min((part.until for part in parts if part.until), default=None),
    )


def _services_of(kind: str, reader: Reader) -> Part:
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
        asks_interpreter=interpreters.is_needed(
            (match.row for match in shown), reader.question.languages
        ),
        until=min((match.valid_until for match in shown if match.valid_until), default=None),
    )


def _interpreter_request(reader: Reader) -> InterpreterRequest | None:
    question = reader.question
    return interpreters.request_at(question.where, question.languages, reader.language.tag)


def _link(code: str, reader: Reader) -> PageLink | None:
    """Return the link to an urgent page or a released page; None if there is no such page."""
    tag, country = reader.language.tag, reader.country
    if code in URGENT_SPOTS:
        page: ReleasedPage | None = urgent_pages.urgent_page(code, tag)
        spot = URGENT_SPOTS[code](country)
    else:
        page = access.released_pages(tag).get(code)
        spot = addresses.rights_in(country, code)
    if page is None or spot is None:
        return None
    helping = vocabulary.needs()["helping"]
    url = reader.answers_url(helping) if code == helping.page else ""
    return PageLink(spot, passage_html(passage_of(page.title, country), tag), url)

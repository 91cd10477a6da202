"""Pages about rights and safety: released texts, with the facts of the country and links to
services in the places that the texts leave for them."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import groupby
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.template import Context
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from protect.content.drafts.page_files import INDEX
from protect.content.enums import ReferenceKind, SegmentKind
from protect.content.released import ReleasedPage, ReleasedSegment
from protect.content.texts import references
from protect.content.texts.references import Reference
from protect.findhelp import access, addresses, emergency, mirrors
from protect.findhelp.answers import country_lines
from protect.findhelp.answers.country_lines import CountryLines, Source
from protect.findhelp.views import frame
from protect.kernel import clock
from protect.kernel.text import isolate_number
from protect.reference import catalogue, country_facts, vocabulary
from protect.reference.templatetags.speech import mark_language, say
from protect.reference.vocabulary import Language, Need

# Pages of the site to which pages about rights lead, and their headings.
SITE_TITLES: dict[str, Promise] = {
    "first-hours": _("If it just happened"),
    "police": _("Police"),
    "helper": _("I am helping someone"),
    "tips": _("What this phone remembers"),
}


class PageLink(NamedTuple):
    spot: addresses.Spot
    title: SafeString  # HTML
    url: str = ""  # "": that of the spot, with the place that was chosen


class Part(NamedTuple):
    """A part of a page: texts of one kind that follow each other, links, or facts of a country."""

    kind: str  # value of SegmentKind, or of ReferenceKind for a BLOCK
    texts: tuple[SafeString, ...] = ()
    pages: tuple[PageLink, ...] = ()
    needs: tuple[tuple[Need, str], ...] = ()  # each with the URL of the answers
    lines: CountryLines = CountryLines()


class Reader(NamedTuple):
    """The language, country and day for which a page is built, and where its needs lead."""

    language: Language
    country: str | None
    today: date
    answers_url: Callable[[Need], str]  # of the answers to a need, for the place of the page


def rights_page(
    request: HttpRequest,
    language: Language,
    page: addresses.Spot,
    context: dict[str, object],
    answers_url: Callable[[Need], str],
    *,
    keep: bool,
) -> HttpResponse:
    """Show a page about rights or safety. `context`: what all pages about a country need; `keep`:
    the page may be cached. Errors: Http404 for a page that is not released in this language."""
    country, code = addresses.country_of(page), addresses.rights_code(page)
    content = access.released_pages(language.tag).get(code)
    if content is None:
        raise Http404
    reader = Reader(language, country, clock.now().date(), answers_url)
    parts = list(_build_parts(content, reader))
    context |= {
        "heading": _html(content.title, reader),
        "parts": parts,
        "sources": _sources(content, parts),
        "index": _link(INDEX, reader) if code != INDEX else None,
        "has_other_language": _has_other_language(content, parts, language.tag),
    }
    if mirror := mirrors.mirror_of(request):
        context["tags"] = [tag for tag in mirror.tags if code in access.released_pages(tag)]
    return frame.show(request, language, "rights.html", context, keep=keep)


def _build_parts(page: ReleasedPage, reader: Reader) -> Iterator[Part]:
    """Yield the parts of a page. List items, and links of one kind, that follow each other are one
    part."""
    body = page.body if reader.country else _without_facts(page.body)
    for kind, segments in groupby(body, key=_kind_of):
        if kind in (SegmentKind.PARAGRAPH, SegmentKind.CALL, SegmentKind.HEADING):
            for segment in segments:
                yield Part(kind, texts=(_html(segment, reader),))
        elif kind == SegmentKind.ITEM:
            yield Part(kind, texts=tuple(_html(segment, reader) for segment in segments))
        else:
            yield from _fill_blocks(ReferenceKind(kind), [*segments], reader)


def _without_facts(body: tuple[ReleasedSegment, ...]) -> list[ReleasedSegment]:
    """Return the segments of a page for no country: without facts, and the headings above them."""
    facts = {number for number, each in enumerate(body) if _kind_of(each) == ReferenceKind.FACTS}
    headings = {number - 1 for number in facts if body[number - 1].kind is SegmentKind.HEADING}
    return [each for number, each in enumerate(body) if number not in facts | headings]


def _kind_of(segment: ReleasedSegment) -> str:
    """Return the kind of a segment; of a block the kind of what fills it."""
    if segment.kind is not SegmentKind.BLOCK:
        return segment.kind
    return references.references_in(segment.text)[0].kind


def _fill_blocks(
    kind: ReferenceKind, segments: list[ReleasedSegment], reader: Reader
) -> Iterator[Part]:
    referred = [references.references_in(segment.text)[0] for segment in segments]
    if kind is ReferenceKind.PAGE:
        links = (_link(each.name, reader) for each in referred)
        yield Part(kind, pages=tuple(filter(None, links)))
    elif kind is ReferenceKind.NEED:
        needs = [vocabulary.needs()[each.name] for each in referred]
        yield Part(kind, needs=tuple((need, reader.answers_url(need)) for need in needs))
    else:
        country = reader.country or ""
        facts = [fact for each in referred for fact in references.facts_of(each, country)]
        yield Part(kind, lines=country_lines.lines_of(facts, country, reader.today))


def _link(code: str, reader: Reader) -> PageLink | None:
    """Return the link to a page of the site or a released page; None if there is no such page."""
    if code in SITE_TITLES:
        spot, context = _site_spot(code, reader.country), Context({"language": reader.language})
        helping = vocabulary.needs()["helping"]
        url = reader.answers_url(helping) if code == "helper" else ""
        return PageLink(spot, say(context, SITE_TITLES[code]), url) if spot else None
    page = access.released_pages(reader.language.tag).get(code)
    if page is None:
        return None
    return PageLink(addresses.rights_in(reader.country, code), _html(page.title, reader))


def _site_spot(code: str, country: str | None) -> addresses.Spot | None:
    if code == "police":
        return addresses.police_in(country) if country else None
    if code == "first-hours":
        return addresses.first_hours_in(country)
    return addresses.HELPER if code == "helper" else addresses.TIPS


def _html(segment: ReleasedSegment, reader: Reader) -> SafeString:
    """Return a text as HTML with its references filled in, marked if it is in another language,
    and dated if its source has changed."""
    parts = [
        _fill(part, reader) if isinstance(part, Reference) else conditional_escape(part)
        for part in references.split_text(segment.text)
    ]
    html = mark_safe("".join(parts))  # noqa: S308 - each part is escaped above
    if segment.dated:
        html = format_html("{} <small>({})</small>", html, isolate_number(segment.dated))
    return mark_language(html, segment.language, reader.language.tag)


def _fill(reference: Reference, reader: Reader) -> SafeString:
    """Return the number that a reference stands for, as HTML."""
    if reference.kind is ReferenceKind.LIMIT:
        return isolate_number(country_facts.limit(reference.name).value)
    return isolate_number(emergency.emergency_of(reader.country).number)


def _has_other_language(page: ReleasedPage, parts: list[Part], tag: str) -> bool:
    """Return whether a text or fact of a page is shown in another language than `tag`."""
    facts = (fact.text for part in parts for fact in part.lines.facts)
    return any(each.language != tag for each in page.segments) or any(
        catalogue.translation_with_language(text, tag)[1] != tag for text in facts
    )


def _sources(page: ReleasedPage, parts: list[Part]) -> tuple[Source, ...]:
    """Return the sources of a page and of the facts on it, each once."""
    own = [Source(title, is_old=False) for title in page.sources]
    return tuple(dict.fromkeys([*own, *(each for part in parts for each in part.lines.sources)]))

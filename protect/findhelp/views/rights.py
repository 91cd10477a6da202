"""Pages about rights and safety: released texts, with the facts of the country and links to
services in the places that the texts leave for them."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.template import Context
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from protect.content.drafts.page_files import INDEX
from protect.content.enums import ReferenceKind
from protect.findhelp import access, addresses
from protect.findhelp.answers.country_lines import CountryLines
from protect.findhelp.answers.page_blocks import Block, Number, Passage, block_page, passage_of
from protect.findhelp.views import frame
from protect.kernel import clock
from protect.kernel.text import isolate_number
from protect.reference import vocabulary
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
    """A block of a page as HTML and links."""

    kind: str  # that of the block
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
    blocks = block_page(content, country, reader.today)
    context |= {
        "heading": _html(blocks.title, reader),
        "parts": [_part(block, reader) for block in blocks.blocks],
        "sources": blocks.sources,
        "index": _link(INDEX, reader) if code != INDEX else None,
        "has_other_language": blocks.languages(language.tag) != {language.tag},
    }
    return frame.show(request, language, "rights.html", context, keep=keep)


def _part(block: Block, reader: Reader) -> Part:
    """Return a block with its texts as HTML, or its references as links."""
    if block.kind == ReferenceKind.PAGE:
        links = (_link(code, reader) for code in block.codes)
        return Part(block.kind, pages=tuple(filter(None, links)))
    needs = [vocabulary.needs()[code] for code in block.codes]
    return Part(
        block.kind,
        texts=tuple(_html(passage, reader) for passage in block.passages),
        needs=tuple((need, reader.answers_url(need)) for need in needs),
        lines=block.lines,
    )


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
    title = _html(passage_of(page.title, reader.country), reader)
    return PageLink(addresses.rights_in(reader.country, code), title)


def _site_spot(code: str, country: str | None) -> addresses.Spot | None:
    if code == "police":
        return addresses.police_in(country) if country else None
    if code == "first-hours":
        return addresses.first_hours_in(country)
    return addresses.HELPER if code == "helper" else addresses.TIPS


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

"""Booklets for people without internet: the pages about rights of a country and the services of an
area, to print. `offline_files` makes one HTML file of a booklet."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from protect.content.drafts.page_files import INDEX
from protect.content.drafts.urgent_pages import urgent_page
from protect.content.enums import ReferenceKind, SegmentKind
from protect.content.released import Pages
from protect.findhelp.answers.country_lines import NOT_KNOWN, CountryLines, FactLine, Source
from protect.findhelp.answers.page_blocks import (
    NOT_CHECKED,
    Block,
    BlockPage,
    Passage,
    block_page,
    plain_text,
    say,
)
from protect.findhelp.paper import content
from protect.findhelp.paper.content import TEMPLATES, Book, Frame, PrintedText
from protect.kernel.text import plain_isolated_name, plain_isolated_number
from protect.reference import formats, vocabulary
from protect.ui import press

# Translators: heading of a folded list: pages and laws from which facts were taken.
SOURCES = _("Sources")
URGENT_PAGES = ("first-hours", "police", "helper")  # without what the reader's phone remembers
SOME_LINES = _("Some lines are not in this language yet. They are shown in English.")
MAY_HAVE_CHANGED = _("May have changed")


@dataclass(frozen=True, slots=True)
class PrintedLink:
    """A reference to a page or a chapter of the same booklet, by its key."""

    key: str
    title: PrintedText


@dataclass(frozen=True, slots=True)
class PrintedFact:
    text: PrintedText
    whom: PrintedText | None  # to whom it applies; None: to everyone
    ages: str
    number: str  # telephone number in groups, or an address; "" if the text has it
    mark: PrintedText | None  # "Not checked yet"


@dataclass(frozen=True, slots=True)
class PrintedBlock:
    """A block of a page. One with nothing to print is left out, with the heading above it."""

    kind: str  # as of `page_blocks.Block`
    texts: tuple[PrintedText, ...] = ()
    links: tuple[PrintedLink, ...] = ()
    facts: tuple[PrintedFact, ...] = ()
    note: PrintedText | None = None  # of facts: that none is confirmed, or that none is known


@dataclass(frozen=True, slots=True)
class PrintedPage:
    key: str  # neutral: a reader of the file sees it in the address
    title: PrintedText
    note: str  # that it is in another language, or some lines are; else ""
    blocks: tuple[PrintedBlock, ...]


@dataclass(frozen=True, slots=True)
class Booklet:
    """The pages about rights of a country and the services of an area, in one language."""

    frame: Frame
    area: str
    language: str  # its own name
    contents: PrintedPage  # the list of the pages; its links are a table of contents
    pages: tuple[PrintedPage, ...]
    book: Book  # the services; its chapters have the keys "n1", "n2", …
    chapter_links: tuple[PrintedLink, ...]
    sources_label: PrintedText
    sources: tuple[str, ...]  # in English


class Targets(NamedTuple):
    """The links to the parts of a booklet, by code of the page or need."""

    pages: Mapping[str, PrintedLink]
    needs: Mapping[str, PrintedLink]


def build_booklet(book: Book, released: Pages, country: str, at: datetime) -> Booklet:
    """Return a booklet in the language of a printed directory. `released`: pages about rights, also
    in a language that replaces it."""
    tag = book.frame.writing.tag
    with translation.override(tag):
        return _build(book, released, country, tag, at)


def _build(book: Book, released: Pages, country: str, tag: str, at: datetime) -> Booklet:
    today = at.astimezone(ZoneInfo(vocabulary.countries()[country].zone)).date()
    urgent = (urgent_page(code, tag) for code in URGENT_PAGES)
    pages = [block_page(page, country, today) for page in (*urgent, *released.values())]
    by_code = {page.code: page for page in pages}
    index = by_code.pop(INDEX, BlockPage(INDEX, Passage((book.area,), tag), ()))
    index = _with_unlisted(index, by_code)
    listed = dict.fromkeys(code for block in index.blocks for code in block.codes)
    ordered = [by_code[code] for code in listed if code in by_code]
    targets = Targets(
        {page.code: _link(f"p{number}", page.title) for number, page in enumerate(ordered, 1)},
        {
            chapter.code: PrintedLink(f"n{number}", _text_in(chapter.need, tag))
            for number, chapter in enumerate(book.chapters, 1)
        },
    )
    sources = dict.fromkeys(source for page in (index, *ordered) for source in page.sources)
    return Booklet(
        frame=book.frame,
        area=book.area,
        language=vocabulary.languages()[tag].endonym,
        contents=_page("p0", index, targets, tag),
        pages=tuple(_page(targets.pages[page.code].key, page, targets, tag) for page in ordered),
        book=book,
        chapter_links=tuple(targets.needs.values()),
        sources_label=printed_text(say(SOURCES, tag)),
        sources=tuple(_source_line(source, tag) for source in sources),
    )


def other_languages(
    released: Pages, country: str, tag: str, at: datetime
) -> dict[str, frozenset[str]]:
    """Return the released pages that have texts or facts in another language than `tag`, by code,
    each with the tags of these languages."""
    pages = (block_page(page, country, at.date()) for page in released.values())
    return {page.code: others for page in pages if (others := page.languages(tag) - {tag})}


def booklet_pdf(booklet: Booklet) -> bytes:
    """Return a booklet as PDF: A5 pages, as many as a multiple of four, to be stapled."""
    return press.pdf(TEMPLATES / "booklet.typ", booklet, is_large=True)


def imposed_pdf(booklet: Booklet) -> bytes:
    """Return a booklet as PDF: A4 sheets with two pages side by side, to be printed on both sides,
    folded and stapled. It is not accessible: it is for a printer."""
    count = press.page_count(TEMPLATES / "booklet.typ", booklet)
    writing = booklet.frame.writing
    sheet = {
        "pdf": list(booklet_pdf(booklet)),
        "sides": imposed_sides(count, is_from_right=writing.direction == "rtl"),
        "tag": writing.tag,
    }
    return press.pdf(TEMPLATES / "imposed.typ", sheet, is_large=True)


def imposed_sides(count: int, *, is_from_right: bool) -> list[tuple[int, int]]:
    """Return the numbers of the pages on the left and right of each side of the sheets: front and
    back in turn. `count` is a multiple of four; `is_from_right`: it is bound at the right."""
    sides = []
    for first in range(1, count // 2, 2):
        last = count + 1 - first
        sides += [(last, first), (first + 1, last - 1)]
    return [(right, left) for left, right in sides] if is_from_right else sides


def printed_text(passage: Passage) -> PrintedText:
    return _text_in(plain_text(passage), passage.tag)


def _text_in(text: str, tag: str) -> PrintedText:
    return PrintedText(text, tag, vocabulary.languages()[tag].direction)


def _link(key: str, title: Passage) -> PrintedLink:
    return PrintedLink(key, printed_text(title))


def _with_unlisted(index: BlockPage, by_code: Mapping[str, BlockPage]) -> BlockPage:
    """Return the list of pages; pages that it does not name stand at its end."""
    listed = {code for block in index.blocks for code in block.codes}
    rest = tuple(code for code in by_code if code not in listed)
    last = [Block(ReferenceKind.PAGE, codes=rest)] if rest else []
    return index._replace(blocks=(*index.blocks, *last))


def _page(key: str, page: BlockPage, targets: Targets, tag: str) -> PrintedPage:
    blocks = _without_empty(_printed_block(block, targets, tag) for block in page.blocks)
    return PrintedPage(key, printed_text(page.title), _language_note(page, tag), tuple(blocks))


def _language_note(page: BlockPage, tag: str) -> str:
    """Return a note that a page, or some of its lines, is in another language; "" for neither."""
    page_tags = page.languages(tag)
    if page_tags == {tag}:
        return ""
    if tag in page_tags or len(page_tags) > 1:
        return str(SOME_LINES)
    (page_tag,) = page_tags
    name, other_name = formats.language_name(tag, tag), formats.language_name(page_tag, tag)
    return str(content.OTHER_LANGUAGE).format(
        language=plain_isolated_name(name), other=plain_isolated_name(other_name)
    )


def _printed_block(block: Block, targets: Targets, tag: str) -> PrintedBlock:
    targets_by_kind = {
        ReferenceKind.NEED: targets.needs,
        ReferenceKind.PAGE: targets.pages,
        ReferenceKind.SITE: targets.pages,  # for its parts that are parts of another page
    }
    links = targets_by_kind.get(ReferenceKind(block.kind), {}) if block.codes else {}
    is_unchecked = any(passage.is_unchecked for passage in block.passages)
    note = printed_text(say(NOT_CHECKED, tag)) if is_unchecked else None
    is_facts = block.kind == ReferenceKind.FACTS
    return PrintedBlock(
        block.kind,
        texts=tuple(printed_text(passage) for passage in block.passages),
        links=tuple(links[code] for code in block.codes if code in links),
        facts=tuple(_printed_fact(fact, block.lines, tag) for fact in block.lines.facts),
        note=_facts_note(block.lines, tag) if is_facts else note,
    )


def _facts_note(lines: CountryLines, tag: str) -> PrintedText | None:
    if not lines.facts:
        return printed_text(say(NOT_KNOWN, tag))
    is_needed = lines.has_unconfirmed and not lines.is_any_confirmed
    return printed_text(say(NOT_CHECKED, tag)) if is_needed else None


def _printed_fact(fact: FactLine, lines: CountryLines, tag: str) -> PrintedFact:
    is_marked = lines.is_any_confirmed and not fact.is_confirmed and not fact.is_gap
    return PrintedFact(
        text=printed_text(say(fact.text, tag)),
        whom=printed_text(say(fact.whom, tag)) if fact.whom else None,
        ages=plain_isolated_number(fact.ages) if fact.ages else "",
        number=fact.number or fact.address,
        mark=printed_text(say(NOT_CHECKED, tag)) if is_marked else None,
    )


def _without_empty(blocks: Iterable[PrintedBlock]) -> Iterator[PrintedBlock]:
    """Yield the blocks that have something to print, and the headings above such blocks."""
    heading: PrintedBlock | None = None
    for block in blocks:
        if block.kind == SegmentKind.HEADING:
            heading = block
        elif block.texts or block.links or block.facts or block.note:
            if heading:
                yield heading
            heading = None
            yield block


def _source_line(source: Source, tag: str) -> str:
    """Return the title of a source, in English, and whether it is old."""
    if not source.is_old:
        return plain_isolated_name(source.title)
    changed = printed_text(say(MAY_HAVE_CHANGED, tag)).text
    return f"{plain_isolated_name(source.title)} · {changed}"

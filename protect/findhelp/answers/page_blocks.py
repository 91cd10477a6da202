"""Released pages about rights, and the urgent ones, as blocks: texts with their numbers, references
to other pages and needs, and facts of a country. The public site, the booklet and the offline file
show the same blocks, each in its own way."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from protect.content.drafts.urgent_pages import urgent_page
from protect.content.enums import ReferenceKind, SegmentKind
from protect.content.released import ReleasedPage, ReleasedSegment, dated_note
from protect.content.texts import references
from protect.content.texts.references import Reference
from protect.findhelp.answers import country_lines
from protect.findhelp.answers.country_lines import CountryLines, Source
from protect.findhelp.answers.emergency import caller_notes, emergency_of
from protect.kernel.text import isolate_direction, plain_isolated_number
from protect.reference import catalogue, country_facts, formats
from protect.reference.templatetags.speech import mark_language

NOT_CHECKED = _("Not checked yet")
# Readers about whom nothing is known: of a page for paper, too.
UNKNOWN_READER = frozenset({"may-be-pregnant", "no-town", "recent"})
FACTS_PARTS = {"first-hours-facts", "reporting-facts"}  # of SITE_PARTS


class Number(NamedTuple):
    """A number within a text: digits, which run left to right where nothing around them counts."""

    text: str


class Passage(NamedTuple):
    """A text, and the language that it is in, which may differ from that of its page."""

    parts: tuple[str | Number, ...]
    tag: str  # BCP 47
    dated: str = ""  # ISO date of a translation whose source has changed since; "" if it has not
    key: str = ""  # of its segment
    is_unchecked: bool = False  # whether it is the first with a limit that is not confirmed


class Block(NamedTuple):
    """A part of a page: texts of one kind that follow each other, references, or facts."""

    kind: str  # value of SegmentKind, or of ReferenceKind for a BLOCK
    passages: tuple[Passage, ...] = ()
    codes: tuple[str, ...] = ()  # of the pages or needs to which it refers, or the part of the site
    lines: CountryLines = CountryLines()


class BlockPage(NamedTuple):
    """A page about a country, as blocks."""

    code: str
    title: Passage
    blocks: tuple[Block, ...]
    own_sources: tuple[Source, ...] = ()  # of its texts, without those of facts

    @property
    def sources(self) -> tuple[Source, ...]:
        """Return the sources of the texts and facts of the page, each once."""
        of_facts = (source for block in self.blocks for source in block.lines.sources)
        return tuple(dict.fromkeys([*self.own_sources, *of_facts]))

    def languages(self, tag: str) -> frozenset[str]:
        """Return the languages in which a reader of the language `tag` gets texts and facts."""
        facts = (fact.text for block in self.blocks for fact in block.lines.facts)
        of_facts = (catalogue.translation_with_language(text, tag)[1] for text in facts)
        return self.text_languages | frozenset(of_facts)

    @property
    def text_languages(self) -> frozenset[str]:
        """Return the languages of its texts, without those of facts."""
        passages = (self.title, *(each for block in self.blocks for each in block.passages))
        return frozenset(each.tag for each in passages)


class Filling(NamedTuple):
    """What fills the texts of a page."""

    country: str | None
    today: date
    readers: Collection[str]  # of `references.READERS`, those that the reader is one of
    marked: set[str]  # limits that an earlier text has said are not confirmed


def block_page(
    page: ReleasedPage,
    country: str | None,
    today: date,
    readers: Collection[str] = UNKNOWN_READER,
) -> BlockPage:
    """Return a released page with the facts of a country; None: without facts of countries, and
    without the headings above them. `readers`: of `references.READERS`, those that the reader is
    one of; texts for other readers are left out."""
    body = list(_texts_for(readers, page.body))
    body = body if country else _without_facts(body)
    own_sources = [Source(title, is_old=False) for title in page.sources]
    limits = (country_facts.limit(key) for each in body for key in _limits_in(each))
    own_sources += [country_lines.source_of(limit, today) for limit in limits]
    blocks = tuple(_build_blocks(body, Filling(country, today, readers, set())))
    title = passage_of(page.title, country)
    return BlockPage(page.code, title, blocks, tuple(dict.fromkeys(own_sources)))


def urgent_text(code: str, key: str, tag: str, country: str | None) -> Passage | None:
    """Return one text of an urgent page, for the places that repeat it, such as a link with its
    title; None if it may not be shown. Errors: KeyError for an unknown page; DataError."""
    segments = urgent_page(code, tag).segments
    return next((passage_of(each, country) for each in segments if each.key == key), None)


def plain_text(passage: Passage) -> str:
    """Return a text for paper: its numbers are isolated, and its date stands behind it."""
    text = "".join(
        plain_isolated_number(part.text) if isinstance(part, Number) else part
        for part in passage.parts
    )
    return f"{text} ({dated_note(passage.dated, passage.tag)})" if passage.dated else text


def say(text: Promise | str, tag: str) -> Passage:
    """Return a public text in a language."""
    said, language = catalogue.translation_with_language(text, tag)
    return Passage((said,), language)


def passage_html(passage: Passage, tag: str) -> SafeString:
    """Return a text for a page in the language `tag`: marked if it is in another one, dated if its
    source has changed, and with a note if a limit in it is not confirmed."""
    parts = [
        isolate_direction(part.text) if isinstance(part, Number) else conditional_escape(part)
        for part in passage.parts
    ]
    html = mark_safe("".join(parts))  # noqa: S308 - each part is escaped above
    if passage.dated:
        html = format_html("{} <small>({})</small>", html, dated_note(passage.dated, passage.tag))
    html = mark_language(html, passage.tag, tag)
    if not passage.is_unchecked:
        return html
    note = passage_html(say(NOT_CHECKED, tag), tag)
    return format_html('{} <span class="tag tag--ask">{}</span>', html, note)


def passage_of(segment: ReleasedSegment, country: str | None) -> Passage:
    """Return a released text with its references filled in."""
    parts = tuple(
        Number(_number(part, country)) if isinstance(part, Reference) else part
        for part in references.split_text(segment.text)
    )
    return Passage(parts, segment.language, segment.dated, segment.key)


def _number(reference: Reference, country: str | None) -> str:
    """Return the number that a reference stands for."""
    if reference.kind is ReferenceKind.LIMIT:
        return country_facts.limit(reference.name).value
    return emergency_of(country).number


def _texts_for(
    readers: Collection[str], body: Iterable[ReleasedSegment]
) -> Iterator[ReleasedSegment]:
    """Yield the segments that are for these readers, without the blocks that say for whom."""
    is_meant = True
    for segment in body:
        if _kind_of(segment) == ReferenceKind.ONLY:
            is_meant = is_meant and _reference_of(segment).name in readers
            continue
        if is_meant:
            yield segment
        is_meant = True


def _build_blocks(body: Iterable[ReleasedSegment], filling: Filling) -> Iterator[Block]:
    """Yield the blocks of a page. List items, and references of one kind, that follow each other
    are one block."""
    for kind, segments in groupby(body, key=_kind_of):
        if kind in (SegmentKind.PARAGRAPH, SegmentKind.CALL, SegmentKind.HEADING):
            for segment in segments:
                yield Block(kind, passages=(_fill_text(segment, filling),))
        elif kind == SegmentKind.ITEM:
            yield Block(kind, passages=tuple(_fill_text(each, filling) for each in segments))
        elif kind == ReferenceKind.SITE:
            for segment in segments:
                yield _site_block(segment, filling)
        else:
            yield _fill_block(ReferenceKind(kind), segments, filling)


def _fill_text(segment: ReleasedSegment, filling: Filling) -> Passage:
    """Return a text with its references filled in, marked if it is the first with a limit that is
    not confirmed."""
    unconfirmed = {key for key in _limits_in(segment) if not country_facts.limit(key).is_confirmed}
    is_first = not unconfirmed <= filling.marked
    filling.marked.update(unconfirmed)
    return passage_of(segment, filling.country)._replace(is_unchecked=is_first)


def _limits_in(segment: ReleasedSegment) -> list[str]:
    """Return the keys of the limits in a text."""
    found = references.references_in(segment.text)
    return [each.name for each in found if each.kind is ReferenceKind.LIMIT]


def _kind_of(segment: ReleasedSegment) -> str:
    """Return the kind of a segment; for a block, the kind of its reference."""
    if segment.kind is not SegmentKind.BLOCK:
        return segment.kind
    return _reference_of(segment).kind


def _reference_of(block: ReleasedSegment) -> Reference:
    return references.references_in(block.text)[0]


def _fill_block(
    kind: ReferenceKind, segments: Iterable[ReleasedSegment], filling: Filling
) -> Block:
    referred = [_reference_of(segment) for segment in segments]
    if kind is not ReferenceKind.FACTS:
        return Block(kind, codes=tuple(reference.name for reference in referred))
    country = filling.country or ""
    facts = [fact for each in referred for fact in references.facts_of(each, country)]
    return Block(kind, lines=country_lines.lines_of(facts, country, filling.today))


def _site_block(segment: ReleasedSegment, filling: Filling) -> Block:
    """Return a part that the site fills: what is the same for all readers of a country is filled
    here, the rest has the part's name."""
    part, country, today = _reference_of(segment).name, filling.country or "", filling.today
    if part == "callers":
        passage = _about_callers(segment.language, filling.country)
        return Block(SegmentKind.PARAGRAPH, passages=(passage,))
    if part == "reporting-facts":
        lines = country_lines.lines_about_reporting(country, today)
        return Block(ReferenceKind.FACTS, lines=lines)
    if part == "first-hours-facts":
        for_women = "may-be-pregnant" in filling.readers
        lines = country_lines.lines_about_first_hours(country, today, for_women=for_women)
        return Block(ReferenceKind.FACTS, lines=lines)
    return Block(ReferenceKind.SITE, codes=(part,))


def _about_callers(tag: str, country: str | None) -> Passage:
    """Return what a caller of the emergency number who reads this language must know."""
    notes = [say(note, tag) for note in caller_notes(tag, country)]
    texts = " ".join(str(part) for note in notes for part in note.parts)
    number = Number(emergency_of(country).number)
    return Passage((number, f"{formats.colon_after('', tag)} {texts}"), notes[0].tag)


def _without_facts(body: list[ReleasedSegment]) -> list[ReleasedSegment]:
    """Return the segments of a page for no country: without facts, and the headings above them."""
    facts = {number for number, each in enumerate(body) if _has_facts(each)}
    headings = {number - 1 for number in facts if body[number - 1].kind is SegmentKind.HEADING}
    return [each for number, each in enumerate(body) if number not in facts | headings]


def _has_facts(segment: ReleasedSegment) -> bool:
    kind = _kind_of(segment)
    is_part = kind == ReferenceKind.SITE and _reference_of(segment).name in FACTS_PARTS
    return is_part or kind == ReferenceKind.FACTS

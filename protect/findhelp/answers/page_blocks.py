"""Released pages about rights as blocks: texts with their numbers, references to other pages and
needs, and facts of a country. The public site, the booklet and the offline file show the same
blocks, each in its own way."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import NamedTuple

from protect.content.enums import ReferenceKind, SegmentKind
from protect.content.released import ReleasedPage, ReleasedSegment
from protect.content.texts import references
from protect.content.texts.references import Reference
from protect.findhelp.answers import country_lines
from protect.findhelp.answers.country_lines import CountryLines, Source
from protect.findhelp.answers.emergency import emergency_of
from protect.reference import catalogue, country_facts


class Number(NamedTuple):
    """A number within a text, which always runs left to right."""

    text: str


class Passage(NamedTuple):
    """A text, and the language that it is in, which may differ from that of its page."""

    parts: tuple[str | Number, ...]
    tag: str  # BCP 47
    dated: str = ""  # ISO date of a translation whose source has changed since; "" if it has not
    key: str = ""  # of its segment


class Block(NamedTuple):
    """A part of a page: texts of one kind that follow each other, references, or facts."""

    kind: str  # value of SegmentKind, or of ReferenceKind for a BLOCK
    passages: tuple[Passage, ...] = ()
    note: Passage | None = None  # above its texts: that they are not checked
    codes: tuple[str, ...] = ()  # of the pages or needs to which it refers
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
        passages = (self.title, *(passage for block in self.blocks for passage in block.passages))
        facts = (fact.text for block in self.blocks for fact in block.lines.facts)
        return frozenset(
            [passage.tag for passage in passages]
            + [catalogue.translation_with_language(text, tag)[1] for text in facts]
        )


def block_page(page: ReleasedPage, country: str | None, today: date) -> BlockPage:
    """Return a released page with the facts of a country; None: without facts of countries, and
    without the headings above them."""
    own_sources = tuple(Source(title, is_old=False) for title in page.sources)
    body = page.body if country else _without_facts(page.body)
    blocks = tuple(_build_blocks(body, country, today))
    return BlockPage(page.code, passage_of(page.title, country), blocks, own_sources)


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


def _build_blocks(
    body: Iterable[ReleasedSegment], country: str | None, today: date
) -> Iterator[Block]:
    """Yield the blocks of a page. List items, and references of one kind, that follow each other
    are one block."""
    for kind, segments in groupby(body, key=_kind_of):
        if kind in (SegmentKind.PARAGRAPH, SegmentKind.CALL, SegmentKind.HEADING):
            for segment in segments:
                yield Block(kind, passages=(passage_of(segment, country),))
        elif kind == SegmentKind.ITEM:
            yield Block(kind, passages=tuple(passage_of(segment, country) for segment in segments))
        else:
            yield _fill_block(ReferenceKind(kind), segments, country or "", today)


def _kind_of(segment: ReleasedSegment) -> str:
    """Return the kind of a segment; for a block, the kind of its reference."""
    if segment.kind is not SegmentKind.BLOCK:
        return segment.kind
    return references.references_in(segment.text)[0].kind


def _fill_block(
    kind: ReferenceKind, segments: Iterable[ReleasedSegment], country: str, today: date
) -> Block:
    referred = [references.references_in(segment.text)[0] for segment in segments]
    if kind is not ReferenceKind.FACTS:
        return Block(kind, codes=tuple(reference.name for reference in referred))
    facts = [fact for reference in referred for fact in references.facts_of(reference, country)]
    return Block(kind, lines=country_lines.lines_of(facts, country, today))


def _without_facts(body: tuple[ReleasedSegment, ...]) -> list[ReleasedSegment]:
    """Return the segments of a page for no country: without facts, and the headings above them."""
    facts = {
        number for number, segment in enumerate(body) if _kind_of(segment) == ReferenceKind.FACTS
    }
    headings = {number - 1 for number in facts if body[number - 1].kind is SegmentKind.HEADING}
    return [segment for number, segment in enumerate(body) if number not in facts | headings]

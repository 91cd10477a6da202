"""The released texts of the programme's site in one language."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from django.db import Error

from protect.content import released
from protect.content.drafts import page_files
from protect.content.enums import PageKind, SegmentKind
from protect.content.released import Pages, ReleasedPage, ReleasedSegment
from protect.programme.pages import sitemap
from protect.reference import vocabulary
from protect.reference.vocabulary import Language

SOURCE_TAG = page_files.SOURCE_TAG


class Part(NamedTuple):
    """A heading, sentence or urgent sentence of a page, or the items of a list."""

    kind: str  # value of SegmentKind
    texts: tuple[ReleasedSegment, ...]


class SiteTexts:
    """All texts in one language. `pages`: by code; empty before the first release."""

    def __init__(self, language: Language, pages: Pages) -> None:
        self.language, self.pages = language, pages

    @cached_property
    def words(self) -> Mapping[str, ReleasedSegment]:
        """The words around each page by key: those of the release, else of the files, so that an
        error page has words, too, and a word that is newer than the release."""
        frame = self.pages.get(sitemap.FRAME)
        segments = (*_frame_of_files(), *(frame.segments if frame else ()))
        return {segment.key: segment for segment in segments}

    def page(self, section: sitemap.Section) -> ReleasedPage | None:
        return self.pages.get(section.code)

    def texts_of(self, code: str) -> Mapping[str, ReleasedSegment]:
        """Return the texts of a page by key; none if it is not released."""
        page = self.pages.get(code)
        return {segment.key: segment for segment in page.segments} if page else {}

    def has_fallback(self, page: ReleasedPage) -> bool:
        """Return whether a text of a page is in another language than the site."""
        return any(
            segment.language != self.language.tag
            for segment in page.segments
            if segment.kind is not SegmentKind.BLOCK
        )


def site_languages() -> dict[str, Language]:
    """Return the languages of the site: English and the official languages of the consortium's
    countries, by tag. A language is offered once the home page is released in it."""
    spoken = (tag for country in vocabulary.countries().values() for tag in country.languages)
    known = vocabulary.languages()
    tags = sorted({*spoken} - {SOURCE_TAG}, key=lambda tag: known[tag].endonym.casefold())
    return {
        tag: known[tag]
        for tag in (SOURCE_TAG, *tags)
        if known[tag].has_text and sitemap.HOME.code in _pages_in(tag)
    }


def load_texts(tag: str) -> SiteTexts:
    """Return the texts in a language; without a release, or a database that was read once, only
    the words of error pages."""
    return SiteTexts(vocabulary.languages()[tag], _pages_in(tag))


def parts_of(page: ReleasedPage) -> Iterator[Part]:
    """Yield the parts of a page in order. List items that follow each other are one part."""
    body = (segment for segment in page.body if segment.kind is not SegmentKind.BLOCK)
    for kind, segments in groupby(body, key=lambda segment: segment.kind):
        if kind is SegmentKind.ITEM:
            yield Part(kind.value, tuple(segments))
        else:
            yield from (Part(kind.value, (segment,)) for segment in segments)


def _pages_in(tag: str) -> Pages:
    try:
        return released.pages_in(tag, PageKind.PROGRAMME)
    except Error:  # no database, and the release was never read
        return {}


def _frame_of_files() -> Iterator[ReleasedSegment]:
    for row in page_files.load_pages()[sitemap.FRAME].segment:
        yield ReleasedSegment(row.key, row.kind, row.text, SOURCE_TAG)

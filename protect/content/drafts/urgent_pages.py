"""The urgent pages, such as “If it just happened”, which the site shows also before the first
release and while the database cannot be read: then with the texts of the data files."""

from collections.abc import Iterator
from functools import cache

from django.conf import settings
from django.db import Error

from protect.content import released
from protect.content.drafts import page_files
from protect.content.drafts.page_files import SegmentRow
from protect.content.enums import PageKind, SegmentKind
from protect.content.released import ReleasedPage, ReleasedSegment
from protect.content.texts.composition import SuppliedText
from protect.reference import vocabulary


def urgent_page(code: str, tag: str) -> ReleasedPage:
    """Return an urgent page in a language: as released, else as it came with the software.
    Errors: KeyError for an unknown code; DataError."""
    try:
        page = released.page_in(tag, code)
    except Error:
        page = None
    return page or page_of_files(code, tag)


def page_of_files(code: str, tag: str) -> ReleasedPage:
    """Return an urgent page as it came with the software. Errors: KeyError; DataError."""
    shown = tuple(filter(may_show, vocabulary.fallback_chain(tag)))
    return _page_of_files(code, tag, shown)


def may_show(tag: str) -> bool:
    """Return whether the site shows the supplied texts in a language: a live site does so once two
    people have read the language, and always those of the source."""
    is_source = tag == page_files.SOURCE_TAG
    return settings.IS_DEMO or is_source or vocabulary.languages()[tag].is_reviewed


def supplied_texts() -> frozenset[SuppliedText]:
    """Return the supplied texts of urgent pages that are read with their language, so that they
    need no review of their own. A row of the database that says otherwise is none of them."""
    tags = (tag for tag, row in vocabulary.languages().items() if row.has_text)
    return frozenset(
        (code, each.key, each.language, each.text)
        for tag in filter(may_show, tags)
        for code in page_files.pages_of_kind(PageKind.SITE)
        for each in page_of_files(code, tag).segments
        if each.kind is not SegmentKind.BLOCK
    )


@cache
def _page_of_files(code: str, tag: str, shown: tuple[str, ...]) -> ReleasedPage:
    """`shown`: the languages whose texts may stand there, the best one first."""
    row = page_files.load_pages()[code]
    segments = tuple(_segment_of_files(code, each, tag, shown) for each in row.segment)
    return ReleasedPage(code, row.kind, row.sources, segments)


def _segment_of_files(
    code: str, row: SegmentRow, tag: str, shown: tuple[str, ...]
) -> ReleasedSegment:
    if row.kind is SegmentKind.BLOCK:
        return ReleasedSegment(row.key, row.kind, row.text, tag)
    return next(_texts_of_files(code, row, shown))


def _texts_of_files(
    code: str, row: SegmentRow, shown: tuple[str, ...]
) -> Iterator[ReleasedSegment]:
    """Yield the texts of a segment, the best one first; the last one is that of the source."""
    for candidate in shown:
        draft = page_files.load_translation(candidate, code).get(row.key)
        if draft and draft.source == page_files.source_part(row.text):
            yield ReleasedSegment(row.key, row.kind, draft.text, candidate)
    yield ReleasedSegment(row.key, row.kind, row.text, page_files.SOURCE_TAG)

"""The urgent pages, such as “If it just happened”, which the site shows also before the first
release and while the database cannot be read: then with the texts of the data files."""

from collections.abc import Iterator
from functools import cache

from django.db import Error

from protect.content import released
from protect.content.drafts import page_files
from protect.content.drafts.page_files import SegmentRow
from protect.content.enums import SegmentKind
from protect.content.released import ReleasedPage, ReleasedSegment
from protect.reference import vocabulary


def urgent_page(code: str, tag: str) -> ReleasedPage:
    """Return an urgent page in a language: as released, else as it came with the software.
    Errors: KeyError for an unknown code; DataError."""
    try:
        page = released.page_in(tag, code)
    except Error:
        page = None
    return page or page_of_files(code, tag)


@cache
def page_of_files(code: str, tag: str) -> ReleasedPage:
    """Return an urgent page as it came with the software. Errors: KeyError; DataError."""
    row = page_files.load_pages()[code]
    segments = tuple(_segment_of_files(code, each, tag) for each in row.segment)
    return ReleasedPage(code, row.kind, row.sources, segments)


def _segment_of_files(code: str, row: SegmentRow, tag: str) -> ReleasedSegment:
    """Return the first text of a segment in the fallback chain, whose last one is the source."""
    if row.kind is SegmentKind.BLOCK:
        return ReleasedSegment(row.key, row.kind, row.text, tag)
    return next(_texts_of_files(code, row, tag))


def _texts_of_files(code: str, row: SegmentRow, tag: str) -> Iterator[ReleasedSegment]:
    for candidate in vocabulary.fallback_chain(tag):
        draft = page_files.load_translation(candidate, code).get(row.key)
        if draft and draft.source == page_files.source_part(row.text):
            yield ReleasedSegment(row.key, row.kind, draft.text, candidate)
    yield ReleasedSegment(row.key, row.kind, row.text, page_files.SOURCE_TAG)

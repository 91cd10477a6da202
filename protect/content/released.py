"""The released pages in this process: what the public reads. They are read again when the version
of the directory has changed, which each release raises; without a database the last ones stay."""

import logging
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db import Error

from protect.content.enums import PageKind, SegmentKind
from protect.content.models import Release
from protect.kernel.text import plain_isolated_name
from protect.matching import published
from protect.reference.catalogue import translation_with_language
from protect.reference.formats import date_text


class ReleasedSegment(NamedTuple):
    key: str
    kind: SegmentKind
    text: str
    language: str  # tag
    dated: str = ""  # ISO date of a translation whose source has changed since; "" if it has not


class ReleasedPage(NamedTuple):
    code: str
    kind: PageKind
    sources: tuple[str, ...]  # titles with their dates, in English
    segments: tuple[ReleasedSegment, ...]

    @property
    def title(self) -> ReleasedSegment:
        return next(each for each in self.segments if each.kind is SegmentKind.TITLE)

    @property
    def body(self) -> tuple[ReleasedSegment, ...]:
        return tuple(each for each in self.segments if each.kind is not SegmentKind.TITLE)


log = logging.getLogger("protect")
# A text of the public site, which findhelp/paper/content.py marks for translators.
AS_OF = "As of {date}"

type Pages = Mapping[str, ReleasedPage]  # by code

_memory: dict[str, tuple[int, Pages]] = {}  # by language: number of the snapshot, and pages


def dated_note(dated: str, tag: str) -> str:
    """Return the sentence that a text in a language is as of a day, because its source has changed
    since. `dated`: ISO date, which stands alone where the sentence is not translated."""
    sentence, written_in = translation_with_language(AS_OF, tag)
    if written_in != tag:
        return dated
    return sentence.format(date=plain_isolated_name(date_text(date.fromisoformat(dated), tag)))


def pages_in(tag: str, kind: PageKind) -> Pages:
    """Return the released pages of a kind in a language by code; none before the first release.
    Without a database the last ones stay. Errors: django.db.Error before they were read once."""
    return {code: page for code, page in _all_pages_in(tag).items() if page.kind is kind}


def page_in(tag: str, code: str) -> ReleasedPage | None:
    """Return a released page of any kind; None if it was not released. Errors: as `pages_in`."""
    return _all_pages_in(tag).get(code)


def _all_pages_in(tag: str) -> Pages:
    number = published.snapshot_number()
    kept = _memory.get(tag)
    if kept is None or kept[0] != number:
        try:
            kept = _memory[tag] = (number, read(tag))
        except Error:
            if kept is None:
                raise
    return kept[1]


def forget() -> None:
    """Read the releases anew when they are asked for next (in tests)."""
    _memory.clear()


def to_json(pages: Pages) -> dict[str, Any]:
    """Return pages as a release stores them."""
    return {
        code: {
            "kind": page.kind.value,
            "sources": list(page.sources),
            "segments": [list(each) for each in page.segments],
        }
        for code, page in pages.items()
    }


def from_json(stored: Mapping[str, Any]) -> Pages:
    """Return the pages that a release stores. Errors: ValueError or KeyError for another shape."""
    return {
        code: ReleasedPage(
            code,
            PageKind(page["kind"]),
            tuple(page["sources"]),
            tuple(
                ReleasedSegment(key, SegmentKind(kind), text, language, dated)
                for key, kind, text, language, dated in page["segments"]
            ),
        )
        for code, page in stored.items()
    }


def read(tag: str) -> Pages:
    """Return the pages of the newest release that this server sealed; a forged one is skipped."""
    rows = Release.objects.filter(language=tag).order_by("-number")
    for release in rows.iterator(chunk_size=1):
        if release.is_sealed():
            return from_json(release.pages)
        log.error("content_release_damaged: release %s in %s was changed", release.number, tag)
    return {}

"""Which texts a release in a language holds: of each segment its translation if the rules allow to
show it, else the text in the next language that readers of this one may understand."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from protect.content.enums import ChangeClass, ReviewRole, SegmentKind, Shown, TranslationState
from protect.content.models import Page, Review, Revision, Segment, SegmentTranslation
from protect.content.released import Pages, ReleasedPage, ReleasedSegment
from protect.content.texts import rules
from protect.reference import vocabulary

type Place = tuple[str, str]  # key of a segment, tag of a language


class StoredText(NamedTuple):
    """A text of a segment in one language, and what the rules know of it."""

    text: str
    written_on: str  # ISO date
    facts: rules.Translation


@dataclass
class PageTexts:
    """A page with the history of its segments and all its translations."""

    page: Page
    revisions: list[Revision]  # oldest first, with their segments
    translations: dict[Place, list[StoredText]]  # newest first
    reviews: dict[tuple[Place, str], tuple[rules.Review, ...]]  # by place and digest of the text

    @property
    def current(self) -> Revision:
        return self.revisions[-1]

    @property
    def segments(self) -> list[Segment]:
        return list(self.current.segments.all())  # prefetched

    @property
    def title(self) -> str:
        """The title of the page in the language of the source."""
        return next(row.text for row in self.segments if row.kind == SegmentKind.TITLE)

    @cached_property
    def history(self) -> dict[str, list[rules.SourceText]]:
        """The different source texts of each segment, oldest first."""
        history: dict[str, list[rules.SourceText]] = {}
        for revision in self.revisions:
            for segment in revision.segments.all():
                versions = history.setdefault(segment.key, [])
                if not versions or versions[-1].digest != segment.digest:
                    change = ChangeClass(segment.change) if segment.change else None
                    versions.append(
                        rules.SourceText(
                            segment.digest, change, revision.author_id, segment.confirmed_by_id
                        )
                    )
        return history

    def text_in(self, segment: Segment, tag: str) -> StoredText | None:
        """Return the text that counts in a language: of the current source text, else the newest
        of an older one. In the language of the source it is the source text."""
        if tag == self.current.language_id:
            reviews = self.reviews.get(((segment.key, tag), segment.digest), ())
            facts = rules.Translation(segment.digest, self._author_of(segment), reviews)
            return StoredText(segment.text, f"{self.current.created_at:%Y-%m-%d}", facts)
        texts = self.translations.get((segment.key, tag), [])
        current = (each for each in texts if each.facts.source_digest == segment.digest)
        return next(current, texts[0] if texts else None)

    def state_in(self, segment: Segment, tag: str) -> TranslationState:
        text = self.text_in(segment, tag)
        return rules.translation_state(
            self.history[segment.key],
            text.facts if text else None,
            is_safety=self.page.is_safety,
        )

    def _author_of(self, segment: Segment) -> UUID | None:
        """Return the author of the revision that brought the current text of a segment."""
        return self.history[segment.key][-1].author


def load_texts(pages: Iterable[Page] | None = None) -> list[PageTexts]:
    """Return pages with their texts; None: all pages. Four queries."""
    rows = list(Page.objects.all()) if pages is None else list(pages)
    revisions: dict[UUID, list[Revision]] = {}
    stored = Revision.objects.filter(page__in=rows).order_by("number")
    for revision in stored.prefetch_related("segments"):
        revisions.setdefault(revision.page_id, []).append(revision)
    reviews = _load_reviews(rows)
    translations = _load_translations(rows, reviews)
    return [
        PageTexts(page, revisions[page.pk], translations.get(page.pk, {}), reviews.get(page.pk, {}))
        for page in rows
        if page.pk in revisions
    ]


def compose_pages(texts: Iterable[PageTexts], tag: str) -> Pages:
    """Return what a release in a language holds. A page appears once each of its segments has a
    text in a language of the fallback chain."""
    composed = {}
    for page in texts:
        segments = list(_compose_segments(page, tag))
        if len(segments) == len(page.segments):
            sources = tuple(page.current.sources)
            composed[page.page.code] = ReleasedPage(page.page.code, sources, tuple(segments))
    return composed


def withdrawn_pages(texts: Iterable[PageTexts], pages: Pages) -> list[str]:
    """Return the titles of released pages with a text that a release may not show any more: its
    source has changed so that it may harm, or its segment was removed."""
    by_code = {page.page.code: page for page in texts}
    return [
        by_code[code].title if code in by_code else code
        for code, released in pages.items()
        if code not in by_code or any(_is_withdrawn(by_code[code], each) for each in released.body)
    ]


def _is_withdrawn(page: PageTexts, segment: ReleasedSegment) -> bool:
    if segment.kind is SegmentKind.BLOCK:
        return False
    history = page.history.get(segment.key, [])
    digest = rules.text_digest(segment.text)
    if segment.language != page.current.language_id:
        texts = page.translations.get((segment.key, segment.language), [])
        found = (each for each in texts if rules.text_digest(each.text) == digest)
        digest = next((each.facts.source_digest for each in found), "")
    if digest not in {each.digest for each in history}:
        return True
    state = rules.source_state(history, digest, is_safety=page.page.is_safety)
    return state == TranslationState.WITHDRAWN


def _compose_segments(page: PageTexts, tag: str) -> Iterator[ReleasedSegment]:
    chain = dict.fromkeys([*vocabulary.fallback_chain(tag), page.current.language_id])
    for segment in page.segments:
        kind = SegmentKind(segment.kind)
        if kind is SegmentKind.BLOCK:
            yield ReleasedSegment(segment.key, kind, segment.text, tag)
            continue
        for candidate in chain:
            text = page.text_in(segment, candidate)
            how = rules.shown(
                page.history[segment.key],
                text.facts if text else None,
                is_safety=page.page.is_safety,
                is_demo=settings.IS_DEMO,
            )
            if text and how is not Shown.FALLBACK:
                dated = text.written_on if how is Shown.DATED_TEXT else ""
                yield ReleasedSegment(segment.key, kind, text.text, candidate, dated)
                break


def _load_reviews(
    pages: list[Page],
) -> dict[UUID, dict[tuple[Place, str], tuple[rules.Review, ...]]]:
    reviews: dict[UUID, dict[tuple[Place, str], tuple[rules.Review, ...]]] = {}
    for row in Review.objects.filter(page__in=pages):
        of_page = reviews.setdefault(row.page_id, {})
        key = ((row.key, row.language_id), row.digest)
        read = rules.Review(ReviewRole(row.role), row.reviewer_id)
        of_page[key] = (*of_page.get(key, ()), read)
    return reviews


def _load_translations(
    pages: list[Page], reviews: dict[UUID, dict[tuple[Place, str], tuple[rules.Review, ...]]]
) -> dict[UUID, dict[Place, list[StoredText]]]:
    translations: dict[UUID, dict[Place, list[StoredText]]] = {}
    rows = SegmentTranslation.objects.filter(page__in=pages)
    for row in rows.order_by("-created_at", "pk"):
        place = (row.key, row.language_id)
        read = reviews.get(row.page_id, {}).get((place, row.digest), ())
        facts = rules.Translation(row.source_digest, row.translator_id, read)
        text = StoredText(row.text, f"{row.created_at:%Y-%m-%d}", facts)
        translations.setdefault(row.page_id, {}).setdefault(place, []).append(text)
    return translations

"""Which texts a release in a language holds: of each segment its translation if the rules allow to
show it, else the text in the next language that readers of this one may understand."""

import logging
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from uuid import UUID

from django.conf import settings

from protect.content.enums import (
    ChangeClass,
    Origin,
    PageKind,
    ReviewRole,
    SegmentKind,
    Shown,
    TranslationState,
)
from protect.content.models import Page, Review, Revision, Segment, SegmentTranslation
from protect.content.released import Pages, ReleasedPage, ReleasedSegment
from protect.content.texts import rules
from protect.content.texts.references import has_known_references, is_condition
from protect.content.texts.stored_texts import (
    Place,
    ReadText,
    Removal,
    Reviews,
    SourceChange,
    StoredText,
)
from protect.reference import vocabulary

log = logging.getLogger("protect")

type SuppliedText = tuple[str, str, str, str]  # codes of page and segment, language, text


@dataclass
class PageTexts:
    """A page with the history of its segments and all its translations."""

    page: Page
    revisions: list[Revision]  # oldest first, with their segments
    # Drafts of the project last, newest first; also those that were taken back.
    translations: dict[Place, list[SegmentTranslation]]
    reviews: Reviews

    @property
    def current(self) -> Revision:
        return self.revisions[-1]

    @property
    def rows(self) -> list[Segment]:
        """All segments of the current revision, removed ones too."""
        return list(self.current.segments.all())  # prefetched

    @property
    def segments(self) -> list[Segment]:
        """The segments of the current revision that are not removed."""
        return [row for row in self.rows if row.key not in self.removed_keys]

    @cached_property
    def removals(self) -> dict[str, Removal]:
        """The texts that a person has removed, by key; a removal counts once others have read it as
        they read a text."""
        numbers: dict[str, Revision] = {}
        for revision in self.revisions:
            removed = {row.key for row in revision.segments.all() if row.is_removed}
            numbers = {key: numbers.get(key, revision) for key in removed}
        rows = {row.key: row for row in self.rows}
        return {key: self._removal(rows[key], numbers[key]) for key in numbers}

    @cached_property
    def removed_keys(self) -> frozenset[str]:
        """The keys of the texts that are removed: enough people have read the removal."""
        return frozenset(
            key
            for key, removal in self.removals.items()
            if rules.is_reviewed(removal.facts, is_safety=self.page.is_about_safety)
        )

    def _removal(self, row: Segment, revision: Revision) -> Removal:
        digest = rules.removal_digest(row.digest, revision.number)
        place = (row.key, self.current.language_id)
        reviews = self.reviews.get(ReadText(place, row.digest, digest), ())
        author = revision.author_id
        return Removal(row, revision.number, rules.Translation(row.digest, author, reviews))

    @cached_property
    def added_keys(self) -> frozenset[str]:
        """The keys of the segments that people added to the page after it was made."""
        first = {row.key for row in self.revisions[0].segments.all()}
        by_software = (each for each in self.revisions if each.author_id is None)
        supplied = {row.key for each in by_software for row in each.segments.all()}
        return frozenset(row.key for row in self.rows) - first - supplied

    @property
    def title(self) -> str:
        """The title of the page in the language of the source."""
        return next(row.text for row in self.segments if row.kind == SegmentKind.TITLE)

    def digests_at(self, number: int) -> dict[str, str]:
        """Return the digests of the texts of a revision by key; none for an unknown number."""
        revisions = (each for each in self.revisions if each.number == number)
        return {row.key: row.digest for each in revisions for row in each.segments.all()}

    @cached_property
    def history(self) -> dict[str, list[rules.SourceText]]:
        """The different source texts of each segment, oldest first."""
        return {
            key: [
                rules.SourceText(
                    row.digest,
                    ChangeClass(row.change) if row.change else None,
                    revision.author_id,
                    row.confirmed_by_id,
                )
                for revision, row in versions
            ]
            for key, versions in self._versions.items()
        }

    @cached_property
    def _versions(self) -> dict[str, list[tuple[Revision, Segment]]]:
        """The revisions that brought each source text of a segment, oldest first."""
        versions: dict[str, list[tuple[Revision, Segment]]] = {}
        for revision in self.revisions:
            for row in revision.segments.all():
                earlier = versions.setdefault(row.key, [])
                if not earlier or earlier[-1][1].digest != row.digest:
                    earlier.append((revision, row))
        return versions

    @cached_property
    def unconfirmed_changes(self) -> list[SourceChange]:
        """The changes that were called cosmetic and that no second person has confirmed, oldest
        first."""
        changes = []
        texts: dict[str, str] = {}
        for revision in self.revisions:
            for row in revision.segments.all():
                if row.change == ChangeClass.COSMETIC and row.confirmed_by_id is None:
                    texts_now = (texts.get(row.key, ""), row.text)
                    made = (revision.author_id, revision.created_at)
                    changes.append(SourceChange(row.key, revision.number, *texts_now, *made))
                texts[row.key] = row.text
        return changes

    def texts_in(self, segment: Segment, tag: str) -> list[StoredText]:
        """Return the texts of a segment in a language: those of the current source text first, the
        newest first of each. In the language of the source, the source texts."""
        place = (segment.key, tag)
        if tag == self.current.language_id:
            versions = reversed(self._versions[segment.key])
            return [self._source_text(place, revision, row) for revision, row in versions]
        rows = (row for row in self.translations.get(place, []) if row.taken_back_at is None)
        ordered = sorted(rows, key=lambda row: row.source_digest != segment.digest)
        return [self._translated_text(place, row) for row in ordered]

    def text_in(self, segment: Segment, tag: str) -> StoredText | None:
        """Return the text that counts in a language, if there is one."""
        return next(iter(self.texts_in(segment, tag)), None)

    def state_in(self, segment: Segment, tag: str) -> TranslationState:
        text = self.text_in(segment, tag)
        return rules.translation_state(
            self.history[segment.key],
            text.facts if text else None,
            is_safety=self.page.is_about_safety,
        )

    def _source_text(self, place: Place, revision: Revision, row: Segment) -> StoredText:
        versions = self._versions[row.key]
        authors = {each.author_id for each, same in versions if same.digest == row.digest}
        return self._stored_text(place, row, row.digest, revision.created_at, authors)

    def _translated_text(self, place: Place, row: SegmentTranslation) -> StoredText:
        same = (each for each in self.translations[place] if each.digest == row.digest)
        authors = {each.translator_id for each in same}
        return self._stored_text(place, row, row.source_digest, row.created_at, authors)

    def _stored_text(
        self,
        place: Place,
        row: Segment | SegmentTranslation,
        source_digest: str,
        written_at: datetime,
        authors: set[UUID | None],
    ) -> StoredText:
        people = frozenset(each for each in authors if each)
        digest = rules.text_digest(row.text)  # as stored, it need not be that of the text
        given = self.reviews.get(ReadText(place, source_digest, digest), ())
        reviews = tuple(review for review in given if review.reviewer not in people)
        facts = rules.Translation(source_digest, min(people, key=str, default=None), reviews)
        return StoredText(row.text, f"{written_at:%Y-%m-%d}", facts, people)


def load_texts(
    pages: Iterable[Page] | None = None, *, tags: Collection[str] | None = None
) -> list[PageTexts]:
    """Return pages with their texts. `pages`: None for all; `tags`: the languages whose
    translations are needed, None for all. What a revision changed counts as harmful if its row
    was changed in the database, or if the revision before it is missing."""
    rows = list(Page.objects.all() if pages is None else pages)
    revisions: dict[UUID, list[Revision]] = {}
    stored = Revision.objects.filter(page__in=rows).order_by("number")
    for revision in stored.prefetch_related("segments"):
        earlier = revisions.setdefault(revision.page_id, [])
        if revision.number != len(earlier) + 1 or not revision.is_sealed():
            _distrust(revision, earlier[-1] if earlier else None)
        earlier.append(revision)
    translations, reviews = _load_translations(rows, tags), _load_reviews(rows, tags)
    return [
        PageTexts(page, revisions[page.pk], translations.get(page.pk, {}), reviews.get(page.pk, {}))
        for page in rows
        if page.pk in revisions
    ]


def _distrust(revision: Revision, before: Revision | None) -> None:
    """Read each text of a revision as a change that may harm, in memory. What was removed before
    stays so."""
    log.error("content_revision_damaged: a revision of page %s was changed", revision.page_id)
    rows = before.segments.all() if before else ()
    removed = {row.key for row in rows if row.is_removed}
    for row in revision.segments.all():
        row.is_removed = row.is_removed or row.key in removed
        row.digest = rules.text_digest(row.text)
        row.change, row.confirmed_by = ChangeClass.SAFETY, None


def compose_pages(
    texts: Iterable[PageTexts], tag: str, supplied: Collection[SuppliedText] = ()
) -> Pages:
    """Return what a release in a language holds. A page appears once each of its segments has a
    text in a language of the fallback chain; an urgent page always, without the others. A text that
    was added to a page is left out until it may be shown.
    `supplied`: texts that need no review on a live site, as `urgent_pages.supplied_texts`."""
    composed = {}
    for page in texts:
        segments = list(_compose_segments(page, tag, supplied))
        code, kind = page.page.code, PageKind(page.page.kind)
        texts_of = (row for row in page.segments if row.kind != SegmentKind.BLOCK)
        needed = {row.key for row in texts_of} - page.added_keys
        if kind is PageKind.SITE or needed <= {each.key for each in segments}:
            sources = tuple(page.current.sources)
            composed[code] = ReleasedPage(code, kind, sources, tuple(segments))
    return composed


def withdrawn_pages(texts: Iterable[PageTexts], pages: Pages) -> list[str]:
    """Return the titles of released pages with a text that a release may not show any more: its
    source has changed so that it may harm, or its segment was removed."""
    by_code = {page.page.code: page for page in texts}
    return [
        by_code[code].title if code in by_code else code
        for code, page in pages.items()
        if code not in by_code or any(is_withdrawn(by_code[code], each) for each in page.segments)
    ]


def authors_of(page: PageTexts, segment: ReleasedSegment) -> frozenset[UUID]:
    """Return the people who wrote a released text."""
    texts = _texts_like(page, segment)
    return frozenset[UUID]().union(*(text.authors for text in texts))


def reviews_of(page: PageTexts, segment: ReleasedSegment) -> frozenset[rules.Review]:
    """Return the reviews of a released text by people who did not write it."""
    reviews = (text.facts.reviews for text in _texts_like(page, segment))
    return frozenset[rules.Review]().union(*reviews)


def is_withdrawn(page: PageTexts, segment: ReleasedSegment) -> bool:
    """Return whether a release may not show a released text any more: its source has changed so
    that it may harm, its segment was removed, or it refers to what no longer exists."""
    current = {row.key: row for row in page.segments}.get(segment.key)
    if current is None or not has_known_references(segment.text, segment.kind):
        return True
    if segment.kind is SegmentKind.BLOCK:
        return current.text != segment.text
    states = [
        rules.source_state(
            page.history[segment.key], text.facts.source_digest, is_safety=page.page.is_about_safety
        )
        for text in _texts_like(page, segment)
    ]
    return not set(states) - {TranslationState.WITHDRAWN, TranslationState.MISSING}


def _texts_like(page: PageTexts, segment: ReleasedSegment) -> list[StoredText]:
    """Return the stored texts of which a released segment is one."""
    rows = [row for row in page.segments if row.key == segment.key]
    texts = [text for row in rows for text in page.texts_in(row, segment.language)]
    return [text for text in texts if text.text == segment.text]


def _compose_segments(
    page: PageTexts, tag: str, supplied: Collection[SuppliedText]
) -> Iterator[ReleasedSegment]:
    chain = dict.fromkeys([*vocabulary.fallback_chain(tag), page.current.language_id])
    conditions: list[ReleasedSegment] = []  # of the next segment
    for segment in page.rows:
        if segment.key in page.removed_keys:
            pass  # with the conditions before it
        elif segment.kind == SegmentKind.BLOCK:
            block = ReleasedSegment(segment.key, SegmentKind.BLOCK, segment.text, tag)
            conditions.append(block)
            if is_condition(block.text):
                continue
            yield from conditions
        else:
            shown = (_shown_text(page, segment, candidate, supplied) for candidate in chain)
            for text in islice(filter(None, shown), 1):
                yield from (*conditions, text)
        conditions = []


def _shown_text(
    page: PageTexts, segment: Segment, tag: str, supplied: Collection[SuppliedText]
) -> ReleasedSegment | None:
    """Return the best text of a segment in a language that a public page may show."""
    for text in page.texts_in(segment, tag):
        is_supplied = (page.page.code, segment.key, tag, text.text) in supplied
        how = rules.shown(
            page.history[segment.key],
            text.facts,
            is_safety=page.page.is_about_safety,
            is_demo=settings.IS_DEMO or is_supplied,
        )
        if how is not Shown.FALLBACK:
            dated = text.written_on if how is Shown.DATED_TEXT else ""
            kind = SegmentKind(segment.kind)
            return ReleasedSegment(segment.key, kind, text.text, tag, dated)
    return None


def _load_reviews(pages: list[Page], tags: Collection[str] | None) -> dict[UUID, Reviews]:
    reviews: dict[UUID, Reviews] = {}
    rows = Review.objects.filter(page__in=pages, **_in_languages(tags))
    for row in (each for each in rows if each.is_sealed()):
        of_page = reviews.setdefault(row.page_id, {})
        read = ReadText((row.key, row.language_id), row.source_digest, row.digest)
        review = rules.Review(ReviewRole(row.role), row.reviewer_id)
        of_page[read] = (*of_page.get(read, ()), review)
    return reviews


def _load_translations(
    pages: list[Page], tags: Collection[str] | None
) -> dict[UUID, dict[Place, list[SegmentTranslation]]]:
    """Return the translations of each page. A draft of the project never comes before a text that
    a person wrote."""
    translations: dict[UUID, dict[Place, list[SegmentTranslation]]] = {}
    stored = SegmentTranslation.objects.filter(page__in=pages, **_in_languages(tags))
    rows = stored.order_by("-created_at", "pk")
    for row in sorted(rows, key=lambda each: each.origin == Origin.PROJECT):
        place = (row.key, row.language_id)
        translations.setdefault(row.page_id, {}).setdefault(place, []).append(row)
    return translations


def _in_languages(tags: Collection[str] | None) -> dict[str, Collection[str]]:
    return {} if tags is None else {"language__in": tags}

"""What waits in a language: texts to translate and translations to read, by page."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from protect.content.drafts.page_files import SOURCE_TAG
from protect.content.enums import SegmentKind, TranslationState
from protect.content.models import Page, PageState, Review, SegmentTranslation
from protect.content.readers.skills import recorded_languages
from protect.content.texts import composition
from protect.content.texts.translation_checks import count_words

TO_TRANSLATE = (TranslationState.WITHDRAWN, TranslationState.BEHIND, TranslationState.MISSING)
WAITING = (*TO_TRANSLATE, TranslationState.UNREVIEWED)  # the most urgent first


class WaitingPage(NamedTuple):
    """A page with work in a language. `counts`: texts by state, the most urgent first; `words`: of
    the source texts to translate; `words_to_read`: of the source texts whose translation waits."""

    code: str
    title: str
    counts: tuple[tuple[TranslationState, int], ...]
    words: int
    words_to_read: int


class LanguageQueue(NamedTuple):
    """The pages with work in a language, the most urgent first, and the sums."""

    pages: tuple[WaitingPage, ...]
    words: int
    words_to_read: int


def own_languages(user: UUID | None, desk_tag: str) -> set[str]:
    """Return the languages in which a user has translated or read texts, those that are recorded
    about them, and that of their desk."""
    if user is None:  # drafts of the project have no translator either
        return {desk_tag} - {SOURCE_TAG}
    translated = SegmentTranslation.objects.filter(translator=user)
    read = Review.objects.filter(reviewer=user)
    tags = {tag for rows in (translated, read) for tag in rows.values_list("language", flat=True)}
    return {*tags, *recorded_languages(user), desk_tag} - {SOURCE_TAG}


def waiting_pages(tag: str) -> LanguageQueue:
    """Return the pages that have texts to translate or to read in a language."""
    states = PageState.objects.filter(language=tag).select_related("page")
    pages = [row.page for row in states if any(row.counts.get(state) for state in WAITING)]
    waiting = sorted(_waiting(pages, tag), key=_urgency)
    words = sum(page.words for page in waiting)
    return LanguageQueue(tuple(waiting), words, sum(page.words_to_read for page in waiting))


def queue_urgency(queue: LanguageQueue) -> tuple[int, int]:
    """Return by what languages are sorted: the most urgent state of their texts, then how much
    there is to do. Languages in which nothing waits are last."""
    first = _urgency(queue.pages[0])[0] if queue.pages else len(WAITING)
    return first, -(queue.words + queue.words_to_read)


def _waiting(pages: list[Page], tag: str) -> Iterator[WaitingPage]:
    for texts in composition.load_texts(pages, tags=[tag]):
        states = [
            (texts.state_in(row, tag), count_words(row.text))
            for row in texts.segments
            if row.kind != SegmentKind.BLOCK
        ]
        counts = [(state, sum(each == state for each, _ in states)) for state in WAITING]
        yield WaitingPage(
            texts.page.code,
            texts.title,
            tuple((state, number) for state, number in counts if number),
            sum(words for state, words in states if state in TO_TRANSLATE),
            sum(words for state, words in states if state == TranslationState.UNREVIEWED),
        )


def _urgency(page: WaitingPage) -> tuple[int, str]:
    """Return by what pages are sorted: their most urgent state, then their title."""
    return min(WAITING.index(state) for state, _ in page.counts), page.title

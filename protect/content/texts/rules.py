"""When a translation of a segment may be shown: a function of hashes, change classes and reviews,
never of clocks. A segment is one heading, sentence or paragraph of a page, and is translated as a
whole."""

import unicodedata
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from protect.content.enums import ChangeClass, ReviewRole, Shown, TranslationState

# From the change that does least to a translation to the one that does most.
SEVERITY = (ChangeClass.COSMETIC, ChangeClass.CONTENT, ChangeClass.SAFETY)
STATE_AFTER = {
    ChangeClass.COSMETIC: TranslationState.CARRIED,
    ChangeClass.CONTENT: TranslationState.BEHIND,
    ChangeClass.SAFETY: TranslationState.WITHDRAWN,
}


class SourceText(NamedTuple):
    """One version of a segment's source text. `change`: what it changed; None for the first."""

    digest: str  # of the text: text_digest
    change: ChangeClass | None
    author: UUID | None  # None: came with the software
    confirmed_by: UUID | None = None  # second person, for cosmetic changes of safety pages


class Review(NamedTuple):
    role: ReviewRole
    reviewer: UUID


class Translation(NamedTuple):
    """A translation of one source text. `translator` is None for drafts of the project."""

    source_digest: str
    translator: UUID | None
    reviews: tuple[Review, ...] = ()


def text_digest(text: str) -> str:
    """Return the SHA-256 of a text in hexadecimal. Spaces and line breaks do not change it, nor
    does the form in which accents are encoded."""
    normal = unicodedata.normalize("NFC", " ".join(text.split()))
    return sha256(normal.encode()).hexdigest()


def removal_digest(digest: str, number: int) -> str:
    """Return what a review of the removal of a text is about. `digest`: of the text; `number`: of
    the revision that removed it, so that an earlier removal does not count for a later one."""
    return text_digest(f"removed\0{number}\0{digest}")


def translation_state(
    history: Sequence[SourceText], translation: Translation | None, *, is_safety: bool
) -> TranslationState:
    """Return the state of a translation. `history`: the versions of the source, oldest first.
    A translation of a text to which the source has returned is current again."""
    if translation is None:
        return TranslationState.MISSING
    state = source_state(history, translation.source_digest, is_safety=is_safety)
    has_reviews = is_reviewed(translation, is_safety=is_safety)
    needs_review = state in {TranslationState.CURRENT, TranslationState.CARRIED}
    return TranslationState.UNREVIEWED if needs_review and not has_reviews else state


def shown(
    history: Sequence[SourceText],
    translation: Translation | None,
    *,
    is_safety: bool,
    is_demo: bool,
) -> Shown:
    """Return what a public page shows. A demonstration shows texts that were not reviewed."""
    if translation is None:
        return Shown.FALLBACK
    state = source_state(history, translation.source_digest, is_safety=is_safety)
    if state in {TranslationState.MISSING, TranslationState.WITHDRAWN}:
        return Shown.FALLBACK
    if not (is_demo or is_reviewed(translation, is_safety=is_safety)):
        return Shown.FALLBACK
    return Shown.DATED_TEXT if state == TranslationState.BEHIND else Shown.TEXT


def is_reviewed(translation: Translation, *, is_safety: bool) -> bool:
    """Return whether a native reader has read a translation; on a safety page another person, a
    specialist in gender-based violence, as well. No review of the translator's own counts."""
    readers = _reviewers(translation, ReviewRole.LANGUAGE)
    if not is_safety:
        return bool(readers)
    specialists = _reviewers(translation, ReviewRole.SUBJECT)
    return bool(readers) and bool(specialists) and len(readers | specialists) > 1


def missing_roles(translation: Translation, *, is_safety: bool) -> tuple[ReviewRole, ...]:
    """Return the roles in which people must still read a text before it counts as reviewed."""
    if is_reviewed(translation, is_safety=is_safety):
        return ()
    needed = (ReviewRole.LANGUAGE, ReviewRole.SUBJECT) if is_safety else (ReviewRole.LANGUAGE,)
    missing = tuple(role for role in needed if not _reviewers(translation, role))
    return missing or needed  # one person alone has read it in both


def effective_change(version: SourceText, *, is_safety: bool) -> ChangeClass | None:
    """Return what a change counts as. On a safety page one person alone cannot call a change
    cosmetic: until another confirms it, its translations carry a note."""
    is_alone = version.confirmed_by in {None, version.author}
    if is_safety and version.change == ChangeClass.COSMETIC and is_alone:
        return ChangeClass.CONTENT
    return version.change


def _reviewers(translation: Translation, role: ReviewRole) -> set[UUID]:
    return {
        review.reviewer
        for review in translation.reviews
        if review.role == role and review.reviewer != translation.translator
    }


def source_state(
    history: Sequence[SourceText], digest: str, *, is_safety: bool
) -> TranslationState:
    """Return the state of a translation of the source with this digest, as if it were reviewed."""
    places = [place for place, version in enumerate(history) if version.digest == digest]
    if not places:
        return TranslationState.MISSING  # of another segment, or of a text that was never saved
    if history[-1].digest == digest:
        return TranslationState.CURRENT
    later = [
        effective_change(version, is_safety=is_safety) for version in history[places[-1] + 1 :]
    ]
    changes = (change or ChangeClass.CONTENT for change in later)  # None: removed and written anew
    worst = max(changes, key=SEVERITY.index)
    return STATE_AFTER[worst]

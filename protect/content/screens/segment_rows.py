"""What the screens of source texts and of translations show of each text."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from protect.content import access, forms, released
from protect.content.actions import UNDO_PERIOD
from protect.content.enums import ReferenceKind, ReviewRole, SegmentKind, TranslationState
from protect.content.models import Segment
from protect.content.released import ReleasedPage, ReleasedSegment
from protect.content.screens.matrix import STATE_KINDS
from protect.content.segments.actions import can_remove
from protect.content.texts import glossary, rules
from protect.content.texts.composition import PageTexts
from protect.content.texts.references import references_in
from protect.content.texts.rules import text_digest
from protect.content.texts.stored_texts import StoredText
from protect.content.texts.translation_checks import (
    Problems,
    count_words,
    find_problems,
    readability_hints,
)
from protect.orgs.models import User
from protect.orgs.scope import Scope
from protect.reference.vocabulary import Language

type Row = dict[str, object]

# Translators, of each below: what the site writes instead of a word in {…}.
REFERENCE_NAMES = {
    ReferenceKind.EMERGENCY: _("the emergency number of the reader’s country"),
    ReferenceKind.LIMIT: _("a number of hours"),
}


def source_rows(texts: PageTexts, form: forms.SourceForm, scope: Scope) -> Iterator[Row]:
    """Yield what the screen of the source texts shows of each text."""
    tag = texts.current.language_id
    public = released.read(tag).get(texts.page.code)
    is_safety = texts.page.is_about_safety
    may_write = access.may(scope, access.writing_permission(texts.page.kind))
    for segment in texts.segments:
        row: Row = {"segment": segment, "kind": SegmentKind(segment.kind).label}
        if segment.kind != SegmentKind.BLOCK:
            stored, state = texts.text_in(segment, tag), texts.state_in(segment, tag)
            row |= {
                "field": form[f"text_{segment.key}"],
                "change": form[f"change_{segment.key}"],
                "theirs": form.conflicts.get(segment.key, ""),
                "may_remove": may_write and can_remove(texts.page, segment),
                "is_removed": segment.key in texts.removals,
                "saw": segment.digest,
                "state": state,
                "state_kind": STATE_KINDS[state],
                "hints": [forms.PROBLEM_NAMES[hint] for hint in readability_hints(segment.text)],
                "words": count_words(segment.text),
                "read_as": _read_as(stored),
                "waits_for": _waits_for(stored, state, is_safety=is_safety),
                **_public_mark(public, segment, stored, state, tag),
            }
        yield row


def translation_rows(
    texts: PageTexts, language: Language, form: forms.TranslationForm, at: datetime
) -> Iterator[Row]:
    """Yield what the translator's screen shows of each text."""
    public = released.read(language.tag).get(texts.page.code)
    for segment in texts.segments:
        if segment.kind == SegmentKind.BLOCK:
            continue
        stored = texts.text_in(segment, language.tag)
        state = texts.state_in(segment, language.tag)
        is_withdrawn = state == TranslationState.WITHDRAWN  # then its text is not in the field
        shown = stored.text if stored and not is_withdrawn else ""
        found = find_problems(segment.text, shown, language.tag) if shown else Problems()
        keep = f"keep_{segment.key}"
        yield {
            "segment": segment,
            "kind": SegmentKind(segment.kind).label,
            "field": form[f"text_{segment.key}"],
            "hidden": [form[f"source_{segment.key}"], form[f"saw_{segment.key}"]],
            "is_removed": segment.key in texts.removals,
            "keep": form[keep] if keep in form.fields else None,
            "saw": text_digest(stored.text) if stored else "",
            "state": state,
            "state_kind": STATE_KINDS[state],
            "hints": [forms.PROBLEM_NAMES[hint] for hint in found.hints],
            "theirs": form.conflicts.get(segment.key, ""),
            "read_as": _read_as(stored),
            "waits_for": _waits_for(stored, state, is_safety=texts.page.is_about_safety),
            "references": _references(segment.text),
            "passages": list(glossary.split_terms(segment.text)),
            "terms": glossary.term_pairs(segment.text, language.tag),
            "missing": _missing_terms(segment, stored, language.tag),
            "words": count_words(segment.text),
            "translated_words": count_words(shown),
            **_earlier(texts, segment, language.tag, at),
            **_public_mark(public, segment, stored, state, language.tag),
        }


def change_rows(texts: PageTexts, scope: Scope) -> list[Row]:
    """Return the changes that wait for a second person, with the text before and after, and whether
    the user may be that person."""
    changes = texts.unconfirmed_changes
    names = _names(each.author for each in changes)
    may_write = access.may(scope, access.writing_permission(texts.page.kind))
    return [
        {
            "change": each,
            "value": f"{each.number}/{each.key}",
            "name": names.get(each.author, ""),
            "is_own": each.author == scope.user_id,
            "may_confirm": may_write and each.author != scope.user_id,
        }
        for each in changes
    ]


def removal_rows(texts: PageTexts, scope: Scope) -> list[Row]:
    """Return the removals that wait for readers, each with its readers so far."""
    waiting = [row for key, row in texts.removals.items() if key not in texts.removed_keys]
    names = _names(each.author for each in waiting)
    return [
        {
            "removal": each,
            "key": each.row.key,
            "text": each.row.text,
            "name": names.get(each.author, ""),
            "is_own": each.author == scope.user_id,
            "read_as": [ReviewRole(review.role).label for review in each.facts.reviews],
        }
        for each in waiting
    ]


def _names(people: Iterable[UUID | None]) -> dict[UUID | None, str]:
    rows = User.objects.filter(pk__in=set(filter(None, people)))
    return dict(rows.values_list("pk", "name"))


def _missing_terms(
    segment: Segment, stored: StoredText | None, tag: str
) -> list[glossary.TermPair]:
    """Return the terms that a translation of the current source text does not seem to use."""
    if stored is None or stored.facts.source_digest != segment.digest:
        return []
    return glossary.missing_terms(segment.text, stored.text, tag)


def _earlier(texts: PageTexts, segment: Segment, tag: str, at: datetime) -> Row:
    """Return which text counts once the current one is taken back, and whether the last one that
    was taken back can come back."""
    counting, *others = [*texts.texts_in(segment, tag), None]
    before = (text for text in others if text and counting and text.text != counting.text)
    rows = texts.translations.get((segment.key, tag), [])
    times = [row.taken_back_at for row in rows if row.taken_back_at]
    can_undo = bool(times) and at - max(times) <= UNDO_PERIOD
    return {"earlier": next(before, None), "can_undo": can_undo}


def _public_mark(
    page: ReleasedPage | None,
    segment: Segment,
    stored: StoredText | None,
    state: TranslationState,
    tag: str,
) -> Row:
    """Return the text that the public reads, if it is another one than that which counts here, and
    whether a review is what it waits for."""
    public = (
        next((each for each in page.segments if each.key == segment.key), None) if page else None
    )
    if public is None or stored is None or _is_same(public, stored, tag):
        return {"public": None}
    waits = state == TranslationState.UNREVIEWED and not settings.IS_DEMO
    return {"public": public, "waits_for_review": waits}


def _is_same(public: ReleasedSegment, stored: StoredText, tag: str) -> bool:
    return public.language == tag and public.text == stored.text


def _waits_for(
    stored: StoredText | None, state: TranslationState, *, is_safety: bool
) -> list[object]:
    """Return the names of the roles in which people must still read a text."""
    if stored is None or state != TranslationState.UNREVIEWED:
        return []
    return [role.label for role in rules.missing_roles(stored.facts, is_safety=is_safety)]


def _references(text: str) -> list[tuple[str, object]]:
    """Return the references of a text, as written, with what each stands for."""
    return [(each.written, REFERENCE_NAMES[each.kind]) for each in references_in(text)]


def _read_as(stored: StoredText | None) -> list[object]:
    """Return the names of the roles in which a text was read."""
    roles = dict.fromkeys(review.role for review in stored.facts.reviews) if stored else {}
    return [ReviewRole(role).label for role in roles]

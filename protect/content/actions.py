"""Change, translate, review and release pages."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from protect.audit.context import AuditContext
from protect.content import access
from protect.content.enums import (
    ChangeClass,
    Origin,
    ReviewRole,
    SearchKind,
    SegmentKind,
    TranslationState,
)
from protect.content.errors import ContentRefusal, PageChanged, TextsRefused
from protect.content.models import (
    Page,
    PageState,
    Review,
    Revision,
    Segment,
    SegmentTranslation,
)
from protect.content.readers.skills import PERMISSION_BY_REVIEW_ROLE, must_be_reader
from protect.content.search.entries import store_entries
from protect.content.texts import composition
from protect.content.texts.composition import PageTexts
from protect.content.texts.references import check_references
from protect.content.texts.rules import source_state, text_digest
from protect.content.texts.translation_checks import (
    DIRECTION,
    find_problems,
    has_hidden_characters,
)
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.reference import vocabulary


class SourceEdit(NamedTuple):
    """A source text as a person typed it. `change`: what it changes; None: not said."""

    text: str
    change: ChangeClass | None


class SeenDigests(NamedTuple):
    """The digests of a text and of its source text, as a user saw them side by side."""

    source: str
    text: str


class TranslationEdit(NamedTuple):
    """A translation as a person typed it, and the digests of what they saw: of the source text and
    of the translation that was there ("" for none). `is_kept`: they say that the translation that
    is there fits the changed source text."""

    text: str
    seen_source: str
    seen_text: str
    is_kept: bool = False
    origin: Origin = Origin.HUMAN


UNDO_PERIOD = timedelta(minutes=10)  # in which a translation that was taken back comes back


@transaction.atomic
def save_revision(
    scope: Scope, page: Page, edits: Mapping[str, SourceEdit], *, seen: int, at: datetime
) -> int:
    """Store a revision of a page with changed texts, and return how many changed; without a change
    nothing is stored. `edits`: by key; `seen`: number of the revision that the user saw. Texts that
    only another person changed since then stay as they are now. Errors: PermissionDenied;
    content_changed; content_change_missing; content_unknown_fact."""
    audit = access.permitted_context(scope, access.writing_permission(page.kind), at=at)
    texts = lock_page(page)
    before = texts.digests_at(seen)
    changed = {
        row.key: edits[row.key]
        for row in texts.segments
        if row.key in edits and text_digest(edits[row.key].text) != before.get(row.key)
    }
    conflicts = {
        row.key: row.text
        for row in texts.segments
        if row.key in changed and row.digest != before.get(row.key)
    }
    if conflicts:
        raise PageChanged(conflicts, {"seen": str(texts.current.number)})
    if changed:
        _check_edits(texts, changed)
        _store_revision(texts, changed, audit)
    return len(changed)


@transaction.atomic
def confirm_changes(
    scope: Scope, page: Page, seen: Collection[tuple[str, int]], *, at: datetime
) -> int:
    """Confirm as the second person that changes kept the meaning of their texts, and return how
    many were new. `seen`: key of the text and number of the revision of each change that the user
    saw. Errors: PermissionDenied; content_same_person, if the user made one of them."""
    audit = access.permitted_context(scope, access.writing_permission(page.kind), at=at)
    texts = lock_page(page)
    changes = [each for each in texts.unconfirmed_changes if (each.key, each.number) in seen]
    if any(each.author == scope.user_id for each in changes):
        raise ContentRefusal("content_same_person")
    for number in {each.number for each in changes}:
        revision = Revision.objects.get(page=page, number=number)
        keys = [each.key for each in changes if each.number == number]
        revision.segments.filter(key__in=keys).update(confirmed_by=scope.user_id)
        revision.sealed().save(update_fields=["seal"])
    if changes:
        count_states([page])
        audit.record("content.confirm", page)
    return len(changes)


@transaction.atomic
def save_translations(
    scope: Scope, page: Page, tag: str, edits: Mapping[str, TranslationEdit], *, at: datetime
) -> int:
    """Store the translations that were changed or kept for a changed source text, and return how
    many. Errors: PermissionDenied; content_changed; content_texts_refused."""
    audit = access.permitted_context(scope, Permission.TRANSLATE, at=at)
    texts = lock_page(page)
    rows = [row for row in texts.segments if row.kind != SegmentKind.BLOCK and row.key in edits]
    changed = [row for row in rows if _is_changed(edits[row.key])]
    _refuse_conflicts(texts, tag, changed, edits)
    found = {row.key: find_problems(row.text, edits[row.key].text, tag) for row in changed}
    problems = {key: each.refusing for key, each in found.items() if each.refusing}
    if problems:
        raise TextsRefused(problems)
    for row in changed:
        _store_translation(page, row, tag, edits[row.key], audit)
    if changed:
        count_states([page])
        audit.record("content.translate", page)
    return len(changed)


@transaction.atomic
def take_back_translation(
    scope: Scope, page: Page, tag: str, key: str, digest: str, *, at: datetime
) -> None:
    """Take back the translation of a text that counts: the one before it counts again, if there is
    one. `digest`: of the translation that the user saw. Errors: PermissionDenied;
    content_changed."""
    audit = access.permitted_context(scope, Permission.TRANSLATE, at=at)
    texts = lock_page(page)
    segment = next(row for row in texts.segments if row.key == key)
    stored = texts.text_in(segment, tag)
    if stored is None or text_digest(stored.text) != digest:
        raise PageChanged({key: stored.text if stored else segment.text}, {})
    rows = _translations(page, tag, key).filter(taken_back_at=None)
    same = rows.filter(source_digest=stored.facts.source_digest, digest=digest)
    same.update(taken_back_at=at, taken_back_by=scope.user_id)
    count_states([page])
    audit.record("content.take_back", page)


@transaction.atomic
def restore_translation(scope: Scope, page: Page, tag: str, key: str, *, at: datetime) -> None:
    """Undo that a translation was taken back. Errors: PermissionDenied; content_undo_expired."""
    audit = access.permitted_context(scope, Permission.TRANSLATE, at=at)
    lock_page(page)
    rows = _translations(page, tag, key).filter(taken_back_at__gte=at - UNDO_PERIOD)
    newest = rows.order_by("-taken_back_at").first()
    if newest is None:
        raise ContentRefusal("content_undo_expired")
    rows.filter(taken_back_at=newest.taken_back_at).update(taken_back_at=None, taken_back_by=None)
    count_states([page])
    audit.record("content.restore", page)


@transaction.atomic
def review_texts(
    scope: Scope,
    page: Page,
    tag: str,
    seen: Mapping[str, SeenDigests],
    role: ReviewRole,
    *,
    at: datetime,
) -> int:
    """Record that the user read texts of a page in a language, and return how many were new. A
    translation of an older source text is left out. `seen`: by key. Errors: PermissionDenied; those
    of `must_be_reader`; content_changed; content_same_person, if the user wrote each of them."""
    audit = access.permitted_context(scope, PERMISSION_BY_REVIEW_ROLE[role], at=at)
    must_be_reader(scope, role, tag)
    texts = lock_page(page)
    rows = [row for row in texts.segments if row.kind != SegmentKind.BLOCK and row.key in seen]
    found = [(row, text) for row in rows if (text := texts.text_in(row, tag))]
    conflicts = {
        row.key: text.text
        for row, text in found
        if seen[row.key] != SeenDigests(row.digest, text_digest(text.text))
    }
    if conflicts:
        raise PageChanged(conflicts, {})
    shown = [(row, text) for row, text in found if text.facts.source_digest == row.digest]
    others = [(row, text) for row, text in shown if scope.user_id not in text.authors]
    if shown and not others:
        raise ContentRefusal("content_same_person")
    read = [(row.key, text.facts.source_digest, text_digest(text.text)) for row, text in others]
    return store_reviews(page, tag, read, role, audit)


def store_reviews(
    page: Page,
    tag: str,
    read: Iterable[tuple[str, str, str]],
    role: ReviewRole,
    audit: AuditContext,
) -> int:
    """Store the reviews that a reader has not given before, and return how many. `read`: key,
    digest of the source, and of what was read."""
    given = Review.objects.filter(page=page, language=tag, role=role, reviewer=audit.actor)
    given.filter(pk__in=[row.pk for row in given if not row.is_sealed()]).delete()  # forged ones
    before = set(given.values_list("key", "source_digest", "digest"))
    new = [each for each in read if each not in before]
    Review.objects.bulk_create(_review(page, tag, each, role, audit) for each in new)
    if new:
        count_states([page])
        audit.record("content.review", page)
    return len(new)


def count_states(pages: Iterable[Page]) -> None:
    """Count anew how many segments of each page have each state, in every written language, and
    store by which words each page is found."""
    tags = [tag for tag, language in vocabulary.languages().items() if language.has_text]
    rows = []
    every = composition.load_texts(pages)
    for texts in every:
        for tag in tags:
            counts: dict[str, int] = {}
            for row in texts.segments:
                if row.kind != SegmentKind.BLOCK:
                    state = texts.state_in(row, tag)
                    counts[state.value] = counts.get(state.value, 0) + 1
            rows.append(PageState(page=texts.page, language_id=tag, counts=counts))
    PageState.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["page", "language"],
        update_fields=["counts"],
    )
    store_entries(
        SearchKind.PAGE, {texts.page.code: _searched_texts(texts, tags) for texts in every}
    )


def _translations(page: Page, tag: str, key: str) -> QuerySet[SegmentTranslation]:
    return SegmentTranslation.objects.filter(page=page, language=tag, key=key)


def _searched_texts(texts: PageTexts, tags: Iterable[str]) -> Iterator[str]:
    """Yield the texts by which a page is found: its code, and what counts in each language."""
    yield texts.page.code
    for row in texts.segments:
        found = (texts.text_in(row, tag) for tag in tags)
        yield from (text.text for text in found if text and row.kind != SegmentKind.BLOCK)


def lock_page(page: Page) -> PageTexts:
    """Lock a page and return its texts."""
    Page.objects.select_for_update().get(pk=page.pk)
    return composition.load_texts([page])[0]


def _check_edits(texts: PageTexts, changed: Mapping[str, SourceEdit]) -> None:
    codes = set(Page.objects.values_list("code", flat=True))
    for row in texts.segments:
        edit = changed.get(row.key)
        if edit is not None:
            check_references(edit.text, SegmentKind(row.kind), codes)
            if has_hidden_characters(edit.text):
                raise TextsRefused({row.key: (DIRECTION,)})
            if edit.change is None:
                raise ContentRefusal("content_change_missing", title=row.key)
            if _state(texts, row.key, edit.text) == TranslationState.WITHDRAWN:
                raise ContentRefusal("content_text_withdrawn", title=row.key)


def _state(texts: PageTexts, key: str, text: str) -> TranslationState:
    """Return the state of translations of an earlier source text: withdrawn if it may harm."""
    return source_state(texts.history[key], text_digest(text), is_safety=texts.page.is_about_safety)


def _store_revision(
    texts: PageTexts, changed: Mapping[str, SourceEdit], audit: AuditContext
) -> None:
    rows = []
    for row in texts.rows:
        edit = changed.get(row.key)
        text = " ".join(edit.text.split()) if edit else row.text
        change = edit.change.value if edit and edit.change else ""
        rows.append(copy_segment(row, text=text, digest=text_digest(text), change=change))
    store_next_revision(texts, rows, audit)


def copy_segment(row: Segment, **changed: Any) -> Segment:
    """Return a segment for the next revision of its page, unchanged but for what is given."""
    same = {"key": row.key, "kind": row.kind, "text": row.text, "digest": row.digest}
    return Segment(**{**same, "is_removed": row.is_removed, **changed})


def store_next_revision(texts: PageTexts, rows: Sequence[Segment], audit: AuditContext) -> None:
    """Store a revision with these segments, in this order, and count the page's states anew."""
    before = texts.current
    revision = Revision(
        page=texts.page,
        number=before.number + 1,
        language_id=before.language_id,
        sources=before.sources,
        author_id=audit.actor,
        created_at=audit.at,
    )
    for position, row in enumerate(rows):
        row.revision, row.position = revision, position
    revision.store(rows)
    count_states([texts.page])
    audit.record("content.revise", texts.page)


def _is_changed(edit: TranslationEdit) -> bool:
    """Return whether a translation is another than the one that was shown, or was kept."""
    return bool(edit.text.strip()) and (edit.is_kept or text_digest(edit.text) != edit.seen_text)


def _refuse_conflicts(
    texts: PageTexts, tag: str, changed: Iterable[Segment], edits: Mapping[str, TranslationEdit]
) -> None:
    """Refuse translations of which the source or the earlier translation is another now.
    Errors: content_changed."""
    current: dict[str, str] = {}
    seen: dict[str, str] = {}
    for row in changed:
        text, edit = texts.text_in(row, tag), edits[row.key]
        digest = text_digest(text.text) if text else ""
        if edit.seen_source != row.digest or edit.seen_text != digest:
            is_same_source = edit.seen_source == row.digest
            current[row.key] = text.text if text and is_same_source else row.text
            seen |= {f"source_{row.key}": row.digest, f"saw_{row.key}": digest}
    if current:
        raise PageChanged(current, seen)


def _store_translation(
    page: Page, segment: Segment, tag: str, edit: TranslationEdit, audit: AuditContext
) -> None:
    text = " ".join(edit.text.split())
    same = {
        "page": page,
        "key": segment.key,
        "language_id": tag,
        "source_digest": segment.digest,
        "digest": text_digest(text),
    }
    Review.objects.filter(**same).delete()  # of a text that was replaced: it is read anew
    SegmentTranslation.objects.create(
        **same,
        text=text,
        origin=edit.origin,
        translator_id=audit.actor,
        created_at=audit.at,
    )


def _review(
    page: Page, tag: str, read: tuple[str, str, str], role: ReviewRole, audit: AuditContext
) -> Review:
    """Return the row of a review. `read`: key, digest of the source, and of the text."""
    key, source_digest, digest = read
    if audit.actor is None:
        raise ValueError("a review has a reviewer")
    return Review(
        page=page,
        key=key,
        language_id=tag,
        source_digest=source_digest,
        digest=digest,
        role=role,
        reviewer_id=audit.actor,
        reviewed_at=audit.at,
    ).sealed()

"""Change, translate, review and release pages."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from protect.audit.context import AuditContext
from protect.content import access, released
from protect.content.enums import ChangeClass, Origin, ReviewRole, SegmentKind, TranslationState
from protect.content.errors import ContentRefusal, PageChanged, TextsRefused
from protect.content.models import (
    Page,
    PageState,
    Release,
    Review,
    Revision,
    Segment,
    SegmentTranslation,
)
from protect.content.released import Pages
from protect.content.texts import composition
from protect.content.texts.composition import PageTexts
from protect.content.texts.references import check_references
from protect.content.texts.rules import source_state, text_digest
from protect.content.texts.translation_checks import (
    DIRECTION,
    find_problems,
    has_hidden_characters,
)
from protect.directory.changes import raise_version
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


PERMISSION_BY_REVIEW_ROLE = {
    ReviewRole.LANGUAGE: Permission.TRANSLATE,
    ReviewRole.SUBJECT: Permission.REVIEW_PAGES,
}


@transaction.atomic
def save_revision(
    scope: Scope, page: Page, edits: Mapping[str, SourceEdit], *, seen: int, at: datetime
) -> int:
    """Store a revision of a page with changed texts, and return how many changed; without a change
    nothing is stored. `edits`: by key; `seen`: number of the revision that the user saw. Texts that
    only another person changed since then stay as they are now. Errors: PermissionDenied;
    content_changed; content_change_missing; content_unknown_fact."""
    audit = access.permitted_context(scope, access.writing_permission(page), at=at)
    texts = _lock(page)
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
        count_states([page])
        audit.record("content.revise", page)
    return len(changed)


@transaction.atomic
def confirm_change(scope: Scope, page: Page, key: str, digest: str, *, at: datetime) -> None:
    """Confirm as the second person that the last changes of a text kept its meaning. `digest`: of
    the text that the user saw. Errors: PermissionDenied; content_changed; content_same_person."""
    audit = access.permitted_context(scope, access.writing_permission(page), at=at)
    texts = _lock(page)
    current = {row.key: row for row in texts.segments}[key]
    if current.digest != digest:
        raise PageChanged({key: current.text}, {})
    changes = [each for each in texts.unconfirmed_revisions(key) if each.author_id != scope.user_id]
    if not changes:
        raise ContentRefusal("content_same_person")
    for revision in changes:
        revision.segments.filter(key=key).update(confirmed_by=scope.user_id)
        Revision.objects.get(pk=revision.pk).sealed().save(update_fields=["seal"])
    count_states([page])
    audit.record("content.confirm", page)


@transaction.atomic
def save_translations(
    scope: Scope, page: Page, tag: str, edits: Mapping[str, TranslationEdit], *, at: datetime
) -> int:
    """Store the translations that were changed or kept for a changed source text, and return how
    many. Errors: PermissionDenied; content_changed; content_texts_refused."""
    audit = access.permitted_context(scope, Permission.TRANSLATE, at=at)
    texts = _lock(page)
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
    translation of an older source text is left out. `seen`: by key. Errors: PermissionDenied;
    content_changed; content_same_person, if the user wrote each of them."""
    audit = access.permitted_context(scope, PERMISSION_BY_REVIEW_ROLE[role], at=at)
    texts = _lock(page)
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
    given = Review.objects.filter(page=page, language=tag, role=role, reviewer=scope.user_id)
    given.filter(pk__in=[row.pk for row in given if not row.is_sealed()]).delete()  # forged ones
    before = set(given.values_list("key", "source_digest", "digest"))
    read = [(row.key, text.facts.source_digest, text_digest(text.text)) for row, text in others]
    new = [each for each in read if each not in before]
    Review.objects.bulk_create(_review(page, tag, each, role, audit) for each in new)
    if new:
        count_states([page])
        audit.record("content.review", page)
    return len(new)


@transaction.atomic
def release_by_user(scope: Scope, tags: Iterable[str], *, at: datetime) -> list[Release]:
    """Release the current texts as a user. Errors: PermissionDenied; content_own_translation, for
    texts of safety pages that the user wrote and that are not public; match_key_missing."""
    audit = access.permitted_context(scope, Permission.RELEASE_PAGES, at=at)
    return _release(tags, audit, releaser=scope.user_id)


@transaction.atomic
def release_languages(tags: Iterable[str], audit: AuditContext) -> list[Release]:
    """Release the current texts as the platform, for a demonstration. Errors: match_key_missing."""
    return _release(tags, audit, releaser=None)


@transaction.atomic
def roll_back(scope: Scope, release: Release, *, at: datetime) -> Release:
    """Release again what an earlier release said. Errors: PermissionDenied;
    content_own_translation; content_release_withdrawn, if it has a text that may not be shown any
    more; content_release_damaged, if it was changed since."""
    audit = access.permitted_context(scope, Permission.RELEASE_PAGES, at=at)
    raise_version()
    if not release.is_sealed():
        raise ContentRefusal("content_release_damaged")
    tag, pages = release.language_id, released.from_json(release.pages)
    texts = {page.page.code: page for page in composition.load_texts()}
    harmful = composition.withdrawn_pages(texts.values(), pages)
    if harmful:
        raise ContentRefusal("content_release_withdrawn", pages=", ".join(harmful))
    own = [texts[code].title for code in _own_pages(texts, pages, released.read(tag), audit.actor)]
    if own:
        raise ContentRefusal("content_own_translation", pages=", ".join(own))
    row = _store_release(tag, released.to_json(pages), audit)
    audit.record("content.roll_back", row)
    return row


def count_states(pages: Iterable[Page]) -> None:
    """Count anew how many segments of each page have each state, in every written language."""
    tags = [tag for tag, language in vocabulary.languages().items() if language.has_text]
    rows = []
    for texts in composition.load_texts(pages):
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


def _lock(page: Page) -> PageTexts:
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
    before = texts.current
    revision = Revision(
        page=texts.page,
        number=before.number + 1,
        language_id=before.language_id,
        sources=before.sources,
        author_id=audit.actor,
        created_at=audit.at,
    )
    rows = []
    for row in texts.segments:
        edit = changed.get(row.key)
        text = " ".join(edit.text.split()) if edit else row.text
        rows.append(
            Segment(
                revision=revision,
                key=row.key,
                position=row.position,
                kind=row.kind,
                text=text,
                digest=text_digest(text),
                change=edit.change.value if edit and edit.change else "",
            )
        )
    revision.store(rows)


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


def _release(tags: Iterable[str], audit: AuditContext, *, releaser: UUID | None) -> list[Release]:
    """Release the current texts in each language. A language whose newest release says the same
    gets none. Errors: content_own_translation; match_key_missing."""
    raise_version()  # the first lock; it also makes servers read the pages again
    texts = {page.page.code: page for page in composition.load_texts()}
    changed, own = {}, set()
    for tag in tags:
        pages, before = composition.compose_pages(texts.values(), tag), released.read(tag)
        if pages != before:
            changed[tag] = pages
            own |= {texts[code].title for code in _own_pages(texts, pages, before, releaser)}
    if own:
        raise ContentRefusal("content_own_translation", pages=", ".join(sorted(own)))
    rows = [_store_release(tag, released.to_json(pages), audit) for tag, pages in changed.items()]
    for row in rows:
        audit.record("content.release", row)
    return rows


def _own_pages(
    texts: Mapping[str, PageTexts], pages: Pages, before: Pages, releaser: UUID | None
) -> Iterator[str]:
    """Yield the codes of pages about safety with a text of the releaser that is not public."""
    for code, page in pages.items():
        public = set(before[code].segments) if code in before else set()
        new = [each for each in page.segments if each not in public]
        if texts[code].page.is_about_safety and any(
            releaser in composition.authors_of(texts[code], each) for each in new
        ):
            yield code


def _store_release(tag: str, pages: dict[str, Any], audit: AuditContext) -> Release:
    newest = Release.objects.filter(language=tag).aggregate(Max("number"))["number__max"] or 0
    row = Release(language_id=tag, number=newest + 1, pages=pages, released_at=audit.at)
    row.released_by_id = audit.actor
    row.sealed().save(force_insert=True)
    return row

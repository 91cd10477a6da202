"""Add texts to a page after it was made, and remove texts once others have read that."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from protect.audit.context import AuditContext
from protect.content import access
from protect.content.actions import (
    copy_segment,
    lock_page,
    store_next_revision,
    store_reviews,
)
from protect.content.enums import PageKind, ReviewRole, SegmentKind
from protect.content.errors import ContentRefusal, PageChanged, TextsRefused
from protect.content.models import Page, Segment
from protect.content.new_pages import KEY_STARTS
from protect.content.readers.skills import PERMISSION_BY_REVIEW_ROLE, must_be_reader
from protect.content.texts.composition import PageTexts
from protect.content.texts.references import check_references, is_condition
from protect.content.texts.rules import removal_digest, text_digest
from protect.content.texts.translation_checks import DIRECTION, has_hidden_characters
from protect.orgs.scope import Scope

ADDED_KINDS = (
    *(SegmentKind.PARAGRAPH, SegmentKind.ITEM, SegmentKind.HEADING),
    *(SegmentKind.CALL, SegmentKind.BLOCK),
)
# Kinds of pages whose texts other parts of the software show by their keys.
FIXED_KINDS = {PageKind.SITE, PageKind.PROGRAMME}


def can_remove(page: Page, row: Segment) -> bool:
    """Return whether a text of a page can be removed: not the title, and none that other parts of
    the software show by its key, such as texts of urgent pages."""
    if is_added(row):
        return True
    is_text = row.kind not in {SegmentKind.TITLE, SegmentKind.BLOCK}
    return is_text and page.kind not in FIXED_KINDS


def is_added(row: Segment) -> bool:
    """Return whether a segment was added to a page by `add_text`, by its key."""
    return row.key.startswith("added-")


def places_of(texts: PageTexts) -> Iterator[Segment]:
    """Yield the segments after which a text can be added: not between a condition and its text."""
    for row in texts.segments:
        if not is_condition(row.text):
            yield row


@transaction.atomic
def add_text(
    scope: Scope, page: Page, after: str, kind: SegmentKind, text: str, *, at: datetime
) -> Segment:
    """Add a text to a page, as a new revision. Its translations are missing: until they are there,
    the public reads the source text, marked. `after`: key of the segment before it. Errors:
    PermissionDenied; content_changed; content_unknown_fact; content_texts_refused;
    content_condition_not_added."""
    audit = access.permitted_context(scope, access.writing_permission(page.kind), at=at)
    texts = lock_page(page)
    before = next((row for row in places_of(texts) if row.key == after), None)
    if before is None:
        raise PageChanged({"after": text}, {})
    normal = " ".join(text.split())
    if is_condition(normal):  # it would hide the texts after it, which two people have read
        raise ContentRefusal("content_condition_not_added")
    check_references(normal, kind, set(Page.objects.values_list("code", flat=True)))
    if has_hidden_characters(normal):
        raise TextsRefused({"text": (DIRECTION,)})
    key = _new_key(texts, kind)
    new = Segment(key=key, kind=kind, text=normal, digest=text_digest(normal))
    rows = [copy_segment(row) for row in texts.rows]
    rows.insert(texts.rows.index(before) + 1, new)
    store_next_revision(texts, rows, audit)
    return new


@transaction.atomic
def remove_text(scope: Scope, page: Page, key: str, digest: str, *, at: datetime) -> None:
    """Remove a text of a page. The public reads it until others have read that: a native reader, on
    a page about safety a specialist as well, and none of them is the user. `digest`: of the text
    that the user saw. Errors: PermissionDenied; content_changed; content_text_needed."""
    audit, texts, row = _segment_to_change(scope, page, key, digest, at)
    if not can_remove(page, row):
        raise ContentRefusal("content_text_needed")
    if key not in texts.removals:
        _store_with(texts, key, is_removed=True, audit=audit)


@transaction.atomic
def keep_text(scope: Scope, page: Page, key: str, digest: str, *, at: datetime) -> None:
    """Take the removal of a text back, while it does not count. Errors: PermissionDenied;
    content_changed."""
    audit, texts, _row = _segment_to_change(scope, page, key, digest, at)
    if key in texts.removals:
        _store_with(texts, key, is_removed=False, audit=audit)


@transaction.atomic
def review_removal(
    scope: Scope, page: Page, key: str, number: int, role: ReviewRole, *, at: datetime
) -> bool:
    """Record that the user agrees with the removal of a text, and return whether the text is gone.
    `number`: of the revision that removed it, as the user saw it. Errors: PermissionDenied;
    those of `must_be_reader`; content_changed; content_same_person."""
    audit = access.permitted_context(scope, PERMISSION_BY_REVIEW_ROLE[role], at=at)
    texts = lock_page(page)
    tag = texts.current.language_id
    must_be_reader(scope, role, tag)
    removal = texts.removals.get(key)
    if removal is None or removal.number != number:
        raise PageChanged({key: removal.row.text if removal else ""}, {})
    if removal.author == scope.user_id:
        raise ContentRefusal("content_same_person")
    digest = removal.row.digest
    store_reviews(page, tag, [(key, digest, removal_digest(digest, number))], role, audit)
    return key in lock_page(page).removed_keys


def _segment_to_change(
    scope: Scope, page: Page, key: str, digest: str, at: datetime
) -> tuple[AuditContext, PageTexts, Segment]:
    audit = access.permitted_context(scope, access.writing_permission(page.kind), at=at)
    texts = lock_page(page)
    row = next((row for row in texts.segments if row.key == key), None)
    if row is None or row.digest != digest:
        raise PageChanged({key: row.text if row else ""}, {})
    return audit, texts, row


def _store_with(texts: PageTexts, key: str, *, is_removed: bool, audit: AuditContext) -> None:
    rows = [
        copy_segment(row, is_removed=is_removed) if row.key == key else copy_segment(row)
        for row in texts.rows
    ]
    store_next_revision(texts, rows, audit)


def _new_key(texts: PageTexts, kind: SegmentKind) -> str:
    """Return a key that no segment of the page has ever had."""
    known = {row.key for revision in texts.revisions for row in revision.segments.all()}
    names = (f"added-{KEY_STARTS[kind]}{number}" for number in range(1, len(known) + 2))
    return next(name for name in names if name not in known)

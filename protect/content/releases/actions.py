"""Release the current texts of pages, and go back to an earlier release."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from protect.audit.context import AuditContext
from protect.content import access, released
from protect.content.drafts.urgent_pages import supplied_texts
from protect.content.errors import ContentRefusal
from protect.content.models import Release
from protect.content.released import Pages
from protect.content.releases import preview, typed_numbers
from protect.content.texts import composition
from protect.content.texts.composition import PageTexts
from protect.directory.changes import lock_version, raise_version
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope


@transaction.atomic
def release_by_user(
    scope: Scope, tags: Iterable[str], *, at: datetime, seen: str | None = None
) -> list[Release]:
    """Release the current texts as a user. `seen`: digest of the previews that the user saw, if
    they saw any. Errors: PermissionDenied; content_release_changed; content_own_translation, for
    texts of safety pages that the user wrote and that are not public; match_key_missing."""
    audit = access.permitted_context(scope, Permission.RELEASE_PAGES, at=at)
    return _release(list(tags), audit, releaser=scope.user_id, seen=seen)


@transaction.atomic
def release_languages(tags: Iterable[str], audit: AuditContext) -> list[Release]:
    """Release the current texts as the platform, for a demonstration. Errors: match_key_missing."""
    return _release(list(tags), audit, releaser=None)


@transaction.atomic
def roll_back(scope: Scope, release: Release, *, at: datetime, seen: str | None = None) -> Release:
    """Release again what an earlier release said. `seen`: digest of the preview that the user saw,
    if they saw one. Errors: PermissionDenied; content_own_translation; content_release_changed;
    those of `find_refusal`."""
    audit = access.permitted_context(scope, Permission.RELEASE_PAGES, at=at)
    raise_version()
    texts = {page.page.code: page for page in composition.load_texts()}
    if refusal := find_refusal(release, texts.values()):
        raise refusal
    tag, pages = release.language_id, released.from_json(release.pages)
    if seen is not None:
        previewed = preview.compare_pages(texts.values(), tag, pages, is_earlier=True)
        if preview.digest_of([previewed]) != seen:
            raise ContentRefusal("content_release_changed")
    own = [texts[code].title for code in _own_pages(texts, pages, released.read(tag), audit.actor)]
    if own:
        raise ContentRefusal("content_own_translation", pages=", ".join(own))
    row = _store_release(tag, released.to_json(pages), audit)
    audit.record("content.roll_back", row)
    return row


def find_refusal(release: Release, texts: Iterable[PageTexts]) -> ContentRefusal | None:
    """Return why an earlier release cannot come back: content_release_damaged, if it was changed
    since; content_release_withdrawn, if it has a text that may not be shown any more, or a
    reference that no longer exists; content_release_number, if it names a number that is no longer
    in the public directory. None if it can."""
    if not release.is_sealed():
        return ContentRefusal("content_release_damaged")
    pages = released.from_json(release.pages)
    harmful = composition.withdrawn_pages(texts, pages)
    if harmful:
        return ContentRefusal("content_release_withdrawn", pages=", ".join(harmful))
    numbers = typed_numbers.wrong_numbers(pages)
    if numbers:
        titles = dict.fromkeys(
            pages[code].title.text for codes in numbers.values() for code in codes
        )
        return ContentRefusal(
            "content_release_number", numbers=", ".join(numbers), pages=", ".join(titles)
        )
    return None


def _release(
    tags: list[str], audit: AuditContext, *, releaser: UUID | None, seen: str | None = None
) -> list[Release]:
    """Release the current texts in each language. A language whose newest release says the same
    gets none. Errors: content_release_changed; content_own_translation; match_key_missing."""
    lock_version()  # the first lock
    texts = {page.page.code: page for page in composition.load_texts()}
    previews = (preview.preview_release(texts.values(), tag) for tag in tags)
    if seen is not None and preview.digest_of(previews) != seen:
        raise ContentRefusal("content_release_changed")
    changed, own = {}, set()
    for tag in tags:
        pages = composition.compose_pages(texts.values(), tag, supplied_texts())
        before = released.read(tag)
        if pages != before:
            changed[tag] = pages
            own |= {texts[code].title for code in _own_pages(texts, pages, before, releaser)}
    if own:
        raise ContentRefusal("content_own_translation", pages=", ".join(sorted(own)))
    rows = [_store_release(tag, released.to_json(pages), audit) for tag, pages in changed.items()]
    for row in rows:
        audit.record("content.release", row)
    if rows:
        raise_version()  # makes servers read the pages again
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

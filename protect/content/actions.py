"""Change, translate, review and release pages."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from protect.audit.context import AuditContext
from protect.content import access, released
from protect.content.enums import ChangeClass, Origin, ReviewRole, SegmentKind
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
from protect.content.texts import composition
from protect.content.texts.composition import PageTexts
from protect.content.texts.references import check_references
from protect.content.texts.rules import text_digest
from protect.content.texts.translation_checks import find_problems
from protect.directory.changes import raise_version
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.reference import vocabulary


class SourceEdit(NamedTuple):
    """A source text as a person typed it. `change`: what it changes; None: not said."""

    text: str
    change: ChangeClass | None


class TranslationEdit(NamedTuple):
    """A translation as a person typed it, and the digests of what they saw: of the source text and
    of the translation that was there ("" for none)."""

    text: str
    seen_source: str
    seen_text: str
    origin: Origin = Origin.HUMAN


REVIEW_PERMISSIONS = {
    ReviewRole.LANGUAGE: Permission.TRANSLATE,
    ReviewRole.SUBJECT: Permission.REVIEW_PAGES,
}


@transaction.atomic
def save_revision(
    scope: Scope, page: Page, edits: Mapping[str, SourceEdit], *, seen: int, at: datetime
) -> int:
    """Store a revision of a page with changed texts, and return how many changed; without a change
    nothing is stored. `edits`: by key; `seen`: number of the revision that the user saw.
    Errors: PermissionDenied; content_changed; content_change_missing; content_unknown_fact."""
    audit = access.must(scope, Permission.WRITE_PAGES, at=at)
    texts = _lock(page)
    changed = {
        row.key: edits[row.key]
        for row in texts.segments
        if row.key in edits and text_digest(edits[row.key].text) != row.digest
    }
    if texts.current.number != seen:
        raise PageChanged({row.key: row.text for row in texts.segments if row.key in changed})
    if changed:
        _check_edits(texts, changed)
        _store_revision(texts, changed, audit)
        count_states([page])
        audit.record("content.revise", page)
    return len(changed)


@transaction.atomic
def confirm_change(scope: Scope, page: Page, key: str, *, at: datetime) -> None:
    """Confirm as the second person that the last change of a text kept its meaning.
    Errors: PermissionDenied; content_same_person."""
    audit = access.must(scope, Permission.WRITE_PAGES, at=at)
    texts = _lock(page)
    last = texts.history[key][-1]
    if last.author == scope.user_id:
        raise ContentRefusal("content_same_person")
    rows = Segment.objects.filter(revision__page=page, key=key, digest=last.digest)
    rows.exclude(change="").update(confirmed_by=scope.user_id)
    count_states([page])
    audit.record("content.confirm", page)


@transaction.atomic
def save_translations(
    scope: Scope, page: Page, tag: str, edits: Mapping[str, TranslationEdit], *, at: datetime
) -> int:
    """Store the translations that differ from those that count now, and return how many did.
    Errors: PermissionDenied; content_changed; content_texts_refused."""
    audit = access.must(scope, Permission.TRANSLATE, at=at)
    texts = _lock(page)
    segments = {row.key: row for row in texts.segments if row.kind != SegmentKind.BLOCK}
    written = {key: edit for key, edit in edits.items() if key in segments and edit.text.strip()}
    before = {key: texts.text_in(segments[key], tag) for key in written}
    changed = {
        key: edit
        for key, edit in written.items()
        if (text := before[key]) is None
        or text_digest(edit.text) != text_digest(text.text)
        or text.facts.source_digest != segments[key].digest
    }
    conflicts = {
        key: text.text if (text := before[key]) else segments[key].text
        for key, edit in changed.items()
        if edit.seen_source != segments[key].digest
        or edit.seen_text != (text_digest(text.text) if (text := before[key]) else "")
    }
    if conflicts:
        raise PageChanged(conflicts)
    found = {
        key: find_problems(segments[key].text, edit.text, tag) for key, edit in changed.items()
    }
    problems = {key: each.refusing for key, each in found.items() if each.refusing}
    if problems:
        raise TextsRefused(problems)
    for key, edit in changed.items():
        _store_translation(page, segments[key], tag, edit, audit)
    if changed:
        count_states([page])
        audit.record("content.translate", page)
    return len(changed)


@transaction.atomic
def review_texts(
    scope: Scope,
    page: Page,
    tag: str,
    digests: Mapping[str, str],
    role: ReviewRole,
    *,
    at: datetime,
) -> int:
    """Record that the user read texts of a page in a language, and return how many were new.
    `digests`: of the texts that the user saw, by key. Errors: PermissionDenied; content_changed;
    content_same_person, if the user wrote each of them."""
    audit = access.must(scope, REVIEW_PERMISSIONS[role], at=at)
    texts = _lock(page)
    segments = {row.key: row for row in texts.segments if row.kind != SegmentKind.BLOCK}
    now = {key: texts.text_in(segments[key], tag) for key in digests if key in segments}
    read = {key: text for key, text in now.items() if text is not None}
    conflicts = {
        key: text.text for key, text in read.items() if text_digest(text.text) != digests[key]
    }
    if conflicts:
        raise PageChanged(conflicts)
    others = [key for key, text in read.items() if text.facts.translator != scope.user_id]
    if read and not others:
        raise ContentRefusal("content_same_person")
    count = sum(_store_review(page, tag, (key, digests[key]), role, audit) for key in others)
    if count:
        count_states([page])
        audit.record("content.review", page)
    return count


@transaction.atomic
def release_by_user(scope: Scope, tags: Iterable[str], *, at: datetime) -> list[Release]:
    """Release the current texts as a user. Errors: PermissionDenied; content_own_translation, for
    texts of safety pages that the user wrote; those of `release_languages`."""
    audit = access.must(scope, Permission.RELEASE_PAGES, at=at)
    chosen = list(tags)
    texts = composition.load_texts()
    own = {
        texts_of.title
        for texts_of in texts
        for tag in chosen
        if texts_of.page.is_safety and _is_new_and_own(texts_of, tag, scope)
    }
    if own:
        raise ContentRefusal("content_own_translation", pages=", ".join(sorted(own)))
    return release_languages(chosen, audit)


@transaction.atomic
def release_languages(tags: Iterable[str], audit: AuditContext) -> list[Release]:
    """Release the current texts in each language, and return the releases. A language whose newest
    release says the same gets none. Errors: match_key_missing."""
    raise_version()  # the first lock; it also makes servers read the pages again
    texts = composition.load_texts()
    newest = {row.language_id: row for row in Release.objects.order_by("number")}
    made = []
    for tag in tags:
        pages, before = released.to_json(composition.compose_pages(texts, tag)), newest.get(tag)
        if before is None or before.pages != pages:
            made.append(_store_release(tag, before.number + 1 if before else 1, pages, audit))
    for row in made:
        audit.record("content.release", row)
    return made


@transaction.atomic
def roll_back(scope: Scope, release: Release, *, at: datetime) -> Release:
    """Release again what an earlier release said. Errors: PermissionDenied;
    content_release_withdrawn, if it has a text that may not be shown any more."""
    audit = access.must(scope, Permission.RELEASE_PAGES, at=at)
    raise_version()
    tag = release.language_id
    pages = released.from_json(release.pages)
    harmful = composition.withdrawn_pages(composition.load_texts(), pages)
    if harmful:
        raise ContentRefusal("content_release_withdrawn", pages=", ".join(harmful))
    newest = Release.objects.filter(language=tag).order_by("number").last()
    number = newest.number + 1 if newest else 1
    row = _store_release(tag, number, released.to_json(pages), audit)
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
            if edit.change is None:
                raise ContentRefusal("content_change_missing", title=row.key)


def _store_revision(
    texts: PageTexts, changed: Mapping[str, SourceEdit], audit: AuditContext
) -> None:
    before = texts.current
    revision = Revision.objects.create(
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
    Segment.objects.bulk_create(rows)


def _store_translation(
    page: Page, segment: Segment, tag: str, edit: TranslationEdit, audit: AuditContext
) -> None:
    text = " ".join(edit.text.split())
    SegmentTranslation.objects.update_or_create(
        page=page,
        key=segment.key,
        language_id=tag,
        source_digest=segment.digest,
        digest=text_digest(text),
        defaults={
            "text": text,
            "origin": edit.origin,
            "translator_id": audit.actor,
            "created_at": audit.at,
        },
    )


def _store_review(
    page: Page, tag: str, read: tuple[str, str], role: ReviewRole, audit: AuditContext
) -> bool:
    """Store that the user read a text: its key and digest. Return whether they had not before."""
    key, digest = read
    _, is_new = Review.objects.get_or_create(
        page=page,
        key=key,
        language_id=tag,
        digest=digest,
        role=role,
        reviewer_id=audit.actor,
        defaults={"reviewed_at": audit.at},
    )
    return is_new


def _store_release(tag: str, number: int, pages: dict[str, object], audit: AuditContext) -> Release:
    return Release.objects.create(
        language_id=tag,
        number=number,
        pages=pages,
        seal=released.seal(tag, number, pages),
        released_by_id=audit.actor,
        released_at=audit.at,
    )


def _is_new_and_own(texts: PageTexts, tag: str, scope: Scope) -> bool:
    """Return whether a page has a text in a language that the user wrote and is not public yet."""
    shown = released.pages_in(tag).get(texts.page.code)
    public = {each.key: each.text for each in shown.segments} if shown else {}
    for row in texts.segments:
        text = texts.text_in(row, tag) if row.kind != SegmentKind.BLOCK else None
        if text and text.facts.translator == scope.user_id and public.get(row.key) != text.text:
            return True
    return False

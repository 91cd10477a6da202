"""Actions on the translated texts of a service: one user translates, another reviews.
A translation stores a fingerprint of its source text. When that text changes, only its
own translation becomes stale. Source: docs/adr/0019-editing.md."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from protect.directory import changes, enums, errors
from protect.directory.fact_records.values import fingerprint_of
from protect.directory.models import Service, ServiceText
from protect.directory.protection.text_checks import refuse_address_text
from protect.directory.services.actions.texts import text_digest
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope


class Segment(NamedTuple):
    """One text of a service and its translation into one language."""

    field: enums.TranslatableField
    source: str
    text: ServiceText | None  # None: not translated
    is_stale: bool  # the source has changed since


class TranslationInput(NamedTuple):
    """A submitted translation, with the fingerprint of the segment that the user saw."""

    field: enums.TranslatableField
    language: str  # BCP 47
    text: str  # "" deletes the translation
    seen_fingerprint: str


def list_segments(service: Service, language: str) -> Iterator[Segment]:
    """Yield each text of a service that is not empty, with its translation into `language`."""
    rows = {text.field: text for text in service.texts.filter(language=language).order_by("pk")}
    for field in enums.TranslatableField:
        source = str(getattr(service, field.value))
        if source:
            yield _build_segment(field, source, rows.get(field.value))


def get_segment(service: Service, field: enums.TranslatableField, language: str) -> Segment:
    """Return one text of a service, even an empty one, with its translation into `language`."""
    row = service.texts.filter(field=field, language=language).order_by("pk").first()
    return _build_segment(field, str(getattr(service, field.value)), row)


def segment_fingerprint(segment: Segment) -> str:
    """Return a fingerprint of a segment for a form: of source, translation and review state."""
    row = segment.text
    translation = {"text": row.text, "state": row.state} if row else {}
    return fingerprint_of({"source": segment.source, **translation})


@transaction.atomic
def save_translation(
    scope: Scope, service: Service, translation: TranslationInput, *, at: datetime
) -> None:
    """Save a changed translation as a draft, for another user to review; delete it for "".
    Errors: PermissionDenied; directory_edit_conflict, when source or translation changed since
    `seen_fingerprint`; directory_tells_where, when the address is never stored and the text reads
    like one."""
    audit, locked = changes.lock_service(scope, service, Permission.TRANSLATE, at=at)
    stored = get_segment(locked, translation.field, translation.language)
    if segment_fingerprint(stored) != translation.seen_fingerprint:
        raise errors.DirectoryRefusal("directory_edit_conflict")
    refuse_address_text(locked, translation.text)
    rows = locked.texts.filter(field=translation.field, language=translation.language)
    is_changed = not _is_unchanged(stored, translation.text)
    if not translation.text:
        rows.delete()
    elif is_changed:
        ServiceText.objects.update_or_create(
            service=locked,
            field=translation.field,
            language_id=translation.language,
            defaults={
                "text": translation.text,
                "source_digest": text_digest(stored.source),
                "state": enums.ReviewState.DRAFT,
                "by_id": scope.user_id,
                "at": at,
                "reviewed_by": None,
                "reviewed_at": None,
            },
        )
    if is_changed and _is_public(stored):  # a draft is for the desk
        locked.last_modified = at
        locked.save(update_fields=["last_modified"])
    audit.record("directory.translate", locked)


@transaction.atomic
def confirm_translation(
    scope: Scope, service: Service, translation: TranslationInput, *, at: datetime
) -> None:
    """Confirm a translation that another user wrote. From then on it is public.
    Errors: PermissionDenied; directory_edit_conflict, when the translation or its source
    has changed; directory_reader_needed, when the user wrote the translation."""
    audit, locked = changes.lock_service(scope, service, Permission.TRANSLATE, at=at)
    stored = get_segment(locked, translation.field, translation.language)
    if (
        stored.text is None
        or stored.is_stale
        or segment_fingerprint(stored) != translation.seen_fingerprint
    ):
        raise errors.DirectoryRefusal("directory_edit_conflict")
    if stored.text.by_id == scope.user_id:
        raise errors.DirectoryRefusal("directory_reader_needed")
    row = stored.text
    row.state, row.reviewed_by_id, row.reviewed_at = enums.ReviewState.REVIEWED, scope.user_id, at
    row.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    locked.last_modified = at
    locked.save(update_fields=["last_modified"])
    audit.record("directory.review_translation", locked)


def translated_languages(service: Service) -> set[str]:
    """Return the languages with any translation, including drafts and outdated ones."""
    return set(service.texts.filter(~Q(text="")).order_by().values_list("language", flat=True))


def _build_segment(field: enums.TranslatableField, source: str, row: ServiceText | None) -> Segment:
    is_stale = row is not None and row.source_digest != text_digest(source)
    return Segment(field, source, row, is_stale)


def _is_unchanged(segment: Segment, text: str) -> bool:
    """Return whether `text` is already the stored translation, and that is not stale."""
    row = segment.text
    return row is not None and row.text == text and not segment.is_stale


def _is_public(segment: Segment) -> bool:
    """Return whether a translation is public: reviewed, and of the current source text."""
    row = segment.text
    return row is not None and row.state == enums.ReviewState.REVIEWED and not segment.is_stale

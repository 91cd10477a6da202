"""Texts of a service in other languages: written by one person, read by another.
A translation remembers the text that it was made from. When that text changes, this translation is
stale and no other. Source: docs/adr/0019-editing.md."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from protect.directory import changes, errors
from protect.directory.enums import ReviewState, TextField
from protect.directory.fact_records.values import mark_of
from protect.directory.models import Service, ServiceText
from protect.directory.protection.text_checks import must_not_tell_where
from protect.directory.services.actions.texts import digest_of
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope


class Segment(NamedTuple):
    """One text of a service and its translation into one language."""

    field: TextField
    source: str
    text: ServiceText | None
    is_stale: bool  # the source has changed since


class Wording(NamedTuple):
    """A translation of a segment, and the mark of the version that its writer saw."""

    field: TextField
    language: str  # BCP 47
    text: str  # "" takes the translation away
    mark: str


def segments(service: Service, language: str) -> Iterator[Segment]:
    """Yield the texts of a service that are not empty, with their translations."""
    rows = {each.field: each for each in service.texts.filter(language=language).order_by("pk")}
    for field in TextField:
        source = str(getattr(service, field.value))
        if source:
            yield _segment(field, source, rows.get(field.value))


def segment(service: Service, field: TextField, language: str) -> Segment:
    """Return one text with its translation, also an empty one."""
    row = service.texts.filter(field=field, language=language).order_by("pk").first()
    return _segment(field, str(getattr(service, field.value)), row)


def mark(segment: Segment) -> str:
    """Return a fingerprint of a segment for a form: of source, translation and state."""
    row = segment.text
    translation = {"text": row.text, "state": row.state} if row else {}
    return mark_of({"source": segment.source, **translation})


@transaction.atomic
def translate(scope: Scope, service: Service, wording: Wording, *, at: datetime) -> None:
    """Save a translation of a segment: a draft until another user has reviewed it.
    Errors: PermissionDenied; directory_edit_conflict, when source or translation changed since
    `mark`; directory_tells_where, when a text about a protected service reads like an address."""
    audit, locked = changes.lock(scope, service, Permission.TRANSLATE, at=at)
    standing = segment(locked, wording.field, wording.language)
    if mark(standing) != wording.mark:
        raise errors.DirectoryRefusal("directory_edit_conflict")
    must_not_tell_where(locked, wording.text)
    rows = locked.texts.filter(field=wording.field, language=wording.language)
    if not wording.text:
        rows.delete()
    elif not _is_same(standing, wording.text):
        ServiceText.objects.update_or_create(
            service=locked,
            field=wording.field,
            language_id=wording.language,
            defaults={
                "text": wording.text,
                "source_digest": digest_of(standing.source),
                "state": ReviewState.DRAFT,
                "by_id": scope.user_id,
                "at": at,
                "reviewed_by": None,
                "reviewed_at": None,
            },
        )
    if _is_read(standing) and not _is_same(standing, wording.text):  # a draft is for the desk
        locked.last_modified = at
        locked.save(update_fields=["last_modified"])
    audit.record("directory.translate", locked)


@transaction.atomic
def review(scope: Scope, service: Service, seen: Wording, *, at: datetime) -> None:
    """Confirm a translation that another user wrote. From then on the public reads it.
    Errors: PermissionDenied; directory_edit_conflict, when it changed since, or its source did;
    directory_reader_needed, for one's own."""
    audit, locked = changes.lock(scope, service, Permission.TRANSLATE, at=at)
    standing = segment(locked, seen.field, seen.language)
    if standing.text is None or standing.is_stale or mark(standing) != seen.mark:
        raise errors.DirectoryRefusal("directory_edit_conflict")
    if standing.text.by_id == scope.user_id:
        raise errors.DirectoryRefusal("directory_reader_needed")
    row = standing.text
    row.state, row.reviewed_by_id, row.reviewed_at = ReviewState.REVIEWED, scope.user_id, at
    row.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    locked.last_modified = at
    locked.save(update_fields=["last_modified"])
    audit.record("directory.review_translation", locked)


def languages_of(service: Service) -> set[str]:
    """Return the languages of the translations of a service."""
    return set(service.texts.filter(~Q(text="")).order_by().values_list("language", flat=True))


def _segment(field: TextField, source: str, row: ServiceText | None) -> Segment:
    is_stale = row is not None and row.source_digest != digest_of(source)
    return Segment(field, source, row, is_stale)


def _is_same(standing: Segment, text: str) -> bool:
    return standing.text is not None and standing.text.text == text and not standing.is_stale


def _is_read(standing: Segment) -> bool:
    """Return whether the public reads a translation: confirmed, and of the current text."""
    row = standing.text
    return row is not None and row.state == ReviewState.REVIEWED and not standing.is_stale

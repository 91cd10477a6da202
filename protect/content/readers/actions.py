"""Record the languages that people read, and the specialists; take such records back."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from protect.audit.context import AuditContext
from protect.content.access import permitted_context
from protect.content.enums import ReaderLevel
from protect.content.errors import ContentRefusal
from protect.content.models import LanguageSkill, SpecialistReader
from protect.content.readers.skills import ReaderRecord, may_change, readers_of, standing
from protect.orgs.enums import Permission
from protect.orgs.models import User
from protect.orgs.scope import Scope


@transaction.atomic
def record_language(
    scope: Scope, person: User, tag: str, level: ReaderLevel | None, *, at: datetime
) -> bool:
    """Record how well a person knows a language, None for not at all, and return whether that is
    new. Errors: PermissionDenied; content_own_record."""
    audit, recorder = _context(scope, person, at=at)
    rows = LanguageSkill.objects.filter(person=person, language=tag)
    before = rows.select_for_update().first()
    if before and standing(rows) and before.level == level:
        return False
    if before:
        _must_change(scope, before)
        audit.record("content.unrecord_language", before)  # so that it never counts again
        before.delete()
    if level is not None:
        row = LanguageSkill(person=person, language_id=tag, level=level, recorded_at=at)
        row.recorded_by_id = recorder
        row.sealed().save(force_insert=True)
        audit.record("content.record_language", row)
    return before is not None or level is not None


@transaction.atomic
def record_specialist(scope: Scope, person: User, *, is_one: bool, at: datetime) -> bool:
    """Record whether a person is a specialist in gender-based violence, and return whether that is
    new. Errors: PermissionDenied; content_own_record; content_record_of_others."""
    audit, recorder = _context(scope, person, at=at)
    before = SpecialistReader.objects.filter(person=person).select_for_update().first()
    if before and standing(SpecialistReader.objects.filter(pk=before.pk)) and is_one:
        return False
    if before:
        _must_change(scope, before)
        audit.record("content.unrecord_specialist", before)
        before.delete()
    if is_one:
        row = SpecialistReader(person=person, recorded_at=at)
        row.recorded_by_id = recorder
        row.sealed().save(force_insert=True)
        audit.record("content.record_specialist", row)
    return before is not None or is_one


def _must_change(scope: Scope, record: ReaderRecord) -> None:
    """Check that the user may take a record back. A damaged one goes without this check.
    Errors: content_record_of_others."""
    if record.is_sealed() and not may_change(scope, record):
        raise ContentRefusal("content_record_of_others")


def _context(scope: Scope, person: User, *, at: datetime) -> tuple[AuditContext, UUID]:
    """Return the audit context and the id of the coordinator of a person."""
    audit = permitted_context(scope, Permission.RELEASE_PAGES, at=at)
    if audit.actor is None or not readers_of(scope).filter(pk=person.pk).exists():
        raise PermissionDenied
    if person.pk == audit.actor:
        raise ContentRefusal("content_own_record")
    return audit, audit.actor

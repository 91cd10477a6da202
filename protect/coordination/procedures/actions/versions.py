"""Procedures and their versions: begin, put in force, review."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from protect.coordination.groups import access as groups
from protect.coordination.groups.actions import lock_group
from protect.coordination.groups.models import Group
from protect.coordination.procedures import access
from protect.coordination.procedures.errors import ProcedureRefusal
from protect.coordination.procedures.models import (
    Procedure,
    ProcedureComment,
    ProcedureReview,
    ProcedureSection,
    ProcedureTranslation,
    ProcedureVersion,
    Signatory,
    TranslatedSection,
)
from protect.coordination.procedures.seals import text_digest
from protect.coordination.procedures.section_table import standard_sections
from protect.orgs.access import must_be_signed_in
from protect.orgs.scope import Scope


@transaction.atomic
def create_procedure(
    scope: Scope, group: Group, values: Mapping[str, Any], *, at: datetime
) -> ProcedureVersion:
    """Create a procedure with its first version, which has an empty section for each of the table.
    `values`: kind, language, title. Errors: Http404; PermissionDenied;
    coordination_group_closed."""
    row = lock_group(scope, group)
    procedure = Procedure.objects.create(
        group=row, kind=values["kind"], language_id=values["language"], created_at=at
    )
    version = _create_version(scope, procedure, 1, values["title"], at)
    ProcedureSection.objects.bulk_create(
        ProcedureSection(
            version=version,
            code=section.code,
            position=position,
            title=section.title_in(values["language"]),
        )
        for position, section in enumerate(standard_sections().values(), 1)
    )
    groups.group_context(scope, row, at=at).record("coordination.create_procedure", procedure)
    return version


@transaction.atomic
def create_version(scope: Scope, procedure: Procedure, *, at: datetime) -> ProcedureVersion:
    """Begin the next version as a copy of the last: sections, translations and signatories, which
    sign anew. Errors: Http404; PermissionDenied; coordination_group_closed;
    coordination_version_open, if the last is not in force yet."""
    found = access.get_run_procedure(scope, procedure.pk)
    lock_group(scope, found.group)
    last = ProcedureVersion.objects.filter(procedure=found).order_by("-number")[0]
    if last.is_open:
        raise ProcedureRefusal("coordination_version_open")
    version = _create_version(scope, found, last.number + 1, last.title, at)
    copies = _copy_sections(last, version)
    _copy_translations(last, version, copies)
    Signatory.objects.bulk_create(
        Signatory(
            version=version,
            organisation_id=signatory.organisation_id,
            organisation_name=signatory.organisation_name,
            position=signatory.position,
        )
        for signatory in last.signatories.all()
    )
    audit = groups.group_context(scope, found.group, at=at)
    audit.record("coordination.create_procedure_version", version)
    return version


@transaction.atomic
def rename_version(
    scope: Scope, version: ProcedureVersion, title: str, *, at: datetime
) -> ProcedureVersion:
    """Change the title of a draft. Errors: as `lock_version`."""
    row = lock_version(scope, version)
    row.title = title
    row.save(update_fields=["title"])
    audit = groups.group_context(scope, row.procedure.group, at=at)
    audit.record("coordination.rename_procedure_version", row)
    return row


@transaction.atomic
def put_in_force(
    scope: Scope, version: ProcedureVersion, starts: date, review_by: date, *, at: datetime
) -> ProcedureVersion:
    """Put a version in force from a day; its text does not change from then on, and the version
    before is replaced on that day. Errors: as `lock_version`; coordination_version_not_agreed;
    coordination_comments_open; coordination_review_before_start; coordination_starts_before_last.
    """
    row = lock_version(scope, version)
    sections = list(row.sections.all())
    if not sections or any(section.agreed_at is None for section in sections):
        raise ProcedureRefusal("coordination_version_not_agreed")
    if ProcedureComment.objects.open().filter(section__version=row).exists():
        raise ProcedureRefusal("coordination_comments_open")
    if review_by <= starts:
        raise ProcedureRefusal("coordination_review_before_start")
    earlier = ProcedureVersion.objects.filter(procedure=row.procedure, number__lt=row.number)
    last_start = earlier.aggregate(last=Max("in_force_from"))["last"]
    if last_start is not None and starts <= last_start:
        raise ProcedureRefusal("coordination_starts_before_last")
    row.in_force_from, row.review_by = starts, review_by
    row.text_digest = text_digest(row)
    row.put_in_force_at, row.put_in_force_by_id = at, must_be_signed_in(scope)
    fields = ("in_force_from", "review_by", "text_digest", "put_in_force_at", "put_in_force_by")
    row.sealed().save(update_fields=[*fields, "seal"])
    audit = groups.group_context(scope, row.procedure.group, at=at)
    audit.record("coordination.put_procedure_in_force", row)
    return row


@transaction.atomic
def review_version(
    scope: Scope, version: ProcedureVersion, review_by: date, *, at: datetime
) -> ProcedureVersion:
    """Record that the group reviewed the version in force and leaves it as it is until the next
    review. Errors: Http404; PermissionDenied; coordination_group_closed;
    coordination_version_not_in_force; coordination_review_before_start."""
    found = access.get_run_version(scope, version.pk)
    lock_group(scope, found.procedure.group)
    rows = ProcedureVersion.objects.select_for_update(of=("self",))
    row = rows.select_related("procedure__group").get(pk=found.pk)
    today = at.date()
    if row.procedure.in_force_on(today) != row:
        raise ProcedureRefusal("coordination_version_not_in_force")
    if review_by <= today:
        raise ProcedureRefusal("coordination_review_before_start")
    ProcedureReview.objects.create(
        version=row,
        reviewed_on=today,
        review_by=review_by,
        recorded_at=at,
        recorded_by_id=must_be_signed_in(scope),
    )
    is_sealed = row.is_sealed()  # a damaged version must not become a sound one
    row.review_by = review_by
    (row.sealed() if is_sealed else row).save(update_fields=["review_by", "seal"])
    audit = groups.group_context(scope, row.procedure.group, at=at)
    audit.record("coordination.review_procedure", row)
    return row


def lock_version(scope: Scope, version: ProcedureVersion) -> ProcedureVersion:
    """Return a draft of a group that the user runs, locked until the transaction ends.
    Errors: Http404; PermissionDenied; coordination_group_closed; coordination_version_closed."""
    found = access.get_run_version(scope, version.pk)
    lock_group(scope, found.procedure.group)
    return lock_draft(found)


def lock_draft(version: ProcedureVersion) -> ProcedureVersion:
    """Return a draft, locked until the transaction ends. Errors: coordination_version_closed."""
    rows = ProcedureVersion.objects.select_for_update(of=("self",))
    row = rows.select_related("procedure__group", "procedure__language").get(pk=version.pk)
    if not row.is_open:
        raise ProcedureRefusal("coordination_version_closed")
    return row


def _create_version(
    scope: Scope, procedure: Procedure, number: int, title: str, at: datetime
) -> ProcedureVersion:
    user = must_be_signed_in(scope)
    return ProcedureVersion.objects.create(
        procedure=procedure, number=number, title=title, created_at=at, created_by_id=user
    )


def _copy_sections(
    last: ProcedureVersion, version: ProcedureVersion
) -> dict[UUID, ProcedureSection]:
    """Copy the sections, as agreed as they were; return the copies by the id of the original."""
    copies: dict[UUID, ProcedureSection] = {}
    for section in last.sections.select_related("editor"):
        has_editor = section.editor is not None and section.editor.left_at is None
        copies[section.pk] = ProcedureSection(
            version=version,
            editor=section.editor if has_editor else None,
            **{
                name: getattr(section, name)
                for name in (
                    *("key", "code", "position", "title", "text"),
                    *("edited_at", "edited_by_id", "agreed_at", "agreed_by_id"),
                )
            },
        )
    ProcedureSection.objects.bulk_create(copies.values())
    return copies


def _copy_translations(
    last: ProcedureVersion, version: ProcedureVersion, copies: dict[UUID, ProcedureSection]
) -> None:
    for translation in last.translations.prefetch_related("sections"):
        copy = ProcedureTranslation.objects.create(
            version=version, language_id=translation.language_id, title=translation.title
        )
        TranslatedSection.objects.bulk_create(
            TranslatedSection(
                translation=copy,
                section=copies[row.section_id],
                **{
                    name: getattr(row, name)
                    for name in ("title", "text", "source_digest", "edited_at", "edited_by_id")
                },
            ).sealed()
            for row in translation.sections.all()
            if row.is_sealed()
        )

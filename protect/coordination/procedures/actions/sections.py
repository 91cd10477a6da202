"""Sections of a draft: write, agree, reopen, add and leave out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from protect.coordination.groups import access as groups
from protect.coordination.minutes.errors import LineChanged
from protect.coordination.procedures import access, rules
from protect.coordination.procedures.actions.versions import lock_draft, lock_version
from protect.coordination.procedures.enums import SectionStatus
from protect.coordination.procedures.errors import ProcedureRefusal
from protect.coordination.procedures.models import ProcedureSection, ProcedureVersion
from protect.orgs.access import must_be_signed_in
from protect.orgs.scope import Scope


@transaction.atomic
def save_text(
    scope: Scope, section: ProcedureSection, text: str, seen: str, *, at: datetime
) -> ProcedureSection:
    """Save the text of a section, if `seen` is the digest of the section on which it was written.
    The same text again changes nothing. Errors: as `_lock_written`; LineChanged;
    coordination_section_too_long; coordination_section_agreed."""
    must_fit(text)
    row = _lock_written(scope, section)
    if row.text == text:
        return row
    if row.digest != seen:
        raise LineChanged
    _must_not_be_agreed(row)
    store_text(scope, row, text, at=at)
    groups.group_context(scope, row.version.procedure.group, at=at).record(
        "coordination.save_section", row
    )
    return row


@transaction.atomic
def change_section(
    scope: Scope, section: ProcedureSection, values: Mapping[str, Any], *, at: datetime
) -> ProcedureSection:
    """Change title and editor of a section. Errors: as `lock_version`;
    coordination_section_agreed, if the title of an agreed section would change."""
    row = _lock_run(scope, section)
    if row.title != values["title"]:
        _must_not_be_agreed(row)
    row.title, row.editor = values["title"], values["editor"]
    row.save(update_fields=["title", "editor"])
    _record(scope, row, "change_section", at)
    return row


@transaction.atomic
def agree_section(
    scope: Scope, section: ProcedureSection, seen: str, *, at: datetime
) -> ProcedureSection:
    """Record that the group agreed on a section as the user read it. One that is agreed does not
    change. Errors: as `lock_version`; LineChanged; coordination_section_empty;
    coordination_comments_open."""
    row = _lock_run(scope, section)
    if row.agreed_at is not None:
        return row
    if row.digest != seen:
        raise LineChanged
    if row.status == SectionStatus.EMPTY:
        raise ProcedureRefusal("coordination_section_empty")
    if row.comments.open().exists():
        raise ProcedureRefusal("coordination_comments_open")
    _set_agreed(row, at, must_be_signed_in(scope))
    _record(scope, row, "agree_section", at)
    return row


@transaction.atomic
def reopen_section(scope: Scope, section: ProcedureSection, *, at: datetime) -> ProcedureSection:
    """Open an agreed section again. Errors: as `lock_version`."""
    row = _lock_run(scope, section)
    if row.agreed_at is not None:
        _set_agreed(row, None, None)
        _record(scope, row, "reopen_section", at)
    return row


@transaction.atomic
def add_section(
    scope: Scope, version: ProcedureVersion, code: str, title: str, *, at: datetime
) -> ProcedureSection:
    """Add an empty section at the end. `code`: of a standard section, "" for an own one. One that
    an earlier version had keeps its key, so that they are compared. Errors: as `lock_version`;
    coordination_too_many_sections."""
    row = lock_version(scope, version)
    if row.sections.count() >= rules.MAX_SECTIONS:
        raise ProcedureRefusal("coordination_too_many_sections", most=rules.MAX_SECTIONS)
    last = row.sections.aggregate(last=Max("position"))["last"]
    section = ProcedureSection(version=row, code=code, title=title, position=(last or 0) + 1)
    earlier = ProcedureSection.objects.filter(version__procedure=row.procedure).exclude(code="")
    same = earlier.filter(code=code).order_by("-version__number", "pk").first()
    if same is not None:
        section.key = same.key
    section.save(force_insert=True)
    _record(scope, section, "add_section", at)
    return section


@transaction.atomic
def remove_section(scope: Scope, section: ProcedureSection, *, at: datetime) -> ProcedureVersion:
    """Leave out an empty section, with its comments. Errors: as `lock_version`;
    coordination_section_not_empty."""
    row = _lock_run(scope, section)
    if row.status != SectionStatus.EMPTY:
        raise ProcedureRefusal("coordination_section_not_empty")
    version = row.version
    _record(scope, row, "remove_section", at)
    row.delete()
    return version


def store_text(scope: Scope, row: ProcedureSection, text: str, *, at: datetime) -> None:
    row.text, row.edited_at, row.edited_by_id = text, at, must_be_signed_in(scope)
    row.save(update_fields=["text", "edited_at", "edited_by"])


def must_fit(text: str) -> None:
    """Refuse a text that is too long for a section. Errors: coordination_section_too_long."""
    if len(text) > rules.MAX_TEXT:
        raise ProcedureRefusal(
            "coordination_section_too_long", most=rules.MAX_TEXT, length=len(text)
        )


def lock_section(section: ProcedureSection) -> ProcedureSection:
    """Return a section of a draft, locked with its version. Errors: coordination_version_closed."""
    version = lock_draft(section.version)
    rows = ProcedureSection.objects.select_for_update(of=("self",))
    row = rows.select_related("edited_by").get(pk=section.pk)
    row.version = version
    return row


def _lock_written(scope: Scope, section: ProcedureSection) -> ProcedureSection:
    """Return a section that the user may write, locked. Errors: Http404; PermissionDenied;
    coordination_version_closed."""
    return lock_section(access.get_written_section(scope, section.pk))


def _lock_run(scope: Scope, section: ProcedureSection) -> ProcedureSection:
    found = access.get_run_section(scope, section.pk)
    lock_version(scope, found.version)
    return lock_section(found)


def _must_not_be_agreed(section: ProcedureSection) -> None:
    if section.agreed_at is not None:
        raise ProcedureRefusal("coordination_section_agreed")


def _set_agreed(row: ProcedureSection, at: datetime | None, user: Any) -> None:
    row.agreed_at, row.agreed_by_id = at, user
    row.save(update_fields=["agreed_at", "agreed_by"])


def _record(scope: Scope, row: ProcedureSection, verb: str, at: datetime) -> None:
    group = row.version.procedure.group
    groups.group_context(scope, group, at=at).record(f"coordination.{verb}", row)

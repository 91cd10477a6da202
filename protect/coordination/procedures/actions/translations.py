"""Translations of a version. They may be written before and after it comes into force."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from protect.coordination.groups import access as groups
from protect.coordination.groups.actions import lock_group
from protect.coordination.minutes.errors import LineChanged
from protect.coordination.procedures import access
from protect.coordination.procedures.actions.sections import must_fit
from protect.coordination.procedures.models import (
    ProcedureSection,
    ProcedureTranslation,
    ProcedureVersion,
    TranslatedSection,
)
from protect.orgs.access import must_be_signed_in
from protect.orgs.scope import Scope


@transaction.atomic
def set_translation(
    scope: Scope, version: ProcedureVersion, language: str, title: str, *, at: datetime
) -> ProcedureTranslation:
    """Begin a translation of a version, or change its title. Errors: Http404; PermissionDenied;
    coordination_group_closed."""
    found = access.get_run_version(scope, version.pk)
    group = lock_group(scope, found.procedure.group)
    row, _is_new = ProcedureTranslation.objects.update_or_create(
        version=found, language_id=language, defaults={"title": title}
    )
    groups.group_context(scope, group, at=at).record("coordination.set_translation", row)
    return row


@transaction.atomic
def save_translation(
    scope: Scope,
    translation: ProcedureTranslation,
    section: ProcedureSection,
    values: Mapping[str, Any],
    *,
    at: datetime,
) -> TranslatedSection:
    """Save the translation of a section. `values`: title, text; seen: digest of the translation on
    which it was written, "" without one; source: digest of the section that was read.
    Errors: Http404; PermissionDenied; coordination_group_closed; LineChanged, if a colleague saved
    a translation or changed the section; coordination_section_too_long."""
    must_fit(values["text"])
    found = access.get_run_section(scope, section.pk)
    group = lock_group(scope, found.version.procedure.group)
    rows = TranslatedSection.objects.select_for_update(of=("self",))
    row = rows.filter(translation=translation, section=found).first()
    is_seen = values["seen"] == (row.digest if row else "")
    if not is_seen or values["source"] != found.digest:
        raise LineChanged
    row = row or TranslatedSection(translation=translation, section=found)
    row.title, row.text, row.source_digest = values["title"], values["text"], found.digest
    row.edited_at, row.edited_by_id = at, must_be_signed_in(scope)
    row.sealed().save()
    groups.group_context(scope, group, at=at).record("coordination.save_translation", row)
    return row

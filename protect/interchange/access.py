"""Who may open which import: those who edit for its organisation."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from protect.interchange.models import ImportRow, ImportRun
from protect.orgs.enums import OrganisationState, Permission
from protect.orgs.scope import Scope


def imports_of(scope: Scope) -> QuerySet[ImportRun]:
    """Return the imports that somebody may see, without the files that are sealed in them."""
    rows = ImportRun.objects.filter(
        organisation__in=scope.organisations_where(Permission.EDIT_DIRECTORY),
        organisation__state=OrganisationState.ACTIVE,
    )
    return rows.select_related("organisation", "by").defer("sealed")


def get_import(scope: Scope, pk: UUID) -> ImportRun:
    """Return an import of one of the organisations that somebody edits for. Errors: Http404."""
    found = imports_of(scope).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_import_row(run: ImportRun, line: int) -> ImportRow:
    """Return a row of an import. Errors: Http404."""
    found = run.rows.filter(line=line).select_related("service").first()
    if found is None:
        raise Http404
    return found

"""Access to the imports of an organisation for its directory editors."""

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from protect.interchange.models import ImportRow, ImportRun
from protect.orgs.enums import OrganisationState, Permission
from protect.orgs.scope import Scope


def visible_imports(scope: Scope) -> QuerySet[ImportRun]:
    """Return imports of active organisations for which the user edits entries, without the file."""
    rows = ImportRun.objects.filter(
        organisation__in=scope.organisations_where(Permission.EDIT_DIRECTORY),
        organisation__state=OrganisationState.ACTIVE,
    )
    return rows.select_related("organisation", "by").defer("sealed")


def get_import(scope: Scope, pk: UUID) -> ImportRun:
    """Return an import that the user may see. Errors: Http404."""
    return get_object_or_404(visible_imports(scope), pk=pk)


def get_import_row(run: ImportRun, row_number: int) -> ImportRow:
    """Return a row of an import. Errors: Http404."""
    return get_object_or_404(run.rows.select_related("service"), line=row_number)

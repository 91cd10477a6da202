"""Who may read the matrix, and who may fill in the form of an organisation. Users of all
organisations read it; coordinators write for organisations of their country."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from protect.audit.context import AuditContext
from protect.coordination.base.access import coordinated_countries
from protect.directory import access as directory
from protect.directory.models import Organisation, Service
from protect.orgs.access import get_row
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope


def readable_services(country: str) -> QuerySet[Service]:
    """Return the published services of a country, which each signed-in user may read."""
    return Service.objects.published().filter(country=country)


def must_read(scope: Scope) -> None:
    """Require that the user belongs to an organisation. Errors: Http404."""
    if not scope.held:
        raise Http404


def get_provider(scope: Scope, pk: UUID) -> Organisation:
    """Return an organisation of the directory in a country that the user coordinates.
    Errors: Http404."""
    rows = Organisation.objects.filter(country__in=coordinated_countries(scope))
    return get_row(rows, pk=pk)


def provider_context(scope: Scope, provider: Organisation, *, at: datetime) -> AuditContext:
    """Return the audit context of a coordinator of the provider's country.
    Errors: PermissionDenied."""
    return directory.permitted_context(scope, Permission.COORDINATE, provider.country_id, at=at)

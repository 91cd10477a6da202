"""Access to letterheads and certificates for users who manage or plan for an organisation."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.trainings.base.access import first_or_404, planned_hosts
from protect.vault.access import managed_organisations


def issuers_of(scope: Scope) -> QuerySet[Organisation]:
    """Return the organisations that a user manages or plans for, by name."""
    managed = managed_organisations(scope).values_list("pk", flat=True)
    rows = Organisation.objects.filter(pk__in={*managed, *planned_hosts(scope)})
    return rows.order_by("name", "pk")


def get_issuer(scope: Scope, pk: UUID) -> Organisation:
    """Return an organisation that a user manages or plans for. Errors: Http404."""
    return first_or_404(issuers_of(scope).filter(pk=pk))


def must_manage_or_plan_for(scope: Scope, organisation: UUID) -> UUID:
    """Return an organisation's id if a user manages or plans for it. Errors: PermissionDenied."""
    if not issuers_of(scope).filter(pk=organisation).exists():
        raise PermissionDenied
    return organisation

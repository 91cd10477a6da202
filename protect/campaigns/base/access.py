"""Which users run campaigns, and where. Each organisation that runs campaigns does so in its own
country; campaigns of the whole region are seen by all of them."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from protect.audit.context import AuditContext
from protect.directory import access as directory
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope


def campaign_countries(scope: Scope) -> frozenset[str]:
    """Return the countries in which the user runs campaigns. ISO 3166-1 alpha-2."""
    return directory.countries_with_permission(scope, Permission.RUN_CAMPAIGNS)


def must_run_campaigns(scope: Scope) -> frozenset[str]:
    """Return the countries in which the user runs campaigns. Errors: PermissionDenied if none."""
    return directory.require_permission_anywhere(scope, Permission.RUN_CAMPAIGNS)


def campaign_organisations(scope: Scope) -> frozenset[UUID]:
    """Return the organisations for which the user runs campaigns."""
    return scope.organisations_where(Permission.RUN_CAMPAIGNS)


def owner_context(scope: Scope, organisation: UUID, *, at: datetime) -> AuditContext:
    """Return the audit context of a user who runs campaigns for an organisation.
    Errors: PermissionDenied."""
    if organisation not in campaign_organisations(scope):
        raise PermissionDenied
    return scope.audit(organisation, at=at)


def country_organisation(scope: Scope, country: str) -> UUID:
    """Return the organisation for which the user runs campaigns in a country.
    Errors: PermissionDenied."""
    return directory.require_permission(scope, Permission.RUN_CAMPAIGNS, country)


def country_context(scope: Scope, country: str, *, at: datetime) -> AuditContext:
    """Return the audit context of a user who runs campaigns in a country.
    Errors: PermissionDenied."""
    return scope.audit(country_organisation(scope, country), at=at)


def in_reach(scope: Scope, country: str, organisation: str) -> Q:
    """Return the condition for rows that the user may see: of the user's countries, of the whole
    region, or of the user's organisations. `country`, `organisation`: lookups of the columns."""
    countries = campaign_countries(scope)
    if not countries:
        return Q(pk__in=[])
    return (
        Q(**{f"{country}__in": countries})
        | Q(**{country: None})
        | Q(**{f"{organisation}__in": campaign_organisations(scope)})
    )

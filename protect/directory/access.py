"""Access to the directory: organisations maintain the entries of their country.
Every signed-in user may read published services, with the parts for professionals. Only users whose
organisation maintains the country may read unpublished ones."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from protect.audit.context import AuditContext
from protect.directory.models import Service
from protect.directory.service_models import ServiceQuerySet
from protect.orgs.enums import OrganisationState, Permission
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope

# A user with one of these permissions in a country sees all services of the country.
MAINTAINER_PERMISSIONS = (
    Permission.EDIT_DIRECTORY,
    Permission.VERIFY_DIRECTORY,
    Permission.MODERATE_DIRECTORY,
    Permission.RELEASE_DIRECTORY,
)


def countries_with_permission(scope: Scope, *permissions: Permission) -> frozenset[str]:
    """Return the countries (ISO 3166-1 alpha-2) in which the user has one of these permissions."""
    organisations = frozenset[UUID]().union(*map(scope.organisations_where, permissions))
    rows = Organisation.objects.filter(pk__in=organisations, state=OrganisationState.ACTIVE)
    countries = rows.order_by("country").values_list("country", flat=True)
    return frozenset(countries) if organisations else frozenset()


def maintained_countries(scope: Scope) -> frozenset[str]:
    """Return the countries in which the user has one of MAINTAINER_PERMISSIONS."""
    return countries_with_permission(scope, *MAINTAINER_PERMISSIONS)


def home_country(scope: Scope) -> str | None:
    """Return the country of the oldest organisation of the user; None without an organisation."""
    rows = Organisation.objects.filter(pk__in=scope.organisations).order_by("created", "pk")
    return rows.values_list("country", flat=True).first()


def visible_services(scope: Scope) -> ServiceQuerySet:
    """Return published services, and all services of the countries that the user maintains."""
    return Service.objects.visible_in(maintained_countries(scope))


def get_service(scope: Scope, pk: UUID, permission: Permission | None = None) -> Service:
    """Return a service that the user may see, with its organisation loaded. Errors: Http404;
    PermissionDenied, when the user lacks the given permission in the country of the service."""
    service = get_object_or_404(visible_services(scope).select_related("organisation"), pk=pk)
    if permission is not None:
        require_permission(scope, permission, service.country_id)
    return service


def get_public_service(pk: UUID) -> Service:
    """Return a service that the public may see. Errors: Http404."""
    return get_object_or_404(Service.objects.published().for_public(), pk=pk)


def follow_merges(service: Service) -> Service:
    """Return the last service of a chain of merges; the service itself if it was not merged."""
    seen = {service.pk}
    while service.merged_into is not None and service.merged_into_id not in seen:
        service = service.merged_into
        seen.add(service.pk)
    return service


def find_merge_target(**lookup: UUID | str) -> Service | None:
    """Return the service that a merged service was finally merged into; None if it was not merged.
    `lookup` is the `pk` or the `short` code of the merged service."""
    rows = Service.objects.filter(merged_into__isnull=False, **lookup).select_related("merged_into")
    merged = rows.first()
    return follow_merges(merged) if merged else None


def has_permission_in(scope: Scope, permission: Permission, country: str) -> bool:
    return country in countries_with_permission(scope, permission)


def require_permission(scope: Scope, permission: Permission, country: str) -> UUID:
    """Return the id of the organisation that gives the user this permission in a country.
    Errors: PermissionDenied, when no organisation of the user does."""
    keys = scope.organisations_where(permission)
    rows = Organisation.objects.filter(pk__in=keys, country=country, state=OrganisationState.ACTIVE)
    organisation = rows.order_by("created", "pk").values_list("pk", flat=True).first()
    if organisation is None:
        raise PermissionDenied
    return organisation


def permitted_context(
    scope: Scope, permission: Permission, country: str, *, at: datetime
) -> AuditContext:
    """Return the audit context of a user with this permission. Errors: PermissionDenied."""
    organisation = require_permission(scope, permission, country)
    return AuditContext(at=at, actor=scope.user_id, organisation=organisation)


def require_maintainer(scope: Scope, country: str) -> UUID:
    """Return the organisation for which the user maintains a country. Errors: PermissionDenied."""
    for permission in MAINTAINER_PERMISSIONS:
        if has_permission_in(scope, permission, country):
            return require_permission(scope, permission, country)
    raise PermissionDenied


def require_permission_anywhere(scope: Scope, *permissions: Permission) -> frozenset[str]:
    """Return the same as `countries_with_permission`. Errors: PermissionDenied if it is empty."""
    if countries := countries_with_permission(scope, *permissions):
        return countries
    raise PermissionDenied

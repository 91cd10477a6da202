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

# A user with one of these permissions in a country sees all of its entries.
KEEPING = (
    Permission.EDIT_DIRECTORY,
    Permission.VERIFY_DIRECTORY,
    Permission.MODERATE_DIRECTORY,
    Permission.RELEASE_DIRECTORY,
)


def countries_where(scope: Scope, *permissions: Permission) -> frozenset[str]:
    """Return the countries (ISO 3166-1 alpha-2) in which the user has one of these permissions."""
    held = frozenset[UUID]().union(*map(scope.organisations_where, permissions))
    rows = Organisation.objects.filter(pk__in=held, state=OrganisationState.ACTIVE)
    countries = rows.order_by("country").values_list("country", flat=True)
    return frozenset(countries) if held else frozenset()


def kept_by(scope: Scope) -> frozenset[str]:
    """Return the countries of which the user maintains the directory in any role."""
    return countries_where(scope, *KEEPING)


def home_of(scope: Scope) -> str | None:
    """Return the country of the user's organisation, the first of several; None without one."""
    rows = Organisation.objects.filter(pk__in=scope.organisations).order_by("created", "pk")
    return rows.values_list("country", flat=True).first()


def services_of(scope: Scope) -> ServiceQuerySet:
    """Return the services that the user may see."""
    return Service.objects.visible_in(kept_by(scope))


def get_service(scope: Scope, pk: UUID, needed: Permission | None = None) -> Service:
    """Return a service that this person may see, its organisation loaded.
    Errors: Http404; PermissionDenied without the permission `needed` in its country."""
    service = get_object_or_404(services_of(scope).select_related("organisation"), pk=pk)
    if needed is not None:
        must(scope, needed, service.country_id)
    return service


def get_public_service(pk: UUID) -> Service:
    """Return a service that the public may see. Errors: Http404."""
    return get_object_or_404(Service.objects.published().for_public(), pk=pk)


def survivor(service: Service) -> Service:
    """Return the entry that this one was merged into, or itself. Chains are followed."""
    seen = {service.pk}
    while service.merged_into is not None and service.merged_into_id not in seen:
        service = service.merged_into
        seen.add(service.pk)
    return service


def successor(**named: UUID | str) -> Service | None:
    """Return the entry that remained of one that was merged; None for any other.
    `named` is its `pk`, or its `short` code."""
    rows = Service.objects.filter(merged_into__isnull=False, **named).select_related("merged_into")
    merged = rows.first()
    return survivor(merged) if merged else None


def may(scope: Scope, permission: Permission, country: str) -> bool:
    """Return whether the user has this permission in a country."""
    return country in countries_where(scope, permission)


def must(scope: Scope, permission: Permission, country: str) -> UUID:
    """Return the organisation that gives the user this permission in a country.
    Errors: PermissionDenied."""
    held = scope.organisations_where(permission)
    rows = Organisation.objects.filter(pk__in=held, country=country, state=OrganisationState.ACTIVE)
    organisation = rows.order_by("created", "pk").values_list("pk", flat=True).first()
    if organisation is None:
        raise PermissionDenied
    return organisation


def permitted_context(
    scope: Scope, permission: Permission, country: str, *, at: datetime
) -> AuditContext:
    """Return the audit context of an actor with a permission in a country.
    Errors: PermissionDenied."""
    return AuditContext(at=at, actor=scope.user_id, organisation=must(scope, permission, country))


def must_keep(scope: Scope, country: str) -> UUID:
    """Return the organisation for which the user maintains the directory of a country.
    Errors: PermissionDenied."""
    for permission in KEEPING:
        if may(scope, permission, country):
            return must(scope, permission, country)
    raise PermissionDenied


def must_somewhere(scope: Scope, *permissions: Permission) -> frozenset[str]:
    """Return the countries in which the user has one of these permissions.
    Errors: PermissionDenied where there is none."""
    if countries := countries_where(scope, *permissions):
        return countries
    raise PermissionDenied

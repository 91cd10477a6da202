"""Who may open and change what of the directory. A country is kept by its organisations.

Everybody who signs in may read what is published, with what only professionals see. What is not
published yet is there for those who keep the country, and for nobody else.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from protect.audit.context import AuditContext
from protect.directory.models import Service
from protect.directory.queries import ServiceQuerySet
from protect.orgs.enums import OrganisationState, Permission
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope

# Whoever holds one of these for a country sees all of its entries.
KEEPING = (
    Permission.EDIT_DIRECTORY,
    Permission.VERIFY_DIRECTORY,
    Permission.MODERATE_DIRECTORY,
    Permission.RELEASE_DIRECTORY,
)


def countries_where(scope: Scope, *permissions: Permission) -> frozenset[str]:
    """Return the countries in which somebody may do one of these things. ISO 3166-1 alpha-2."""
    held = frozenset[UUID]().union(*map(scope.organisations_where, permissions))
    if not held:
        return frozenset()
    rows = Organisation.objects.filter(pk__in=held, state=OrganisationState.ACTIVE)
    return frozenset(rows.order_by("country").values_list("country", flat=True))


def kept_by(scope: Scope) -> frozenset[str]:
    """Return the countries whose directory somebody keeps in any way."""
    return countries_where(scope, *KEEPING)


def home_of(scope: Scope) -> str | None:
    """Return the country in which somebody works, the first of several; None for none."""
    rows = Organisation.objects.filter(pk__in=scope.organisations).order_by("created", "pk")
    return rows.values_list("country", flat=True).first()


def services_of(scope: Scope) -> ServiceQuerySet:
    """Return the services that somebody may see."""
    return Service.objects.visible_in(kept_by(scope))


def get_service(scope: Scope, pk: UUID) -> Service:
    """Return a service that this person may see, its organisation loaded. Errors: Http404."""
    found = services_of(scope).select_related("organisation").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_public_service(pk: UUID) -> Service:
    """Return a service that everybody may see. Errors: Http404."""
    found = Service.objects.published().for_public().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def survivor(service: Service) -> Service:
    """Return the entry that this one was merged into, or itself. Chains are followed."""
    seen = {service.pk}
    while service.merged_into is not None and service.merged_into_id not in seen:
        service = service.merged_into
        seen.add(service.pk)
    return service


def successor(**named: UUID | str) -> Service | None:
    """Return the entry that remained of one that was merged; None for any other.

    `named` is its `pk`, or its `short` code.
    """
    gone = Service.objects.filter(merged_into__isnull=False, **named)
    found = gone.select_related("merged_into").first()
    return survivor(found) if found else None


def may(scope: Scope, permission: Permission, country: str) -> bool:
    """Return whether somebody may do this to the directory of a country."""
    return country in countries_where(scope, permission)


def must(scope: Scope, permission: Permission, country: str) -> UUID:
    """Return the organisation for which somebody does this to the directory of a country.

    Errors: PermissionDenied.
    """
    rows = Organisation.objects.filter(
        pk__in=scope.organisations_where(permission),
        country=country,
        state=OrganisationState.ACTIVE,
    )
    found = rows.order_by("created", "pk").values_list("pk", flat=True).first()
    if found is None:
        raise PermissionDenied
    return found


def permitted_context(
    scope: Scope, permission: Permission, country: str, *, at: datetime
) -> AuditContext:
    """Return the audit context of an actor with a permission in a country.

    Errors: PermissionDenied.
    """
    organisation = must(scope, permission, country)
    return AuditContext(at=at, actor=scope.user_id, organisation=organisation)


def must_keep(scope: Scope, country: str) -> UUID:
    """Return the organisation for which somebody keeps a country's directory in any way.

    Errors: PermissionDenied.
    """
    for permission in KEEPING:
        if may(scope, permission, country):
            return must(scope, permission, country)
    raise PermissionDenied


def must_somewhere(scope: Scope, *permissions: Permission) -> frozenset[str]:
    """Return the countries in which somebody may do one of these things.

    Errors: PermissionDenied where there is none.
    """
    found = countries_where(scope, *permissions)
    if not found:
        raise PermissionDenied
    return found

"""Who may open and change what of the directory. A country is kept by its organisations.

Everybody who signs in may read what is published, with what only professionals see. What is not
published yet is there for those who keep the country, and for nobody else.
"""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

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


def services_of(scope: Scope) -> ServiceQuerySet:
    """Return the services that somebody may see."""
    return Service.objects.visible_in(kept_by(scope))


def get_service(scope: Scope, pk: UUID) -> Service:
    """Return a service that this person may see, its organisation loaded. Errors: Http404."""
    found = services_of(scope).select_related("organisation").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


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


def must_somewhere(scope: Scope, *permissions: Permission) -> frozenset[str]:
    """Return the countries in which somebody may do one of these things.

    Errors: PermissionDenied where there is none.
    """
    found = countries_where(scope, *permissions)
    if not found:
        raise PermissionDenied
    return found

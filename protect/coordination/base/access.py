"""Which users coordinate, and where: an organisation that coordinates does so in its own country,
or for the whole region."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied

from protect.audit.context import AuditContext
from protect.directory import access as directory
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope


def coordinated_countries(scope: Scope) -> frozenset[str]:
    """Return the countries in which the user coordinates. ISO 3166-1 alpha-2."""
    return directory.countries_with_permission(scope, Permission.COORDINATE)


def must_coordinate(scope: Scope) -> frozenset[str]:
    """Return the countries in which the user coordinates. Errors: PermissionDenied if none."""
    return directory.require_permission_anywhere(scope, Permission.COORDINATE)


def coordinating_organisations(scope: Scope) -> frozenset[UUID]:
    """Return the organisations for which the user coordinates."""
    return scope.organisations_where(Permission.COORDINATE)


def owner_context(scope: Scope, organisation: UUID, *, at: datetime) -> AuditContext:
    """Return the audit context of a user who coordinates for an organisation.
    Errors: PermissionDenied."""
    if organisation not in coordinating_organisations(scope):
        raise PermissionDenied
    return scope.audit(organisation, at=at)

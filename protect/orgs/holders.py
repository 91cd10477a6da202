"""Who holds a permission, for mail and for those who must not be the last to leave."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from protect.orgs.enums import Permission
from protect.orgs.models import Membership, User
from protect.orgs.queries import MembershipQuerySet
from protect.orgs.roles import roles


def holding(permission: Permission) -> MembershipQuerySet:
    """Return the active memberships whose role gives a permission."""
    giving = [code for code, role in roles().items() if permission in role.permissions]
    return Membership.objects.active().filter(role__in=giving)


def holders(
    permission: Permission,
    *,
    organisation: UUID | None = None,
    team: UUID | None = None,
    country: str | None = None,
) -> QuerySet[User]:
    """Return the people who hold a permission, each once, where asked only in one place."""
    found = holding(permission)
    if organisation is not None:
        found = found.filter(organisation=organisation)
    if team is not None:
        found = found.filter(team=team)
    if country is not None:
        found = found.filter(organisation__country=country)
    return User.objects.filter(pk__in=found.values("user")).order_by("pk")

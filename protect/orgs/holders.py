"""Holders of a permission: for mail, and to keep a last administrator or operator."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from protect.orgs.enums import Permission
from protect.orgs.models import Membership, User
from protect.orgs.models.queries import MembershipQuerySet
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
    """Return the users who hold a permission, each once; optionally in one place only."""
    memberships = holding(permission)
    if organisation is not None:
        memberships = memberships.filter(organisation=organisation)
    if team is not None:
        memberships = memberships.filter(team=team)
    if country is not None:
        memberships = memberships.filter(organisation__country=country)
    return User.objects.filter(pk__in=memberships.values("user")).order_by("pk")

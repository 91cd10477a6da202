"""Holders of a permission: for mail, and to keep a last administrator or operator."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from protect.orgs.enums import Permission
from protect.orgs.models import Membership, User
from protect.orgs.models.queries import MembershipQuerySet
from protect.orgs.roles import giving


def holding(permission: Permission) -> MembershipQuerySet:
    """Return the active memberships whose role gives a permission."""
    return Membership.objects.active().filter(role__in=giving(permission))


def holders(
    permission: Permission,
    *,
    organisation: UUID | None = None,
    team: UUID | None = None,
    country: str | None = None,
) -> QuerySet[User]:
    """Return the users who hold a permission, each once; optionally in one place only."""
    where = {"organisation": organisation, "team": team, "organisation__country": country}
    named = {name: value for name, value in where.items() if value is not None}
    memberships = holding(permission).filter(**named)
    return User.objects.filter(pk__in=memberships.values("user")).order_by("pk")

"""Holders of a permission, and mail to users of the desk: a link and nothing confidential."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from protect.notices.actions import post
from protect.orgs import enums, roles
from protect.orgs.models import Membership, User
from protect.orgs.models.queries import MembershipQuerySet


def holding(permission: enums.Permission) -> MembershipQuerySet:
    """Return the active memberships whose role gives a permission."""
    return Membership.objects.active().filter(role__in=roles.giving(permission))


def holders(
    permission: enums.Permission,
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


def notify(people: Iterable[User], template: str, *, at: datetime, path: str = "/") -> None:
    """Post one mail to each person, in their language, that leads to a page of the desk."""
    for user in people:
        link = f"{settings.STAFF_URL}{path}"
        post(at=at, to=user.email, template=template, language=user.language, link=link)

"""Which rows may be seen, by whom. What a person may not see does not exist for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from protect.orgs.enums import MembershipState, OrganisationState, Permission, TeamState

if TYPE_CHECKING:
    from protect.orgs.models import (  # noqa: F401 - named in strings below
        Invitation,
        Membership,
        Organisation,
        Team,
    )
    from protect.orgs.scope import Scope


class LockingQuerySet[M: models.Model](models.QuerySet[M]):
    """What an action is about to change: nobody else changes it meanwhile."""

    def locked(self) -> Self:
        """Keep these rows until the transaction ends; rows that point at them may still come.

        Lock all that is needed, organisation, team, invitation, membership in this order, before
        the first entry of the audit: it locks too, and two must never wait for each other.
        """
        return self.select_for_update(of=("self",), no_key=True)


class OrganisationQuerySet(LockingQuerySet["Organisation"]):
    """Reads as English: `Organisation.objects.visible_to(scope).waiting()`."""

    def visible_to(self, scope: Scope) -> Self:
        """Keep one's own; proposed ones for those who may vouch; all for an operator."""
        if scope.may(Permission.OPERATE):
            return self.all()
        visible = Q(pk__in=scope.organisations)
        if scope.organisations_where(Permission.VOUCH):
            visible |= Q(state=OrganisationState.PROPOSED)
        return self.filter(visible)

    def active(self) -> Self:
        """Keep those for which people may work."""
        return self.filter(state=OrganisationState.ACTIVE)

    def waiting(self) -> Self:
        """Keep those that others must still vouch for."""
        return self.filter(state=OrganisationState.PROPOSED)


class TeamQuerySet(LockingQuerySet["Team"]):
    """Reads as English: `Team.objects.visible_to(scope)`."""

    def visible_to(self, scope: Scope) -> Self:
        """Keep living teams: one's own, all where one manages teams, or reviews who may do what."""
        return self.living().filter(Q(pk__in=scope.teams) | Q(organisation__in=_overseen(scope)))

    def living(self) -> Self:
        """Drop those that have been retired."""
        return self.exclude(state=TeamState.RETIRED)


class MembershipQuerySet(LockingQuerySet["Membership"]):
    """Reads as English: `Membership.objects.visible_to(scope).live()`."""

    def visible_to(self, scope: Scope) -> Self:
        """Keep one's own, those of one's teams, and those that one manages or reviews.

        Who holds a role in the organisation itself is known to all who belong to it.
        """
        return self.filter(
            Q(user=scope.user_id)
            | Q(team__in=scope.teams)
            | Q(organisation__in=_overseen(scope))
            | Q(organisation__in=scope.organisations, team=None)
        )

    def live(self) -> Self:
        """Drop those that have ended."""
        return self.exclude(state=MembershipState.LEFT)

    def active(self) -> Self:
        """Keep those that give permissions: in active organisations and living teams."""
        return (
            self.filter(state=MembershipState.ACTIVE, user__suspended_at=None)
            .filter(organisation__state=OrganisationState.ACTIVE)
            .exclude(team__state=TeamState.RETIRED)
        )


class InvitationQuerySet(LockingQuerySet["Invitation"]):
    """Reads as English: `Invitation.objects.visible_to(scope).waiting(at)`."""

    def visible_to(self, scope: Scope) -> Self:
        """Keep those to teams and organisations for which one may invite."""
        return self.filter(
            Q(team__in=scope.teams_where(Permission.INVITE))
            | Q(organisation__in=scope.organisations_where(Permission.INVITE))
        )

    def open(self) -> Self:
        """Keep those that were neither accepted nor revoked, expired ones too."""
        return self.filter(accepted_at=None, revoked_at=None)


def _overseen(scope: Scope) -> frozenset[UUID]:
    """Return the organisations in which somebody sees every team and place, and opens nothing."""
    manages = scope.organisations_where(Permission.MANAGE_TEAM)
    return manages | scope.organisations_where(Permission.READ_AUDIT)

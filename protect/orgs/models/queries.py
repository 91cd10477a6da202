"""Query sets limited to rows that a user may see; all others do not exist for the user."""

from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from protect.orgs.enums import MembershipState, OrganisationState, Permission, TeamState

if TYPE_CHECKING:
    from protect.orgs.models import Invitation, Membership, Organisation, Team  # noqa: F401
    from protect.orgs.scope import Scope


class LockingQuerySet[M: models.Model](models.QuerySet[M]):
    def locked(self) -> Self:
        """Lock these rows until the transaction ends; rows that reference them can be added.
        Lock in the order organisation, team, invitation, membership, before the first audit
        entry, which locks too: so two transactions never wait for each other."""
        return self.select_for_update(of=("self",), no_key=True)

    def lock(self, row: M) -> M:
        """Return a row, read again and locked until the transaction ends."""
        return self.locked().get(pk=row.pk)


class OrganisationQuerySet(LockingQuerySet["Organisation"]):
    def visible_to(self, scope: "Scope") -> Self:
        """Keep own organisations and, if the user may vouch, proposed ones; all for operators."""
        if scope.may(Permission.OPERATE):
            return self.all()
        visible = Q(pk__in=scope.organisations)
        if scope.organisations_where(Permission.VOUCH):
            visible |= Q(state=OrganisationState.PROPOSED)
        return self.filter(visible)

    def active(self) -> Self:
        return self.filter(state=OrganisationState.ACTIVE)

    def waiting(self) -> Self:
        """Keep the proposed organisations, which wait for vouches."""
        return self.filter(state=OrganisationState.PROPOSED)


class TeamQuerySet(LockingQuerySet["Team"]):
    def visible_to(self, scope: "Scope") -> Self:
        """Keep living teams of the user, and those of organisations that they oversee."""
        overseen = Q(organisation__in=_overseen_organisations(scope))
        return self.living().filter(Q(pk__in=scope.teams) | overseen)

    def living(self) -> Self:
        return self.exclude(state=TeamState.RETIRED)


class MembershipQuerySet(LockingQuerySet["Membership"]):
    def visible_to(self, scope: "Scope") -> Self:
        """Keep the memberships of the user, of their teams and of organisations that they oversee,
        and roles held directly in their organisations."""
        return self.filter(
            Q(user=scope.user_id)
            | Q(team__in=scope.teams)
            | Q(organisation__in=_overseen_organisations(scope))
            | Q(organisation__in=scope.organisations, team=None)
        )

    def live(self) -> Self:
        """Keep memberships in every state but LEFT, so also of people who wait for admission."""
        return self.exclude(state=MembershipState.LEFT)

    def active(self) -> Self:
        """Keep active memberships whose account, organisation and team, if any, are in use."""
        rows = self.filter(organisation__state=OrganisationState.ACTIVE, user__suspended_at=None)
        return rows.filter(state=MembershipState.ACTIVE).exclude(team__state=TeamState.RETIRED)


class InvitationQuerySet(LockingQuerySet["Invitation"]):
    def visible_to(self, scope: "Scope") -> Self:
        """Keep invitations to teams and organisations for which the user may invite."""
        return self.filter(
            Q(team__in=scope.teams_where(Permission.INVITE))
            | Q(organisation__in=scope.organisations_where(Permission.INVITE))
        )

    def open(self) -> Self:
        """Keep invitations that are neither accepted nor revoked, including expired ones."""
        return self.filter(accepted_at=None, revoked_at=None)


def _overseen_organisations(scope: "Scope") -> frozenset[UUID]:
    """Return the organisations in which the user manages or reviews teams and memberships."""
    manages = scope.organisations_where(Permission.MANAGE_TEAM)
    return manages | scope.organisations_where(Permission.READ_AUDIT)

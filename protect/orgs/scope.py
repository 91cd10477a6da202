"""The scope of a request: its user, their roles and permissions. Built by `access.scope_of`."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from protect.audit.context import AuditContext
from protect.orgs.enums import Level, Permission
from protect.orgs.roles import level_of, permissions_of


class Held(NamedTuple):
    """A role of the user: in a team, or in an organisation where `team` is None."""

    role: str
    organisation: UUID
    team: UUID | None


@dataclass(frozen=True, slots=True)
class Scope:
    """The roles of one person in active teams and organisations."""

    user_id: UUID | None
    held: tuple[Held, ...] = ()

    @property
    def teams(self) -> frozenset[UUID]:
        """Return the teams in which the user is an active member."""
        return frozenset(each.team for each in self.held if each.team)

    @property
    def organisations(self) -> frozenset[UUID]:
        """Return the organisations in which the user holds any role."""
        return frozenset(each.organisation for each in self.held)

    def teams_where(self, permission: Permission) -> frozenset[UUID]:
        """Return the teams in which a role of the team itself gives a permission."""
        held = (each for each in self.held if permission in permissions_of(each.role))
        return frozenset(each.team for each in held if each.team)

    def organisations_where(self, permission: Permission) -> frozenset[UUID]:
        """Return the organisations in which a role of the organisation gives a permission."""
        held = (each for each in self.held if permission in permissions_of(each.role))
        return frozenset(each.organisation for each in held if each.team is None)

    def permissions(
        self, *, team: UUID | None = None, organisation: UUID | None = None
    ) -> frozenset[Permission]:
        """Return the permissions of the roles held there or on the platform.
        A role of an organisation reaches its teams: for a team name both, as `access.must` does.
        With neither, only roles of the platform count."""
        reaching = (each for each in self.held if self._reaches(each, team, organisation))
        return frozenset[Permission]().union(*(permissions_of(each.role) for each in reaching))

    def may(
        self, permission: Permission, *, team: UUID | None = None, organisation: UUID | None = None
    ) -> bool:
        """Return whether the user has this permission there."""
        return permission in self.permissions(team=team, organisation=organisation)

    def audit(self, organisation: UUID | None, *, at: datetime) -> AuditContext:
        """Return the context of what the user does for an organisation, or for none."""
        return AuditContext(at=at, actor=self.user_id, organisation=organisation)

    @staticmethod
    def _reaches(each: Held, team: UUID | None, organisation: UUID | None) -> bool:
        if level_of(each.role) is Level.PLATFORM:
            return True
        if each.team is not None:
            return each.team == team
        return each.organisation == organisation


NOBODY = Scope(user_id=None)

"""The scope of a request: its user with their roles and permissions."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from protect.audit.context import AuditContext
from protect.orgs.enums import Level, Permission
from protect.orgs.roles import level_of, permissions_of


class HeldRole(NamedTuple):
    """A role of the user: in a team, or in the whole organisation if `team` is None."""

    role: str
    organisation: UUID
    team: UUID | None


@dataclass(frozen=True, slots=True)
class Scope:
    """The roles of one user in active teams and organisations."""

    user_id: UUID | None
    held: tuple[HeldRole, ...] = ()

    @property
    def teams(self) -> frozenset[UUID]:
        """Return the teams in which the user is an active member."""
        return frozenset(held_role.team for held_role in self.held if held_role.team)

    @property
    def organisations(self) -> frozenset[UUID]:
        """Return the organisations in which the user has a role, even if only in a team."""
        return frozenset(held_role.organisation for held_role in self.held)

    def teams_where(self, permission: Permission) -> frozenset[UUID]:
        """Return the teams in which a role of the team itself gives a permission."""
        return frozenset(held.team for held in self._roles_with(permission) if held.team)

    def organisations_where(self, permission: Permission) -> frozenset[UUID]:
        """Return the organisations in which a role of the organisation gives a permission."""
        held_roles = self._roles_with(permission)
        return frozenset(held.organisation for held in held_roles if held.team is None)

    def permissions(
        self, *, team: UUID | None = None, organisation: UUID | None = None
    ) -> frozenset[Permission]:
        """Return the permissions of the user's roles on the platform and in a team or organisation.
        For a team pass its organisation too, because roles in that organisation apply."""
        codes = [held.role for held in self.held if self._applies_to(held, team, organisation)]
        return frozenset[Permission]().union(*map(permissions_of, codes))

    def may(
        self, permission: Permission, *, team: UUID | None = None, organisation: UUID | None = None
    ) -> bool:
        """Return whether `permissions` holds this; without arguments: roles on the platform."""
        return permission in self.permissions(team=team, organisation=organisation)

    def audit(self, organisation: UUID | None, *, at: datetime) -> AuditContext:
        """Return the audit context for the user's actions for an organisation, or for none."""
        return AuditContext(at=at, actor=self.user_id, organisation=organisation)

    def _roles_with(self, permission: Permission) -> list[HeldRole]:
        return [held for held in self.held if permission in permissions_of(held.role)]

    @staticmethod
    def _applies_to(held_role: HeldRole, team: UUID | None, organisation: UUID | None) -> bool:
        """Return whether a role is of the platform, of `team` or of the whole `organisation`."""
        if level_of(held_role.role) is Level.PLATFORM:
            return True
        if held_role.team is not None:
            return held_role.team == team
        return held_role.organisation == organisation


ANONYMOUS_SCOPE = Scope(user_id=None)

"""What changes to the directory leave behind: an entry of the audit. Codes, never content."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Self
from uuid import UUID

from django.db.models import Model

from protect.audit.actions import record
from protect.audit.rules import PLATFORM, org_chain
from protect.directory import access
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope


class Trace(NamedTuple):
    """Who changes the directory, when, and for which organisation; the clock for none."""

    at: datetime
    actor: UUID | None = None
    org: UUID | None = None

    @classmethod
    def of(cls, scope: Scope, permission: Permission, country: str, *, at: datetime) -> Self:
        """Return the trace of somebody who may do this in a country. Errors: PermissionDenied."""
        return cls(at, scope.user_id, access.must(scope, permission, country))

    def record(self, action: str, target: Model) -> None:
        """Append to the organisation's chain; what no member did to the platform's."""
        record(
            at=self.at,
            chain=org_chain(self.org) if self.org else PLATFORM,
            action=f"directory.{action}",
            actor=self.actor,
            org=self.org,
            target=f"{target._meta.model_name}:{target.pk}",
        )

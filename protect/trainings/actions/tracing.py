"""What changes to trainings leave behind: an entry of the audit. Codes, never content."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Self
from uuid import UUID

from django.db.models import Model

from protect.audit.actions import record
from protect.audit.rules import org_chain
from protect.orgs.scope import Scope
from protect.trainings import access


class Trace(NamedTuple):
    """For which organisation something is done, when, and by whom; the clock or a link for None."""

    at: datetime
    org: UUID
    actor: UUID | None = None

    @classmethod
    def of(cls, scope: Scope, organisation: UUID, *, at: datetime) -> Self:
        """Return the trace of somebody who plans for an organisation. Errors: PermissionDenied."""
        return cls(at, access.must_plan(scope, organisation), scope.user_id)

    @classmethod
    def by(cls, scope: Scope | None, organisation: UUID, *, at: datetime) -> Self:
        """Return the trace of somebody who plans; without a scope, of somebody's own link.

        Errors: PermissionDenied.
        """
        return cls.of(scope, organisation, at=at) if scope else cls(at, organisation)

    def record(self, action: str, target: Model) -> None:
        """Append to the organisation's chain."""
        record(
            at=self.at,
            chain=org_chain(self.org),
            action=f"trainings.{action}",
            actor=self.actor,
            org=self.org,
            target=f"{target._meta.model_name}:{target.pk}",
        )

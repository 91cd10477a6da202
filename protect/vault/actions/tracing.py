"""What every action on sealed things leaves behind: an entry in the chain of the organisation."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from protect.audit.actions import record
from protect.audit.rules import org_chain
from protect.orgs.models import Organisation, Team


def trace(
    team: Team,
    action: str,
    target: str,
    *,
    actor: UUID | None,
    at: datetime,
    consent: UUID | None = None,
) -> None:
    """Append to the chain of the team's organisation. Codes and identifiers only."""
    record(
        at=at,
        chain=org_chain(team.organisation_id),
        action=f"vault.{action}",
        actor=actor,
        org=team.organisation_id,
        target=target,
        consent=consent,
    )


def trace_organisation(
    organisation: Organisation, action: str, target: str, *, actor: UUID | None, at: datetime
) -> None:
    """Append to an organisation's chain what concerns no single team."""
    record(
        at=at,
        chain=org_chain(organisation.pk),
        action=f"vault.{action}",
        actor=actor,
        org=organisation.pk,
        target=target,
    )

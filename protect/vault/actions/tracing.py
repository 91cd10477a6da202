"""What every action on sealed things leaves behind: an entry in the chain of the organisation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Max, QuerySet

from protect.audit.actions import record
from protect.audit.models import Entry
from protect.audit.rules import org_chain
from protect.orgs.models import Organisation, Team
from protect.vault.models import TeamKey

TAKE_GRANTS = "take_grants"  # from a holder of a team's key
BEGIN = ("vault.make_key", "vault.rotate")  # a version of it
ADMITTED = "orgs.membership_admit"  # a member, by one who holds the key
ASK = (f"vault.{TAKE_GRANTS}", "orgs.team_ask_rotation")  # for the next version


def trace(  # noqa: PLR0913 - the columns of an entry
    team: Team,
    action: str,
    target: str,
    *,
    actor: UUID | None,
    at: datetime,
    consent: UUID | None = None,
    state: str | None = None,
) -> None:
    """Append to the chain of the team's organisation. Codes, hashes and identifiers only."""
    record(
        at=at,
        chain=org_chain(team.organisation_id),
        action=f"vault.{action}",
        actor=actor,
        org=team.organisation_id,
        target=target,
        consent=consent,
        state=state,
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


def trace_each(
    rows: Iterable[tuple[Team, str, UUID | None]],
    target: str,
    *,
    at: datetime,
    consent: UUID | None = None,
    state: str | None = None,
) -> None:
    """Append for several teams what each did or learnt, and who; chains in the audit's order."""
    for team, action, actor in sorted(rows, key=lambda row: org_chain(row[0].organisation_id)):
        trace(team, action, target, actor=actor, at=at, consent=consent, state=state)


def is_spent(key: TeamKey) -> bool:
    """Return whether a holder of a key is gone, or a renewal was asked for, since it began.

    The audit has the order: clocks of two requests may not.
    """
    entries = Entry.objects.of_organisation(key.team.organisation_id)
    made = entries.about(f"teamkey:{key.pk}").filter(action__in=BEGIN)
    asked = entries.about(f"team:{key.team_id}").filter(action__in=ASK)
    return _last(asked) > _last(made)


def _last(entries: QuerySet[Entry]) -> int:
    return entries.aggregate(last=Max("n"))["last"] or 0

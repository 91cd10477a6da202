"""What the audit says of a team's keys: whether the newest one is spent."""

from __future__ import annotations

from django.db.models import Max, QuerySet

from protect.audit.models import Entry
from protect.vault.models import TeamKey

TAKE_GRANTS = "vault.take_grants"  # from a holder of a team's key
BEGIN = ("vault.make_key", "vault.rotate")  # a version of it
ADMITTED = "orgs.membership_admit"  # a member, by one who holds the key
ASK = (TAKE_GRANTS, "orgs.team_ask_rotation")  # for the next version


def is_spent(key: TeamKey) -> bool:
    """Return whether a holder of a key is gone, or a renewal was asked for, since it began.

    The audit has the order: clocks of two requests may not.
    """
    entries = Entry.objects.of_organisation(key.team.organisation_id)
    beginnings = entries.about(f"teamkey:{key.pk}").filter(action__in=BEGIN)
    renewal_requests = entries.about(f"team:{key.team_id}").filter(action__in=ASK)
    return _last(renewal_requests) > _last(beginnings)


def _last(entries: QuerySet[Entry]) -> int:
    return entries.aggregate(last=Max("n"))["last"] or 0

"""Who came in, or was refused: from the chain of sign-ins, which belongs to no organisation."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from protect.audit.models import Entry
from protect.audit.queries import EntryQuerySet
from protect.audit.rules import SIGN_IN
from protect.orgs.models import Membership, Organisation

# Coming in, failing to, and what brings somebody back in; not every break that somebody takes.
SHOWN = (
    *("vault.sign_in", "vault.second_factor", "vault.unlock", "vault.show_password"),
    *("vault.session_misses", "vault.forgot", "vault.reset", "vault.begin_again"),
    "vault.change_password",
)


def of_person(user_id: UUID) -> EntryQuerySet:
    """Return the sign-ins of one account."""
    return Entry.objects.of_chain(SIGN_IN).about(target_of(user_id)).filter(action__in=SHOWN)


def of_organisation(organisation: Organisation) -> EntryQuerySet:
    """Return the sign-ins of everybody who has a place there, from their admission to its end.

    What somebody did before or afterwards is not this organisation's business.
    """
    people: defaultdict[tuple[datetime | None, datetime | None], list[str]] = defaultdict(list)
    places = Membership.objects.filter(organisation=organisation, admitted_at__isnull=False)
    rows = places.order_by("pk").values_list("user", "admitted_at", "ended_at")
    for user, since, until in rows:
        people[since, until].append(target_of(user))
    if not people:
        return Entry.objects.none()
    served = Q()
    for (since, until), targets in people.items():
        ends = Q(at__lt=until) if until else Q()
        served |= Q(target__in=targets, at__gte=since) & ends
    return Entry.objects.of_chain(SIGN_IN).filter(served, action__in=SHOWN)


def target_of(user_id: UUID | str) -> str:
    """Return what an account is called in the audit."""
    return f"user:{user_id}"

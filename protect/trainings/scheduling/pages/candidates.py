"""Who and what could be booked for a session, the free ones first, and what speaks against each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from protect.trainings.scheduling import labels, vocabulary
from protect.trainings.scheduling.access import offered_to
from protect.trainings.scheduling.actions.conflicts import Against, found_against
from protect.trainings.scheduling.enums import BookingRole, ResourceKind, Severity
from protect.trainings.scheduling.models import Booking, Resource, Session

# As what a half day books whom or what, apart from its room, which it has by its venue.
KINDS = {
    BookingRole.TRAINER: ResourceKind.PERSON,
    BookingRole.CO_TRAINER: ResourceKind.PERSON,
    BookingRole.INTERPRETER: ResourceKind.PERSON,
    BookingRole.CHILDCARE: ResourceKind.CHILDCARE,
    BookingRole.EQUIPMENT: ResourceKind.EQUIPMENT,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody or something, and what speaks against booking it for the whole session."""

    resource: Resource
    against: Sequence[Against]
    host: UUID | None = None  # who plans; None: all are its own

    @property
    def co_host(self) -> str:
        """Return the co-host to which it belongs; "" for what is the host's own."""
        owner = self.resource.organisation
        return owner.name if self.host not in {None, owner.pk} else ""

    @property
    def weight(self) -> int:
        """Return 0 for what is free, 1 for what needs a reason, 2 for what cannot be booked."""
        severities = vocabulary.severities()
        found = {severities[each.clash] for each in self.against}
        return 2 if Severity.BLOCK in found else len(found)

    @property
    def findings(self) -> str:
        """Return what speaks against it, as sentences; "" for what is free."""
        return labels.findings(self.against, {self.resource.pk: self.resource.name})


def candidates(session: Session, role: BookingRole) -> list[Candidate]:
    """Return who and what of the hosts could be booked: a handful of queries for all of them."""
    rows = [
        Booking(
            session=session,
            resource=each,
            role=role,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
        )
        for each in bookable(session, role).prefetch_related("languages")
    ]
    against = found_against(rows)
    host = session.training.host_id
    found = [Candidate(row.resource, against[row.pk], host) for row in rows]
    return sorted(found, key=lambda each: (each.weight, each.resource.name, each.resource.pk))


def bookable(session: Session, role: BookingRole) -> QuerySet[Resource]:
    """Return what of the hosts can be booked in a role, and is not booked for the session yet."""
    booked = session.bookings.live().values("resource")
    rows = offered_to(session.training).filter(kind=KINDS[role], is_active=True)
    return rows.exclude(pk__in=booked).select_related("organisation").order_by("name", "pk")

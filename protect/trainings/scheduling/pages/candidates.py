"""Candidates to book for a session with their conflicts, the free ones first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from protect.trainings.scheduling import labels, vocabulary
from protect.trainings.scheduling.access import offered_to
from protect.trainings.scheduling.actions.conflicts import Conflict, find_conflicts
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
    """A resource, and its conflicts if it were booked for the whole session."""

    resource: Resource
    against: Sequence[Conflict]
    host: UUID | None = None  # who plans; None: all are its own

    @property
    def co_host(self) -> str:
        """Return the name of the co-host that owns the resource; "" for the host's own."""
        owner = self.resource.organisation
        return owner.name if self.host not in {None, owner.pk} else ""

    @property
    def weight(self) -> int:
        """Return 0 if the resource is free, 1 if a reason is needed, 2 if it cannot be booked."""
        severities = vocabulary.severities()
        severities_found = {severities[each.clash] for each in self.against}
        return 2 if Severity.BLOCK in severities_found else len(severities_found)

    @property
    def findings(self) -> str:
        """Return the conflicts as sentences; "" if there are none."""
        return labels.findings(self.against, {self.resource.pk: self.resource.name})


def candidates(session: Session, role: BookingRole) -> list[Candidate]:
    """Return the resources of the hosts that a session could book, in a handful of queries."""
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
    against = find_conflicts(rows)
    host = session.training.host_id
    listed = [Candidate(row.resource, against[row.pk], host) for row in rows]
    return sorted(listed, key=lambda each: (each.weight, each.resource.name, each.resource.pk))


def bookable(session: Session, role: BookingRole) -> QuerySet[Resource]:
    """Return the resources of the hosts that fit a role and are not booked for the session yet."""
    booked = session.bookings.live().values("resource")
    rows = offered_to(session.training).filter(kind=KINDS[role], is_active=True)
    return rows.exclude(pk__in=booked).select_related("organisation").order_by("name", "pk")

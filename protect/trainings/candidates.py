"""Who and what could be booked for a session, the free ones first, and what speaks against each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from protect.trainings import vocabulary, wording
from protect.trainings.actions.against import Against, found_against
from protect.trainings.enums import BookingRole, ResourceKind, Severity
from protect.trainings.models import Booking, Resource, Session

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

    @property
    def weight(self) -> int:
        """Return 0 for what is free, 1 for what needs a reason, 2 for what cannot be booked."""
        severities = vocabulary.severities()
        found = {severities[each.clash] for each in self.against}
        return 2 if Severity.BLOCK in found else len(found)

    @property
    def findings(self) -> str:
        """Return what speaks against it, as sentences; "" for what is free."""
        return wording.findings(self.against, {self.resource.pk: self.resource.name})


def candidates(session: Session, role: BookingRole) -> list[Candidate]:
    """Return who and what of the host could be booked: a handful of queries for all of them."""
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
    found = [Candidate(row.resource, against[row.pk]) for row in rows]
    return sorted(found, key=lambda each: (each.weight, each.resource.name, each.resource.pk))


def bookable(session: Session, role: BookingRole) -> QuerySet[Resource]:
    """Return what of the host can be booked in a role, and is not booked for the session yet."""
    booked = session.bookings.live().values("resource")
    rows = Resource.objects.filter(
        organisation=session.training.host_id, kind=KINDS[role], is_active=True
    )
    return rows.exclude(pk__in=booked).order_by("name", "pk")

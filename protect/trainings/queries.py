"""Which rows may be seen, by whom. Sentences of querysets."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Case, F, Max, Q, Value, When

from protect.orgs.enums import OrganisationState
from protect.trainings.enums import BookingState, EditionState, RegistrationState, VersionState
from protect.trainings.rules.requesting import PATIENCE

if TYPE_CHECKING:
    from protect.trainings.models import (  # noqa: F401 - named in strings below
        Booking,
        Edition,
        Registration,
        Session,
        SessionRequest,
    )


class VersionQuerySet(models.QuerySet[Any]):
    """Versions of modules or of courses."""

    def published(self) -> Self:
        """Keep what editions may be made of."""
        return self.filter(state=VersionState.PUBLISHED)


class EditionQuerySet(models.QuerySet["Edition"]):
    """Reads as English: `Edition.objects.hosted_by(mine).live()`."""

    def hosted_by(self, organisations: Collection[UUID]) -> Self:
        """Keep what these organisations host, alone or with others."""
        hosts = Q(host__in=organisations) | Q(co_hosts__in=organisations)
        return self.filter(hosts).distinct()

    def taking(self, at: datetime) -> Self:
        """Keep what takes registrations at an instant: nothing after its last half day."""
        begun = Q(opens_at=None) | Q(opens_at__lte=at)
        closing = Q(closes_at=None) | Q(closes_at__gt=at)
        last = Max("sessions__ends_at", filter=Q(sessions__cancelled_at=None))
        to_come = Q(last=None) | Q(last__gt=at)
        return self.annotate(last=last).filter(begun, closing, to_come, state=EditionState.OPEN)

    def listed(self) -> Self:
        """Keep what stands in the public calendar."""
        return self.of_active().filter(
            is_listed=True, state__in=[EditionState.OPEN, EditionState.CLOSED, EditionState.DONE]
        )

    def of_active(self) -> Self:
        """Keep what is hosted by an organisation that works here now."""
        return self.filter(host__state=OrganisationState.ACTIVE)


class SessionQuerySet(models.QuerySet["Session"]):
    """Half days."""

    def standing(self) -> Self:
        """Keep what is not cancelled."""
        return self.filter(cancelled_at=None)

    def to_end(self, at: datetime) -> Self:
        """Keep what takes place and has not ended."""
        return self.standing().filter(ends_at__gt=at)


class BookingQuerySet(models.QuerySet["Booking"]):
    """Bookings of people, rooms and things."""

    def live(self) -> Self:
        """Keep what others find taken."""
        return self.filter(
            state__in=[BookingState.ASKED, BookingState.ACCEPTED], session__cancelled_at=None
        )

    def asked_again(self) -> Self:
        """Keep what was accepted for another time or place and waits for a new answer."""
        return self.live().filter(asked_again_at__isnull=False)


class RegistrationQuerySet(models.QuerySet["Registration"]):
    """Registrations."""

    def active(self) -> Self:
        """Keep what has not ended."""
        return self.filter(ended_at=None)

    def proven(self) -> Self:
        """Leave out applications whose applicant has not confirmed the address."""
        return self.exclude(state=RegistrationState.UNPROVEN)

    def unproven(self) -> Self:
        """Keep applications whose applicant has not confirmed the address."""
        return self.filter(state=RegistrationState.UNPROVEN)

    def seated(self) -> Self:
        """Keep what takes a seat: confirmed people and live offers."""
        return self.filter(state__in=[RegistrationState.CONFIRMED, RegistrationState.OFFERED])

    def in_line(self) -> Self:
        """Keep who waits, resting or not."""
        return self.filter(state=RegistrationState.WAITING)

    def overdue(self, at: datetime) -> Self:
        """Keep offers whose time to answer is over."""
        return self.filter(state=RegistrationState.OFFERED, offer_expires_at__lte=at)


class RequestQuerySet(models.QuerySet["SessionRequest"]):
    """Requests for information sessions."""

    def urgent_first(self, pressing: Collection[UUID] = ()) -> Self:
        """Put first what is pressing, then what should be answered; last what nobody waits for."""
        whens = [
            When(state=state, then=F("moved_at") + Value(timedelta(days=days)))
            for state, days in PATIENCE.items()
        ]
        due = Case(*whens, default=None, output_field=models.DateTimeField())
        is_pressing = Case(When(pk__in=pressing, then=0), default=1)
        order = (is_pressing, F("due").asc(nulls_last=True), "moved_at", "pk")
        return self.annotate(due=due).order_by(*order)

    def visible_to(self, organisations: Collection[UUID], countries: Collection[str]) -> Self:
        """Keep what these organisations took, and what nobody took in their countries."""
        free = Q(organisation=None, country__in=countries)
        return self.filter(free | Q(organisation__in=organisations))

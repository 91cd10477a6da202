from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import Max, Q

from protect.orgs.enums import OrganisationState
from protect.trainings.scheduling.enums import BookingState, EditionState

if TYPE_CHECKING:
    from protect.trainings.scheduling.models import Booking, Edition, Session  # noqa: F401 - in strings


class EditionQuerySet(models.QuerySet["Edition"]):
    def hosted_by(self, organisations: Collection[UUID]) -> Self:
        """Keep editions that one of these organisations hosts or co-hosts."""
        return self.filter(Q(host__in=organisations) | Q(co_hosts__in=organisations)).distinct()

    def open_for_registration(self, at: datetime) -> Self:
        """Keep editions open for registration at `at` whose last session has not ended."""
        is_open = Q(opens_at=None) | Q(opens_at__lte=at)
        is_not_closed = Q(closes_at=None) | Q(closes_at__gt=at)
        last = Max("sessions__ends_at", filter=Q(sessions__cancelled_at=None))
        is_not_over = Q(last=None) | Q(last__gt=at)
        rows = self.annotate(last=last)
        return rows.filter(is_open, is_not_closed, is_not_over, state=EditionState.OPEN)

    def listed(self) -> Self:
        """Keep editions of active hosts that the public calendar may list."""
        return self.of_active_hosts().filter(
            is_listed=True, state__in=[EditionState.OPEN, EditionState.CLOSED, EditionState.DONE]
        )

    def of_active_hosts(self) -> Self:
        """Keep editions of hosts that are active organisations."""
        return self.filter(host__state=OrganisationState.ACTIVE)


class SessionQuerySet(models.QuerySet["Session"]):
    def not_cancelled(self) -> Self:
        """Keep sessions that are not cancelled."""
        return self.filter(cancelled_at=None)

    def not_ended(self, at: datetime) -> Self:
        """Keep sessions that are not cancelled and have not ended."""
        return self.not_cancelled().filter(ends_at__gt=at)


class BookingQuerySet(models.QuerySet["Booking"]):
    def live(self) -> Self:
        """Keep bookings that occupy a resource: asked or accepted, in a session not cancelled."""
        return self.filter(
            state__in=[BookingState.ASKED, BookingState.ACCEPTED], session__cancelled_at=None
        )

    def asked_again(self) -> Self:
        """Keep bookings accepted for an earlier time or place, which await a new answer."""
        return self.live().filter(asked_again_at__isnull=False)

"""Which registrations: sentences of querysets."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

from protect.trainings.registrations.enums import RegistrationState

if TYPE_CHECKING:
    from protect.trainings.registrations.models import Registration  # noqa: F401 - in a string


class RegistrationQuerySet(models.QuerySet["Registration"]):
    """Registrations."""

    def active(self) -> Self:
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
        return self.filter(state=RegistrationState.WAITING)

    def overdue(self, at: datetime) -> Self:
        return self.filter(state=RegistrationState.OFFERED, offer_expires_at__lte=at)

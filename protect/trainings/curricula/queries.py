"""Which versions may be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from protect.trainings.curricula.enums import VersionState

if TYPE_CHECKING:
    from protect.trainings.registrations.models import Registration  # noqa: F401 - named in strings below
    from protect.trainings.scheduling.models import (
        Booking,  # noqa: F401 - named in strings below
        Edition,  # noqa: F401 - named in strings below
    )


class VersionQuerySet(models.QuerySet[Any]):
    def published(self) -> Self:
        """Keep versions that editions may use."""
        return self.filter(state=VersionState.PUBLISHED)

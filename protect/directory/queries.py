"""Which services may be seen, by whom. The one audience filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from protect.directory.enums import Status

if TYPE_CHECKING:
    from protect.directory.models import Service  # noqa: F401 - named in a string below


class ServiceQuerySet(models.QuerySet["Service"]):
    """Reads as English: `Service.objects.published().for_public()`."""

    def published(self) -> Self:
        """Keep what has been released."""
        return self.filter(status=Status.PUBLISHED)

    def for_public(self) -> Self:
        """Drop what only professionals may see."""
        return self.filter(professionals_only=False)

"""The one audience filter: which rows a reader may see."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from protect.directory.enums import Readers, Status

if TYPE_CHECKING:
    from protect.directory.models import Service  # noqa: F401 - named in a string below


# When the public last read something else of a service, and its version, which every edit raises.
type Stamp = tuple[datetime, int]

KEPT_TRUE = "directory.keep_true"  # action in the audit: a night's work without a failure
STAMPS = 2000  # read at a time


class ServiceQuerySet(models.QuerySet["Service"]):
    """Reads as English: `Service.objects.published().for_public()`."""

    def published(self) -> Self:
        """Keep what has been released."""
        return self.filter(status=Status.PUBLISHED)

    def for_public(self) -> Self:
        """Drop what only professionals may see."""
        return self.filter(professionals_only=False)

    def reachable(self) -> Self:
        """Keep services that can be called, written to, looked up or visited."""
        ways = Q(phones__isnull=False) | Q(at_locations__isnull=False)
        return self.filter(ways | ~Q(email="") | ~Q(website="")).distinct()

    def known_outside(self) -> Self:
        """Keep what the public may see or has seen: clients must learn that it is gone."""
        return self.for_readers(Readers.PUBLIC, with_gone=True)

    def for_readers(self, readers: Readers, *, with_gone: bool = False) -> Self:
        """Keep what may leave the platform as a file.

        `with_gone` adds what readers of an earlier file must hear is gone: suspended, withdrawn.
        """
        kept = self if readers == Readers.MEMBERS else self.for_public()
        if not with_gone:
            return kept.published()
        gone = [Status.PUBLISHED, Status.SUSPENDED, Status.WITHDRAWN]
        return kept.filter(status__in=gone, released_at__isnull=False)

    def stamps(self) -> dict[UUID, Stamp]:
        """Return a stamp for each service that changes with it."""
        rows = self.order_by("pk").values_list("pk", "last_modified", "version")
        return {key: (at, version) for key, at, version in rows.iterator(STAMPS)}

    def visible_in(self, kept: Collection[str]) -> Self:
        """Keep what a member may see: what is published, and all of the countries they keep."""
        return self.filter(Q(status=Status.PUBLISHED) | Q(country__in=kept))

"""Services at locations as documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from protect.directory.models import ServiceAtLocation
from protect.interchange.hsds import store
from protect.interchange.hsds.services import at_location, full, is_open, listed
from protect.interchange.hsds.variants import Variant, fitted
from protect.kernel import clock


def sites(
    found: QuerySet[ServiceAtLocation], variant: Variant, *, is_full: bool
) -> Iterator[dict[str, Any]]:
    """Yield these places with their services; of a service that is closed, no place."""
    now = clock.now()
    for row, entry in store.read_sites(found, is_full=is_full):
        if is_open(entry):
            document = at_location(row, entry, is_full=is_full)
            service = full(entry, now) if is_full else listed(entry)
            service.pop("service_at_locations", None)  # it would hold itself
            document["service"] = service
        else:
            service = listed(entry)
            document = {"id": str(row.id), "description": service["name"], "service": service}
        yield fitted(document, "service_at_location", variant)

"""Services as documents of the Human Services Data Specification, and queries for them.

`documents(services)` for exports, the router in `directory/api` for other systems. What the public
may not know is not read from the database at all. Source: docs/adr/0013-hsds.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from protect.directory.models import Service
from protect.interchange.hsds import entries
from protect.interchange.hsds.services import full
from protect.interchange.hsds.variants import Variant, fitted
from protect.kernel import clock


def documents(
    services: QuerySet[Service],
    *,
    at: datetime | None = None,
    variant: Variant = Variant.PROFILE,
    for_members: bool = False,
) -> Iterator[dict[str, Any]]:
    """Yield full documents of these services, in their order; memory stays flat.

    A service that the public does not see now is only marked as gone. `for_members` adds how many
    places are free. The caller has filtered what may be seen (`known_outside`).
    """
    now = at or clock.now()
    for entry in entries.read(services, for_members=for_members):
        yield fitted(full(entry, now), "service", variant)

"""The database queries of this folder."""

from __future__ import annotations

from protect.interchange.hsds.store.entries import (
    changes,
    read,
    read_organisations,
    read_sites,
    slim,
)
from protect.interchange.hsds.store.filters import (
    Conditions,
    organisations,
    service_sites,
    services,
)

__all__ = [
    "Conditions",
    "changes",
    "organisations",
    "read",
    "read_organisations",
    "read_sites",
    "service_sites",
    "services",
    "slim",
]

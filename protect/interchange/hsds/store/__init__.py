"""The only place of this folder that asks the database."""

from __future__ import annotations

from protect.interchange.hsds.store.entries import (
    changes,
    read,
    read_organisations,
    read_sites,
    slim,
)
from protect.interchange.hsds.store.filters import Asked, organisations, service_sites, services

__all__ = [
    "Asked",
    "changes",
    "organisations",
    "read",
    "read_organisations",
    "read_sites",
    "service_sites",
    "services",
    "slim",
]

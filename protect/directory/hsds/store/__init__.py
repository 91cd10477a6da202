"""The only place of this folder that asks the database."""

from __future__ import annotations

from protect.directory.hsds.store.finding import (
    Asked,
    organisations,
    service_sites,
    services,
)
from protect.directory.hsds.store.reading import changes, read, read_organisations, read_sites, slim

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

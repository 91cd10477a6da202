"""The database queries and writes of imports."""

from __future__ import annotations

from protect.interchange.imports.store.outcomes import (
    StoredService,
    echoes_of,
    outcome_of,
    protected_of,
    service_id,
    short_codes,
    standing_of,
    stated_of,
    stored_services,
)
from protect.interchange.imports.store.places import atlas, must_be_loaded
from protect.interchange.imports.store.tables import BATCH, FRESH, import_table
from protect.interchange.imports.store.writer import write

__all__ = [
    "BATCH",
    "FRESH",
    "StoredService",
    "atlas",
    "echoes_of",
    "import_table",
    "must_be_loaded",
    "outcome_of",
    "protected_of",
    "service_id",
    "short_codes",
    "standing_of",
    "stated_of",
    "stored_services",
    "write",
]

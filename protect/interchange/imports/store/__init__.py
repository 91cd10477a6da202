"""Drafts against the database: the only place of this folder that asks it."""

from __future__ import annotations

from protect.interchange.imports.store.places import atlas, must_be_loaded
from protect.interchange.imports.store.tables import BATCH, FRESH, import_table
from protect.interchange.imports.store.verdicts import (
    Known,
    echoes_of,
    fate_of,
    known_of,
    protected_of,
    service_id,
    short_codes,
    standing_of,
    stated_of,
)
from protect.interchange.imports.store.writer import write

__all__ = [
    "BATCH",
    "FRESH",
    "Known",
    "atlas",
    "echoes_of",
    "fate_of",
    "import_table",
    "known_of",
    "must_be_loaded",
    "protected_of",
    "service_id",
    "short_codes",
    "standing_of",
    "stated_of",
    "write",
]

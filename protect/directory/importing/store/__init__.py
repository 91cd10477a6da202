"""Drafts against the database: the only place of this folder that asks it."""

from __future__ import annotations

from protect.directory.importing.store.grounds import atlas, must_be_loaded
from protect.directory.importing.store.judging import (
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
from protect.directory.importing.store.tables import BATCH, FRESH, import_table
from protect.directory.importing.store.writing import write

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

"""Texts of a protected service as they may leave: without a sentence that reads like an address.

Nothing of the kind should be stored at all. This is the last door, for what came in before it was
looked for, or by another way.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from protect.directory.enums import Audience, Fact
from protect.directory.protection import address_patterns
from protect.interchange.hsds.rows import Entry

SENTENCE = re.compile(r"[^.!?;\n]+[.!?;\n]*\s*|[.!?;\n]+\s*")
TEXTS = (
    "description",
    "audience_note",
    "how_to_access",
    "restrictions",
    "area_note",
    "admission_conditions",
)


def silenced(entry: Entry) -> Entry:
    """Return an entry; of a protected service without its places and mentions of them."""
    if entry.service.address_audience == Audience.PUBLIC:
        return entry
    service = entry.service
    texts: dict[str, Any] = {name: silent(getattr(service, name)) for name in TEXTS}
    return entry._replace(
        service=service._replace(
            **texts,
            website="" if address_patterns.resembles(service.website) else service.website,
        ),
        related={name: _rows(name, rows) for name, rows in entry.related.items()},
    )


def silent(text: str) -> str:
    """Return a text without the sentences that contain an address."""
    if not text or not address_patterns.resembles(text):
        return text
    left = "".join(each for each in SENTENCE.findall(text) if not address_patterns.resembles(each))
    return "" if address_patterns.resembles(left) else left.strip()


def _rows(name: str, rows: list[Any]) -> list[Any]:
    if name == "sites":
        return []
    if name == "checks":
        return [row for row in rows if row.fact != Fact.ADDRESS]
    return [_noted(row) for row in rows]


def _noted[Row: NamedTuple](row: Row) -> Row:
    note = getattr(row, "note", "")
    return row._replace(note=silent(note)) if note else row

"""Texts of a protected service as they may leave: without a sentence that reads like an address.

Nothing of the kind should be stored at all. This is the last door, for what came in before it was
looked for, or by another way.
"""

from __future__ import annotations

from typing import Any

from protect.directory.enums import Audience, Fact
from protect.directory.facts import TABLES
from protect.directory.protection import address_patterns
from protect.directory.protection.erasure import TEXTS
from protect.directory.protection.text_checks import silent
from protect.interchange.hsds.rows import Entry, ServiceRow

TOLD = [name for name in TEXTS if name in ServiceRow._fields]


def silenced(entry: Entry) -> Entry:
    """Return an entry; of a protected service without its places and mentions of them."""
    if entry.service.address_audience == Audience.PUBLIC:
        return entry
    service = entry.service
    texts: dict[str, Any] = {name: silent(getattr(service, name)) for name in TOLD}
    return entry._replace(
        service=service._replace(
            **texts,
            website="" if address_patterns.resembles(service.website) else service.website,
        ),
        related={name: _rows(name, rows) for name, rows in entry.related.items()},
    )


def _rows(name: str, rows: list[Any]) -> list[Any]:
    if name == "sites":
        return []
    if name == "checks":
        return [row for row in rows if row.fact != Fact.ADDRESS]
    texts = TABLES[name].texts if name in TABLES else ()
    told = [column for column in texts if column in TABLES[name].row._fields]
    return [
        row._replace(**{column: silent(getattr(row, column)) for column in told}) for row in rows
    ]

"""How many places are free: for members only, and never past the hour when it ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from protect.interchange.hsds.rows import CapacityRow, UnitRow
from protect.interchange.hsds.texts import instant, key_of, stated

PLACE = {"id": key_of("unit", "place"), "name": "Place"}


def capacities(service: UUID, rows: Sequence[CapacityRow], at: datetime) -> list[dict[str, Any]]:
    """Return what is free now. What has expired is left out: it is unknown, never nought."""
    return [_capacity(service, row) for row in rows if row.expires_at > at]


def families(units: Sequence[UnitRow], at: datetime) -> list[dict[str, Any]]:
    """Return the families for whom there is room now, or not."""
    return [_family(unit) for unit in units if unit.expires_at > at]


def _capacity(service: UUID, row: CapacityRow) -> dict[str, Any]:
    return stated(
        {
            "id": key_of("capacity", str(service)),
            "unit": PLACE,
            "available": row.available,
            "maximum": row.maximum,
            "updated": instant(row.updated_at),
            "expires_at": instant(row.expires_at),
        }
    )


def _family(unit: UnitRow) -> dict[str, Any]:
    return stated(
        {
            "adult_gender": unit.adult_gender,
            "children": unit.children,
            "oldest_boy": unit.oldest_boy,
            "answer": unit.answer,
            "expires_at": instant(unit.expires_at),
        }
    )

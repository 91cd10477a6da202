"""Settlements that are parts of towns: their people are counted in the town, too."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

PARTS_FILE = Path(__file__).resolve().parent.parent / "data" / "places" / "parts.tsv"


@cache
def town_by_part() -> Mapping[int, int | None]:
    """Return by the GeoNames id of each part the id of its town; None if that is not known."""
    _heading, *lines = PARTS_FILE.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines)
    return {int(part): int(town) if town else None for part, _, _, town in rows}


@cache
def part_ids() -> frozenset[int]:
    """Return the GeoNames ids of the settlements whose people are counted in a larger one."""
    return frozenset(town_by_part())

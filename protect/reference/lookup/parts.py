"""Settlements that are parts of towns: their people are counted in the town, too."""

from functools import cache
from pathlib import Path

PARTS_FILE = Path(__file__).resolve().parent.parent / "data" / "places" / "parts.tsv"


@cache
def part_ids() -> frozenset[int]:
    """Return the GeoNames ids of the settlements whose people are counted in a larger one."""
    _heading, *rows = PARTS_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(int(row.partition("\t")[0]) for row in rows)

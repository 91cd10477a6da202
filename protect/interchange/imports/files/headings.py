"""In which row of a table its headings stand: titles, dates and notices may stand above. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from protect.interchange.imports.files.columns import by_name
from protect.interchange.imports.parsers.limits import LOOKED_AT

FEWEST = 2  # names that somebody knows make a row of headings


def heading_of(rows: Sequence[Sequence[str]]) -> int:
    """Return the place of the headings among the first rows of a table, from 0.

    The row in which most names are known; what stands above must be narrow, as titles are, so that
    no row of a file without headings is taken for a title. Else the first row that is no title.
    """
    best, found, widest = FEWEST - 1, None, 0
    for at, cells in enumerate(rows[:LOOKED_AT]):
        width = sum(bool(cell.strip()) for cell in cells)
        if widest * 2 > width:
            continue
        if (known := known_in(cells)) > best:
            best, found = known, at
        if found is None and width > 1 >= widest:
            found = at
        widest = max(widest, width)
    return found or 0


def known_in(cells: Sequence[str]) -> int:
    """Return how many of these cells are names of columns that somebody knows."""
    return sum(bool(by_name(cell)) for cell in cells if cell.strip())

"""Requires that every address column of a file with shelters is named before rows are stored. Pure.

Cells of an unnamed column are not searched for in the other cells, and cells of a column that is
mapped to another meaning would be stored. So the user must name the column first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from protect.interchange.errors import PlacesUnnamed
from protect.interchange.imports.files.reader import Line, Table
from protect.interchange.imports.mapping import proposal
from protect.interchange.imports.mapping.proposal import Columns


def unnamed(
    table: Table,
    columns: Columns,
    places: Collection[str],
    may_be_shelter: Callable[[Line], bool],
) -> list[str]:
    """Return the columns that seem to hold addresses and are not named so; none without shelters.

    `columns`: ours → the file's. `places`: columns that the user marked as addresses.
    """
    others = [name for name in table.columns if name not in places]
    suspects = proposal.strays(table.lines, columns, others)
    return suspects if suspects and any(map(may_be_shelter, table.lines)) else []


def must_be_named(
    table: Table,
    columns: Columns,
    places: Collection[str],
    may_be_shelter: Callable[[Line], bool],
) -> None:
    """Refuse a file of shelters with such columns. Errors: PlacesUnnamed.

    The refusal says their numbers: where a header is missing, a name is an address itself.
    """
    if suspects := unnamed(table, columns, places, may_be_shelter):
        numbers = sorted(table.columns.index(name) + 1 for name in suspects)
        raise PlacesUnnamed(columns=", ".join(map(str, numbers)))

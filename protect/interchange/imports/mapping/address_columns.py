"""Nothing of a file with shelters is stored before every column of addresses is named as one. Pure.

What stands in a column that nobody named is not looked for in the other cells, and what stands in
one that is kept as something else would be stored. A person names it; only then the file goes on.
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

    `columns`: ours → the file's. `places`: columns of which somebody said that they tell where.
    """
    others = [name for name in table.columns if name not in places]
    found = proposal.strays(table.lines, columns, others)
    return found if found and any(map(may_be_shelter, table.lines)) else []


def must_be_named(
    table: Table,
    columns: Columns,
    places: Collection[str],
    may_be_shelter: Callable[[Line], bool],
) -> None:
    """Refuse a file of shelters with such columns. Errors: PlacesUnnamed.

    The refusal says their numbers: where a header is missing, a name is an address itself.
    """
    if found := unnamed(table, columns, places, may_be_shelter):
        numbers = sorted(table.columns.index(name) + 1 for name in found)
        raise PlacesUnnamed(columns=", ".join(map(str, numbers)))

"""A whole table at once, as the command line brings it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import batched

from protect.directory.importing import drafts
from protect.directory.importing.reading import Table
from protect.directory.importing.report import Fate, Report, Row
from protect.directory.importing.store.grounds import atlas
from protect.directory.importing.store.judging import (
    echoes_of,
    fate_of,
    known_of,
    protected_of,
    short_codes,
)
from protect.directory.importing.store.writing import write

FRESH = frozenset({Fate.CREATED, Fate.UPDATED})
BATCH = 500  # rows between two reports of progress


def import_table(
    table: Table, *, publish: bool, at: datetime, say: Callable[[int, int], None]
) -> Report:
    """Create and update the services of a table. Rows with a fault change nothing."""
    known = known_of(table.source)
    taken = short_codes()
    told: list[Row] = []
    published = 0
    rows = drafts.read_all(table, atlas(), protected_of(table.source))
    for batch in batched(rows, BATCH):
        echoes = echoes_of(batch, known)
        judged = [(read, *fate_of(read, table.source, known, taken, echoes)) for read in batch]
        fresh = {Fate.CREATED, Fate.UPDATED}
        changed = [
            (read.draft, fate) for read, fate, _old in judged if read.draft and fate in fresh
        ]
        published += write(table.source, changed, publish=publish, at=at)
        told += [
            Row(read.line, read.source_id, fate, troubles, read.cells)
            for read, fate, troubles in judged
        ]
        say(len(told), len(table.lines))
    seen = {row.source_id for row in told}
    return Report(tuple(told), published, len(known.keys() - seen))

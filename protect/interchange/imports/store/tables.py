"""A whole table at once, as the command line brings it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import batched

from protect.directory.facts.cells import Cells
from protect.interchange.imports.files.columns import OPTIONAL
from protect.interchange.imports.files.reader import Line, Table
from protect.interchange.imports.mapping import address_columns
from protect.interchange.imports.rows import drafts
from protect.interchange.imports.rows.drafts import Read
from protect.interchange.imports.rows.report import Fate, Report, Row
from protect.interchange.imports.store.places import atlas
from protect.interchange.imports.store.verdicts import (
    Known,
    echoes_of,
    fate_of,
    known_of,
    protected_of,
    short_codes,
    standing_of,
)
from protect.interchange.imports.store.writer import write
from protect.interchange.imports.values.place_names import Atlas
from protect.interchange.imports.values.shelter_cells import COARSE

FRESH = frozenset({Fate.CREATED, Fate.UPDATED})
BATCH = 500  # rows between two reports of progress


def import_table(
    table: Table, *, publish: bool, at: datetime, say: Callable[[int, int], None]
) -> Report:
    """Create and update the services of a table. Rows with a fault change nothing.

    Errors: PlacesUnnamed.
    """
    known = known_of(table.source)
    taken = short_codes()
    told: list[Row] = []
    published = 0
    ground, protected = atlas(), protected_of(table.source)
    ours = {name: name for name in table.columns}
    address_columns.must_be_named(
        table, ours, (), lambda line: drafts.must_hide(Cells(line.cells), protected)
    )
    rows = drafts.read_all(table, ground, protected)
    for some in batched(rows, BATCH):
        batch = _completed(some, known, table, ground)
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


def _completed(
    batch: Sequence[Read], known: Mapping[str, Known], table: Table, atlas: Atlas
) -> list[Read]:
    """Return rows with what stands here in the columns that their file does not have.

    A file without a column says nothing about it; an empty cell takes away what stands here. A row
    that is as it came last time stays as it is.
    """
    missing = [name for name in OPTIONAL if name not in table.columns]
    changed = {each.source_id for each in batch if missing and _is_changed(each, known)}
    standing = standing_of(table.source, changed) if changed else {}
    return [
        _completed_row(each, standing[each.source_id], missing, atlas)
        if each.source_id in changed
        else each
        for each in batch
    ]


def _is_changed(read: Read, known: Mapping[str, Known]) -> bool:
    old = known.get(read.source_id)
    return old is not None and read.draft is not None and read.draft.digest != old.digest


def _completed_row(
    row: Read, standing: Mapping[str, str], missing: Sequence[str], atlas: Atlas
) -> Read:
    stays = {name: standing[name] for name in missing if name in standing}
    protected = {row.source_id} if COARSE in row.cells else frozenset[str]()
    return drafts.read(Line(row.line, {**stays, **row.cells}), atlas, protected=protected)

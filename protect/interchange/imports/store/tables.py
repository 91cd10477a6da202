"""Imports a whole table at once, for the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import batched

from protect.directory.facts.base.cells import Cells
from protect.interchange.imports.files.columns import OPTIONAL
from protect.interchange.imports.files.reader import Line, Table
from protect.interchange.imports.mapping import address_columns
from protect.interchange.imports.rows import drafts
from protect.interchange.imports.rows.drafts import Read
from protect.interchange.imports.rows.report import Outcome, Report, Row
from protect.interchange.imports.store.outcomes import (
    StoredService,
    echoes_of,
    outcome_of,
    protected_of,
    short_codes,
    standing_of,
    stored_services,
)
from protect.interchange.imports.store.places import atlas
from protect.interchange.imports.store.writer import write
from protect.interchange.imports.values.place_names import Atlas
from protect.interchange.imports.values.shelter_cells import COARSE

FRESH = frozenset({Outcome.CREATED, Outcome.UPDATED})
BATCH = 500  # rows between two reports of progress


def import_table(
    table: Table, *, publish: bool, at: datetime, say: Callable[[int, int], None]
) -> Report:
    """Create and update the services of a table. Rows with a fault change nothing.

    Errors: PlacesUnnamed.
    """
    stored = stored_services(table.source)
    taken = short_codes()
    reported: list[Row] = []
    published = 0
    ground, protected = atlas(), protected_of(table.source)
    ours = {name: name for name in table.columns}
    address_columns.must_be_named(
        table, ours, (), lambda line: drafts.must_hide(Cells(line.cells), protected)
    )
    rows = drafts.read_all(table, ground, protected)
    for some in batched(rows, BATCH):
        batch = _completed(some, stored, table, ground)
        echoes = echoes_of(batch, stored)
        judged = [(read, *outcome_of(read, table.source, stored, taken, echoes)) for read in batch]
        fresh = {Outcome.CREATED, Outcome.UPDATED}
        changed = [
            (read.draft, outcome)
            for read, outcome, _old in judged
            if read.draft and outcome in fresh
        ]
        published += write(table.source, changed, publish=publish, at=at)
        reported += [
            Row(read.line, read.source_id, outcome, troubles, read.cells)
            for read, outcome, troubles in judged
        ]
        say(len(reported), len(table.lines))
    seen = {row.source_id for row in reported}
    return Report(tuple(reported), published, len(stored.keys() - seen))


def _completed(
    batch: Sequence[Read], stored: Mapping[str, StoredService], table: Table, atlas: Atlas
) -> list[Read]:
    """Return rows with the stored values of the columns that their file does not have.

    An empty cell of an existing column deletes the stored value. An unchanged row stays as it is.
    """
    missing = [name for name in OPTIONAL if name not in table.columns]
    changed = {each.source_id for each in batch if missing and _is_changed(each, stored)}
    standing = standing_of(table.source, changed) if changed else {}
    return [
        _completed_row(each, standing[each.source_id], missing, atlas)
        if each.source_id in changed
        else each
        for each in batch
    ]


def _is_changed(read: Read, stored: Mapping[str, StoredService]) -> bool:
    old = stored.get(read.source_id)
    return old is not None and read.draft is not None and read.draft.digest != old.digest


def _completed_row(
    row: Read, standing: Mapping[str, str], missing: Sequence[str], atlas: Atlas
) -> Read:
    stays = {name: standing[name] for name in missing if name in standing}
    protected = {row.source_id} if COARSE in row.cells else frozenset[str]()
    return drafts.read(Line(row.line, {**stays, **row.cells}), atlas, protected=protected)

"""The import of the command line: a whole table in one transaction, and its report."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from django.db import transaction

from protect.directory.changes import touch
from protect.directory.facts.base.cells import Cells, Trouble
from protect.interchange.enums import RowState
from protect.interchange.imports import proposal
from protect.interchange.imports.files.columns import NEEDED, OPTIONAL, REASONS
from protect.interchange.imports.files.reader import Table
from protect.interchange.imports.row import Row
from protect.interchange.imports.rows import staging, validation
from protect.interchange.imports.store import outcomes, places, writer
from protect.interchange.imports.store.outcomes import StoredService
from protect.interchange.imports.values.place_names import Atlas
from protect.interchange.imports.values.shelters import COARSE
from protect.kernel.spreadsheet import RecordWriter

BATCH = 500  # rows between two reports of progress
WORDS = {
    RowState.CREATE: "created",
    RowState.UPDATE: "updated",
    RowState.UNCHANGED: "unchanged",
    RowState.CONFLICT: "conflict",
    RowState.ERROR: "error",
    RowState.REFERENCE: "reference data",
}
COLUMNS = ("source_id", *NEEDED, *(column for column in OPTIONAL if column != "source_id"))
CONFLICT = (
    "conflict: The row differs, and the service was edited or checked here since it was imported; "
    "nothing was overwritten. Remedy: change it by hand."
)


@dataclass(frozen=True, slots=True)
class Report:
    rows: tuple[Row, ...]
    published: int  # of the rows created
    absent: int  # services of this source that the file does not have; nothing happened to them

    @property
    def counts(self) -> Counter[RowState | None]:
        return Counter(row.state for row in self.rows)

    @property
    def has_changes(self) -> bool:
        return any(row.state in outcomes.WRITTEN for row in self.rows)

    @property
    def bad_rows(self) -> list[Row]:
        bad = {RowState.ERROR, RowState.CONFLICT}
        return [row for row in self.rows if row.state in bad]

    def summary(self) -> str:
        """Return the counts in one line."""
        counts = self.counts
        return ", ".join(
            f"{word} {counts[state]}"
            for state, word in WORDS.items()
            if counts[state] or state is RowState.UNCHANGED
        )

    def lines(self) -> Iterator[str]:
        """Yield what a person should look at: all faults of a bad row, warnings of a new one."""
        for row in self.rows:
            if row.state is RowState.CONFLICT:
                yield f"line {row.number} {row.source_id}: {CONFLICT}"
            if row.state in outcomes.WRITTEN | {RowState.ERROR}:
                for trouble in row.troubles:
                    yield f"line {row.number} {row.source_id}: {_sentence(trouble)}"

    def bad_table(self) -> str:
        """Return the bad rows as CSV, with their reasons: mend them there and import that."""
        text = io.StringIO()
        writer = RecordWriter(text, [*COLUMNS, REASONS], lineterminator="\n")
        writer.writeheader()
        for row in self.bad_rows:
            reasons = [_sentence(trouble) for trouble in row.troubles if trouble.refuses]
            writer.writerow({**row.texts, REASONS: " ".join(reasons) or CONFLICT})
        return text.getvalue()


def import_services(
    table: Table, *, publish: bool, dry_run: bool, at: datetime, say: Callable[[int, int], None]
) -> Report:
    """Update the services of one source from a table, in one transaction.

    Rows with a fault change nothing. `publish` shows new rows of good confidence at once, as a demo
    may; otherwise they wait for review. `dry_run` does everything and takes it back. `say` hears
    rows done and rows in all. Errors: interchange_import_places_unnamed.
    """
    with transaction.atomic():
        touch()
        report = _import_table(table, publish=publish, at=at, say=say)
        if dry_run or not report.has_changes:
            transaction.set_rollback(True)
    return report


def _import_table(
    table: Table, *, publish: bool, at: datetime, say: Callable[[int, int], None]
) -> Report:
    stored, taken = outcomes.stored_services(table.source), outcomes.short_codes()
    atlas, protected = places.atlas(), outcomes.protected_of(table.source)
    ours = {name: name for name in table.columns}
    proposal.places_must_be_named(
        table, ours, (), lambda row: staging.must_hide(Cells(row.texts), protected)
    )
    rows: list[Row] = []
    published = 0
    for validated in batched(validation.validate_all(table, atlas, protected), BATCH):
        batch = _completed(validated, stored, table, atlas)
        outcomes.compare(batch, table.source, stored, taken)
        changed = [row for row in batch if row.state in outcomes.WRITTEN]
        published += writer.write(table.source, changed, publish=publish, at=at)
        for row in batch:
            row.draft = None  # written: those of 100,000 rows need room
        rows += batch
        say(len(rows), len(table.lines))
    absent = len(stored.keys() - {row.source_id for row in rows})
    return Report(tuple(rows), published, absent)


def _completed(
    rows: Sequence[Row], stored: dict[str, StoredService], table: Table, atlas: Atlas
) -> list[Row]:
    missing = [name for name in OPTIONAL if name not in table.columns]
    completions = outcomes.completions(rows, table.source, stored, missing)
    return [
        _completed_row(row, completions[row.source_id], atlas)
        if row.source_id in completions
        else row
        for row in rows
    ]


def _completed_row(row: Row, cells: dict[str, str], atlas: Atlas) -> Row:
    protected = {row.source_id} if COARSE in row.texts else frozenset[str]()
    complete = Row({**cells, **row.texts}, number=row.number)
    return validation.validate(complete, atlas, protected=protected)


def _sentence(trouble: Trouble) -> str:
    where = f" ({trouble.column})" if trouble.column else ""
    return f"{trouble.code.value}{where}: {trouble.problem} Remedy: {trouble.remedy}"

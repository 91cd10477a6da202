"""The report of an import, row by row, in words for the owner of the file."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from protect.directory.facts.base.cells import Trouble
from protect.interchange.imports.files.columns import NEEDED, OPTIONAL, REASONS
from protect.kernel.spreadsheet import RecordWriter


class Outcome(StrEnum):
    """The outcome of a row, in the order of the report."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"  # edited or checked here since: never overwritten
    ERROR = "error"
    REFERENCE = "reference data"  # emergency numbers: countries.toml holds them


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file. `cells` hold no place of a shelter."""

    line: int
    source_id: str
    outcome: Outcome
    troubles: tuple[Trouble, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of every row of a file, and the number of services that it lacks."""

    rows: tuple[Row, ...]
    published: int  # of the rows created
    absent: int  # services of this source that the file does not have; nothing happened to them

    @property
    def counts(self) -> Counter[Outcome]:
        return Counter(row.outcome for row in self.rows)

    @property
    def has_changes(self) -> bool:
        return bool(self.counts[Outcome.CREATED] or self.counts[Outcome.UPDATED])

    @property
    def bad_rows(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.outcome in {Outcome.ERROR, Outcome.CONFLICT})

    def summary(self) -> str:
        """Return the counts in one line."""
        return ", ".join(
            f"{outcome.value} {self.counts[outcome]}"
            for outcome in Outcome
            if self.counts[outcome] or outcome is Outcome.UNCHANGED
        )

    def lines(self) -> Iterator[str]:
        """Yield what a person should look at: all faults of a bad row, warnings of a new one."""
        for row in self.rows:
            if row.outcome is Outcome.CONFLICT:
                yield f"line {row.line} {row.source_id}: {_CONFLICT}"
            if row.outcome in {Outcome.CREATED, Outcome.UPDATED, Outcome.ERROR}:
                for trouble in row.troubles:
                    yield f"line {row.line} {row.source_id}: {sentence(trouble)}"

    def bad_table(self) -> str:
        """Return the bad rows as CSV, with their reasons: mend them there and import that."""
        text = io.StringIO()
        columns = [*_COLUMNS, REASONS]
        writer = RecordWriter(text, columns, lineterminator="\n")
        writer.writeheader()
        for row in self.bad_rows:
            reasons = [sentence(trouble) for trouble in row.troubles if trouble.refuses]
            writer.writerow({**row.cells, REASONS: " ".join(reasons) or _CONFLICT})
        return text.getvalue()


def sentence(trouble: Trouble) -> str:
    """Return a trouble with its code, its column and its remedy."""
    where = f" ({trouble.column})" if trouble.column else ""
    return f"{trouble.code.value}{where}: {trouble.problem} Remedy: {trouble.remedy}"


_COLUMNS = ("source_id", *NEEDED, *(column for column in OPTIONAL if column != "source_id"))
_CONFLICT = (
    "conflict: The row differs, and the service was edited or checked here since it was imported; "
    "nothing was overwritten. Remedy: change it by hand."
)

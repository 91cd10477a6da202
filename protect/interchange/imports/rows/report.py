"""What an import did, row by row, in words for whoever keeps the file."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from protect.directory.facts.cells import Trouble
from protect.interchange.imports.files.columns import NEEDED, OPTIONAL, REASONS
from protect.kernel.spreadsheet import RecordWriter


class Fate(StrEnum):
    """What became of a row, in the order in which it is told."""

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
    fate: Fate
    troubles: tuple[Trouble, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """Every row of a file, and what the directory has beside them."""

    rows: tuple[Row, ...]
    published: int  # of the rows created
    absent: int  # services of this source that the file does not have; nothing happened to them

    @property
    def counts(self) -> Counter[Fate]:
        return Counter(row.fate for row in self.rows)

    @property
    def has_changes(self) -> bool:
        return bool(self.counts[Fate.CREATED] or self.counts[Fate.UPDATED])

    @property
    def bad_rows(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.fate in {Fate.ERROR, Fate.CONFLICT})

    def summary(self) -> str:
        """Return the counts in one line."""
        return ", ".join(
            f"{fate.value} {self.counts[fate]}"
            for fate in Fate
            if self.counts[fate] or fate is Fate.UNCHANGED
        )

    def lines(self) -> Iterator[str]:
        """Yield what somebody should look at: all of a bad row, warnings of a new one."""
        for row in self.rows:
            if row.fate is Fate.CONFLICT:
                yield f"line {row.line} {row.source_id}: {_CONFLICT}"
            if row.fate in {Fate.CREATED, Fate.UPDATED, Fate.ERROR}:
                for trouble in row.troubles:
                    yield f"line {row.line} {row.source_id}: {sentence(trouble)}"

    def bad_table(self) -> str:
        """Return the bad rows as CSV, with their reasons: mend them there and import that."""
        text = io.StringIO()
        columns = [*_COLUMNS, REASONS]
        writer = RecordWriter(text, columns, lineterminator="\n")
        writer.writeheader()
        for row in self.bad_rows:
            told = [sentence(trouble) for trouble in row.troubles if trouble.refuses]
            writer.writerow({**row.cells, REASONS: " ".join(told) or _CONFLICT})
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

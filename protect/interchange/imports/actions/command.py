"""The import of the command line: a whole table in one transaction, and its report."""

import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from protect.directory.changes import touch
from protect.directory.facts.base.cells import Cells, Trouble
from protect.interchange.enums import RowState
from protect.interchange.errors import FileNotReadable, InterchangeRefusal
from protect.interchange.imports import outcomes, proposal, staging, validation, writer
from protect.interchange.imports.files import reader
from protect.interchange.imports.files.columns import IN_FILES, OPTIONAL, OURS, REASONS
from protect.interchange.imports.row import Row
from protect.interchange.imports.values import code_words, place_names, shelters
from protect.kernel.spreadsheet import RecordWriter
from protect.uploads import apart, refusal_reasons

BATCH = 500  # rows between two reports of progress
WORDS = {
    RowState.CREATE: "created",
    RowState.UPDATE: "updated",
    RowState.UNCHANGED: "unchanged",
    RowState.CONFLICT: "conflict",
    RowState.ERROR: "error",
    RowState.REFERENCE: "reference data",
}
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
        return [row for row in self.rows if row.state in {RowState.ERROR, RowState.CONFLICT}]

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
        table = RecordWriter(text, [*IN_FILES, REASONS], lineterminator="\n")
        table.writeheader()
        for row in self.bad_rows:
            reasons = [_sentence(trouble) for trouble in row.troubles if trouble.refuses]
            table.writerow({**row.texts, REASONS: " ".join(reasons) or CONFLICT})
        return text.getvalue()


def import_services(
    table: reader.Table,
    *,
    publish: bool,
    dry_run: bool,
    at: datetime,
    say: Callable[[int, int], None],
) -> Report:
    """Update the services of one source from a table, in one transaction.
    Rows with a fault change nothing. `publish` shows new rows of good confidence at once, as a demo
    may; otherwise they wait for review. `dry_run` does everything and takes it back. `say` hears
    rows done and rows in all. Errors: interchange_import_places_unnamed."""
    with transaction.atomic():
        touch()
        report = _import_table(table, publish=publish, at=at, say=say)
        if dry_run or not report.has_changes:
            transaction.set_rollback(True)
    return report


def _import_table(
    table: reader.Table, *, publish: bool, at: datetime, say: Callable[[int, int], None]
) -> Report:
    stored, taken = outcomes.stored_services(table.source), outcomes.short_codes()
    atlas, protected = place_names.load_atlas(), outcomes.protected_of(table.source)
    ours = {name: name for name in table.columns}
    proposal.places_must_be_named(
        table, ours, (), lambda row: staging.must_hide(Cells(row.texts), protected)
    )
    rows: list[Row] = []
    published = 0
    for validated in batched(validation.validate_all(table, atlas, protected), BATCH):
        batch = list(_completed(validated, stored, table, atlas))
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
    rows: Sequence[Row],
    stored: dict[str, outcomes.StoredService],
    table: reader.Table,
    atlas: place_names.Atlas,
) -> Iterator[Row]:
    """Yield rows with what is stored in columns that the file lacks."""
    missing = [name for name in OPTIONAL if name not in table.columns]
    completions = outcomes.completions(rows, table.source, stored, missing)
    for row in rows:
        if row.source_id in completions:
            protected = {row.source_id} if shelters.COARSE in row.texts else frozenset[str]()
            complete = Row({**completions[row.source_id], **row.texts}, number=row.number)
            yield validation.validate(complete, atlas, protected=protected)
        else:
            yield row


def _sentence(trouble: Trouble) -> str:
    where = f" ({trouble.column})" if trouble.column else ""
    return f"{trouble.code.value}{where}: {trouble.problem} Remedy: {trouble.remedy}"


class MappingFile(BaseModel):
    """A mapping file: `columns` and `values` as in `SourceMapping`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: dict[str, str]  # name of the file's, or its fingerprint → ours, "*place" or ""
    values: dict[str, dict[str, str]] = Field(default_factory=dict)  # ours → their word → our code
    country: str = ""  # of the rows, where no column says it

    @property
    def kept(self) -> Mapping[str, str]:
        """The columns by the names under which a mapping keeps them."""
        return {
            name if name.startswith(proposal.FINGERPRINT) else proposal.kept_name(name): ours
            for name, ours in self.columns.items()
        }


def read(path: Path) -> MappingFile:
    """Return the mapping of a file. Errors: FileTooLarge; FileNotReadable, naming what is wrong."""
    try:
        body = apart.parse("import_mapping", reader.content_of(path)).body
        mapping = MappingFile.model_validate_json(body)
    except refusal_reasons.Refused as refusal:
        problem = reader.worded(refusal).facts.get("problem", "")
        raise FileNotReadable(problem=f"{path}: {problem}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise FileNotReadable(problem=f"{path}: {where}: {first['msg']}.") from None
    for problem in _problems(mapping):
        raise FileNotReadable(problem=f"{path}: {problem}")
    return mapping


def mapped_table(table: reader.Table, mapping: MappingFile) -> reader.Table:
    """Return a table under our columns, staged: nothing of where a shelter is comes with it.
    Errors: interchange_import_columns_missing, interchange_import_places_unnamed; FileNotReadable,
    where two columns stand for one."""
    columns = _chosen(table, mapping)
    spots = proposal.places(table.columns, mapping.kept)
    left_out = [name for name in table.columns if name not in {*columns.values(), *spots}]
    plan = staging.Plan(
        columns=columns,
        chosen=mapping.values,
        country=mapping.country,
        atlas=place_names.load_atlas(),
        protected=outcomes.protected_of(table.source),
        spots=[*spots, *proposal.spots_beside(table.lines, left_out)],
        fills_country=bool(mapping.country),
    )
    proposal.places_must_be_named(table, columns, spots, plan.may_be_shelter)
    ours = tuple(dict.fromkeys([*columns, "country", "source_id"]))
    return reader.Table(table.source, ours, tuple(staging.staged(row, plan) for row in table.lines))


def _chosen(table: reader.Table, mapping: MappingFile) -> proposal.Columns:
    kept = mapping.kept
    columns: dict[str, str] = {}
    for heading in table.columns:
        ours = kept.get(proposal.kept_name(heading), proposal.LEFT_OUT)
        if ours in columns:
            raise FileNotReadable(problem=_("Two columns stand for {column}.").format(column=ours))
        if ours in OURS:
            columns[ours] = heading
    missing = proposal.missing(columns)
    if "country" not in columns and not mapping.country:
        missing.append("country")
    if missing:
        raise InterchangeRefusal("interchange_import_columns_missing", missing=", ".join(missing))
    return columns


def _problems(mapping: MappingFile) -> list[str]:
    ours = {*OURS, proposal.PLACE, proposal.LEFT_OUT}
    problems = [
        _("{name} is none of our columns.").format(name=name)
        for name in mapping.columns.values()
        if name not in ours
    ]
    for column, codes_by_word in mapping.values.items():
        codes = code_words.codes(column) if column in code_words.CODED else ()
        problems += [
            _("{code} is no code of {column}.").format(code=code, column=column)
            for code in codes_by_word.values()
            if code not in codes and column != "source_id"
        ]
    return problems

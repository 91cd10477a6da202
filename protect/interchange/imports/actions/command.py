"""Import of a whole table in one transaction, for the command line, with a report."""

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

from protect.directory.changes import raise_version
from protect.directory.facts.base.cells import Cells, RowProblem
from protect.interchange.enums import RowState
from protect.interchange.errors import FileNotReadable, InterchangeRefusal
from protect.interchange.imports import outcomes, proposal, staging, validation, writer
from protect.interchange.imports.files import columns as our_columns, reader
from protect.interchange.imports.row import Row
from protect.interchange.imports.values import code_words, place_names, shelters
from protect.ui.spreadsheet import RecordWriter
from protect.uploads import parser_process, refusal_reasons

BATCH = 500  # rows between two reports of progress
STATE_WORDS = {
    RowState.CREATE: "created",
    RowState.UPDATE: "updated",
    RowState.UNCHANGED: "unchanged",
    RowState.CONFLICT: "conflict",
    RowState.ERROR: "error",
    RowState.REFERENCE: "reference data",
}
CONFLICT_SENTENCE = (
    "conflict: The row differs, and the service was edited or checked here since it was imported; "
    "nothing was overwritten. Remedy: change it by hand."
)


@dataclass(frozen=True, slots=True)
class ImportReport:
    rows: tuple[Row, ...]
    published: int  # rows created that are published
    absent: int  # services of this source that the file leaves out; not changed

    @property
    def counts(self) -> Counter[RowState | None]:
        return Counter(row.state for row in self.rows)

    @property
    def has_changes(self) -> bool:
        return any(row.state in outcomes.WRITTEN_STATES for row in self.rows)

    @property
    def bad_rows(self) -> list[Row]:
        """Return the rows that were not written because of an error or a conflict."""
        return [row for row in self.rows if row.state in {RowState.ERROR, RowState.CONFLICT}]

    def summary(self) -> str:
        """Return the number of rows in each state as one line; 0 only for unchanged rows."""
        counts = self.counts
        return ", ".join(
            f"{word} {counts[state]}"
            for state, word in STATE_WORDS.items()
            if counts[state] or state is RowState.UNCHANGED
        )

    def problem_lines(self) -> Iterator[str]:
        """Yield a line for each conflict, and for each problem of a refused or written row."""
        for row in self.rows:
            if row.state is RowState.CONFLICT:
                yield f"line {row.number} {row.source_id}: {CONFLICT_SENTENCE}"
            if row.state in outcomes.WRITTEN_STATES | {RowState.ERROR}:
                for trouble in row.troubles:
                    yield f"line {row.number} {row.source_id}: {_trouble_sentence(trouble)}"

    def bad_rows_csv(self) -> str:
        """Return the bad rows as CSV with their reasons, to be corrected and imported again."""
        text = io.StringIO()
        reasons_column = our_columns.REASONS_COLUMN
        columns = [*our_columns.COLUMNS_IN_ORDER, reasons_column]
        table = RecordWriter(text, columns, lineterminator="\n")
        table.writeheader()
        for row in self.bad_rows:
            reasons = [_trouble_sentence(trouble) for trouble in row.troubles if trouble.refuses]
            table.writerow({**row.texts, reasons_column: " ".join(reasons) or CONFLICT_SENTENCE})
        return text.getvalue()


def import_services(
    table: reader.Table,
    *,
    publish: bool,
    dry_run: bool,
    at: datetime,
    report_progress: Callable[[int, int], None],
) -> ImportReport:
    """Update the services of one source from a table, in one transaction. Rows with an error or a
    conflict change nothing. `publish` publishes new rows of good confidence at once, as a demo
    may; otherwise they wait for review. `dry_run` rolls everything back. `report_progress` is
    called with the rows done and the total. Errors: interchange_import_places_unnamed."""
    with transaction.atomic():
        raise_version()
        report = _import_table(table, publish=publish, at=at, report_progress=report_progress)
        if dry_run or not report.has_changes:
            transaction.set_rollback(True)
    return report


def _import_table(
    table: reader.Table, *, publish: bool, at: datetime, report_progress: Callable[[int, int], None]
) -> ImportReport:
    stored, taken_codes = outcomes.stored_services(table.source), outcomes.short_codes()
    atlas, protected = place_names.load_atlas(), outcomes.protected_source_ids(table.source)
    mapping = {name: name for name in table.columns}

    def may_be_shelter(row: Row) -> bool:
        return staging.must_hide_location(Cells(row.texts), protected)

    proposal.require_marked_columns(table, mapping, (), may_be_shelter)
    rows: list[Row] = []
    published = 0
    for validated in batched(validation.validate_all(table, atlas, protected), BATCH):
        batch = list(_complete_rows(validated, stored, table, atlas))
        outcomes.compare_rows(batch, table.source, stored, taken_codes)
        changed = [row for row in batch if row.state in outcomes.WRITTEN_STATES]
        published += writer.write(table.source, changed, publish=publish, at=at)
        for row in batch:
            row.draft = None  # free the memory: there may be 100,000 rows
        rows += batch
        report_progress(len(rows), len(table.rows))
    absent = len(stored.keys() - {row.source_id for row in rows})
    return ImportReport(tuple(rows), published, absent)


def _complete_rows(
    rows: Sequence[Row],
    stored: dict[str, outcomes.StoredService],
    table: reader.Table,
    atlas: place_names.Atlas,
) -> Iterator[Row]:
    """Yield rows; validate changed ones again, with stored values in columns that are absent."""
    missing = [name for name in our_columns.OPTIONAL_COLUMNS if name not in table.columns]
    completions = outcomes.stored_missing_cells(rows, table.source, stored, missing)
    for row in rows:
        if row.source_id in completions:
            protected = {row.source_id} if shelters.COARSE_AREA in row.texts else frozenset[str]()
            complete = Row({**completions[row.source_id], **row.texts}, number=row.number)
            yield validation.validate(complete, atlas, protected=protected)
        else:
            yield row


def _trouble_sentence(trouble: RowProblem) -> str:
    where = f" ({trouble.column})" if trouble.column else ""
    return f"{trouble.code.value}{where}: {trouble.problem} Remedy: {trouble.remedy}"


class MappingFile(BaseModel):
    """A mapping file of the command line: our columns for headings, and our codes for words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: dict[str, str]  # name in the file, or its fingerprint → our column, "*place" or ""
    values: dict[str, dict[str, str]] = Field(default_factory=dict)  # our column → word → our code
    country: str = ""  # of all rows, if no column has it

    @property
    def stored_columns(self) -> Mapping[str, str]:
        """Return our column for each heading, which is given as its `storable_name`."""
        return {
            name
            if name.startswith(proposal.FINGERPRINT_PREFIX)
            else proposal.storable_name(name): column
            for name, column in self.columns.items()
        }


def read_mapping_file(path: Path) -> MappingFile:
    """Return the mapping in a TOML file. Errors: FileTooLarge, FileNotReadable, ParsersBusy."""
    try:
        body = parser_process.parse("import_mapping", reader.read_import_file(path)).body
        mapping = MappingFile.model_validate_json(body)
    except refusal_reasons.Refused as refusal:
        problem = reader.refusal_error(refusal).facts.get("problem", "")
        raise FileNotReadable(problem=f"{path}: {problem}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise FileNotReadable(problem=f"{path}: {where}: {first['msg']}.") from None
    for problem in _mapping_problems(mapping):
        raise FileNotReadable(problem=f"{path}: {problem}")
    return mapping


def map_and_stage(table: reader.Table, mapping: MappingFile) -> reader.Table:
    """Return a table mapped to our columns, without the location of any shelter. Errors:
    interchange_import_columns_missing, interchange_import_places_unnamed, FileNotReadable."""
    columns = _mapped_columns(table, mapping)
    address_columns = proposal.address_headings(table.columns, mapping.stored_columns)
    left_out = [name for name in table.columns if name not in {*columns.values(), *address_columns}]
    plan = staging.Plan(
        columns=columns,
        word_mapping=mapping.values,
        country=mapping.country,
        atlas=place_names.load_atlas(),
        protected=outcomes.protected_source_ids(table.source),
        address_columns=[
            *address_columns,
            *proposal.unmapped_address_columns(table.rows, left_out),
        ],
        fills_country=bool(mapping.country),
    )
    proposal.require_marked_columns(table, columns, address_columns, plan.may_be_shelter)
    rows = tuple(staging.stage_row(row, plan) for row in table.rows)
    names = tuple(dict.fromkeys([*columns, "country", "source_id"]))
    return reader.Table(table.source, names, rows)


def _mapped_columns(table: reader.Table, mapping: MappingFile) -> proposal.Columns:
    """Return our column → the heading that is mapped to it. Errors: as `map_and_stage`."""
    stored_columns = mapping.stored_columns
    columns: dict[str, str] = {}
    for heading in table.columns:
        column = stored_columns.get(proposal.storable_name(heading), proposal.LEFT_OUT_MARK)
        if column in columns:
            problem = _("Two columns are mapped to {column}.").format(column=column)
            raise FileNotReadable(problem=problem)
        if column in our_columns.OUR_COLUMNS:
            columns[column] = heading
    missing = proposal.missing_columns(columns)
    if "country" not in columns and not mapping.country:
        missing.append("country")
    if missing:
        raise InterchangeRefusal("interchange_import_columns_missing", missing=", ".join(missing))
    return columns


def _mapping_problems(mapping: MappingFile) -> list[str]:
    known_columns = {*our_columns.OUR_COLUMNS, proposal.ADDRESS_MARK, proposal.LEFT_OUT_MARK}
    problems = [
        _("{name} is not one of our columns.").format(name=name)
        for name in mapping.columns.values()
        if name not in known_columns
    ]
    for column, codes_by_word in mapping.values.items():
        codes = code_words.column_codes(column) if column in code_words.CODES_BY_COLUMN else ()
        problems += [
            _("{code} is not a code of {column}.").format(code=code, column=column)
            for code in codes_by_word.values()
            if code not in codes and column != "source_id"
        ]
    return problems

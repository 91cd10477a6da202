"""A mapping in a file, for the command line: what the desk keeps with a source, in TOML."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from protect.interchange.errors import FileNotReadable, InterchangeRefusal
from protect.interchange.imports import proposal
from protect.interchange.imports.files import reader
from protect.interchange.imports.files.columns import OURS
from protect.interchange.imports.files.reader import Table
from protect.interchange.imports.proposal import FINGERPRINT, LEFT_OUT, PLACE, Columns
from protect.interchange.imports.rows import staging
from protect.interchange.imports.rows.staging import Plan
from protect.interchange.imports.store import outcomes, places
from protect.interchange.imports.values import code_words
from protect.uploads import apart
from protect.uploads.refusal_reasons import Refused


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
            name if name.startswith(FINGERPRINT) else proposal.kept_name(name): ours
            for name, ours in self.columns.items()
        }


def read(path: Path) -> MappingFile:
    """Return the mapping of a file. Errors: FileTooLarge; FileNotReadable, naming what is wrong."""
    try:
        body = apart.parse("import_mapping", reader.content_of(path)).body
        mapping = MappingFile.model_validate_json(body)
    except Refused as refusal:
        problem = reader.worded(refusal).facts.get("problem", "")
        raise FileNotReadable(problem=f"{path}: {problem}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise FileNotReadable(problem=f"{path}: {where}: {first['msg']}.") from None
    for problem in _problems(mapping):
        raise FileNotReadable(problem=f"{path}: {problem}")
    return mapping


def mapped_table(table: Table, mapping: MappingFile) -> Table:
    """Return a table under our columns, staged: nothing of where a shelter is comes with it.

    Errors: interchange_import_columns_missing, interchange_import_places_unnamed; FileNotReadable,
    where two columns stand for one.
    """
    columns = _chosen(table, mapping)
    spots = proposal.places(table.columns, mapping.kept)
    left_out = [name for name in table.columns if name not in {*columns.values(), *spots}]
    plan = Plan(
        columns=columns,
        chosen=mapping.values,
        country=mapping.country,
        atlas=places.atlas(),
        protected=outcomes.protected_of(table.source),
        spots=[*spots, *proposal.spots_beside(table.lines, left_out)],
        fills_country=bool(mapping.country),
    )
    proposal.places_must_be_named(
        table, columns, spots, lambda row: staging.may_be_shelter(row, plan)
    )
    ours = tuple(dict.fromkeys([*columns, "country", "source_id"]))
    return Table(table.source, ours, tuple(staging.staged(row, plan) for row in table.lines))


def _chosen(table: Table, mapping: MappingFile) -> Columns:
    kept = mapping.kept
    columns: dict[str, str] = {}
    for heading in table.columns:
        ours = kept.get(proposal.kept_name(heading), LEFT_OUT)
        if ours in columns:
            problem = _("Two columns stand for {column}.").format(column=ours)
            raise FileNotReadable(problem=problem)
        if ours in OURS:
            columns[ours] = heading
    missing = proposal.missing(columns)
    if "country" not in columns and not mapping.country:
        missing.append("country")
    if missing:
        raise InterchangeRefusal("interchange_import_columns_missing", missing=", ".join(missing))
    return columns


def _problems(mapping: MappingFile) -> list[str]:
    ours = {*OURS, PLACE, LEFT_OUT}
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

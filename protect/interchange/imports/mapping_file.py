"""A mapping in a file, for the command line: what the desk keeps with a source, in TOML. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from protect.interchange.errors import FileNotReadable, NothingMapped
from protect.interchange.imports.files.columns import OURS
from protect.interchange.imports.files.parsed import worded
from protect.interchange.imports.files.reader import Line, Table, content_of
from protect.interchange.imports.mapping import address_columns, proposal
from protect.interchange.imports.mapping.proposal import FINGERPRINT, LEFT_OUT, PLACE, Columns
from protect.interchange.imports.rows import preparation
from protect.interchange.imports.rows.preparation import Plan
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
        mapping = MappingFile.model_validate_json(
            apart.parse("import_mapping", content_of(path)).body
        )
    except Refused as refusal:
        problem = worded(refusal).facts.get("problem", "")
        raise FileNotReadable(problem=f"{path}: {problem}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise FileNotReadable(problem=f"{path}: {where}: {first['msg']}.") from None
    for problem in _problems(mapping):
        raise FileNotReadable(problem=f"{path}: {problem}")
    return mapping


def chosen(table: Table, mapping: MappingFile) -> Columns:
    """Return the columns of a table that are mapped to ours.

    Errors: NothingMapped; FileNotReadable, where two of them stand for one.
    """
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
        raise NothingMapped(missing=", ".join(missing))
    return columns


def mapped(table: Table, plan: Plan, mapping: MappingFile) -> Table:
    """Return a table under our columns, without where a shelter is.

    Errors: PlacesUnnamed.
    """
    places = proposal.places(table.columns, mapping.kept)
    shelters = lambda line: preparation.may_be_shelter(line, plan)  # noqa: E731
    address_columns.must_be_named(table, plan.columns, places, shelters)
    columns = tuple(dict.fromkeys([*plan.columns, "country", "source_id"]))
    return Table(table.source, columns, tuple(_kept(line, plan) for line in table.lines))


def _kept(line: Line, plan: Plan) -> Line:
    cells = preparation.kept(line, plan)
    if line.extra:
        return Line(line.number, dict(cells.texts), line.extra)
    return Line(line.number, dict(cells.texts), faults=tuple(cells.troubles))


def _problems(mapping: MappingFile) -> list[str]:
    """Return the unknown columns and codes of a mapping, as sentences."""
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

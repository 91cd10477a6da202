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
from protect.interchange.imports.values import words
from protect.uploads import apart
from protect.uploads.refusal_reasons import Refused


class Said(BaseModel):
    """What a file of a mapping says: `columns` and `values` as `SourceMapping` keeps them."""

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


def read(path: Path) -> Said:
    """Return the mapping of a file. Errors: FileTooLarge; FileNotReadable, naming what is wrong."""
    try:
        said = Said.model_validate_json(apart.parse("import_mapping", content_of(path)).body)
    except Refused as refusal:
        problem = worded(refusal).facts.get("problem", "")
        raise FileNotReadable(problem=f"{path}: {problem}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise FileNotReadable(problem=f"{path}: {where}: {first['msg']}.") from None
    for problem in _problems(said):
        raise FileNotReadable(problem=f"{path}: {problem}")
    return said


def chosen(table: Table, said: Said) -> Columns:
    """Return which columns of a table stand for ours.

    Errors: NothingMapped; FileNotReadable, where two of them stand for one.
    """
    kept = said.kept
    found: dict[str, str] = {}
    for theirs in table.columns:
        ours = kept.get(proposal.kept_name(theirs), LEFT_OUT)
        if ours in found:
            problem = _("Two columns stand for {column}.").format(column=ours)
            raise FileNotReadable(problem=problem)
        if ours in OURS:
            found[ours] = theirs
    missing = proposal.missing(found)
    if "country" not in found and not said.country:
        missing.append("country")
    if missing:
        raise NothingMapped(missing=", ".join(missing))
    return found


def mapped(table: Table, plan: Plan, said: Said) -> Table:
    """Return a table under our columns, without where a shelter is.

    Errors: PlacesUnnamed.
    """
    places = proposal.places(table.columns, said.kept)
    shelters = lambda line: preparation.may_be_shelter(line, plan)  # noqa: E731
    address_columns.must_be_named(table, plan.columns, places, shelters)
    columns = tuple(dict.fromkeys([*plan.columns, "country", "source_id"]))
    return Table(table.source, columns, tuple(_kept(line, plan) for line in table.lines))


def _kept(line: Line, plan: Plan) -> Line:
    cells = preparation.kept(line, plan)
    if line.extra:
        return Line(line.number, dict(cells.texts), line.extra)
    return Line(line.number, dict(cells.texts), faults=tuple(cells.troubles))


def _problems(said: Said) -> list[str]:
    """Return what a mapping says that nobody knows."""
    ours = {*OURS, PLACE, LEFT_OUT}
    found = [
        _("{name} is none of our columns.").format(name=name)
        for name in said.columns.values()
        if name not in ours
    ]
    for column, theirs in said.values.items():
        known = words.codes(column) if column in words.CODED else ()
        found += [
            _("{code} is no code of {column}.").format(code=code, column=column)
            for code in theirs.values()
            if code not in known and column != "source_id"
        ]
    return found

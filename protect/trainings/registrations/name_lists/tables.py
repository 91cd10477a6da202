"""From an uploaded file or pasted text to rows of cells under our columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from protect.interchange.enums import ImportKind
from protect.interchange.errors import FileEncodingUnclear
from protect.interchange.imports.files import reader, tables
from protect.interchange.imports.files.tables import Sent
from protect.kernel import tables as data_tables
from protect.kernel.tables import Record
from protect.reference.lookup.fold import fold
from protect.trainings.base.errors import TrainingRefusal
from protect.trainings.registrations import fields

OURS = [*fields.COLUMNS]
NEEDED = ("name", "email")
PARTS = ("first_name", "last_name")  # in place of the name
LINE, WRONG = "line", "what_is_wrong"  # of our own file of bad rows: read back, they are ignored
MOST = 10_000  # people in one list
TABLES = {ImportKind.CSV, ImportKind.XLSX}
ADDRESS = re.compile(r"[^\s<>,;]+@[^\s<>,;]+")
AROUND = " \t,;<>\"'"


@dataclass(frozen=True, slots=True)
class Cells:
    """A row as it came, under our columns. `number`: its line, from 1."""

    number: int
    cells: dict[str, str]


def understood() -> list[tuple[str, list[str]]]:
    """Return which words of a list are understood, by what they are for."""
    columns = ((str(row.label), row.column) for row in fields.IN_FORM_ORDER)
    return [
        (label, [word for _code, word in column.choices()[1:]])
        for label, column in columns
        if column and column.choices
    ]


def of_file(content: bytes, *, today: date) -> list[Cells]:
    """Return the rows of a CSV file or of the first sheet of a workbook.

    Errors: FileTooLarge, FileNotReadable, trainings_roster_no_table,
    trainings_roster_columns_missing, trainings_roster_long.
    """
    sent = Sent.of(content)
    if sent.kind not in TABLES:
        raise TrainingRefusal("trainings_roster_no_table")
    try:
        table = tables.table_of(sent, "roster", today=today)
    except FileEncodingUnclear:
        guesses = reader.likely(content)
        if not guesses:
            raise TrainingRefusal("trainings_roster_no_table") from None
        table = tables.table_of(sent._replace(encoding=guesses[0]), "roster", today=today)
    mapping = mapped(table.columns)
    if lacking := missing(mapping):
        raise TrainingRefusal("trainings_roster_columns_missing", columns=", ".join(lacking))
    _must_be_few(len(table.lines))
    rows = (Cells(line.number, _ours(line.texts, mapping)) for line in table.lines)
    return [row for row in rows if any(row.cells.values())]


def of_text(text: str) -> list[Cells]:
    """Return a row for each line: a name and an e-mail address, in either order.

    Errors: trainings_roster_long.
    """
    lines = text.splitlines()
    _must_be_few(len(lines))
    return [*_pasted(lines)]


def _pasted(lines: list[str]) -> Iterator[Cells]:
    for number, line in enumerate(lines, 1):
        if line.strip(AROUND):
            address = ADDRESS.search(line)
            email = address[0] if address else ""
            rest = line.replace(email, " ", 1) if email else line
            name = " ".join(re.split(r"[\s,;<>\"]+", rest))
            yield Cells(number, {"name": name.strip(AROUND), "email": email})


def _ours(cells: Mapping[str, str], mapping: dict[str, str]) -> dict[str, str]:
    values = {ours: cells.get(heading, "").strip() for ours, heading in mapping.items()}
    parts = [values.pop(each, "") for each in PARTS]
    if not values.get("name"):
        values["name"] = " ".join(filter(None, parts))
    return {ours: values[ours] for ours in OURS if values.get(ours)}


def _must_be_few(rows: int) -> None:
    if rows > MOST:
        raise TrainingRefusal("trainings_roster_long", found=rows, most=MOST)


class Heading(Record):
    """What a column is called, in the languages of the consortium."""

    names: tuple[str, ...]


@cache
def _by_name() -> dict[str, str]:
    records = data_tables.load("trainings", "roster_columns", Heading)
    return {fold(each): code for code, row in records.items() for each in (code, *row.names)}


def by_name(heading: str) -> str | None:
    """Return which column of ours a heading means."""
    return _by_name().get(fold(heading.replace("_", " ")))


def mapped(headings: Sequence[str]) -> dict[str, str]:
    """Return our column → the list's heading; of two with one meaning the first counts.

    In a list with one column for names, “nom” is the whole name and no part of it.
    """
    mapping: dict[str, str] = {}
    for each in headings:
        ours = by_name(each)
        if ours:
            mapping.setdefault(ours, each)
    if "last_name" in mapping and not mapping.keys() & {"name", "first_name"}:
        mapping["name"] = mapping.pop("last_name")
    return mapping


def missing(mapping: dict[str, str]) -> list[str]:
    """Return the required columns that a list lacks."""
    has_parts = all(each in mapping for each in PARTS)
    return [each for each in NEEDED if each not in mapping and not (each == "name" and has_parts)]

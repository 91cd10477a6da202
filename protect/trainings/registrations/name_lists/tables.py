"""From an uploaded file or pasted text to rows of cells under our columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from protect.interchange.enums import ImportKind
from protect.interchange.errors import FileEncodingUnclear
from protect.interchange.imports.files import reader, tables
from protect.interchange.imports.files.tables import Sent
from protect.trainings.registrations.errors import RosterColumnsMissing, RosterLong, RosterNoTable
from protect.trainings.registrations.name_lists import columns

MOST = 10_000  # people in one list
TABLES = {ImportKind.CSV, ImportKind.XLSX}
ADDRESS = re.compile(r"[^\s<>,;]+@[^\s<>,;]+")
AROUND = " \t,;<>\"'"


@dataclass(frozen=True, slots=True)
class Cells:
    """A row as it came, under our columns. `number`: its line, from 1."""

    number: int
    cells: dict[str, str]


def of_file(content: bytes, *, today: date) -> list[Cells]:
    """Return the rows of a CSV file or of the first sheet of a workbook.

    Errors: FileTooLarge, FileNotReadable, RosterNoTable, RosterColumnsMissing, RosterLong.
    """
    sent = Sent.of(content)
    if sent.kind not in TABLES:
        raise RosterNoTable
    try:
        table = tables.table_of(sent, "roster", today=today)
    except FileEncodingUnclear:
        guesses = reader.likely(content)
        if not guesses:
            raise RosterNoTable from None
        table = tables.table_of(sent._replace(encoding=guesses[0]), "roster", today=today)
    mapping = columns.mapped(table.columns)
    if lacking := columns.missing(mapping):
        raise RosterColumnsMissing(columns=", ".join(lacking))
    _must_be_few(len(table.lines))
    rows = (Cells(line.number, _ours(line.texts, mapping)) for line in table.lines)
    return [row for row in rows if any(row.cells.values())]


def of_text(text: str) -> list[Cells]:
    """Return a row for each line: a name and an e-mail address, in either order.

    Errors: RosterLong.
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
    parts = [values.pop(each, "") for each in columns.PARTS]
    if not values.get("name"):
        values["name"] = " ".join(filter(None, parts))
    return {ours: values[ours] for ours in columns.OURS if values.get(ours)}


def _must_be_few(rows: int) -> None:
    if rows > MOST:
        raise RosterLong(found=rows, most=MOST)

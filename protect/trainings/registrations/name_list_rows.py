"""Rows of a list of names: read from a file or pasted text, and what is wrong with each."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple, Self

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from protect.interchange import enums, errors
from protect.interchange.imports.files import reader, tables
from protect.kernel import tables as data_tables
from protect.reference.lookup.fold import fold
from protect.trainings.base.errors import TrainingRefusal
from protect.trainings.registrations import fields, rules

OURS = [*fields.COLUMNS]
NEEDED = ("name", "email")
PARTS = ("first_name", "last_name")  # in place of the name
LINE, WRONG = "line", "what_is_wrong"  # of our own file of bad rows: read back, they are ignored
MOST = 10_000  # people in one list
ADDRESS = re.compile(r"[^\s<>,;]+@[^\s<>,;]+")
AROUND = " \t,;<>\"'"


class Wrong(StrEnum):
    MISSING = "missing"
    LONG = "long"
    BAD = "bad"
    TWICE = "twice"
    UNKNOWN = "unknown"


class Mistake(NamedTuple):
    field: str
    wrong: Wrong


# What is wrong with a name or an address, and how to mend it. Of other columns: `fields.Column`.
PROBLEMS = {
    Mistake("name", Wrong.MISSING): (_("This is missing."), _("Write the name.")),
    Mistake("name", Wrong.LONG): (_("This is too long."), _("Write at most 120 characters.")),
    Mistake("email", Wrong.MISSING): (_("This is missing."), _("Write the e-mail address.")),
    Mistake("email", Wrong.BAD): (
        _("This is no e-mail address."),
        _("Write it like name@example.org."),
    ),
    Mistake("email", Wrong.TWICE): (
        # Translators: {line} is the number of a line.
        _("The same stands in line {line}."),
        _("Leave one of them out."),
    ),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row under our columns. `number`: its line, from 1. `state`: of a registration there is."""

    number: int
    cells: dict[str, str]
    mistakes: list[Mistake] = field(default_factory=list)
    first: int = 0  # the line in which the same address stands before
    state: str = ""

    @property
    def is_good(self) -> bool:
        return not self.mistakes and not self.state

    @property
    def name(self) -> str:
        return self.cells.get("name", "")

    @property
    def email(self) -> str:
        return self.cells.get("email", "")

    def kept(self) -> dict[str, Any]:
        return asdict(self) | {"mistakes": [[name, wrong.value] for name, wrong in self.mistakes]}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        mistakes = [Mistake(name, Wrong(wrong)) for name, wrong in kept["mistakes"]]
        return cls(**{**kept, "mistakes": mistakes})


def understood() -> list[tuple[str, list[str]]]:
    """Return which words of a list are understood, by what they are for."""
    columns = ((str(row.label), row.column) for row in fields.IN_FORM_ORDER)
    return [
        (label, [word for _code, word in column.choices()[1:]])
        for label, column in columns
        if column and column.choices
    ]


def of_file(content: bytes, *, today: date) -> list[Row]:
    """Return the rows of a CSV file or of the first sheet of a workbook.
    Errors: FileTooLarge, FileNotReadable, trainings_roster_no_table,
    trainings_roster_columns_missing, trainings_roster_long."""
    sent = tables.Sent.of(content)
    if sent.kind not in (enums.ImportKind.CSV, enums.ImportKind.XLSX):
        raise TrainingRefusal("trainings_roster_no_table")
    try:
        table = tables.table_of(sent, "roster", today=today)
    except errors.FileEncodingUnclear:
        guesses = reader.likely(content)
        if not guesses:
            raise TrainingRefusal("trainings_roster_no_table") from None
        table = tables.table_of(sent._replace(encoding=guesses[0]), "roster", today=today)
    mapping = mapped(table.columns)
    if lacking := missing(mapping):
        raise TrainingRefusal("trainings_roster_columns_missing", columns=", ".join(lacking))
    _must_be_few(len(table.lines))
    rows = (Row(line.number, _ours(line.texts, mapping)) for line in table.lines)
    return [row for row in rows if any(row.cells.values())]


def of_text(text: str) -> list[Row]:
    """Return a row for each line: name and address, either first. Errors: trainings_roster_long."""
    lines = text.splitlines()
    _must_be_few(len(lines))
    return [_pasted(number, line) for number, line in enumerate(lines, 1) if line.strip(AROUND)]


def _pasted(number: int, line: str) -> Row:
    address = ADDRESS.search(line)
    email = address[0] if address else ""
    rest = line.replace(email, " ", 1) if email else line
    name = " ".join(re.split(r"[\s,;<>\"]+", rest))
    return Row(number, {"name": name.strip(AROUND), "email": email})


def _ours(cells: Mapping[str, str], mapping: dict[str, str]) -> dict[str, str]:
    values = {ours: cells.get(heading, "").strip() for ours, heading in mapping.items()}
    parts = [values.pop(each, "") for each in PARTS]
    if not values.get("name"):
        values["name"] = " ".join(filter(None, parts))
    return {ours: values[ours] for ours in OURS if values.get(ours)}


def _must_be_few(rows: int) -> None:
    if rows > MOST:
        raise TrainingRefusal("trainings_roster_long", found=rows, most=MOST)


class Heading(data_tables.Record):
    """What a column is called, in the languages of the consortium."""

    names: tuple[str, ...]


@cache
def _column_by_heading() -> dict[str, str]:
    records = data_tables.load("trainings", "roster_columns", Heading)
    return {fold(each): code for code, row in records.items() for each in (code, *row.names)}


def mapped(headings: Sequence[str]) -> dict[str, str]:
    """Return our column → the list's heading; of two with one meaning the first counts.
    In a list with one column for names, “nom” is the whole name and no part of it."""
    mapping: dict[str, str] = {}
    for heading in headings:
        ours = _column_by_heading().get(fold(heading.replace("_", " ")))
        if ours:
            mapping.setdefault(ours, heading)
    if "last_name" in mapping and not mapping.keys() & {"name", "first_name"}:
        mapping["name"] = mapping.pop("last_name")
    return mapping


def missing(mapping: dict[str, str]) -> list[str]:
    has_parts = all(each in mapping for each in PARTS)
    return [each for each in NEEDED if each not in mapping and not (each == "name" and has_parts)]


def checked(rows: Iterable[Row], registered: Mapping[str, str]) -> list[Row]:
    """Return every row with what is wrong with it.
    `registered`: by folded address, the state of people whom the list does not register."""
    seen: dict[str, int] = {}
    checked_rows = []
    for row in rows:
        email, mistakes, first = rules.folded(row.email), [*_mistakes(row)], 0
        if email and seen.setdefault(email, row.number) != row.number:
            first = seen[email]
            mistakes.append(Mistake("email", Wrong.TWICE))
        state = "" if mistakes else registered.get(email, "")
        checked_rows.append(replace(row, mistakes=mistakes, first=first, state=state))
    return checked_rows


def participant_fields(row: Row, country: str, language: str) -> dict[str, Any]:
    """Return the data of a good row, as `register.known_or_new` takes it."""
    elsewhere = {"country": country, "language": language}
    read = {name: column.read(row.cells.get(name, "")) for name, column in fields.COLUMNS.items()}
    return {name: code or elsewhere.get(name, "") for name, code in read.items()}


def _mistakes(row: Row) -> Iterator[Mistake]:
    if not row.name:
        yield Mistake("name", Wrong.MISSING)
    elif len(row.name) > fields.NAME_LENGTH:
        yield Mistake("name", Wrong.LONG)
    if not row.email:
        yield Mistake("email", Wrong.MISSING)
    elif not _is_address(row.email):
        yield Mistake("email", Wrong.BAD)
    for name, column in fields.COLUMNS.items():
        if column.read(row.cells.get(name, "")) is None:
            yield Mistake(name, Wrong.UNKNOWN)


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= fields.EMAIL_LENGTH

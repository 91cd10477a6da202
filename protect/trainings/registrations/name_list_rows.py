"""Rows of a list of names, read from a file or pasted text, and the mistakes in each."""

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

COLUMN_NAMES = [*fields.LIST_COLUMNS]
REQUIRED_COLUMNS = ("name", "email")
NAME_PARTS = ("first_name", "last_name")  # instead of `name`
# Columns of our file of bad rows; ignored when it is read again.
LINE_COLUMN, PROBLEM_COLUMN = "line", "what_is_wrong"
MAX_ROWS = 10_000  # people in one list
EMAIL_PATTERN = re.compile(r"[^\s<>,;]+@[^\s<>,;]+")  # in a pasted line
SEPARATORS = " \t,;<>\"'"  # stripped around a pasted name


class Problem(StrEnum):
    """What can be wrong in a column of a row."""

    MISSING = "missing"
    LONG = "long"
    BAD = "bad"
    TWICE = "twice"
    UNKNOWN = "unknown"


class Mistake(NamedTuple):
    """A column of a row, and what is wrong in it."""

    field: str
    wrong: Problem


PROBLEM_TEXTS = {  # problem and remedy, for name and address; for others see `fields.Column`
    Mistake("name", Problem.MISSING): (_("This is missing."), _("Write the name.")),
    Mistake("name", Problem.LONG): (_("This is too long."), _("Write at most 120 characters.")),
    Mistake("email", Problem.MISSING): (_("This is missing."), _("Write the e-mail address.")),
    Mistake("email", Problem.BAD): (
        _("This is not an e-mail address."),
        _("Write it like name@example.org."),
    ),
    Mistake("email", Problem.TWICE): (
        _("The same address is in line {line}."),  # For translators: {line} is the number of a line
        _("Remove one of the two."),
    ),
}


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row of a name list. `number`: its line. `state`: of a registration that already exists."""

    number: int
    cells: dict[str, str]
    mistakes: list[Mistake] = field(default_factory=list)
    first: int = 0  # the earlier line with the same address
    state: str = ""

    @property
    def is_good(self) -> bool:
        """Whether the row has no mistake and its person is not registered yet."""
        return not self.mistakes and not self.state

    @property
    def name(self) -> str:
        return self.cells.get("name", "")

    @property
    def email(self) -> str:
        return self.cells.get("email", "")

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"mistakes": [[name, wrong.value] for name, wrong in self.mistakes]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        mistakes = [Mistake(name, Problem(wrong)) for name, wrong in stored["mistakes"]]
        return cls(**{**stored, "mistakes": mistakes})


def accepted_words() -> list[tuple[str, list[str]]]:
    """Return columns that accept only certain words: the label of each, and these words."""
    columns = ((str(row.label), row.column) for row in fields.FIELDS_IN_FORM_ORDER)
    choices = ((label, column.choices) for label, column in columns if column)
    return [(label, [word for _code, word in words()[1:]]) for label, words in choices if words]


def read_file(content: bytes, *, today: date) -> list[ListRow]:
    """Return the rows of a CSV file, or of the first sheet of an XLSX. Errors: FileTooLarge,
    FileNotReadable, trainings_roster_no_table, trainings_roster_columns_missing,
    trainings_roster_long."""
    upload = tables.SentFile.from_content(content)
    if upload.kind not in (enums.ImportKind.CSV, enums.ImportKind.XLSX):
        raise TrainingRefusal("trainings_roster_no_table")
    try:
        table = tables.parse_table(upload, "roster", today=today)
    except errors.FileEncodingUnclear:
        guesses = reader.likely_encodings(content)
        if not guesses:
            raise TrainingRefusal("trainings_roster_no_table") from None
        table = tables.parse_table(upload._replace(encoding=guesses[0]), "roster", today=today)
    mapping = map_headings(table.columns)
    if missing := find_missing_columns(mapping):
        raise TrainingRefusal("trainings_roster_columns_missing", columns=", ".join(missing))
    _must_not_have_too_many_rows(len(table.rows))
    rows = (ListRow(line.number, _cells_by_column(line.texts, mapping)) for line in table.rows)
    return [row for row in rows if any(row.cells.values())]


def read_text(text: str) -> list[ListRow]:
    """Return a row for each pasted line of a name and an address. Errors: trainings_roster_long."""
    lines = text.splitlines()
    _must_not_have_too_many_rows(len(lines))
    filled = ((number, line) for number, line in enumerate(lines, 1) if line.strip(SEPARATORS))
    return [_parse_pasted_line(number, line) for number, line in filled]


def _parse_pasted_line(number: int, line: str) -> ListRow:
    """Return the first address in a pasted line, "" without one, and the rest as the name."""
    address = EMAIL_PATTERN.search(line)
    email = address[0] if address else ""
    line_without_email = line.replace(email, " ", 1) if email else line
    name = " ".join(re.split(r"[\s,;<>\"]+", line_without_email))
    return ListRow(number, {"name": name.strip(SEPARATORS), "email": email})


def _cells_by_column(cells: Mapping[str, str], mapping: dict[str, str]) -> dict[str, str]:
    """Return filled cells by our column; `mapping`: from our columns to headings of the list."""
    values = {ours: cells.get(heading, "").strip() for ours, heading in mapping.items()}
    name_parts = [values.pop(part, "") for part in NAME_PARTS]
    if not values.get("name"):
        values["name"] = " ".join(filter(None, name_parts))
    return {ours: values[ours] for ours in COLUMN_NAMES if values.get(ours)}


def _must_not_have_too_many_rows(row_count: int) -> None:
    if row_count > MAX_ROWS:
        raise TrainingRefusal("trainings_roster_long", found=row_count, most=MAX_ROWS)


class Heading(data_tables.Record):
    """The headings that stand for a column, in the languages of the consortium."""

    names: tuple[str, ...]


@cache
def _column_by_heading() -> dict[str, str]:
    records = data_tables.load("trainings", "roster_columns", Heading)
    return {fold(name): code for code, row in records.items() for name in (code, *row.names)}


def map_headings(headings: Sequence[str]) -> dict[str, str]:
    """Return the heading in a list for each of our columns; if two headings fit, the first counts.
    In a list with one column for names, “nom” is the whole name and not the family name."""
    mapping: dict[str, str] = {}
    for heading in headings:
        column = _column_by_heading().get(fold(heading.replace("_", " ")))
        if column:
            mapping.setdefault(column, heading)
    if "last_name" in mapping and not mapping.keys() & {"name", "first_name"}:
        mapping["name"] = mapping.pop("last_name")
    return mapping


def find_missing_columns(mapped_columns: dict[str, str]) -> list[str]:
    has_parts = all(part in mapped_columns for part in NAME_PARTS)
    present = {*mapped_columns, "name"} if has_parts else {*mapped_columns}
    return [column for column in REQUIRED_COLUMNS if column not in present]


def check_rows(rows: Iterable[ListRow], registered: Mapping[str, str]) -> list[ListRow]:
    """Return all rows with their mistakes. `registered`: by address, the state of registrations."""
    seen: dict[str, int] = {}
    checked_rows = []
    for row in rows:
        email, mistakes, first = rules.fold_email(row.email), [*_find_mistakes(row)], 0
        if email and seen.setdefault(email, row.number) != row.number:
            first = seen[email]
            mistakes.append(Mistake("email", Problem.TWICE))
        state = "" if mistakes else registered.get(email, "")
        checked_rows.append(replace(row, mistakes=mistakes, first=first, state=state))
    return checked_rows


def participant_values(row: ListRow, country: str, language: str) -> dict[str, Any]:
    """Return the participant data of a good row; `country` and `language` are the defaults."""
    defaults = {"country": country, "language": language}
    columns = fields.LIST_COLUMNS.items()
    codes = {name: column.read(row.cells.get(name, "")) for name, column in columns}
    return {name: code or defaults.get(name, "") for name, code in codes.items()}


def _find_mistakes(row: ListRow) -> Iterator[Mistake]:
    if not row.name:
        yield Mistake("name", Problem.MISSING)
    elif len(row.name) > fields.NAME_LENGTH:
        yield Mistake("name", Problem.LONG)
    if not row.email:
        yield Mistake("email", Problem.MISSING)
    elif not _is_valid_email(row.email):
        yield Mistake("email", Problem.BAD)
    for name, column in fields.LIST_COLUMNS.items():
        if column.read(row.cells.get(name, "")) is None:
            yield Mistake(name, Problem.UNKNOWN)


def _is_valid_email(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= fields.EMAIL_LENGTH

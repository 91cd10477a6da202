"""Propose a mapping of a file's columns to ours by name and content. The user decides. Pure. In a
file without headings a column's name may itself tell where a shelter is: only known column names
are stored as they are, all others as a fingerprint."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import NamedTuple

from django.utils.crypto import salted_hmac
from rapidfuzz import fuzz

from protect.directory.protection import address_patterns, erasure
from protect.interchange.errors import InterchangeRefusal
from protect.interchange.imports.files import columns as our_columns, reader
from protect.interchange.imports.row import Row
from protect.reference import vocabulary
from protect.reference.lookup.fold import fold

SAMPLE_SIZE = 200  # cells of a column by which its content is recognised
# Scores of guesses. That of a guess by a similar name is between the last two.
SAVED_SCORE, OWN_NAME_SCORE, SYNONYM_SCORE, WORD_SCORE, CONTENT_SCORE = 400, 300, 200, 150, 50
MIN_SIMILARITY = 88  # of 100: one or two letters differ
MIN_MATCHING_SHARE = 0.6  # of the cells that are not empty
PHONE = re.compile(r"\+?[\d\s()./-]{6,}(?:\|\w+)?")
DECIMAL_DEGREES = re.compile(r"-?\d{1,3}\.\d{2,}")  # a coordinate, so no phone number
HOURS = re.compile(r"(?i)\d{1,2}(?:[:.h]\d{2})?\s*(?:-|–|to|à|bis|tot)\s*\d{1,2}(?:[:.h]\d{2})?")
LEFT_OUT_MARK = ""  # in place of our column: a column that is not imported
ADDRESS_MARK = "*place"  # mapped to no column of ours, but holds addresses; not stored
FINGERPRINT_PREFIX = "~"  # before the stored hash of a column name
MAX_ADDRESS_LENGTH = 100  # characters; a longer text is not an address
MIN_STREET_CELLS = 2  # one cell that looks like an address may be in any column
FREE_TEXT_COLUMNS = frozenset(  # a column of these is suspected if its cells are mostly streets
    {"organisation", "service", "description", "audience", "how_to_access", "area_served"}
    | {"restrictions", "notes", *our_columns.FACT_COLUMNS}
)
ADDRESS_COLUMNS = frozenset({"address", "postal_code"})
STREET_NAME_WORDS = frozenset({"der", "des", "das", "del", "dal"})  # “Straße der Freiheit”

type Columns = Mapping[str, str]  # ours → the file's


class Guess(NamedTuple):
    """A heading of the file that may mean one of our columns, and how likely it is."""

    score: float
    ours: str
    heading: str


def propose(rows: Sequence[Row], columns: Sequence[str], saved: Columns | None = None) -> Columns:
    """Return a proposed mapping: our column → the file's heading. `saved`: the mapping stored for
    the source, from the `storable_name` of a heading to our column or a mark."""
    guesses: list[Guess] = []
    for heading in columns:
        saved_column = (saved or {}).get(storable_name(heading))
        if saved_column not in {LEFT_OUT_MARK, ADDRESS_MARK}:
            guesses += _guesses(heading, _sample_cells(rows, heading), saved_column)
    mapping: dict[str, str] = {}
    for guess in sorted(guesses, key=lambda guess: (-guess.score, guess.ours, guess.heading)):
        if guess.ours not in mapping and guess.heading not in mapping.values():
            mapping[guess.ours] = guess.heading
    return mapping


def mapped_headings(columns: Sequence[str], saved_mapping: Columns) -> Columns:
    """Return our column → the file's heading; `saved_mapping`: `storable_name` → our column."""
    pairs = ((saved_mapping.get(storable_name(heading)), heading) for heading in columns)
    return {column: heading for column, heading in pairs if column in our_columns.OUR_COLUMNS}


def address_headings(columns: Sequence[str], saved_mapping: Columns) -> list[str]:
    """Return the headings that a saved mapping marks as addresses."""
    return [name for name in columns if saved_mapping.get(storable_name(name)) == ADDRESS_MARK]


def unmapped_address_columns(rows: Sequence[Row], left_out: Collection[str]) -> list[str]:
    """Return columns of `left_out` named like addresses; without any, those of coordinates."""
    address_columns = {*erasure.PLACE_COLUMNS} - {"city"}
    by_name = [name for name in left_out if _columns_for_heading(name) & address_columns]
    contents = ((name, _columns_for_cells(_sample_cells(rows, name))) for name in left_out)
    return by_name or [name for name, columns in contents if columns & address_columns]


def _columns_for_heading(heading: str) -> set[str]:
    return {our_columns.for_heading(heading), our_columns.for_heading_word(heading)}


def suspected_columns(rows: Sequence[Row], columns: Columns, headings: Sequence[str]) -> list[str]:
    """Return the `headings` that seem to belong to addresses but are not mapped to a place.
    `headings`: all but those marked as addresses. `columns`: our column → the file's. A column is
    suspected by its name or, if it is free text or unmapped, by its cells."""
    column_by_heading = {heading: column for column, heading in columns.items()}
    suspects = []
    for heading in headings:
        column, cells = column_by_heading.get(heading, LEFT_OUT_MARK), _sample_cells(rows, heading)
        if cells and column not in erasure.PLACE_COLUMNS:
            is_free_text = column in FREE_TEXT_COLUMNS | {LEFT_OUT_MARK}
            if _is_address_heading(heading) or (is_free_text and _are_mostly_streets(cells)):
                suspects.append(heading)
    return suspects


def _is_address_heading(heading: str) -> bool:
    column = our_columns.for_heading(heading) or our_columns.for_heading_word(heading)
    return column in ADDRESS_COLUMNS


def storable_name(heading: str) -> str:
    """Return a column's name if it is a known one, else a fingerprint that may be stored.
    It uses the installation's secret key, so that a list of streets cannot reveal the name."""
    if our_columns.for_heading(heading):
        return heading
    digest = salted_hmac("directory.column", heading, algorithm="sha256").hexdigest()
    return FINGERPRINT_PREFIX + digest[:16]


def unmarked_address_columns(
    table: reader.Table,
    columns: Columns,
    marked_columns: Collection[str],
    may_be_shelter: Callable[[Row], bool],
) -> list[str]:
    """Return columns that seem to hold addresses but are neither mapped nor marked as such; none if
    no row may be a shelter. Their cells would be stored, or not removed from other cells.
    `columns`: our column → the file's. `marked_columns`: marked by the user as addresses."""
    others = [name for name in table.columns if name not in marked_columns]
    suspects = suspected_columns(table.rows, columns, others)
    return suspects if suspects and any(map(may_be_shelter, table.rows)) else []


def require_marked_columns(
    table: reader.Table,
    columns: Columns,
    marked_columns: Collection[str],
    may_be_shelter: Callable[[Row], bool],
) -> None:
    """Refuse a file of shelters in which columns with addresses are neither mapped nor marked.
    The message has the numbers of these columns, because their names may be addresses."""
    if suspects := unmarked_address_columns(table, columns, marked_columns, may_be_shelter):
        numbers = map(str, sorted(table.columns.index(name) + 1 for name in suspects))
        raise InterchangeRefusal("interchange_import_places_unnamed", columns=", ".join(numbers))


def missing_columns(columns: Collection[str]) -> list[str]:
    """Return the required columns, other than the country, that are not mapped."""
    return [name for name in our_columns.REQUIRED_COLUMNS if name not in {*columns, "country"}]


def _guesses(heading: str, cells: Sequence[str], saved_column: str | None) -> Iterable[Guess]:
    if saved_column in our_columns.OUR_COLUMNS:
        yield Guess(SAVED_SCORE, saved_column, heading)
    name = our_columns.fold_heading(heading)
    if ours := our_columns.for_heading(heading):
        yield Guess(OWN_NAME_SCORE if name == fold(ours) else SYNONYM_SCORE, ours, heading)
        return
    if ours := our_columns.for_heading_word(heading):
        yield Guess(WORD_SCORE, ours, heading)
        return
    for column_name, ours in our_columns.columns_by_known_name().items():
        if (likeness := fuzz.ratio(name, column_name)) >= MIN_SIMILARITY:
            yield Guess(CONTENT_SCORE + likeness, ours, heading)
    if _are_mostly_streets(cells):
        yield Guess(CONTENT_SCORE, "address", heading)
    for ours in _columns_for_cells(cells):
        yield Guess(CONTENT_SCORE, ours, heading)


def _are_mostly_streets(cells: Sequence[str]) -> bool:
    count = sum(map(_is_street, cells))
    return count >= max(MIN_STREET_CELLS, MIN_MATCHING_SHARE * len(cells))


def _is_street(cell: str) -> bool:
    if len(cell) > MAX_ADDRESS_LENGTH or not any(char.isdigit() for char in cell):
        return False
    is_sentence = _sentence_words() & set(fold(cell).split()) or address_patterns.has_link(cell)
    return not is_sentence and address_patterns.name_resembles_address(cell)


@cache
def _sentence_words() -> frozenset[str]:
    """Return words that occur in sentences but not in addresses."""
    words = address_patterns.word_list("stops") - STREET_NAME_WORDS
    return frozenset(word for word in words if len(word) > 2)


def _sample_cells(rows: Sequence[Row], heading: str) -> list[str]:
    return list(islice((cell for row in rows if (cell := row[heading])), SAMPLE_SIZE))


def _columns_for_cells(cells: Sequence[str]) -> set[str]:
    return {
        column
        for column, matches in CONTENT_TESTS.items()
        if cells and sum(map(matches, cells)) >= MIN_MATCHING_SHARE * len(cells)
    }


def _is_phone(cell: str) -> bool:
    has_enough_digits = sum(char.isdigit() for char in cell) >= 6
    numbers = map(str.strip, re.split("[;,]", cell))
    return has_enough_digits and all(map(PHONE.fullmatch, numbers))


def _degrees_between(minimum: float, maximum: float) -> Callable[[str], bool]:
    return lambda cell: bool(DECIMAL_DEGREES.fullmatch(cell)) and minimum <= float(cell) <= maximum


CONTENT_TESTS: dict[str, Callable[[str], bool]] = {
    "phones": lambda cell: not DECIMAL_DEGREES.fullmatch(cell) and _is_phone(cell),
    "email": lambda cell: "@" in cell and " " not in cell.strip(),
    "website": lambda cell: cell.casefold().startswith(("http://", "https://", "www.")),
    "country": lambda cell: cell.upper() in vocabulary.countries(),
    "latitude": _degrees_between(33.0, 72.0),  # in Europe; the ranges do not overlap
    "longitude": _degrees_between(-32.0, 32.9),
    "opening_hours": lambda cell: bool(HOURS.search(cell)),
}

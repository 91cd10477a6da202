"""Which column of a file means what: proposed by names and by content, chosen by a person. Pure.

What a column is called may itself tell where a shelter is, where a file has no header: only
names that are known for a column are kept as they are, others as a fingerprint.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import NamedTuple

from django.utils.crypto import salted_hmac
from rapidfuzz import fuzz

from protect.directory.protection import address_patterns, erasure
from protect.interchange.errors import InterchangeRefusal
from protect.interchange.imports.files.columns import (
    FACT_COLUMNS,
    NEEDED,
    OURS,
    by_name,
    by_word,
    folded,
    names,
)
from protect.interchange.imports.files.reader import Table
from protect.interchange.imports.row import Row
from protect.reference import vocabulary
from protect.reference.lookup.fold import fold

SAMPLE = 200  # cells that content is told by
# Scores; a similar name lies between the last two.
SAVED, OWN, SYNONYM, WORD, CONTENT = 400, 300, 200, 150, 50
ALIKE = 88  # of 100: names that differ by a letter or two
MOSTLY = 0.6  # of the cells that hold something
PHONE = re.compile(r"\+?[\d\s()./-]{6,}(?:\|\w+)?")
NUMBER = re.compile(r"-?\d{1,3}\.\d{2,}")
HOURS = re.compile(
    r"\d{1,2}(?:[:.h]\d{2})?\s*(?:-|–|to|à|bis|tot)\s*\d{1,2}(?:[:.h]\d{2})?", re.IGNORECASE
)
LEFT_OUT = ""
PLACE = "*place"  # in place of a column of ours: it says where a service is, and is not kept
FINGERPRINT = "~"  # begins the fingerprint of a name
LONGEST_ADDRESS = 100  # characters: more is a story in which one may stand
FEWEST = 2  # cells that read like addresses: one may be in any column
# Columns of free text: their cells are stored as they came.
IN_WORDS = frozenset(
    {"organisation", "service", "description", "audience", "how_to_access", "area_served"}
    | {"restrictions", "notes", *FACT_COLUMNS}
)
STREETS = frozenset({"address", "postal_code"})
IN_STREETS = frozenset({"der", "des", "das", "del", "dal"})  # “Straße der Freiheit”

type Columns = Mapping[str, str]  # ours → the file's


class Guess(NamedTuple):
    score: float
    ours: str
    heading: str


def propose(lines: Sequence[Row], columns: Sequence[str], saved: Columns | None = None) -> Columns:
    """Return a mapping, ours → the file's. `saved`: what `kept_name` kept → ours or PLACE."""
    saved_columns = saved or {}
    guesses = [
        guess
        for heading in columns
        if (saved_column := saved_columns.get(kept_name(heading))) not in {LEFT_OUT, PLACE}
        for guess in _guesses(heading, _filled(lines, heading), saved_column)
    ]
    mapping: dict[str, str] = {}
    for guess in sorted(guesses, key=lambda each: (-each.score, each.ours, each.heading)):
        if guess.ours not in mapping and guess.heading not in mapping.values():
            mapping[guess.ours] = guess.heading
    return mapping


def chosen(columns: Sequence[str], saved: Columns) -> Columns:
    saved_columns = {heading: saved.get(kept_name(heading), LEFT_OUT) for heading in columns}
    return {ours: heading for heading, ours in saved_columns.items() if ours in OURS}


def places(columns: Sequence[str], saved: Columns) -> list[str]:
    return [heading for heading in columns if saved.get(kept_name(heading)) == PLACE]


def spots_beside(lines: Sequence[Row], left_out: Collection[str]) -> list[str]:
    """Return the unmapped columns that seem to hold addresses."""
    spots = set(erasure.SPOT_COLUMNS) - {"city"}
    sure = [name for name in left_out if {by_name(name), by_word(name)} & spots]
    return sure or [name for name in left_out if _by_content(_filled(lines, name)) & spots]


def strays(lines: Sequence[Row], columns: Columns, every: Sequence[str]) -> list[str]:
    """Return the columns of a file that seem to hold addresses but are mapped to something else.
    `every` column that is looked at: those that are named as places are none of them. The name of
    the column counts, and its cells where it is mapped to free text."""
    ours_of = {heading: ours for ours, heading in columns.items()}
    return [
        heading
        for heading in every
        if (ours := ours_of.get(heading, LEFT_OUT)) not in erasure.SPOT_COLUMNS
        and (cells := _filled(lines, heading))
        and (
            (by_name(heading) or by_word(heading)) in STREETS
            or (ours in IN_WORDS | {LEFT_OUT} and _are_streets(cells))
        )
    ]


def kept_name(heading: str) -> str:
    """Return the name of a column as it may be kept: as it is if we know it, else a fingerprint.
    The fingerprint needs the installation's secret, so that no list of streets could read it."""
    if by_name(heading):
        return heading
    digest = salted_hmac("directory.column", heading, algorithm="sha256").hexdigest()
    return FINGERPRINT + digest[:16]


def unnamed_places(
    table: Table, columns: Columns, places: Collection[str], may_be_shelter: Callable[[Row], bool]
) -> list[str]:
    """Return the columns that seem to hold addresses and are not named so; none without shelters.
    Cells of an unnamed column are not searched for in the other cells, and those of a column that
    is mapped to another meaning would be stored. So the user must name the column first. `columns`:
    ours → the file's. `places`: columns that the user marked as addresses."""
    others = [name for name in table.columns if name not in places]
    suspects = strays(table.lines, columns, others)
    return suspects if suspects and any(map(may_be_shelter, table.lines)) else []


def places_must_be_named(
    table: Table, columns: Columns, places: Collection[str], may_be_shelter: Callable[[Row], bool]
) -> None:
    """Refuse a file of shelters with such columns, by their numbers: a name may be an address."""
    if suspects := unnamed_places(table, columns, places, may_be_shelter):
        numbers = sorted(table.columns.index(name) + 1 for name in suspects)
        raise InterchangeRefusal(
            "interchange_import_places_unnamed", columns=", ".join(map(str, numbers))
        )


def missing(columns: Collection[str]) -> list[str]:
    """Return the required columns that are missing. The country may be given for all rows."""
    return [ours for ours in NEEDED if ours not in columns and ours != "country"]


def _guesses(heading: str, cells: Sequence[str], saved: str | None) -> Iterable[Guess]:
    if saved in OURS:
        yield Guess(SAVED, saved, heading)
    name = folded(heading)
    if ours := by_name(heading):
        yield Guess(OWN if name == fold(ours) else SYNONYM, ours, heading)
        return
    if ours := by_word(heading):
        yield Guess(WORD, ours, heading)
        return
    for column_name, ours in names().items():
        if (likeness := fuzz.ratio(name, column_name)) >= ALIKE:
            yield Guess(CONTENT + likeness, ours, heading)
    if _are_streets(cells):
        yield Guess(CONTENT, "address", heading)
    for ours in _by_content(cells):
        yield Guess(CONTENT, ours, heading)


def _are_streets(cells: Sequence[str]) -> bool:
    count = sum(map(_is_street, cells))
    return count >= max(FEWEST, MOSTLY * len(cells))


def _is_street(cell: str) -> bool:
    if len(cell) > LONGEST_ADDRESS or not any(char.isdigit() for char in cell):
        return False
    is_told = _sentence_words() & set(fold(cell).split()) or address_patterns.has_link(cell)
    return not is_told and address_patterns.resembles_in_name(cell)


@cache
def _sentence_words() -> frozenset[str]:
    """Return words that occur in sentences but not in addresses."""
    return frozenset(each for each in address_patterns.words("stops") if len(each) > 2) - IN_STREETS


def _filled(lines: Sequence[Row], heading: str) -> list[str]:
    return list(islice((cell for row in lines if (cell := row[heading])), SAMPLE))


def _by_content(cells: Sequence[str]) -> set[str]:
    return {
        ours
        for ours, is_one in CONTENTS.items()
        if cells and sum(map(is_one, cells)) >= MOSTLY * len(cells)
    }


def _is_phone(cell: str) -> bool:
    enough = sum(char.isdigit() for char in cell) >= 6
    return enough and all(PHONE.fullmatch(part.strip()) for part in re.split("[;,]", cell))


def _within(least: float, most: float) -> Callable[[str], bool]:
    return lambda cell: bool(NUMBER.fullmatch(cell)) and least <= float(cell) <= most


CONTENTS: dict[str, Callable[[str], bool]] = {
    "phones": lambda cell: not NUMBER.fullmatch(cell) and _is_phone(cell),
    "email": lambda cell: "@" in cell and " " not in cell.strip(),
    "website": lambda cell: cell.casefold().startswith(("http://", "https://", "www.")),
    "country": lambda cell: cell.upper() in vocabulary.countries(),
    "latitude": _within(33.0, 72.0),  # Europe: what lies between both is the latitude
    "longitude": _within(-32.0, 32.9),
    "opening_hours": lambda cell: bool(HOURS.search(cell)),
}

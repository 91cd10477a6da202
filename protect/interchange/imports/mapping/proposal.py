"""Which column of a file means what: proposed by names and by content, chosen by a person.

Pure. What a column is called may itself tell where a shelter is, where a file has no header: only
names that are known for a column are kept as they are, others as a fingerprint.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import NamedTuple

from django.utils.crypto import salted_hmac
from rapidfuzz import fuzz

from protect.directory.protection import address_patterns
from protect.directory.protection.erasure import SPOT_COLUMNS
from protect.interchange.imports.files.columns import NEEDED, OURS, by_name, by_word, folded, names
from protect.interchange.imports.files.reader import Line
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
# Columns in somebody's words: whatever is written into them is kept as it came.
IN_WORDS = frozenset(
    {
        "organisation",
        "service",
        "description",
        "audience",
        "cost",
        "how_to_access",
        "area_served",
        "restrictions",
        "notes",
    }
)
STREETS = frozenset({"address", "postal_code"})
IN_STREETS = frozenset({"der", "des", "das", "del", "dal"})  # “Straße der Freiheit”

type Columns = Mapping[str, str]  # ours → the file's


class Guess(NamedTuple):
    score: float
    ours: str
    theirs: str


def propose(lines: Sequence[Line], columns: Sequence[str], saved: Columns | None = None) -> Columns:
    """Return a mapping: no column of the file twice, none of ours twice.

    `saved` is that of the last file of this source: its names as `kept_name` keeps them → ours,
    LEFT_OUT or PLACE for what stands for none of ours.
    The order of the columns does not matter.
    """
    known = saved or {}
    guesses = [
        guess
        for theirs in columns
        if (said := known.get(kept_name(theirs))) not in {LEFT_OUT, PLACE}
        for guess in _guesses(theirs, _filled(lines, theirs), said)
    ]
    found: dict[str, str] = {}
    for guess in sorted(guesses, key=lambda each: (-each.score, each.ours, each.theirs)):
        if guess.ours not in found and guess.theirs not in found.values():
            found[guess.ours] = guess.theirs
    return found


def chosen(columns: Sequence[str], saved: Columns) -> Columns:
    """Return the mapping that somebody chose for this file: ours → the file's."""
    said = {theirs: saved.get(kept_name(theirs), LEFT_OUT) for theirs in columns}
    return {ours: theirs for theirs, ours in said.items() if ours in OURS}


def places(columns: Sequence[str], saved: Columns) -> list[str]:
    """Return the columns of a file of which somebody said that they tell where a service is."""
    return [theirs for theirs in columns if saved.get(kept_name(theirs)) == PLACE]


def spots_beside(lines: Sequence[Line], left_out: Collection[str]) -> list[str]:
    """Return the columns that nobody chose and that seem to say where something is."""
    spots = set(SPOT_COLUMNS) - {"city"}
    sure = [name for name in left_out if {by_name(name), by_word(name)} & spots]
    return sure or [name for name in left_out if _by_content(_filled(lines, name)) & spots]


def strays(lines: Sequence[Line], columns: Columns, every: Sequence[str]) -> list[str]:
    """Return the columns of a file that seem to hold addresses and stand for something else.

    `every` column that is looked at: those that are named as places are none of them. What a
    column of ours is called counts, and what stands in it where it is in somebody's words.
    """
    ours_of = {theirs: ours for ours, theirs in columns.items()}
    return [
        theirs
        for theirs in every
        if (ours := ours_of.get(theirs, LEFT_OUT)) not in SPOT_COLUMNS
        and (cells := _filled(lines, theirs))
        and (_is_named_place(theirs) or (ours in IN_WORDS | {LEFT_OUT} and _are_streets(cells)))
    ]


def kept_name(theirs: str) -> str:
    """Return the name of a column as it may be kept: as it is if we know it, else a fingerprint.

    The fingerprint needs the installation's secret, so that no list of streets could read it.
    """
    if by_name(theirs):
        return theirs
    digest = salted_hmac("directory.column", theirs, algorithm="sha256").hexdigest()
    return FINGERPRINT + digest[:16]


def cells_of(line: Line, columns: Columns) -> dict[str, str]:
    """Return the cells of a line under our names."""
    return {ours: line.cells[theirs] for ours, theirs in columns.items() if line.cells.get(theirs)}


def missing(columns: Collection[str]) -> list[str]:
    """Return the columns without which no row can be read. The country may be said for all."""
    return [ours for ours in NEEDED if ours not in columns and ours != "country"]


def _guesses(theirs: str, cells: Sequence[str], saved: str | None) -> Iterable[Guess]:
    if saved in OURS:
        yield Guess(SAVED, saved, theirs)
    name = folded(theirs)
    if ours := by_name(theirs):
        yield Guess(OWN if name == fold(ours) else SYNONYM, ours, theirs)
        return
    if ours := by_word(theirs):
        yield Guess(WORD, ours, theirs)
        return
    for known, ours in names().items():
        if (likeness := fuzz.ratio(name, known)) >= ALIKE:
            yield Guess(CONTENT + likeness, ours, theirs)
    if _are_streets(cells):
        yield Guess(CONTENT, "address", theirs)
    for ours in _by_content(cells):
        yield Guess(CONTENT, ours, theirs)


def _is_named_place(theirs: str) -> bool:
    return (by_name(theirs) or by_word(theirs)) in STREETS


def _are_streets(cells: Sequence[str]) -> bool:
    """Return whether most of these cells are addresses and nothing else."""
    found = sum(map(_is_street, cells))
    return found >= max(FEWEST, MOSTLY * len(cells))


def _is_street(cell: str) -> bool:
    if len(cell) > LONGEST_ADDRESS or not any(char.isdigit() for char in cell):
        return False
    is_told = _told() & set(fold(cell).split())
    return (
        not is_told
        and not address_patterns.has_link(cell)
        and address_patterns.resembles_in_name(cell)
    )


@cache
def _told() -> frozenset[str]:
    """Return words that stand in sentences and in no address."""
    return frozenset(each for each in address_patterns.words("stops") if len(each) > 2) - IN_STREETS


def _filled(lines: Sequence[Line], theirs: str) -> list[str]:
    """Return the first cells of a column in which something stands."""
    return list(islice((cell for line in lines if (cell := line.cells.get(theirs, ""))), SAMPLE))


def _by_content(cells: Sequence[str]) -> set[str]:
    return {
        ours
        for ours, is_one in CONTENTS.items()
        if cells and sum(map(is_one, cells)) >= MOSTLY * len(cells)
    }


def _is_phone(cell: str) -> bool:
    enough = sum(char.isdigit() for char in cell) >= 6
    return enough and all(PHONE.fullmatch(part.strip()) for part in re.split("[;,]", cell))


def _is_web(cell: str) -> bool:
    return cell.casefold().startswith(("http://", "https://", "www."))


def _is_country(cell: str) -> bool:
    return cell.upper() in vocabulary.countries()


def _within(least: float, most: float) -> Callable[[str], bool]:
    return lambda cell: bool(NUMBER.fullmatch(cell)) and least <= float(cell) <= most


CONTENTS: dict[str, Callable[[str], bool]] = {
    "phones": lambda cell: not NUMBER.fullmatch(cell) and _is_phone(cell),
    "email": lambda cell: "@" in cell and " " not in cell.strip(),
    "website": _is_web,
    "country": _is_country,
    "latitude": _within(33.0, 72.0),  # Europe: what lies between both is the latitude
    "longitude": _within(-32.0, 32.9),
    "opening_hours": lambda cell: bool(HOURS.search(cell)),
}

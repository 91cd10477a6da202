"""Which column of a file means what: proposed by names and by content, chosen by a person.

Pure. What a column is called may itself tell where a shelter is, where a file has no header: only
names that are known for a column are kept as they are, others as a fingerprint.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from django.utils.crypto import salted_hmac
from rapidfuzz import fuzz

from protect.directory.importing.protecting import SPOT_COLUMNS
from protect.directory.importing.reading import NEEDED, OPTIONAL, Line
from protect.kernel import tables
from protect.reference import vocabulary
from protect.reference.lookup.fold import fold

OURS = (*NEEDED, *OPTIONAL)
SAMPLE = 200  # lines that content is told by
SAVED, OWN, SYNONYM, CONTENT = 400, 300, 200, 50  # scores; a similar name lies between
ALIKE = 88  # of 100: names that differ by a letter or two
MOSTLY = 0.6  # of the cells that hold something
PHONE = re.compile(r"\+?[\d\s()./-]{6,}(?:\|\w+)?")
NUMBER = re.compile(r"-?\d{1,3}\.\d{2,}")
HOURS = re.compile(
    r"\d{1,2}(?:[:.h]\d{2})?\s*(?:-|–|to|à|bis|tot)\s*\d{1,2}(?:[:.h]\d{2})?", re.IGNORECASE
)
LEFT_OUT = ""
FINGERPRINT = "~"  # begins the fingerprint of a name

type Columns = Mapping[str, str]  # ours → the file's


class Known(tables.Record):
    """What a column of ours is called elsewhere: import_columns.toml."""

    names: tuple[str, ...]
    spot: bool = False


class Guess(NamedTuple):
    score: float
    ours: str
    theirs: str


def propose(lines: Sequence[Line], columns: Sequence[str], saved: Columns | None = None) -> Columns:
    """Return a mapping: no column of the file twice, none of ours twice.

    `saved` is that of the last file of this source: its names as `kept_name` keeps them → ours,
    LEFT_OUT for what somebody left out.
    The order of the columns does not matter.
    """
    known = saved or {}
    guesses = [
        guess
        for theirs in columns
        if (said := known.get(kept_name(theirs))) != LEFT_OUT
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
    return {ours: theirs for theirs, ours in said.items() if ours}


def spots_beside(lines: Sequence[Line], left_out: Collection[str]) -> list[str]:
    """Return the columns that nobody chose and that seem to say where something is."""
    spots = set(SPOT_COLUMNS) - {"city"}
    sure = [name for name in left_out if _by_name(name) & spots]
    return sure or [name for name in left_out if _by_content(_filled(lines, name)) & spots]


def kept_name(theirs: str) -> str:
    """Return the name of a column as it may be kept: as it is if we know it, else a fingerprint.

    The fingerprint needs the installation's secret, so that no list of streets could read it.
    """
    if _by_name(theirs):
        return theirs
    digest = salted_hmac("directory.column", theirs, algorithm="sha256").hexdigest()
    return FINGERPRINT + digest[:16]


def cells_of(line: Line, columns: Columns) -> dict[str, str]:
    """Return the cells of a line under our names."""
    return {ours: line.cells[theirs] for ours, theirs in columns.items() if line.cells.get(theirs)}


def missing(columns: Collection[str]) -> list[str]:
    """Return the columns without which no row can be read. The country may be said for all."""
    return [ours for ours in NEEDED if ours not in columns and ours != "country"]


@cache
def names() -> dict[str, str]:
    """Return every known name of a column, folded, with the column. Our own names come first."""
    known = tables.load("directory", "import_columns", Known)
    found = {fold(ours): ours for ours in OURS}
    for ours in OURS:
        for name in known[ours].names if ours in known else ():
            found.setdefault(fold(name), ours)
    return found


def _guesses(theirs: str, cells: Sequence[str], saved: str | None) -> Iterable[Guess]:
    if saved in OURS:
        yield Guess(SAVED, saved, theirs)
    name = _folded(theirs)
    if ours := names().get(name):
        yield Guess(OWN if name == fold(ours) else SYNONYM, ours, theirs)
        return
    for known, ours in names().items():
        if (likeness := fuzz.ratio(name, known)) >= ALIKE:
            yield Guess(CONTENT + likeness, ours, theirs)
    for ours in _by_content(cells):
        yield Guess(CONTENT, ours, theirs)


def _by_name(theirs: str) -> set[str]:
    ours = names().get(_folded(theirs))
    return {ours} if ours else set()


def _folded(theirs: str) -> str:
    """Return a name without what only numbers it, such as “Phone 2”."""
    return re.sub(r"\s*\d+$", "", fold(theirs.replace("_", " ")))


def _filled(lines: Sequence[Line], theirs: str) -> list[str]:
    return [cell for line in lines[:SAMPLE] if (cell := line.cells.get(theirs, ""))]


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

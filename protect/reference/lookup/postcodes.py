"""Find postcodes of the twelve countries in a typed text, and small localities by name.

Both are rows of reference/data/postcodes: a key (a postcode without spaces, or a folded name), a
name (of a locality) and ids of settlements; ~ marks a settlement that is only near. A file is one
string in memory, read on first use and searched as it is: the largest takes 1 ms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from protect.reference.lookup.fold import fold

FOLDER = Path(__file__).parent.parent / "data" / "postcodes"
NEAR = "~"  # before the id of a settlement that is only the nearest one
NUMBER = re.compile(r"\b\d[\d ]*\b")  # a postcode or the number of a house beside a name
MAX_DROPPED_DIGITS = 2  # of an unknown postcode, to find its neighbours

# Postcodes as `fold` leaves them: the letters of the country, and the form. The group is the part
# that is looked up: the Irish routing key, the letters of Malta, the digits of the Netherlands.
FORMS = {
    "BE": ("b|be", r"(\d{4})"),
    "BG": ("bg", r"(\d{4})"),
    "ES": ("e|es", r"(\d{5})"),
    "GR": ("gr|el", r"(\d{3} ?\d{2})"),
    "HR": ("hr", r"(\d{5})"),
    "HU": ("h|hu", r"(\d{4})"),
    "IE": ("irl|ie", r"([ac-fhknprtv-y]\d[\dw])(?: ?[a-z\d]{4})?"),
    "IT": ("i|it", r"(\d{5})"),
    "MT": ("m|mt", r"([a-z]{3}) ?\d{2,4}"),
    "NL": ("nl", r"(\d{4})(?: ?[a-z]{2})?"),
    "PL": ("pl", r"(\d{2} ?\d{3})"),
    "SI": ("si|slo", r"(\d{4})"),
}
PATTERNS = {
    country: re.compile(rf"(?<!\S)(?:(?:{letters}) ?)?{form}(?!\S)")
    for country, (letters, form) in FORMS.items()
}


@dataclass(frozen=True, slots=True)
class Postcode:
    """A text with the form of a postcode of a country; `is_whole` if it is all that was typed."""

    country: str
    key: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the data: the settlements of a postcode, or the one near a locality."""

    name: str  # of a locality, as the source has it; "" for a postcode
    places: tuple[int, ...]  # ids, those with most localities of a postcode first
    near: frozenset[int] = frozenset()  # those of `places` that are only near


def read_postcodes(folded: str) -> list[Postcode]:
    """Return the longest texts with the form of a postcode, one for each country: 1012 ab is
    Dutch only, 1000 may be of five countries."""
    postcodes_by_length = [
        (match.end() - match.start(), Postcode(country, code_key(match[1]), match[0] == folded))
        for country, pattern in PATTERNS.items()
        if (match := pattern.search(folded))
    ]
    longest = max((length for length, _ in postcodes_by_length), default=0)
    return [postcode for length, postcode in postcodes_by_length if length == longest]


def names_beside(folded: str) -> list[str]:
    """Return what a folded text may name beside numbers: "b 4000 liege" gives "b liege" and, if
    the letters belong to the postcode, "liege"."""
    texts = [folded, *(pattern.sub(" ", folded) for pattern in PATTERNS.values())]
    names = dict.fromkeys(" ".join(NUMBER.sub(" ", text).split()) for text in texts)
    return [name for name in names if name] or [folded]


def code_key(code: str) -> str:
    """Return a postcode as the data has it: folded, without spaces."""
    return fold(code).replace(" ", "")


def rows_of(codes: list[Postcode]) -> list[Row]:
    """Return the rows of postcodes; if all are unknown, those of similar postcodes, as near."""
    rows = [row for code in codes for row in find_rows(code.country, code.key)]
    for dropped in range(1, MAX_DROPPED_DIGITS + 1):
        starts = [(code.country, code.key[:-dropped]) for code in codes if code.key.isdigit()]
        rows = rows or [
            replace(row, near=frozenset(row.places))
            for country, start in starts
            for row in find_rows(country, start, whole=False)
        ]
    return rows


def find_rows(country: str, key: str, *, whole: bool = True) -> Iterator[Row]:
    """Yield the rows of a country with a key, or if not `whole` with a key that starts so."""
    text, start = _read_text(country), f"\n{key}\t" if whole else f"\n{key}"
    position = text.find(start)
    while position >= 0:
        end = text.index("\n", position + 1)
        _, name, places = text[position + 1 : end].split("\t")
        ids = [int(place.removeprefix(NEAR)) for place in places.split("|")]
        near = frozenset(int(place[1:]) for place in places.split("|") if place[0] == NEAR)
        yield Row(name, tuple(ids), near)
        position = text.find(start, end)


@cache
def _read_text(country: str) -> str:
    """Return the files of a country as one text: one file for each licence."""
    files = sorted(FOLDER.glob(f"{country}*.tsv"))
    return "\n".join(file.read_text(encoding="utf-8") for file in files) + "\n"

"""Words of the file for our codes: matched if they are unambiguous, else mapped by the user."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from babel import Locale
from rapidfuzz import process

from protect.interchange.imports.values import hours, terms
from protect.kernel import tables
from protect.reference import vocabulary
from protect.reference.lookup.fold import fold

LISTS = ("categories", "languages", "audience")  # cells that hold several
NEAREST = 3
WINDOW = re.compile(r"(.*?)(\[.*\])?", re.DOTALL)
YES_OR_NO = ("yes", "no")

type Chosen = Mapping[str, Mapping[str, str]]  # our column → their word → our code


class UnknownWord(NamedTuple):
    column: str
    word: str
    rows: int  # that have it


@cache
def codes_by_name(column: str) -> dict[str, str]:
    """Return what people write for the codes of a column, folded, each with its code."""
    codes_by_name = {fold(code): code for code in codes(column)}
    for name, code in (*_named(column), *_listed(column)):
        codes_by_name.setdefault(fold(name), code)
    return {name: code for name, code in codes_by_name.items() if name}


@cache
def codes(column: str) -> tuple[str, ...]:
    return tuple(CODED[column]())


def coded(cells: Mapping[str, str], chosen: Chosen) -> dict[str, str]:
    """Return cells with our codes, for words that were mapped or are unambiguous."""
    result = dict(cells)
    for column in CODED.keys() & cells.keys():
        parts = [_code(column, part, chosen.get(column, {})) for part in _parts(column, cells)]
        result[column] = ";".join(parts)
    return result


def unknown_words(rows: Iterable[Mapping[str, str]], chosen: Chosen) -> list[UnknownWord]:
    """Return the words that are no codes yet, those of most rows first."""
    counted: Counter[tuple[str, str]] = Counter()
    for cells in rows:
        for column in CODED.keys() & cells.keys():
            mapped = chosen.get(column, {})
            words = {_split(part)[0] for part in _parts(column, cells)} - {"", *mapped}
            strange = (word for word in words if fold(word) not in codes_by_name(column))
            counted.update((column, word) for word in strange)
    order = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    return [UnknownWord(column, word, rows) for (column, word), rows in order]


def nearest(column: str, word: str) -> list[str]:
    near = process.extract(fold(word), list(codes_by_name(column)), limit=None)
    return list(dict.fromkeys(codes_by_name(column)[name] for name, _score, _at in near))[:NEAREST]


def _code(column: str, part: str, chosen: Mapping[str, str]) -> str:
    word, window = _split(part)
    return f"{chosen.get(word) or codes_by_name(column).get(fold(word), word)}{window}"


def _split(part: str) -> tuple[str, str]:
    match = WINDOW.fullmatch(part)
    return (match[1].strip(), match[2] or "") if match else (part, "")


def _parts(column: str, cells: Mapping[str, str]) -> list[str]:
    """Return the words of a cell. Lists are cut at semicolons; a plain word list at commas too."""
    text = cells[column]
    if column not in LISTS:
        return [text.strip()]
    words: list[str] = []
    for part in map(str.strip, hours.BETWEEN_LANGUAGES.split(text)):
        is_one = "[" in part or fold(part) in codes_by_name(column)
        words += [part] if is_one else part.split(",")
    return [word.strip() for word in words if word.strip()]


def _named(column: str) -> Iterator[tuple[str, str]]:
    if column == "categories":
        yield from ((each.name, code) for code, each in vocabulary.categories().items())
    if column == "languages":
        for tag, language in vocabulary.languages().items():
            yield from ((name, tag) for name in (language.english, language.endonym))
            yield language.iso639_3, tag
    if column == "country":
        for code, country in vocabulary.countries().items():
            yield Locale("en").territories.get(code, ""), code
            yield from ((name, code) for name in (*country.aliases, *country.endonyms.values()))


def _listed(column: str) -> Iterator[tuple[str, str]]:
    for path in tables.files("interchange", "import_words"):
        for code, names in tables.read(path).get(column, {}).items():
            yield from ((name, code) for name in names)


CODED: dict[str, Callable[[], Iterable[str]]] = {
    "categories": lambda: vocabulary.categories(),
    "country": lambda: vocabulary.countries(),
    "languages": lambda: vocabulary.languages(),
    "genders_served": lambda: terms.GENDERS,
    "audience": lambda: terms.AUDIENCES,
    "legal_status": lambda: ("unknown", *terms.STATUSES),
    "tells_police": lambda: ("unknown", *terms.REPORTS),
    "tells_migration_authority": lambda: ("unknown", *terms.REPORTS),
    "professionals_only": lambda: YES_OR_NO,
    "confidence": lambda: ("high", "medium", "low"),
}

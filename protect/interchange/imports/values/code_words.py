"""Replace words of a file by our codes: unambiguous ones by lists, others as mapped."""

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

LIST_COLUMNS = ("categories", "languages", "audience")  # their cells hold several words
MAX_NEAREST_CODES = 3
WORD_WITH_HOURS = re.compile(r"(.*?)(\[.*\])?", re.DOTALL)
YES_OR_NO = ("yes", "no")  # our codes; the words of a file are replaced by them

type Words = Mapping[str, Mapping[str, str]]  # our column → their word → our code


class UnknownWord(NamedTuple):
    column: str
    word: str
    rows: int  # number of rows with the word


@cache
def codes_by_name(column: str) -> dict[str, str]:
    """Return the known names of a column's codes, folded, each with its code."""
    codes_by_name = {fold(code): code for code in column_codes(column)}
    for name, code in (*_vocabulary_names(column), *_listed_names(column)):
        codes_by_name.setdefault(fold(name), code)
    return {name: code for name, code in codes_by_name.items() if name}


@cache
def column_codes(column: str) -> tuple[str, ...]:
    return tuple(CODES_BY_COLUMN[column]())


def replace_words(cells: Mapping[str, str], mapping: Words) -> dict[str, str]:
    """Return cells with our codes in place of words that were mapped or are unambiguous."""
    result = dict(cells)
    for column in CODES_BY_COLUMN.keys() & cells.keys():
        words, parts = mapping.get(column, {}), _split_cell(column, cells)
        result[column] = ";".join(_replace_word_with_code(column, part, words) for part in parts)
    return result


def unknown_words(rows: Iterable[Mapping[str, str]], mapping: Words) -> list[UnknownWord]:
    """Return the words that are neither known for a code nor mapped, most frequent first."""
    rows_by_word: Counter[tuple[str, str]] = Counter()
    for cells in rows:
        for column in CODES_BY_COLUMN.keys() & cells.keys():
            words = {_split_word_and_hours(part)[0] for part in _split_cell(column, cells)}
            words -= {"", *mapping.get(column, {})}
            unknown = (word for word in words if fold(word) not in codes_by_name(column))
            rows_by_word.update((column, word) for word in unknown)
    order = sorted(rows_by_word.items(), key=lambda item: (-item[1], item[0]))
    return [UnknownWord(column, word, rows) for (column, word), rows in order]


def nearest_codes(column: str, word: str) -> list[str]:
    """Return the three codes with the names most like a word of a file, best first."""
    matches = process.extract(fold(word), list(codes_by_name(column)), limit=None)
    codes = dict.fromkeys(codes_by_name(column)[name] for name, _score, _at in matches)
    return list(codes)[:MAX_NEAREST_CODES]


def _replace_word_with_code(column: str, part: str, code_by_word: Mapping[str, str]) -> str:
    word, window = _split_word_and_hours(part)
    return f"{code_by_word.get(word) or codes_by_name(column).get(fold(word), word)}{window}"


def _split_word_and_hours(part: str) -> tuple[str, str]:
    match = WORD_WITH_HOURS.fullmatch(part)
    return (match[1].strip(), match[2] or "") if match else (part, "")


def _split_cell(column: str, cells: Mapping[str, str]) -> list[str]:
    """Return a cell's words. Lists split at “;”; parts without hours or known name, at “,”."""
    text = cells[column]
    if column not in LIST_COLUMNS:
        return [text.strip()]
    words: list[str] = []
    for part in map(str.strip, hours.LANGUAGE_SEPARATOR.split(text)):
        is_one = "[" in part or fold(part) in codes_by_name(column)
        words += [part] if is_one else part.split(",")
    return [word.strip() for word in words if word.strip()]


def _vocabulary_names(column: str) -> Iterator[tuple[str, str]]:
    """Yield the names that the vocabulary of a column has, each with its code."""
    if column == "categories":
        yield from ((category.name, code) for code, category in vocabulary.categories().items())
    if column == "languages":
        for tag, language in vocabulary.languages().items():
            yield from ((name, tag) for name in (language.english, language.endonym))
            yield language.iso639_3, tag
    if column == "country":
        for code, country in vocabulary.countries().items():
            yield Locale("en").territories.get(code, ""), code
            yield from ((name, code) for name in (*country.aliases, *country.endonyms.values()))


def _listed_names(column: str) -> Iterator[tuple[str, str]]:
    """Yield the names that import_words.toml lists for a column, with their codes."""
    for path in tables.find_files("interchange", "import_words"):
        for code, names in tables.read_toml(path).get(column, {}).items():
            yield from ((name, code) for name in names)


CODES_BY_COLUMN: dict[str, Callable[[], Iterable[str]]] = {
    "categories": lambda: vocabulary.categories(),
    "country": lambda: vocabulary.countries(),
    "languages": lambda: vocabulary.languages(),
    "genders_served": lambda: terms.GENDER_CONDITIONS,
    "audience": lambda: terms.AUDIENCES,
    "legal_status": lambda: ("unknown", *terms.STATUSES),
    "tells_police": lambda: ("unknown", *terms.REPORTING_ANSWERS),
    "tells_migration_authority": lambda: ("unknown", *terms.REPORTING_ANSWERS),
    "professionals_only": lambda: YES_OR_NO,
    "confidence": lambda: ("high", "medium", "low"),
}

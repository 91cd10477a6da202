"""Checks of a translation against its source text, with translate-toolkit. Some problems refuse
the text, because a reader could be sent wrong; others are hints for the translator."""

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from translate.filters.checks import CheckerConfig, StandardChecker
from translate.storage.xliff import xliffunit

# Names of filters of translate-toolkit.
REFUSING = ("numbers", "pythonbraceformat")
HINTING = ("doublewords", "emails", "endpunc", "urls")
DIRECTION = "direction"  # problem: characters that turn the direction of what follows
LONG = "long"  # problem: much longer than the source, for a phone or a poster
HARD = "hard"  # problem: a sentence with many words
DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")
SENTENCE_END = re.compile(r"[.!?؟।።:…]+")
MAX_GROWTH = 1.6  # times the characters of the source, from MIN_LENGTH on
MIN_LENGTH = 40  # characters; shorter texts may grow more
MAX_WORDS = 22  # in a sentence, for a reader at level B1
LIKE = {"ti": "am", "prs": "fa", "ckb": "ar", "kmr": "ku"}  # languages that translate-toolkit knows


class Problems(NamedTuple):
    refusing: tuple[str, ...] = ()  # codes
    hints: tuple[str, ...] = ()


def find_problems(source: str, text: str, tag: str) -> Problems:
    """Return what is wrong with a translation in language `tag`, and what may be."""
    found = _findings(source, text, tag)
    if "numbers" in _findings(text, source, tag):  # the library misses a number that was added
        found.add("numbers")
    refusing = [name for name in REFUSING if name in found]
    if DIRECTION_MARKS.search(text):
        refusing.append(DIRECTION)
    hints = [name for name in HINTING if name in found and not refusing]
    if len(text) > max(MIN_LENGTH, len(source) * MAX_GROWTH):
        hints.append(LONG)
    if any(len(sentence.split()) > MAX_WORDS for sentence in SENTENCE_END.split(text)):
        hints.append(HARD)
    return Problems(tuple(refusing), tuple(hints))


def _findings(source: str, text: str, tag: str) -> set[str]:
    """Return the names of the filters of translate-toolkit that find a problem."""
    unit = xliffunit(_western_digits(source))
    unit.target = _western_digits(text)
    return set(_checker(tag).run_filters(unit))


def _western_digits(text: str) -> str:
    """Return a text with its digits as 0 to 9, so that ٧٢ is compared with 72."""
    return "".join(str(unicodedata.digit(each)) if each.isdigit() else each for each in text)


@cache
def _checker(tag: str) -> StandardChecker:
    config = CheckerConfig(targetlanguage=LIKE.get(tag, tag))
    return StandardChecker(checkerconfig=config, limitfilters=[*REFUSING, *HINTING])

"""Checks of a translation against its source text, with translate-toolkit. Some problems refuse
the text, because a reader could be sent wrong; others are hints for the translator."""

import re
import unicodedata
from collections import Counter
from functools import cache
from typing import NamedTuple

from translate.filters.checks import CheckerConfig, StandardChecker
from translate.storage.xliff import xliffunit

from protect.content.texts.references import PATTERN, STRAY_BRACE

# Problems. The first two, and HINTING, are names of filters of translate-toolkit.
NUMBERS, REFERENCES = "numbers", "pythonbraceformat"
HINTING = ("doublewords", "endpunc")
CONTACT = "contact"  # an address on the web that the source does not have
DIRECTION = "direction"  # characters that are not seen
TOO_LONG = "too_long"  # for a page; the library would need minutes
ORDER = "order"  # the same numbers in another order
LONG = "long"  # much longer than the source, for a phone or a poster
HARD = "hard"  # a sentence with many words
MAX_LENGTH = 2_000  # characters of a text
JOINERS_AND_MARKS = "\u200c\u200d\u200e\u200f"  # invisible, and needed in some languages
CONTACT_SIGN = re.compile(r"@|://|\bwww\.", re.IGNORECASE)
NUMBER = re.compile(r"\d+|\{[^{}]*\}")
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
    if len(text) > MAX_LENGTH:
        return Problems((TOO_LONG,))
    source, text = _western_digits(source), _western_digits(text)
    # The library misses a number that was added.
    found = _findings(source, text, tag) | _findings(text, source, tag) & {NUMBERS}
    if _other_numbers(text) - _other_numbers(source):
        found.add(NUMBERS)
    if Counter(PATTERN.findall(text)) != Counter(PATTERN.findall(source)):
        found.add(REFERENCES)
    if STRAY_BRACE.search(PATTERN.sub("", text)):
        found.add(REFERENCES)
    if CONTACT_SIGN.search(text) and not CONTACT_SIGN.search(source):
        found.add(CONTACT)
    if has_hidden_characters(text):
        found.add(DIRECTION)
    refusing = [each for each in (NUMBERS, REFERENCES, CONTACT, DIRECTION) if each in found]
    hints = [name for name in HINTING if name in found and not refusing]
    return Problems(tuple(refusing), (*hints, *_size_hints(source, text)))


def has_hidden_characters(text: str) -> bool:
    """Return whether a text has characters that are not seen, such as those that turn the
    direction of what follows."""
    hidden = (each for each in text if unicodedata.category(each) == "Cf")
    return any(each not in JOINERS_AND_MARKS for each in hidden)


def readability_hints(text: str) -> list[str]:
    """Return the hint that a text has a sentence too long for a reader at level B1, if it has."""
    sentences = SENTENCE_END.split(text)
    return [HARD] if any(count_words(sentence) > MAX_WORDS for sentence in sentences) else []


def count_words(text: str) -> int:
    """Return how many words a text has. A reference counts as one; languages that write no spaces
    have fewer words by this than people would count."""
    return len(text.split())


def _size_hints(source: str, text: str) -> list[str]:
    """Return hints about the order of numbers, and about how long a text is."""
    hints = []
    numbers, expected = NUMBER.findall(text), NUMBER.findall(source)
    if numbers != expected and sorted(numbers) == sorted(expected):
        hints.append(ORDER)
    if len(text) > max(MIN_LENGTH, len(source) * MAX_GROWTH):
        hints.append(LONG)
    return [*hints, *readability_hints(text)]


def _findings(source: str, text: str, tag: str) -> set[str]:
    """Return the names of the filters of translate-toolkit that find a problem."""
    unit = xliffunit(source)
    unit.target = text
    return set(_checker(tag).run_filters(unit))


def _western_digits(text: str) -> str:
    """Return a text with its digits as 0 to 9, so that ٧٢ is compared with 72."""
    return "".join(str(unicodedata.decimal(each, each)) for each in text)


def _other_numbers(text: str) -> set[str]:
    """Return the numbers of a text that are no decimal digits, such as ½, Ⅷ or ፸."""
    return {each for each in text if unicodedata.category(each) in {"No", "Nl"}}


@cache
def _checker(tag: str) -> StandardChecker:
    config = CheckerConfig(targetlanguage=LIKE.get(tag, tag))
    return StandardChecker(checkerconfig=config, limitfilters=[NUMBERS, REFERENCES, *HINTING])

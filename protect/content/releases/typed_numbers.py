"""Telephone numbers that are written into texts of pages. A number belongs into the directory,
because one that is corrected there stays wrong in a text."""

import re
import unicodedata
from collections.abc import Collection, Iterator

from protect.content.enums import SegmentKind
from protect.content.released import Pages
from protect.directory.models import Phone
from protect.matching import published
from protect.reference import vocabulary

NUMBER = re.compile(r"\+?\d(?:[\d\s().\-/\u00a0]*\d)?")
DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{4}(?:\s.*)?")
NOT_DIGIT = re.compile(r"\D")
REFERENCE = re.compile(r"\{[^{}]*\}")
MIN_LONG = 7  # digits; a shorter number counts only if the directory has had it


def phone_digits(text: str) -> Iterator[tuple[str, str]]:
    """Yield what looks like a telephone number in a text: as it is written, and its digits."""
    western = "".join(str(unicodedata.decimal(each, each)) for each in REFERENCE.sub(" ", text))
    for found in NUMBER.finditer(western):
        written = found.group().strip()
        if not DATE.fullmatch(written):
            yield written, NOT_DIGIT.sub("", written)


def is_long(written: str, digits: str) -> bool:
    """Return whether a number can only be one of a telephone: with a prefix, and long."""
    return len(digits) >= MIN_LONG and written.startswith(("+", "0"))


def wrong_numbers(pages: Pages) -> dict[str, list[str]]:
    """Return the telephone numbers in texts that are not in the public directory (any more), each
    with the codes of the pages that name it. Errors: django.db.Error before the first snapshot."""
    typed: dict[tuple[str, str], list[str]] = {}
    for code, page in pages.items():
        for segment in page.segments:
            if segment.kind is not SegmentKind.BLOCK:
                for number in phone_digits(segment.text):
                    typed.setdefault(number, []).append(code)
    if not typed:
        return {}
    public, known = _public_digits(), _known_digits()
    return {
        written: list(dict.fromkeys(codes))
        for (written, digits), codes in typed.items()
        if (is_long(written, digits) or _is_among(digits, known)) and not _is_among(digits, public)
    }


def _is_among(digits: str, numbers: Collection[str]) -> bool:
    """Return whether a number as people write it is one of the directory, which has the prefix of
    the country before long ones."""
    if len(digits) < MIN_LONG:
        return digits in numbers
    return any(number.endswith(digits.lstrip("0")) for number in numbers)


def _public_digits() -> set[str]:
    phones = {phone.number for row in published.rows() for phone in row.phones}
    emergency = {
        number.number for row in vocabulary.countries().values() for number in row.emergency
    }
    return {NOT_DIGIT.sub("", each) for each in phones | emergency if each}


def _known_digits() -> set[str]:
    """Return the digits of all numbers that the directory has, also of services that are hidden."""
    return {NOT_DIGIT.sub("", each) for each in Phone.objects.values_list("number", flat=True)}

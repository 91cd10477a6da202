"""The released texts of a material, filled in for a country. A text that is not released in the
language of the paper stands in the language that replaces it."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from protect.content.enums import PageKind, ReferenceKind, SegmentKind
from protect.content.released import ReleasedPage, pages_in
from protect.content.texts.references import Reference, split_text
from protect.kernel.text import plain_isolated_number
from protect.reference import country_facts, vocabulary


class PrintedText(NamedTuple):
    """A text as it is printed. The names are those that the templates of typst read."""

    key: str
    kind: str
    text: str
    tag: str  # BCP 47
    direction: str  # ltr, rtl


def find_page(template: str, tag: str) -> ReleasedPage | None:
    """Return the released page of a template in a language; None if none was released."""
    return pages_in(tag, PageKind.MATERIAL).get(template)


def printed_texts(page: ReleasedPage, country: str) -> list[PrintedText]:
    """Return the texts of a page for a country, without blocks, which only a site can fill."""
    languages = vocabulary.languages()
    return [
        PrintedText(
            segment.key,
            segment.kind.value,
            fill_text(segment.text, country),
            segment.language,
            languages[segment.language].direction,
        )
        for segment in page.segments
        if segment.kind is not SegmentKind.BLOCK
    ]


def fill_text(text: str, country: str) -> str:
    """Return a text with what its references stand for in a country."""
    return "".join(_fill(part, country) for part in split_text(text))


def digest_of(texts: Sequence[PrintedText]) -> str:
    """Return the SHA-256 of texts as they are printed, in hexadecimal digits."""
    joined = "\x1f".join(part for text in texts for part in text)
    return hashlib.sha256(joined.encode()).hexdigest()


def emergency_number(country: str) -> str:
    """Return the general emergency number of a country."""
    return vocabulary.countries()[country].emergency_number


def _fill(part: str | Reference, country: str) -> str:
    """Return a part of a text with what its reference stands for, isolated from the text around."""
    if isinstance(part, str):
        return part
    if part.kind is ReferenceKind.EMERGENCY:
        return plain_isolated_number(emergency_number(country))
    return plain_isolated_number(country_facts.limit(part.name).value)

"""Isolation of text direction on pages, and reduction of a text to one line."""

import re

from django.utils.html import format_html
from django.utils.safestring import SafeString

LRI, FSI, PDI = "\u2066", "\u2068", "\u2069"  # isolates: left to right, first strong, end
NO_BREAK = "\u00a0"
PHONE_NUMBER = re.compile(r"(?<![\w+])\+?\d(?:[ ./-]?\d){3,}(?!\w)")

# Characters that no XML file may have, such as most control characters.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def isolate_direction(value: object) -> SafeString:
    """Return a value in `<bdi>`: its direction does not affect the text around it."""
    return format_html("<bdi>{}</bdi>", value)


def isolate_number(value: object) -> SafeString:
    """Return a number, a time or a phone number in `<bdi>`, always left to right."""
    return format_html('<bdi dir="ltr">{}</bdi>', value)


def isolate_number_in(value: object, number_part: str) -> SafeString:
    """Return a text as HTML in which the substring `number_part` runs left to right."""
    before, middle, after = str(value).partition(number_part)
    return format_html("{}{}{}", before, isolate_number(middle) if middle else "", after)


def plain_isolated_number(value: object) -> str:
    """Return a number, left to right, for plain text (JSON, typst), which has no `<bdi>`."""
    return f"{LRI}{value}{PDI}"


def plain_isolated_name(value: object) -> str:
    """Return a name for plain text and titles, isolated from the direction around it."""
    return f"{FSI}{value}{PDI}"


def isolate_phone_numbers(value: str) -> str:
    """Return a plain text in which what looks like a phone number runs left to right on one line:
    in Arabic, "+385 1 000 0000" would be read as "0000 000 1 385+"."""
    return PHONE_NUMBER.sub(lambda found: f"{LRI}{found[0].replace(' ', NO_BREAK)}{PDI}", value)


def one_line(value: str) -> str:
    """Return a text in one line without invisible characters, so that it imitates no other line."""
    return " ".join("".join(char if char.isprintable() else " " for char in value).split())


def xml_text(value: str) -> str:
    """Return a text for an XML file (SVG, DOCX): characters that XML does not allow become spaces.
    Texts that were pasted have some, and one of them would make the whole file unreadable."""
    return NOT_XML.sub(" ", value)

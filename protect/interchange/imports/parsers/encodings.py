"""Likely encodings of a text, with sample lines from which a user can recognise the right one."""

import json

import charset_normalizer

from protect.interchange.imports.parsers.csv_text import decode
from protect.interchange.imports.parsers.limits import MEGABYTE
from protect.uploads.parsers import Facts, Options
from protect.uploads.refusal_reasons import Refused

# What spreadsheets of the twelve countries save; among all encodings, guesses go astray.
EXPECTED = ("utf_16", "cp1250", "cp1251", "cp1252", "cp1253", "iso8859_2", "iso8859_7", "mac_roman")
CHOICES = 5  # encodings that a refusal names
TELLING = 4  # lines with letters beyond ASCII that show whether an encoding is right
LONGEST_LINE = 120  # characters


def parse(content: bytes, options: Options) -> tuple[Facts, bytes]:
    """Return encodings, the likeliest first, each with telling lines, None if it does not fit."""
    matches = charset_normalizer.from_bytes(content[:MEGABYTE], cp_isolation=list(EXPECTED))
    names = list(dict.fromkeys(match.encoding for match in matches))[:CHOICES]
    return {}, json.dumps([(name, _telling_lines(content, name)) for name in names]).encode()


def _telling_lines(content: bytes, encoding: str) -> list[str] | None:
    try:
        text = decode(content, encoding)
    except Refused:
        return None
    lines = [line[:LONGEST_LINE] for line in text.splitlines() if not line.isascii()]
    return lines[:TELLING]

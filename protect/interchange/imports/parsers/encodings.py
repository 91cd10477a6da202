"""Detect likely encodings of a text, with sample lines to recognise the right one."""

import json

import charset_normalizer

from protect.interchange.imports.parsers.csv_text import decode
from protect.interchange.imports.parsers.limits import MEGABYTE
from protect.uploads.parsers import Facts, Options
from protect.uploads.refusal_reasons import Refused

# Encodings that spreadsheet programs of the twelve countries use. With more, guesses get worse.
TRIED_ENCODINGS = [
    *("utf_16", "cp1250", "cp1251", "cp1252", "cp1253"),
    *("iso8859_2", "iso8859_7", "mac_roman"),
]
MAX_CHOICES = 5  # encodings that a refusal lists and a page offers
MAX_SAMPLE_LINES = 4  # lines with letters beyond ASCII, which show whether an encoding is right
MAX_SAMPLE_LINE_LENGTH = 120  # characters; a longer line is cut


def parse(content: bytes, options: Options) -> tuple[Facts, bytes]:
    """Return as JSON likely encodings, best first, with sample lines or null if not decodable."""
    matches = charset_normalizer.from_bytes(content[:MEGABYTE], cp_isolation=TRIED_ENCODINGS)
    names = list(dict.fromkeys(match.encoding for match in matches))[:MAX_CHOICES]
    return {}, json.dumps([(name, _sample_lines(content, name)) for name in names]).encode()


def _sample_lines(content: bytes, encoding: str) -> list[str] | None:
    """Return the first lines with letters beyond ASCII; None if they cannot be decoded."""
    try:
        text = decode(content, encoding)
    except Refused:
        return None
    lines = [line[:MAX_SAMPLE_LINE_LENGTH] for line in text.splitlines() if not line.isascii()]
    return lines[:MAX_SAMPLE_LINES]

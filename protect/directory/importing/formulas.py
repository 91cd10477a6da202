"""Cells that a spreadsheet shows and never computes."""

from __future__ import annotations

import re

# What begins a formula in a spreadsheet, in the wide forms of East Asian keyboards as well.
FORMULA = re.compile(r"'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
# A number or numbers as dialled with their kinds: nothing in them computes, and a mark in front
# would make another number of it.
NUMBERS = re.compile(r"\+?\d{2,15}(?:\|[a-z]+)?(?:;\+?\d{2,15}(?:\|[a-z]+)?)*|-?\d+(?:\.\d+)?")
MARK = "'"  # what a spreadsheet reads as "this is text"


def safe(value: object) -> object:
    """Return a cell; a text that would be computed gets a mark in front."""
    if not isinstance(value, str):
        return value
    if FORMULA.match(value) and not NUMBERS.fullmatch(value):
        return MARK + value
    return value


def unmarked(text: str) -> str:
    """Return a cell as it was before `safe`."""
    return text[1:] if text.startswith(MARK) and FORMULA.match(text) else text

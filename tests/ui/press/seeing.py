"""How a printed page looks to the eye."""

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import groupby
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream


def pages(pdf: bytes) -> list[PageObject]:
    return list(PdfReader(BytesIO(pdf)).pages)


def as_seen(page: PageObject) -> str:
    """Return what stands on a page from left to right, line by line, whatever the language.

    Glyphs are read in the order in which they are drawn. Text extraction of pypdf and of poppler
    will not do: both turn Arabic around again.
    """
    pieces = sorted(_drawn(page), key=lambda piece: (-piece[0], piece[1]))
    lines = groupby(pieces, key=lambda piece: piece[0])
    return "\n".join(" ".join(text for _, _, text in line) for _, line in lines)


def _drawn(page: PageObject) -> Iterator[tuple[float, float, str]]:
    """Yield height, distance from the left, and the letters of each piece of text.

    typst places every piece by one matrix, without scale or turn of its own, and draws it from
    left to right.
    """
    letters = {name: _letters(font.get_object()) for name, font in _fonts(page).items()}
    moved = [(0.0, 0.0)]
    font = ""
    for operands, operator in ContentStream(page.get_contents(), page.pdf).operations:
        if operator == b"q":
            moved.append(moved[-1])
        elif operator == b"Q":
            moved.pop()
        elif operator == b"cm":
            x, y = moved[-1]
            moved[-1] = (x + float(operands[4]), y + float(operands[5]))
        elif operator == b"Tf":
            font = operands[0]
        elif operator in {b"Tj", b"TJ"}:
            codes = b"".join(part for part in _listed(operands[0]) if isinstance(part, bytes))
            text = "".join(letters[font].get(code, "") for code in _pairs(codes)).strip()
            if text:
                yield round(moved[-1][1], 1), moved[-1][0], text


def _fonts(page: PageObject) -> dict[str, Any]:
    return dict(page["/Resources"].get("/Font", {}))  # a page without text has none


def _listed(operand: Any) -> list[Any]:
    parts = operand if isinstance(operand, list) else [operand]
    return [getattr(part, "original_bytes", part) for part in parts]


def _pairs(codes: bytes) -> Iterator[int]:
    return (int.from_bytes(codes[at : at + 2]) for at in range(0, len(codes), 2))


def _letters(font: Any) -> dict[int, str]:
    """Return the letters of each glyph, without the marks that isolate."""
    table = font["/ToUnicode"].get_data().decode("ascii")
    pairs = re.findall(r"^<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>$", table, re.MULTILINE)
    return {
        int(code, 16): re.sub(
            "[\u2066-\u2069]", "", bytes.fromhex(text).decode("utf-16-be")
        ).replace("\u00a0", " ")
        for code, text in pairs
    }

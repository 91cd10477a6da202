"""One invented service, and how a printed page looks to the eye."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import groupby
from typing import Any
from uuid import UUID

from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

from protect.directory.enums import Channel, Fact, How, Method, Mode, Verdict
from protect.directory.hours import Now, State, parse
from protect.directory.matching.answer import Answers, Fit, Found, Reason
from protect.directory.matching.rows import Door, LastSeen, Number, Point, ServiceRow, Spoken
from protect.directory.rules import CheckSeen

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
URL = "https://info.example.org/xx/bcdfgh"
SERVICE = ServiceRow(
    id=UUID(int=1),
    short="bcdfgh",
    name="Demo Maison des Rives",
    organisation="Demo Rives asbl",
    country="BE",
    categories=frozenset({"psychosocial"}),
    zone="Europe/Brussels",
    points=(Point(50.6, 5.5, "Liège", address="12 rue de la Démo", postal_code="4000"),),
    doors={Channel.PHONE: Door(parse("Mo-Fr 09:00-17:00", "Europe/Brussels", "BE"))},
    phones=(Number("+3280098100"),),
    languages=(Spoken("fr"), Spoken("ti", How.BY_PHONE), Spoken("ar")),
)


def service(**changes: Any) -> ServiceRow:
    return replace(SERVICE, **changes)


def checked(days_ago: int, verdict: Verdict = Verdict.CONFIRMED) -> ServiceRow:
    """Return the service, its number checked some days ago and due again after thirty."""
    at = AT - timedelta(days_ago)
    check = CheckSeen(verdict, at, at + timedelta(30))
    return service(checks={Fact.PHONE: (check,)}, last_seen={Fact.PHONE: LastSeen(at, Method.CALL)})


def found(row: ServiceRow = SERVICE, *codes: str, caution: str = "") -> Found:
    return Found(
        row=row,
        verdict=Fit.ASK_FIRST,
        key=(0, 0, 0, 0, row.id.int),
        reasons=tuple(Reason(code) for code in codes),
        caution=Reason(caution) if caution else None,
        distance_m=None,
        mode=Mode.PHONE,
        open=Now(State.OPEN, None),
        contacts=(),
        valid_until=None,
    )


def answers(*steps: Found, national: tuple[Found, ...] = ()) -> Answers:
    return Answers(steps, (), {}, national, None, 1)


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
    return dict(page["/Resources"]["/Font"])


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

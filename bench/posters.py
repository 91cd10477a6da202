"""Materials of campaigns as PDF: posters per second, in scripts that take long and short.

The sheets are built from plain values, so that only the press is measured; the last row is a text
that does not fit, which the press measures in each of its sizes before it refuses.
PROTECT_BENCH_POSTERS says how many of each are made.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from bench.measure import seconds, table
from protect.campaigns.press.numbers import NationalLine
from protect.campaigns.press.page_texts import PrintedText
from protect.campaigns.press.sheets import MaterialSheet, PaperFrame, sheet_pdf
from protect.ui.press import PaperLanguage, qr_svg

COUNT = int(os.environ.get("PROTECT_BENCH_POSTERS", "200"))
ADDRESS = "https://help.demo.example/en/bcdfgh"
WORDS = {
    "en": ("ltr", "Latn", "You can talk to a person who listens. "),
    "ar": ("rtl", "Arab", "يمكنكم التحدث إلى شخص يستمع إليكم. "),
    "ti": ("ltr", "Ethi", "ምስ ዝሰምዓኩም ሰብ ክትዘራረቡ ትኽእሉ ኢኹም። "),
}
KINDS = ("title", "paragraph", "item", "item", "item", "heading", "call")
HEADER = ("what", "how many", "seconds", "per second", "KB each", "× the first")


class Row(NamedTuple):
    name: str
    count: int
    took: float  # seconds
    kilobytes: float  # of one file


def sheet(tag: str, size: str, *, bleed: bool = False) -> MaterialSheet:
    """Return a sheet with seven texts and three numbers."""
    direction, script, words = WORDS[tag]
    frame = PaperFrame(
        writing=PaperLanguage.of(tag, direction, script),
        mark=("Demonstration",),
        banner=("Demonstration: nobody has checked these numbers.",),
        other_language="",
        as_of="As of 1 December 2026",
        scan=words,
        qr=qr_svg(ADDRESS),
        address="help.demo.example/en/bcdfgh",
        complaint_address="help.demo.example/en/hgfdcb",
        no_number="No checked number",
    )
    texts = [
        PrintedText(f"text_{number}", kind, words, tag, direction)
        for number, kind in enumerate(KINDS)
    ]
    lines = [
        NationalLine(
            UUID(int=number), "Demo line", f"08000{number}", f"080 00{number}", (), True, ""
        )
        for number in range(3)
    ]
    return MaterialSheet(frame, size, bleed, tuple(texts), tuple(lines))


def too_long() -> MaterialSheet:
    given = sheet("en", "a6")
    first, *rest = given.texts
    return replace(given, texts=(first, rest[0]._replace(text=first.text * 60), *rest[1:]))


def rows() -> Iterator[Row]:
    """Yield each measurement; before it the fonts are read once."""
    sheet_pdf(sheet("en", "a4"))
    for tag in WORDS:
        for size in ("a4", "card"):
            yield _row(f"{size}, {tag}", sheet(tag, size))
    yield _row("a3 with bleed, ar", sheet("ar", "a3", bleed=True))
    yield _row("does not fit, a6", too_long())


def _row(name: str, given: MaterialSheet) -> Row:
    size, took = seconds(lambda: sum(_size(_numbered(given, number)) for number in range(COUNT)))
    return Row(name, COUNT, took, size / COUNT / 1e3)


def _numbered(given: MaterialSheet, number: int) -> MaterialSheet:
    """Return a sheet that differs from the others in each text: typst remembers what it has set."""
    texts = [text._replace(text=f"{text.text}{number}") for text in given.texts]
    return replace(given, texts=tuple(texts))


def _size(given: MaterialSheet) -> int:
    content = sheet_pdf(given)
    return len(content) if isinstance(content, bytes) else 0


def report() -> str:
    """Return the rows as Markdown, with ratios to the first."""
    found = list(rows())
    first = found[0].took / found[0].count
    return table(
        HEADER,
        [
            (
                each.name,
                f"{each.count}",
                f"{each.took:.1f}",
                f"{each.count / each.took:.0f}",
                f"{each.kilobytes:.0f}",
                f"{each.took / each.count / first:.2f}",
            )
            for each in found
        ],
    )

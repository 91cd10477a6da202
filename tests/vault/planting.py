"""Looks for texts in bytes: as they are, and in the shapes in which programs write them down."""

import base64
import json
import mmap
import quopri
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote, quote_plus

SKIPPED = {0: 0, 1: 2, 2: 3}  # letters of base64 that depend on the bytes before, by their count


@dataclass(frozen=True)
class Needle:
    """What is looked for: some bytes, and what they are of what."""

    text: str
    shape: str
    raw: bytes


def needles(text: str) -> list[Needle]:
    """Return a text in every shape in which it could have been written down."""
    raw = text.encode()
    shapes = {
        "utf-8": [raw],
        "utf-16": [text.encode("utf-16-le")],
        "base64": list(base64_of(raw)),
        "hex": [raw.hex().encode(), raw.hex().upper().encode()],
        "url": [quote(text).encode(), quote_plus(text).encode()],
        "quoted-printable": [quopri.encodestring(raw).rstrip(b"=\n")],
        "json": [json.dumps(text)[1:-1].encode()],
        "html": [escape(text).encode(), text.encode("ascii", "xmlcharrefreplace")],
    }
    return [
        Needle(text, shape, each)
        for shape, found in shapes.items()
        for each in dict.fromkeys(found)
    ]


def pieces(what: str, content: bytes, count: int = 5, size: int = 48) -> list[Needle]:
    """Return pieces of a file, evenly spread, in the shapes that bytes can have."""
    step = (len(content) - size) // (count - 1)
    cut = [content[at : at + size] for at in range(0, step * count, step)]
    return [
        Needle(f"{what}, piece {number}", shape, raw)
        for number, piece in enumerate(cut)
        for shape, raws in (
            ("bytes", [piece]),
            ("base64", list(base64_of(piece))),
            ("hex", [piece.hex().encode(), piece.hex().upper().encode()]),
        )
        for raw in raws
    ]


def base64_of(raw: bytes) -> Iterator[bytes]:
    """Yield what base64 makes of bytes that stand inside others: three ways, in two alphabets."""
    for before in range(3):
        whole = before + len(raw)
        coded = base64.b64encode(bytes(before) + raw)
        sure = coded[SKIPPED[before] : whole // 3 * 4]
        yield sure
        if sure != (urlsafe := sure.translate(bytes.maketrans(b"+/", b"-_"))):
            yield urlsafe


def found_in(content: bytes | mmap.mmap, wanted: Iterable[Needle]) -> list[Needle]:
    """Return what stands in some bytes."""
    return [needle for needle in wanted if content.find(needle.raw) >= 0]


def found_under(folder: Path, wanted: Iterable[Needle]) -> list[str]:
    """Return what stands in which file of a folder, however deep: path, shape and text."""
    wanted = list(wanted)
    said = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink() or not path.stat().st_size:
            continue
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as held:
            said += [
                f"{path.relative_to(folder)}: {each.text} as {each.shape}"
                for each in found_in(held, wanted)
            ]
    return said

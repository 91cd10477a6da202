"""What every paper is made of: its language and script, bilingual sentences, QR codes."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Literal

import segno
from django.utils import translation
from django.utils.functional import Promise

# The scripts that the fonts of this folder can write; Zxxx: sign languages, named in these.
SCRIPTS = frozenset({"Latn", "Grek", "Cyrl", "Arab", "Ethi", "Beng", "Guru", "Hans", "Zxxx"})
TALL_SCRIPTS = frozenset({"Arab", "Beng", "Ethi", "Guru", "Hans"})
COMMAS = {"Arab": "، ", "Ethi": "፣ ", "Hans": "、"}


@dataclass(frozen=True, slots=True)
class Writing:
    """The language that a paper is written in."""

    tag: str  # BCP 47
    direction: str  # ltr, rtl
    is_tall: bool  # its letters need more room between the lines
    comma: str

    @classmethod
    def of(cls, tag: str, direction: str, script: str) -> Writing:
        """Return what follows from the script of a language."""
        return cls(tag, direction, script in TALL_SCRIPTS, COMMAS.get(script, ", "))


def qr(text: str, error: Literal["m", "q"] = "m") -> str:
    """Return a text as a QR code, SVG without a margin: the paper around it is the margin.

    `error` is how much of it may be dirty: m 15 %, q 25 % (ISO/IEC 18004).
    """
    drawn = BytesIO()
    segno.make_qr(text, error=error, boost_error=False).save(
        drawn, kind="svg", border=0, xmldecl=False, omitsize=True, svgclass=None, lineclass=None
    )
    return drawn.getvalue().decode()


def twice(*sentences: Promise) -> tuple[str, ...]:
    """Return sentences in English and in the active language; once where both are the same.

    A finder of the paper must understand them."""
    with translation.override("en"):
        english = " ".join(map(str, sentences))
    return tuple(dict.fromkeys((english, " ".join(map(str, sentences)))))

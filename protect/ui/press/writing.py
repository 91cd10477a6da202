"""Which scripts our fonts can write, and what a paper must know of its language."""

from __future__ import annotations

from dataclasses import dataclass

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

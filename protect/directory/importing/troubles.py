"""What is wrong with a row, said so that whoever keeps the file can mend it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz import process

LONGEST_QUOTE = 80  # characters


class Code(StrEnum):
    """Stable for ever: other programmes read them."""

    # The row is not imported.
    ROW_SHAPE = "row_shape"
    CELL_MISSING = "cell_missing"
    TEXT_TOO_LONG = "text_too_long"
    UNKNOWN_CODE = "unknown_code"
    SOURCE_ID_TWICE = "source_id_twice"
    SHORT_CODE_TAKEN = "short_code_taken"
    PHONE_LEADING_ZERO = "phone_leading_zero"
    PHONE_BAD = "phone_bad"
    EMAIL_BAD = "email_bad"
    WEBSITE_BAD = "website_bad"
    AGE_BAD = "age_bad"
    DATE_BAD = "date_bad"
    PLACE_MISMATCH = "place_mismatch"
    # The row is imported without the part that nobody can read, and its text is kept.
    NO_SOURCE_ID = "no_source_id"
    HOURS_BAD = "hours_bad"
    HOURS_DOUBTFUL = "hours_doubtful"
    WINDOW_BAD = "window_bad"
    PLACE_UNKNOWN = "place_unknown"
    PLACE_AMBIGUOUS = "place_ambiguous"
    AREA_UNKNOWN = "area_unknown"
    # The row is imported as the rule for shelters wants it.
    SHELTER_PLACE_DROPPED = "shelter_place_dropped"
    SHELTER_LANDLINE = "shelter_landline"


class Trouble(NamedTuple):
    """One thing to look at. It never repeats where a shelter is."""

    code: Code
    column: str
    problem: str
    remedy: str
    refuses: bool  # the row is not imported


@dataclass(slots=True)
class Cells:
    """A row being read, and what was found wrong with it so far."""

    texts: Mapping[str, str]
    troubles: list[Trouble] = field(default_factory=list)
    is_protected: bool = False  # no message may repeat what stands in the row

    def __getitem__(self, column: str) -> str:
        return self.texts.get(column, "")

    def parts(self, column: str) -> list[str]:
        """Return the parts of a list cell."""
        return [part.strip() for part in self[column].split(";") if part.strip()]

    @property
    def are_refused(self) -> bool:
        return any(trouble.refuses for trouble in self.troubles)

    def quote(self, text: str) -> str:
        """Return a text as a message may say it."""
        short = text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
        return "What stands here" if self.is_protected else f"“{short}”"

    def refuse(self, code: Code, column: str, problem: str, remedy: str) -> None:
        """Note what keeps the row out."""
        self.troubles.append(Trouble(code, column, problem, remedy, refuses=True))

    def warn(self, code: Code, column: str, problem: str, remedy: str) -> None:
        """Note what somebody should look at; the row is imported."""
        self.troubles.append(Trouble(code, column, problem, remedy, refuses=False))

    def one_of(self, column: str, known: Collection[str], default: str) -> str:
        """Return a cell that holds one word of a closed set, the default when it is blank."""
        value = self[column] or default
        if value not in known:
            self.unknown(column, value, {word: word for word in known})
            return default
        return value

    def unknown(self, column: str, value: str, known: Mapping[str, str]) -> None:
        """Refuse a code that is not known, naming the nearest three. `known`: name → code."""
        near = process.extract(value, list(known), processor=str.casefold, limit=9)
        codes = list(dict.fromkeys(known[name] for name, _, _ in near))[:3]
        self.refuse(
            Code.UNKNOWN_CODE,
            column,
            f"{self.quote(value)} is not known.",
            f"write one of: {', '.join(codes)}.",
        )

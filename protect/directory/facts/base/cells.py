"""Cells of an imported row, and their problems in sentences that help the file's owner."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

from django.utils.translation import gettext, gettext_noop as _
from rapidfuzz import process

QUOTE_LIMIT = 80  # characters of a cell that a problem quotes

type Placeholder = str | int | list[str] | None


class ProblemCode(StrEnum):
    """Codes of problems. They never change, because other programs read them."""

    # The row is not imported.
    ROW_SHAPE = "row_shape"
    CELL_MISSING = "cell_missing"
    TEXT_TOO_LONG = "text_too_long"
    UNKNOWN_CODE = "unknown_code"
    SOURCE_ID_TWICE = "source_id_twice"
    SHORT_CODE_TAKEN = "short_code_taken"
    SHELTER_NAME_TELLS = "shelter_name_tells"
    PHONE_LEADING_ZERO = "phone_leading_zero"
    PHONE_BAD = "phone_bad"
    EMAIL_BAD = "email_bad"
    WEBSITE_BAD = "website_bad"
    AGE_BAD = "age_bad"
    DATE_BAD = "date_bad"
    PLACE_MISMATCH = "place_mismatch"
    COUNTRY_NOT_YOURS = "country_not_yours"
    RECORD_INVALID = "record_invalid"
    RECORD_NOT_ACTIVE = "record_not_active"
    # The row is imported without the part that cannot be read, and its text is kept.
    NO_SOURCE_ID = "no_source_id"
    HOURS_BAD = "hours_bad"
    HOURS_DOUBTFUL = "hours_doubtful"
    WINDOW_BAD = "window_bad"
    PLACE_UNKNOWN = "place_unknown"
    PLACE_AMBIGUOUS = "place_ambiguous"
    AREA_UNKNOWN = "area_unknown"
    # The row is imported, and a cell was read in the only way that makes sense.
    PHONES_SPLIT = "phones_split"
    WEBSITE_SCHEME = "website_scheme"
    # The row is imported, changed as the rule for shelters requires.
    SHELTER_PLACE_DROPPED = "shelter_place_dropped"
    SHELTER_AREA_WIDENED = "shelter_area_widened"
    SHELTER_LANDLINE = "shelter_landline"
    SHELTER_NAME_PLACE = "shelter_name_place"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One problem of a row. It never repeats the place of a shelter. `message` and `advice` are
    English sentences with placeholders, translated and filled from `fillers` when shown. The
    filler `text` is the content of the cell, None where the row is protected."""

    code: ProblemCode
    column: str
    message: str
    advice: str
    refuses: bool  # the row is not imported
    fillers: Mapping[str, Placeholder] = field(default_factory=dict)

    @property
    def problem(self) -> str:
        """The description of the problem, in the active language."""
        return self._translate_and_fill(self.message)

    @property
    def remedy(self) -> str:
        """The advice for the owner of the file, in the active language."""
        return self._translate_and_fill(self.advice)

    def to_list(self) -> list[Any]:
        """Return the problem as a list, as the database stores it in JSON."""
        fillers = dict(self.fillers)
        return [self.code, self.column, self.message, self.advice, self.refuses, fillers]

    @classmethod
    def from_list(cls, stored: Sequence[Any]) -> Self:
        """Return the problem that a list from `to_list` holds."""
        code, *others = stored
        return cls(ProblemCode(code), *others)

    def _translate_and_fill(self, sentence: str) -> str:
        text = self.fillers.get("text")
        # Translators: begins a sentence: “The content of this cell is not a phone number.”
        quoted = gettext("The content of this cell") if text is None else f"“{text}”"
        return gettext(sentence).format_map({**self.fillers, "text": quoted})


@dataclass(slots=True)
class Cells:
    """The cells of a row that is being read, and the problems found in it so far."""

    texts: Mapping[str, str]
    troubles: list[RowProblem] = field(default_factory=list)
    is_protected: bool = False  # problems must not quote the row

    def __getitem__(self, column: str) -> str:
        """Return the text in a column; "" if the row has no such column."""
        return self.texts.get(column, "")

    def split_list(self, column: str) -> list[str]:
        """Return the values of a cell that holds a list separated by semicolons."""
        return [part.strip() for part in self[column].split(";") if part.strip()]

    @property
    def has_refusals(self) -> bool:
        return any(trouble.refuses for trouble in self.troubles)

    def refuse(
        self, code: ProblemCode, column: str, message: str, advice: str, **fillers: Placeholder
    ) -> None:
        """Add a problem that excludes the row from the import. `fillers` fill the placeholders."""
        self._add_problem(RowProblem(code, column, message, advice, True, fillers))

    def warn(
        self, code: ProblemCode, column: str, message: str, advice: str, **fillers: Placeholder
    ) -> None:
        """Add a problem that a person should look at; the row is imported."""
        self._add_problem(RowProblem(code, column, message, advice, False, fillers))

    def read_choice(self, column: str, allowed: Collection[str], default: str) -> str:
        """Return the allowed word in a cell; the default for a blank or refused cell."""
        value = self[column] or default
        if value not in allowed:
            self.refuse_unknown_code(column, value, {word: word for word in allowed})
            return default
        return value

    def refuse_unknown_code(self, column: str, value: str, allowed: Mapping[str, str]) -> None:
        """Refuse an unknown code and suggest the three most similar. `allowed`: name → code."""
        near = process.extract(value, list(allowed), processor=str.casefold, limit=9)
        codes = ", ".join(list(dict.fromkeys(allowed[name] for name, _, _ in near))[:3])
        message = _("{text} is not known.")  # For translators: {text}: an editor's code or name
        advice = _("write one of: {nearest}.")  # For translators: {nearest} are codes
        self.refuse(ProblemCode.UNKNOWN_CODE, column, message, advice, text=value, nearest=codes)

    def _add_problem(self, problem: RowProblem) -> None:
        """Add a problem with its quoted text shortened, or removed if the row is protected."""
        fillers = dict(problem.fillers)
        if "text" in fillers:
            text = str(fillers["text"])
            short = text if len(text) <= QUOTE_LIMIT else f"{text[:QUOTE_LIMIT]}…"
            fillers["text"] = None if self.is_protected else short
        self.troubles.append(replace(problem, fillers=fillers))

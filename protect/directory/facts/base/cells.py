"""Faults of a row, in sentences with which the owner of the file can correct it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

from django.utils.translation import gettext, gettext_noop as _
from rapidfuzz import process

LONGEST_QUOTE = 80  # characters

type Filler = str | int | list[str] | None


class Code(StrEnum):
    """Stable for ever: other programmes read them."""

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
    # The row is imported, and a cell was read as it can only be meant.
    PHONES_SPLIT = "phones_split"
    WEBSITE_SCHEME = "website_scheme"
    # The row is imported as the rule for shelters wants it.
    SHELTER_PLACE_DROPPED = "shelter_place_dropped"
    SHELTER_LANDLINE = "shelter_landline"
    SHELTER_NAME_PLACE = "shelter_name_place"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing to look at. It never repeats where a shelter is.
    `message` and `advice` are sentences of the catalogue with placeholders, filled by `fillers`.
    The filler `text` is the content of the cell, None where nothing of the row may be repeated."""

    code: Code
    column: str
    message: str
    advice: str
    refuses: bool  # the row is not imported
    fillers: Mapping[str, Filler] = field(default_factory=dict)

    @property
    def problem(self) -> str:
        """What is wrong, in the active language."""
        return self._filled(self.message)

    @property
    def remedy(self) -> str:
        """What to do about it, in the active language."""
        return self._filled(self.advice)

    def kept(self) -> list[Any]:
        """Return it as a row of a database keeps it."""
        fillers = dict(self.fillers)
        return [self.code, self.column, self.message, self.advice, self.refuses, fillers]

    @classmethod
    def of(cls, kept: Sequence[Any]) -> Self:
        """Return it as it was kept."""
        code, *others = kept
        return cls(Code(code), *others)

    def _filled(self, sentence: str) -> str:
        text = self.fillers.get("text")
        # Translators: begins a sentence: “What stands here is no phone number.”
        quoted = gettext("What stands here") if text is None else f"“{text}”"
        return gettext(sentence).format_map({**self.fillers, "text": quoted})


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

    def refuse(self, code: Code, column: str, message: str, advice: str, **fillers: Filler) -> None:
        """Note what keeps the row out. `fillers` fill the sentences."""
        self._note(Trouble(code, column, message, advice, True, fillers))

    def warn(self, code: Code, column: str, message: str, advice: str, **fillers: Filler) -> None:
        """Note what a person should look at; the row is imported."""
        self._note(Trouble(code, column, message, advice, False, fillers))

    def one_of(self, column: str, allowed: Collection[str], default: str) -> str:
        """Return a cell that holds one word of a closed set, the default when it is blank."""
        value = self[column] or default
        if value not in allowed:
            self.unknown(column, value, {word: word for word in allowed})
            return default
        return value

    def unknown(self, column: str, value: str, codes_by_name: Mapping[str, str]) -> None:
        """Refuse an unknown code, naming the nearest three. `codes_by_name`: the allowed ones."""
        near = process.extract(value, list(codes_by_name), processor=str.casefold, limit=9)
        codes = ", ".join(list(dict.fromkeys(codes_by_name[name] for name, _, _ in near))[:3])
        # Translators: {text} is a code or a name, as an editor wrote it.
        message = _("{text} is not known.")
        # Translators: {nearest} are codes.
        advice = _("write one of: {nearest}.")
        self.refuse(Code.UNKNOWN_CODE, column, message, advice, text=value, nearest=codes)

    def _note(self, trouble: Trouble) -> None:
        fillers = dict(trouble.fillers)
        if "text" in fillers:
            text = str(fillers["text"])
            short = text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
            fillers["text"] = None if self.is_protected else short
        self.troubles.append(replace(trouble, fillers=fillers))

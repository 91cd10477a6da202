"""The structure of a form, without its texts. Meaning of every key: docs/questionnaires.md."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from protect.questionnaires.enums import WORDS_ONLY, FieldType, FormKind, Partial

type Code = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)
]
type Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
type Short = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$", max_length=40)]
type Plain = bool | int | str
type Value = bool | int | str | list[str] | dict[str, str]
type Values = Mapping[str, Value]  # answers by key of the field; nothing stands for "no answer"

SHORT, LONG = 200, 2000  # characters


class Strict(BaseModel):
    """A part of a form. Unknown keys and numbers written as texts are mistakes."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, populate_by_name=True, serialize_by_alias=True
    )


class Equals(Strict):
    """An answer is this one; of several choices, one is."""

    field: Key
    value: Plain


class AnyOf(Strict):
    """An answer is one of these."""

    field: Key
    values: list[Plain] = Field(min_length=1)


class AtLeast(Strict):
    """A number, a step or the count of choices is this or more."""

    field: Key
    value: int


class Condition(Strict):
    """When a field is shown: exactly one of the closed set."""

    equals: Equals | None = None
    any_of: AnyOf | None = None
    at_least: AtLeast | None = None
    all_of: "list[Condition] | None" = Field(default=None, alias="and", min_length=1)
    one_of: "list[Condition] | None" = Field(default=None, alias="or", min_length=1)
    negated: "Condition | None" = Field(default=None, alias="not")

    @model_validator(mode="after")
    def says_one_thing(self) -> "Condition":
        tests = [getattr(self, name) for name in self.model_fields_set]
        if len(tests) != 1 or tests[0] is None:
            raise ValueError("a condition is one of equals, any_of, at_least, and, or, not")
        return self

    def comparisons(self) -> Iterator[Equals | AnyOf | AtLeast]:
        for test in (self.equals, self.any_of, self.at_least):
            if test is not None:
                yield test
        inner = [*(self.all_of or ()), *(self.one_of or ())]
        for condition in [*inner, self.negated] if self.negated else inner:
            yield from condition.comparisons()


class FormField(Strict):
    key: Key
    type: Annotated[FieldType, Field(strict=False)]
    required: bool = False
    shown_if: Condition | None = None
    options: list[Short] = []  # choices, things to rank, columns of a matrix
    rows: list[Short] = []  # of a matrix
    steps: int = Field(default=5, ge=2, le=11)  # of a scale
    least: int | None = None
    most: int | None = None
    decimals: int = Field(default=0, ge=0, le=4)
    first: Annotated[date | None, Field(strict=False)] = None
    last: Annotated[date | None, Field(strict=False)] = None
    length: int | None = Field(default=None, ge=1, le=LONG)
    right: list[Plain] = []
    points: int = Field(default=0, ge=0, le=100)
    partial: Annotated[Partial, Field(strict=False)] = Partial.NONE
    measures: str = ""  # the objective; the same word in equivalent sets
    comment: bool = False  # free words: never shown one by one below `no_items_below`
    no_items_below: int | None = Field(default=None, ge=1)

    @property
    def asks(self) -> bool:
        return self.type not in WORDS_ONLY

    @property
    def longest(self) -> int:
        return self.length or (LONG if self.type == FieldType.LONG else SHORT)

    @property
    def count_of_steps(self) -> int:
        return 5 if self.type == FieldType.RATING else self.steps


class Definition(Strict):
    """A version of a form, kept for ever under its code and number."""

    code: Code
    number: int = Field(ge=1)
    kind: Annotated[FormKind, Field(strict=False)]
    source: str  # the language that its first words are written in
    pass_percent: int | None = Field(default=None, ge=1, le=100)
    no_items_below: int = Field(default=5, ge=1)
    fields: list[FormField]

    def field(self, key: str) -> FormField | None:
        return next((each for each in self.fields if each.key == key), None)

    def asking(self) -> Iterator[FormField]:
        """Yield the fields that can be answered."""
        return (each for each in self.fields if each.asks)

    def floor_of(self, field: FormField) -> int:
        """Return how many answers there must be before this field may be shown by itself."""
        return field.no_items_below or self.no_items_below

"""The structure of a form, without its texts. docs/questionnaires.md explains every key."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from protect.questionnaires.enums import TYPES_WITHOUT_ANSWER, FieldType, FormKind, PartialScoring

type Code = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)
]
type Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
type OptionCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$", max_length=40)]
type PlainValue = bool | int | str
type Value = bool | int | str | list[str] | dict[str, str]
type Values = Mapping[str, Value]  # by key of the field; without the fields that have no answer

MAX_SHORT_TEXT, MAX_LONG_TEXT = 200, 2000  # characters, for fields without a `length`


class StrictModel(BaseModel):
    """Base of the parts of a form. Unknown keys, and numbers written as texts, are refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, populate_by_name=True, serialize_by_alias=True
    )


class Equals(StrictModel):
    """Met if the answer is `value`, or if `value` is among the choices that were ticked."""

    field: Key
    value: PlainValue


class AnyOf(StrictModel):
    """Met if the answer is one of `values`, or if one of them is among the ticked choices."""

    field: Key
    values: list[PlainValue] = Field(min_length=1)


class AtLeast(StrictModel):
    """Met if a number, a level or the count of choices is `value` or more."""

    field: Key
    value: int


class Condition(StrictModel):
    """The condition under which a field is shown: one comparison, or one combination of them."""

    equals: Equals | None = None
    any_of: AnyOf | None = None
    at_least: AtLeast | None = None
    all_of: "list[Condition] | None" = Field(default=None, alias="and", min_length=1)
    one_of: "list[Condition] | None" = Field(default=None, alias="or", min_length=1)
    negated: "Condition | None" = Field(default=None, alias="not")

    @model_validator(mode="after")
    def must_have_one_comparison(self) -> "Condition":
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


class FormField(StrictModel):
    """A field of a form: a question, or a text to read such as the heading of a section."""

    key: Key
    type: Annotated[FieldType, Field(strict=False)]
    required: bool = False
    shown_if: Condition | None = None
    options: list[OptionCode] = []  # choices, things to rank, columns of a matrix
    rows: list[OptionCode] = []  # of a matrix
    steps: int = Field(default=5, ge=2, le=11)  # of a scale
    least: int | None = None  # of a number; or fewest choices of a multiple
    most: int | None = None  # of a number; or most choices of a multiple
    decimals: int = Field(default=0, ge=0, le=4)
    first: Annotated[date | None, Field(strict=False)] = None  # first day that a date accepts
    last: Annotated[date | None, Field(strict=False)] = None  # last day that a date accepts
    length: int | None = Field(default=None, ge=1, le=MAX_LONG_TEXT)  # most characters of a text
    right: list[PlainValue] = []  # multiple, ranking: all of them; else: any of them
    points: int = Field(default=0, ge=0, le=100)
    partial: Annotated[PartialScoring, Field(strict=False)] = PartialScoring.NONE
    measures: str = ""  # the learning objective; the same in equivalent test sets
    comment: bool = False  # free text: hidden below `no_items_below` answers
    no_items_below: int | None = Field(default=None, ge=1)  # None: that of the form

    @property
    def is_question(self) -> bool:
        return self.type not in TYPES_WITHOUT_ANSWER

    @property
    def max_length(self) -> int:
        return self.length or (MAX_LONG_TEXT if self.type == FieldType.LONG else MAX_SHORT_TEXT)

    @property
    def level_count(self) -> int:
        return 5 if self.type == FieldType.RATING else self.steps


class Definition(StrictModel):
    """The structure of one version of a form, published permanently under its code and number."""

    code: Code
    number: int = Field(ge=1)
    kind: Annotated[FormKind, Field(strict=False)]
    source: str  # the language in which its texts were first written
    no_items_below: int = Field(default=5, ge=1)  # answers that results of a question need
    fields: list[FormField]

    def field(self, key: str) -> FormField | None:
        return next((field for field in self.fields if field.key == key), None)

    def questions(self) -> Iterator[FormField]:
        """Yield the fields that can be answered."""
        return (field for field in self.fields if field.is_question)

    def min_answers_to_show(self, field: FormField) -> int:
        """Return how many answers the form asks for a field's results; the site may ask more."""
        return field.no_items_below or self.no_items_below

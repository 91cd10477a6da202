"""Building blocks of fact forms: prefixed fields, repeated rows of fields, groups."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.directory.enums import Fact

type Values = Mapping[str, Any]
type Label = str | Promise
type Fields = dict[str, forms.Field]
type Choices = list[tuple[str, str | Promise]]

MAX_NOTE_LENGTH = 400  # characters
EXTRA_ROWS = 2  # empty rows after the filled rows of a form
MAXIMUM_ROWS = 60  # rows of a form; others are not shown, and saving deletes them

NOT_KNOWN = _("Not known")  # For translators: in a list to choose from: neither yes nor no is known


class Group(NamedTuple):
    """Form fields under one heading."""

    title: str | Promise
    fields: list[forms.BoundField]


@dataclass(frozen=True, slots=True)
class FactContext:
    """The properties of a service on which its fact forms depend."""

    country: str
    zone: str
    is_protected: bool = False  # its address is never stored
    must_hide: bool = False  # a shelter: the address must never be stored


class FactFields:
    """The form fields of one fact. Names begin with the fact, as a page may show several facts."""

    def __init__(self, fact: Fact, form: forms.Form, context: FactContext, values: Values) -> None:
        self.fact, self.form, self.context = fact, form, context
        self.build(values)

    def build(self, values: Values) -> None:
        """Add the form fields of the fact, with the stored values as their initial values."""
        raise NotImplementedError

    def groups(self) -> Iterator[Group]:
        """Yield the fields in titled groups, as the page shows them."""
        raise NotImplementedError

    def clean(self) -> None:
        """Add errors that concern several fields."""

    def values(self) -> dict[str, Any]:
        """Return the submitted values, as `write_fact` takes them."""
        raise NotImplementedError

    def field_name(self, *parts: str | int) -> str:
        """Return the name of a field in the form: fact, row and column, joined by hyphens."""
        return "-".join(map(str, (self.fact.value.replace("_", "-"), *parts)))

    def add_field(self, column: str, field: forms.Field, *row: str | int) -> None:
        """Add a field and make it optional. `row` is the part of its name before `column`."""
        field.required = False
        self.form.fields[self.field_name(*row, column)] = field

    def bound_field(self, *parts: str | int) -> forms.BoundField:
        return self.form[self.field_name(*parts)]

    def cleaned_value(self, *parts: str | int) -> Any:
        """Return the submitted value of a field; None where it was invalid."""
        return self.form.cleaned_data.get(self.field_name(*parts))

    def refuse(self, message: str | Promise, *parts: str | int) -> None:
        """Add an error to the field with the name `field_name(*parts)`."""
        self.form.add_error(self.field_name(*parts), forms.ValidationError(str(message)))


class FactRowFields(FactFields):
    """Form fields of a fact that is a list of rows: a group for each row, then empty groups."""

    key: ClassVar[str]  # key of the list among the values
    title: ClassVar[str | Promise]  # heading of a filled row
    empty_title: ClassVar[str | Promise]  # heading of an empty row
    main_column: ClassVar[str]  # a row counts as filled if this column is

    def form_fields(self, row: Values) -> Fields:
        """Return the form fields of one row by column, with the stored values as initial ones."""
        raise NotImplementedError

    def row(self, index: int) -> dict[str, Any]:
        """Return the submitted values of one row, by column."""
        return {column: self.cleaned_value(index, column) for column in self.names}

    def build(self, values: Values) -> None:
        stored: Sequence[Values] = values[self.key]
        self.filled = len(stored)
        self.count = min(max(self._count_posted_rows(), self.filled + EXTRA_ROWS), MAXIMUM_ROWS)
        self.names: list[str] = []
        for index in range(self.count):
            fields = self.form_fields(stored[index] if index < self.filled else {})
            self.names = list(fields)
            for column, field in fields.items():
                self.add_field(column, field, index)

    def groups(self) -> Iterator[Group]:
        for index in range(self.count):
            title = self.title if index < self.filled else self.empty_title
            yield Group(title, [self.bound_field(index, column) for column in self.names])

    def is_filled(self, index: int) -> bool:
        return self.cleaned_value(index, self.main_column) not in (None, "")

    def indexes(self) -> Iterator[int]:
        """Return the indexes of filled rows. Rows that the user emptied are left out."""
        return filter(self.is_filled, range(self.count))

    def values(self) -> dict[str, Any]:
        return {self.key: [self.row(index) for index in self.indexes()]}

    def _count_posted_rows(self) -> int:
        """Return the number of posted rows: 1 + the highest row index in the field names. Indexes
        from MAXIMUM_ROWS on are ignored."""
        start = self.field_name("")
        positions = (name.removeprefix(start).partition("-")[0] for name in self.form.data)
        numbers = [
            int(position) for position in positions if position.isascii() and position.isdigit()
        ]
        return 1 + max((number for number in numbers if number < MAXIMUM_ROWS), default=-1)


def choice_field(
    label: Label, words: Mapping[Any, Label], initial: Any, blank: Any = None
) -> forms.ChoiceField:
    """Return a choice field. `blank` is the label of its first option, for an unknown value."""
    first: Choices = [] if blank is None else [("", blank)]
    value = "" if initial is None else initial
    return forms.ChoiceField(label=str(label), choices=[*first, *words.items()], initial=value)


def checkboxes_field(
    label: Label, words: Mapping[str, Label], initial: Sequence[str]
) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=str(label),
        choices=list(words.items()),
        widget=forms.CheckboxSelectMultiple,
        initial=list(initial),
    )


def text_field(
    label: Label, maximum: int, initial: str, attrs: dict[str, str], hint: Label = ""
) -> forms.CharField:
    widget = forms.TextInput(attrs=attrs)
    return forms.CharField(
        label=str(label), help_text=str(hint), max_length=maximum, initial=initial, widget=widget
    )


def note_field(label: Label, initial: str = "", hint: Label = "") -> forms.CharField:
    """Return a text field of one line, with up to MAX_NOTE_LENGTH characters."""
    return text_field(label, MAX_NOTE_LENGTH, initial, {"dir": "auto"}, hint)


def number_field(label: Label, maximum: int, initial: int | None, minimum: int = 0) -> forms.Field:
    widget = forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"})
    return forms.IntegerField(
        label=str(label), min_value=minimum, max_value=maximum, initial=initial, widget=widget
    )

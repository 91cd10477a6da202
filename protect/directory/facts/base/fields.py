"""What forms of facts are made of: fields with names of their own, rows of fields, groups."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.directory.enums import Fact

type Values = Mapping[str, Any]
type Fields = dict[str, forms.Field]
type Choices = list[tuple[str, str | Promise]]

NOTE_LENGTH = 400  # characters
MORE = 2  # empty rows offered behind those that are filled
MOST = 60  # rows; whatever is posted beyond is not read

# Translators: in a list to choose from: neither yes nor no is known.
NOT_KNOWN = _("Not known")


class Group(NamedTuple):
    title: str | Promise
    fields: list[forms.BoundField]


@dataclass(frozen=True, slots=True)
class About:
    country: str
    zone: str
    is_protected: bool = False  # its address is never stored
    must_hide: bool = False  # a shelter: it cannot be otherwise


class Part:
    """The fields of one fact in a form. Names begin with the fact: one page may show several."""

    def __init__(self, fact: Fact, form: forms.Form, about: About, values: Values) -> None:
        self.fact, self.form, self.about = fact, form, about
        self.build(values)

    def build(self, values: Values) -> None:
        """Add the fields, filled with what is stored."""
        raise NotImplementedError

    def groups(self) -> Iterator[Group]:
        raise NotImplementedError

    def clean(self) -> None:
        """Refuse what fields alone cannot see."""

    def values(self) -> dict[str, Any]:
        """Return what was typed, as `write_fact` takes it."""
        raise NotImplementedError

    def name(self, *parts: str | int) -> str:
        return "-".join(map(str, (self.fact.value.replace("_", "-"), *parts)))

    def add(self, column: str, field: forms.Field, *row: str | int) -> None:
        """Add a field that need not be filled in."""
        field.required = False
        self.form.fields[self.name(*row, column)] = field

    def bound(self, *parts: str | int) -> forms.BoundField:
        return self.form[self.name(*parts)]

    def typed(self, *parts: str | int) -> Any:
        """Return what was typed in a field, None where that was a mistake."""
        return self.form.cleaned_data.get(self.name(*parts))

    def refuse(self, message: str | Promise, *parts: str | int) -> None:
        self.form.add_error(self.name(*parts), forms.ValidationError(str(message)))


class Rows(Part):
    """A fact that is a list of rows: a group of fields for each, and empty groups for more."""

    key: ClassVar[str]  # of the list
    title: ClassVar[str | Promise]  # of a row
    another: ClassVar[str | Promise]  # of an empty row
    lead: ClassVar[str]  # the column without which a row is none

    def columns(self, row: Values) -> Fields:
        """Return the fields of a row, by column; `initial` is its stored values."""
        raise NotImplementedError

    def row(self, index: int) -> dict[str, Any]:
        return {column: self.typed(index, column) for column in self.names}

    def build(self, values: Values) -> None:
        stored: Sequence[Values] = values[self.key]
        self.filled = len(stored)
        self.count = min(max(self._posted(), self.filled + MORE), MOST)
        self.names: list[str] = []
        for index in range(self.count):
            row = stored[index] if index < self.filled else {}
            fields = self.columns(row)
            self.names = list(fields)
            for column, field in fields.items():
                self.add(column, field, index)

    def groups(self) -> Iterator[Group]:
        for index in range(self.count):
            title = self.title if index < self.filled else self.another
            yield Group(title, [self.bound(index, column) for column in self.names])

    def indexes(self) -> Iterator[int]:
        """Return the rows in which something was typed. An emptied row is taken out."""
        return (at for at in range(self.count) if self.typed(at, self.lead) not in (None, ""))

    def values(self) -> dict[str, Any]:
        return {self.key: [self.row(index) for index in self.indexes()]}

    def _posted(self) -> int:
        start = self.name("")
        positions = (name.removeprefix(start).partition("-")[0] for name in self.form.data)
        numbers = [int(each) for each in positions if each.isascii() and each.isdigit()]
        return 1 + max((each for each in numbers if each < MOST), default=-1)


def choice(
    label: str | Promise, words: Mapping[Any, str | Promise], initial: Any, blank: Any = None
) -> forms.ChoiceField:
    """Return a choice field; `blank` is its first option, for unknown."""
    first: Choices = [] if blank is None else [("", blank)]
    return forms.ChoiceField(
        label=str(label),
        choices=[*first, *words.items()],
        initial="" if initial is None else initial,
    )


def ticks(
    label: str | Promise, words: Mapping[str, str | Promise], initial: Sequence[str]
) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=str(label),
        choices=list(words.items()),
        widget=forms.CheckboxSelectMultiple,
        initial=list(initial),
    )


def text(
    label: str | Promise, most: int, initial: str, attrs: dict[str, str], hint: str | Promise = ""
) -> forms.CharField:
    return forms.CharField(
        label=str(label),
        help_text=str(hint),
        max_length=most,
        initial=initial,
        widget=forms.TextInput(attrs=attrs),
    )


def note(label: str | Promise, initial: str = "", hint: str | Promise = "") -> forms.CharField:
    return text(label, NOTE_LENGTH, initial, {"dir": "auto"}, hint)


def number(label: str | Promise, most: int, initial: int | None, least: int = 0) -> forms.Field:
    return forms.IntegerField(
        label=str(label),
        min_value=least,
        max_value=most,
        initial=initial,
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
    )

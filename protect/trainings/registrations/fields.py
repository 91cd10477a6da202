"""The fields of a participant and of one registration, and the forms that ask for them.
Forms, saving, corrections, lists, the page of a registration, lists of names, exports, facts and
erasure read these rows. How to add one: docs/guides/add-a-field.md."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.orgs.models import Organisation
from protect.trainings.base import fields as base_fields
from protect.trainings.base.labels import band_name
from protect.trainings.registrations import people_words as words
from protect.trainings.registrations.enums import Sex
from protect.trainings.registrations.models import Participant, Registration, Sender
from protect.ui.forms import DeskForm

type Text = str | Promise

NAME_LENGTH, EMAIL_LENGTH = 120, 254  # characters
NOT_KNOWN = _("This is not known.")
# Translators: what to do about a word in a list of names that was not understood.
WRITE_KNOWN = _("Write one of the words that are understood, or nothing.")


class FormKind(StrEnum):
    APPLICATION = "application"  # by an applicant without an account, in words that speak to them
    REGISTRATION = "registration"  # by a coordinator
    CORRECTION = "correction"  # of a participant's data, by a coordinator


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """How forms ask for a field. `make` takes label and help and returns the field of a form."""

    make: Callable[..., forms.Field] = forms.CharField
    on: frozenset[FormKind] = frozenset(FormKind)
    help: Text = ""
    own_label: Text = ""  # on the form of an applicant, where it differs
    own_help: Text = ""
    correct_help: Text = ""
    autocomplete: str = ""  # of text: what the browser of an applicant offers; "off" at the desk
    is_for_statistics: bool = False  # stands apart: forms promise that no page shows it with a name
    rank: int = 0  # in a form the smaller goes first, equal ones in the order of the table


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """How a list of names brings a field. What people call it: data/roster_columns.toml.
    What `code_of` cannot read is refused with `problem` and `remedy`. Without it the cell is taken
    as it stands. `choices`: the words to show where a word was not understood."""

    code_of: words.Reader | None = None
    choices: Callable[[], words.Choices] | None = None
    of_students: bool = True  # taken of a class, too: students have no profession yet
    heading: Text = ""  # in messages, where it differs from the label
    problem: Text = NOT_KNOWN
    remedy: Text = WRITE_KNOWN

    def read(self, cell: str) -> str | None:
        """Return what a cell means: "" for nothing, None for what cannot be understood."""
        return self.code_of(cell) if self.code_of else cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: how it is asked, stored, shown, exported, counted and erased.
    `kept` says why erasing a person leaves it; every other field is then `empty`, and of text a
    check constraint holds that. Lists and pages are of coordinators of the host alone."""

    name: str  # of the model's field
    is_of_registration: bool = False  # asked anew for each training, stored with the registration
    label: Text = ""
    question: Question = Question(on=frozenset())  # on no form
    is_key: bool = False  # forms and lists give the key of a row
    empty: Any = ""  # while nothing is said, and after erasure
    kept: str = ""
    is_listed: bool = False  # a column of the registrations on the page of a training
    is_shown: bool = False  # on the page of a registration
    export: str = ""  # heading in the table of attendance that is exported
    is_axis: bool = False  # facts count people by it
    column: Column | None = None
    in_words: Callable[[str], str] = str  # what people read of a stored value
    value: Callable[[Registration], str] | None = None  # what lists read, where it differs

    @property
    def attribute(self) -> str:
        """Return the attribute of the model that forms, lists and corrections set."""
        return f"{self.name}_id" if self.is_key else self.name

    def stored(self, row: Registration) -> str:
        """Return what is stored, as exports write it: codes as they are."""
        if self.value:
            return self.value(row)
        stored: str = getattr(row if self.is_of_registration else row.participant, self.attribute)
        return stored

    def text(self, row: Registration) -> str:
        """Return what people read of it; "" where nothing was said."""
        stored = self.stored(row)
        return self.in_words(stored) if stored else ""

    def form_field(self, kind: FormKind) -> forms.Field:
        question, label, autocomplete = self.question, self.label, "off"
        help_text = kind is FormKind.CORRECTION and question.correct_help
        if kind is FormKind.APPLICATION:
            label, help_text = question.own_label or label, question.own_help
            autocomplete = question.autocomplete or "off"
        field = question.make(label=label, help_text=help_text or question.help)
        if isinstance(field, forms.CharField):
            direction = "ltr" if isinstance(field, forms.EmailField) else "auto"
            field.widget.attrs |= {"dir": direction, "autocomplete": autocomplete}
        return field


def _optional(choices: Callable[[], words.Choices], *, empty: str = "") -> Question:
    make = partial(forms.TypedChoiceField, choices=choices, required=False, empty_value=empty)
    return Question(make=make, rank=1)


def _for_statistics(choices: Callable[[], words.Choices], *, empty: str = "") -> Question:
    return replace(_optional(choices, empty=empty), is_for_statistics=True, rank=2)


PARTICIPANT = (
    Field(
        name="name",
        # Translators: the name of a participant.
        label=_("Name"),
        question=Question(
            make=partial(forms.CharField, max_length=NAME_LENGTH),
            help=_("As it should appear on the certificate."),
            # Translators: of an applicant for a training.
            own_label=_("Your name"),
            autocomplete="name",
        ),
        is_listed=True,
        export="name",
        column=Column(),
    ),
    Field(
        name="email",
        # Translators: of a participant.
        label=_("E-mail address"),
        question=Question(
            make=partial(forms.EmailField, max_length=EMAIL_LENGTH),
            help=_("One person for each address."),
            # Translators: of an applicant for a training.
            own_label=_("Your e-mail address"),
            own_help=_("The link to your registration goes there."),
            correct_help=_(
                "If you change it, links that went to the other address end, and this one gets a "
                "mail."
            ),
            autocomplete="email",
        ),
        is_shown=True,
        column=Column(),
    ),
    Field(
        name="sender",
        # Translators: the organisation that sends a participant to a training.
        label=_("Sent by"),
        question=Question(
            make=partial(
                base_fields.NamedField,
                queryset=Sender.objects.none(),
                required=False,
                # Translators: a participant comes to a training by themselves.
                empty_label=_("No organisation: they come by themselves"),
            ),
            on=frozenset({FormKind.REGISTRATION}),
        ),
        empty=None,
        is_listed=True,
        export="organisation",
        value=lambda row: row.sender.name if row.sender else "",  # whose seat it takes
    ),
    # Translators: a class of students.
    Field(name="cohort", label=_("Class"), empty=None),  # of a whole list of names
    Field(
        name="country",
        # Translators: the country in which a participant works.
        label=_("Country they work in"),
        question=Question(
            make=partial(forms.ChoiceField, choices=base_fields.countries),
            # Translators: of an applicant for a training.
            own_label=_("Country you work in"),
        ),
        is_key=True,
        kept="counted; says nothing without a name",
        is_shown=True,
        column=Column(
            code_of=words.country_of,
            heading=_("Country"),
            problem=_("No country has this code."),
            remedy=_("Write two letters, such as BE."),
        ),
        in_words=words.country_word,
    ),
    Field(
        name="language",
        # Translators: the language in which a participant gets mail.
        label=_("Language of their mail"),
        question=Question(
            make=partial(forms.ChoiceField, choices=base_fields.mail_languages),
            # Translators: of an applicant for a training.
            own_label=_("Language of your mail"),
        ),
        is_key=True,
        kept="says nothing without a name",
        column=Column(
            code_of=words.language_of,
            heading=_("Language"),
            problem=_("No language has this code."),
            remedy=_("Write a code, such as fr."),
        ),
    ),
    Field(
        name="sex",
        # Translators: what a participant says of themselves.
        label=_("Sex"),
        question=_for_statistics(words.sexes, empty=Sex.UNDISCLOSED.value),
        empty=Sex.UNDISCLOSED,
        kept="counted; says nothing without a name",
        is_axis=True,
        column=Column(code_of=words.sex_of, remedy=_("Write f, m, x, or nothing.")),
    ),
    Field(
        name="age_band",
        # Translators: label: how old a participant is.
        label=_("Age"),
        question=_for_statistics(words.ages),
        is_axis=True,
        column=Column(code_of=words.age_band_of, choices=words.ages),
        in_words=band_name,
    ),
    Field(
        name="profession",
        # Translators: label: what a participant works as.
        label=_("Profession"),
        question=_optional(words.professions),
        is_shown=True,
        is_axis=True,
        column=Column(code_of=words.profession_of, choices=words.professions, of_students=False),
        in_words=words.profession_name,
    ),
    Field(
        name="sector",
        # Translators: label: in which sector a participant works, such as health.
        label=_("Sector"),
        question=_optional(words.sectors),
        is_shown=True,
        is_axis=True,
        column=Column(code_of=words.sector_of, choices=words.sectors, of_students=False),
        in_words=words.sector_name,
    ),
)
# Both are set by actions of their own: no form of a registration asks for them.
REGISTRATION = (
    Field(name="reason", is_of_registration=True),
    Field(name="is_pictured", is_of_registration=True, empty=None),
)

EVERY = (*PARTICIPANT, *REGISTRATION)
BY_NAME = {row.name: row for row in PARTICIPANT}
IN_FORM_ORDER = sorted(PARTICIPANT, key=lambda row: row.question.rank)
LISTED = [row for row in EVERY if row.is_listed]
SHOWN = [row for row in EVERY if row.is_shown]
EXPORTED = [row for row in EVERY if row.export]
COLUMNS = {row.name: row.column for row in PARTICIPANT if row.column}
AXES = tuple(row.name for row in PARTICIPANT if row.is_axis)
ANSWERED = tuple(row.attribute for row in PARTICIPANT if row.name != "email")  # beside its key
EMPTY_VALUES = (None, *{row.empty for row in EVERY})


def fields_on(kind: FormKind) -> list[Field]:
    """Return the fields that a form asks for, in its order. Only a participant is corrected."""
    rows = PARTICIPANT if kind is FormKind.CORRECTION else EVERY
    questions = (row for row in rows if kind in row.question.on)
    return sorted(questions, key=lambda row: row.question.rank)


CORRECTED = tuple(row.attribute for row in fields_on(FormKind.CORRECTION))


def read_answers(rows: Iterable[Field], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form or list says by attribute of the model, without the address."""
    answers = {row.attribute: data.get(row.name) for row in rows if row.name != "email"}
    return {name: value for name, value in answers.items() if value not in EMPTY_VALUES}


def erase(rows: Iterable[Field], of: Participant | Registration) -> list[str]:
    """Empty what erasure does not keep; return the names of its columns, to be saved."""
    erased = [row for row in rows if not row.kept]
    for row in erased:
        setattr(of, row.name, row.empty)
    return [row.name for row in erased]


def offer_senders(form: forms.Form, host: Organisation | None) -> None:
    """Let a form choose among the organisations that send people to the trainings of a host."""
    if host is not None:
        rows = Sender.objects.filter(kept_by=host).order_by("name", "pk")
        form.fields["sender"].queryset = rows  # type: ignore[attr-defined]


class ParticipantForm(DeskForm):
    kind: ClassVar[FormKind]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        questions = {row.name: row.form_field(self.kind) for row in fields_on(self.kind)}
        self.fields = questions | self.fields

    @property
    def needed(self) -> list[forms.BoundField]:
        return [
            self[row.name] for row in fields_on(self.kind) if not row.question.is_for_statistics
        ]

    @property
    def counted(self) -> list[forms.BoundField]:
        return [self[row.name] for row in fields_on(self.kind) if row.question.is_for_statistics]


class ApplyForm(ParticipantForm):
    kind = FormKind.APPLICATION
    sent_key = forms.UUIDField(widget=forms.HiddenInput)


class PersonForm(ParticipantForm):
    kind = FormKind.REGISTRATION
    mended_at = {"trainings_already_registered": "email"}
    sent_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, host: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_senders(self, host)


class CorrectForm(ParticipantForm):
    kind = FormKind.CORRECTION
    mended_at = {"trainings_address_taken": "email"}
    edited = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @staticmethod
    def initial_of(person: Participant) -> dict[str, Any]:
        rows = fields_on(FormKind.CORRECTION)
        stored = {row.name: getattr(person, row.attribute) for row in rows}
        return stored | {"edited": person.edited}

    def field_values(self) -> dict[str, Any]:
        return {row.attribute: self.cleaned_data[row.name] for row in fields_on(self.kind)}

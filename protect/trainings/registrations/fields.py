"""The fields of a participant and of a registration. Forms, corrections, lists, pages, exports,
facts and erasure all read this table. How to add a field: docs/guides/add-a-field.md."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.orgs.models import Organisation
from protect.trainings.base import fields as base_fields, labels
from protect.trainings.registrations import enums, models, people_words as words
from protect.ui.forms import DeskForm

type Text = str | Promise

NAME_LENGTH, EMAIL_LENGTH = 120, 254  # characters
UNKNOWN_VALUE_TEXT = _("This cell contains a word that is not accepted.")
# Translators: what to do about a word in a list of names that was not understood.
UNKNOWN_VALUE_REMEDY = _("Use one of the accepted words, or leave the cell empty.")


class FormKind(StrEnum):
    """The forms that ask for a participant's data."""

    APPLICATION = "application"  # filled in by an applicant without an account; addresses them
    REGISTRATION = "registration"  # by a coordinator
    CORRECTION = "correction"  # of a participant's data, by a coordinator


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """How forms ask for a field. `make` returns the form field for a label and a help text."""

    make: Callable[..., forms.Field] = forms.CharField
    form_kinds: frozenset[FormKind] = frozenset(FormKind)
    help: Text = ""
    applicant_label: Text = ""  # label on the applicant's form, if different
    applicant_help: Text = ""
    correction_help: Text = ""
    autocomplete: str = ""  # of a text field on the applicant's form; "off" for staff
    is_for_statistics: bool = False  # asked in a group whose answers no page shows with a name
    rank: int = 0  # forms sort by it, then by the order of the table


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """How a list of names provides a field. Its headings: data/roster_columns.toml. `read_word`
    turns a word into a code, else the cell is taken as it is. `choices`: the accepted words."""

    read_word: words.WordReader | None = None
    choices: Callable[[], words.Choices] | None = None
    is_read_for_students: bool = True  # False for profession and sector: students have none yet
    heading: Text = ""  # name of the column in messages, if it differs from the label
    problem: Text = UNKNOWN_VALUE_TEXT
    remedy: Text = UNKNOWN_VALUE_REMEDY

    def read(self, cell: str) -> str | None:
        """Return the code in a cell, None for an unknown word; without `read_word`, the cell."""
        return self.read_word(cell) if self.read_word else cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: how it is asked, stored, shown, exported, counted and erased. Erasure sets it to
    `empty`, unless `kept_because` says why not. Only coordinators see lists and pages."""

    name: str  # of the model field
    is_of_registration: bool = False  # stored with the registration, not with the participant
    label: Text = ""
    question: Question = Question(form_kinds=frozenset())  # on no form
    is_key: bool = False  # a foreign key: forms and lists provide the id
    empty: Any = ""  # value without an answer, and after erasure
    kept_because: str = ""
    is_listed: bool = False  # a column of the registrations on the page of a training
    is_shown: bool = False  # on the page of a registration
    export: str = ""  # heading in the exported attendance table
    is_axis: bool = False  # statistics count people by it
    column: Column | None = None
    format_stored: Callable[[str], str] = str  # turns a stored value into text for people
    value: Callable[[models.Registration], str] | None = None  # if lists show another value

    @property
    def attribute(self) -> str:
        """Return the attribute of the model that holds the value; `_id` for a foreign key."""
        return f"{self.name}_id" if self.is_key else self.name

    def stored(self, row: models.Registration) -> str:
        """Return the value for exports: what `value` gives, else the stored one."""
        if self.value:
            return self.value(row)
        stored: str = getattr(row if self.is_of_registration else row.participant, self.attribute)
        return stored

    def text(self, row: models.Registration) -> str:
        """Return the value as text for people; "" without an answer."""
        stored = self.stored(row)
        return self.format_stored(stored) if stored else ""

    def form_field(self, kind: FormKind) -> forms.Field:
        question, label, autocomplete = self.question, self.label, "off"
        help_text = kind is FormKind.CORRECTION and question.correction_help
        if kind is FormKind.APPLICATION:
            label, help_text = question.applicant_label or label, question.applicant_help
            autocomplete = question.autocomplete or "off"
        field = question.make(label=label, help_text=help_text or question.help)
        if isinstance(field, forms.CharField):
            direction = "ltr" if isinstance(field, forms.EmailField) else "auto"
            field.widget.attrs |= {"dir": direction, "autocomplete": autocomplete}
        return field


def _optional_question(choices: Callable[[], words.Choices], *, empty_value: str = "") -> Question:
    make = partial(forms.TypedChoiceField, choices=choices, required=False, empty_value=empty_value)
    return Question(make=make, rank=1)


def _statistics_question(
    choices: Callable[[], words.Choices], *, empty_value: str = ""
) -> Question:
    return replace(
        _optional_question(choices, empty_value=empty_value), is_for_statistics=True, rank=2
    )


PARTICIPANT = (
    Field(
        name="name",
        label=_("Name"),  # For translators: the name of a participant
        question=Question(
            make=partial(forms.CharField, max_length=NAME_LENGTH),
            help=_("As it should appear on the certificate."),
            applicant_label=_("Your name"),  # For translators: of an applicant for a training
            autocomplete="name",
        ),
        is_listed=True,
        export="name",
        column=Column(),
    ),
    Field(
        name="email",
        label=_("E-mail address"),  # For translators: of a participant
        question=Question(
            make=partial(forms.EmailField, max_length=EMAIL_LENGTH),
            help=_("Each person needs their own e-mail address."),
            applicant_label=_("Your e-mail address"),  # For translators: of a training applicant
            applicant_help=_("We send the link to your registration to this address."),
            correction_help=_(
                "If you change the address, links sent to the old one stop working, and"
                " we send a mail to the new one."
            ),
            autocomplete="email",
        ),
        is_shown=True,
        column=Column(),
    ),
    Field(
        name="sender",
        label=_("Nominated by"),  # For translators: the organisation that sends a participant
        question=Question(
            make=partial(
                base_fields.NamedField,
                queryset=models.Sender.objects.none(),
                required=False,
                # Translators: a participant comes to a training by themselves.
                empty_label=_("No organisation: they applied themselves"),
            ),
            form_kinds=frozenset({FormKind.REGISTRATION}),
        ),
        empty=None,
        is_listed=True,
        export="organisation",
        value=lambda row: row.sender.name if row.sender else "",  # takes its seat
    ),
    # Translators: a class of students.
    Field(name="cohort", label=_("Class"), empty=None),  # set for a whole list of names
    Field(
        name="country",
        label=_("Country they work in"),  # For translators: the country where a participant works
        question=Question(
            make=partial(forms.ChoiceField, choices=base_fields.country_choices),
            applicant_label=_("Country you work in"),  # For translators: of a training applicant
        ),
        is_key=True,
        kept_because="counted; says nothing without a name",
        is_shown=True,
        column=Column(
            read_word=words.read_country,
            heading=_("Country"),
            problem=_("No country has this code."),
            remedy=_("Write two letters, such as BE."),
        ),
        format_stored=words.country_label,
    ),
    Field(
        name="language",
        label=_("Language of their mail"),  # For translators: in which a participant gets it
        question=Question(
            make=partial(forms.ChoiceField, choices=base_fields.mail_languages),
            applicant_label=_("Language of your mail"),  # For translators: of a training applicant
        ),
        is_key=True,
        kept_because="says nothing without a name",
        column=Column(
            read_word=words.read_language,
            heading=_("Language"),
            problem=_("No language has this code."),
            remedy=_("Write a code, such as fr."),
        ),
    ),
    Field(
        name="sex",
        label=_("Sex"),  # For translators: what a participant says of themselves
        question=_statistics_question(words.sex_choices, empty_value=enums.Sex.UNDISCLOSED.value),
        empty=enums.Sex.UNDISCLOSED,
        kept_because="counted; says nothing without a name",
        is_axis=True,
        column=Column(
            read_word=words.read_sex, remedy=_("Write f, m or x, or leave the cell empty.")
        ),
    ),
    Field(
        name="age_band",
        label=_("Age"),  # For translators: label: how old a participant is
        question=_statistics_question(words.age_band_choices),
        is_axis=True,
        column=Column(read_word=words.read_age_band, choices=words.age_band_choices),
        format_stored=labels.age_band_name,
    ),
    Field(
        name="profession",
        label=_("Profession"),  # For translators: label: what a participant works as
        question=_optional_question(words.profession_choices),
        is_shown=True,
        is_axis=True,
        column=Column(
            read_word=words.read_profession,
            choices=words.profession_choices,
            is_read_for_students=False,
        ),
        format_stored=words.profession_label,
    ),
    Field(
        name="sector",
        label=_("Sector"),  # For translators: label: sector a participant works in, such as health
        question=_optional_question(words.sector_choices),
        is_shown=True,
        is_axis=True,
        column=Column(
            read_word=words.read_sector, choices=words.sector_choices, is_read_for_students=False
        ),
        format_stored=words.sector_label,
    ),
)
REGISTRATION = (  # set by actions of their own: no registration form asks for these fields
    Field(name="reason", is_of_registration=True),
    Field(name="is_pictured", is_of_registration=True, empty=None),
)

ALL_FIELDS = (*PARTICIPANT, *REGISTRATION)
FIELD_BY_NAME = {row.name: row for row in PARTICIPANT}  # not those of REGISTRATION
FIELDS_IN_FORM_ORDER = sorted(PARTICIPANT, key=lambda row: row.question.rank)
LISTED = [row for row in ALL_FIELDS if row.is_listed]  # columns on the page of an edition
SHOWN = [row for row in ALL_FIELDS if row.is_shown]  # on the page of a registration
EXPORTED = [row for row in ALL_FIELDS if row.export]  # in the attendance table
LIST_COLUMNS = {row.name: row.column for row in PARTICIPANT if row.column}  # of name lists
STATISTICS_AXES = tuple(row.name for row in PARTICIPANT if row.is_axis)
# Attributes of a participant that answers of forms and lists can change: not the address.
SAVED_ANSWER_ATTRIBUTES = tuple(row.attribute for row in PARTICIPANT if row.name != "email")
EMPTY_VALUES = (None, *{row.empty for row in ALL_FIELDS})  # they count as no answer


def fields_on(kind: FormKind) -> list[Field]:
    """Return a form's fields in their order; for a correction only fields of the participant."""
    rows = PARTICIPANT if kind is FormKind.CORRECTION else ALL_FIELDS
    asked_fields = (row for row in rows if kind in row.question.form_kinds)
    return sorted(asked_fields, key=lambda row: row.question.rank)


CORRECTED_ATTRIBUTES = tuple(row.attribute for row in fields_on(FormKind.CORRECTION))


class SplitAnswers(NamedTuple):
    """The answers of a form by attribute: about the participant, and about this registration."""

    of_participant: dict[str, Any]
    of_registration: dict[str, Any]


def split_answers(data: Mapping[str, Any]) -> SplitAnswers:
    """Return the answers of a form, by the model that stores them."""
    return SplitAnswers(read_answers(PARTICIPANT, data), read_answers(REGISTRATION, data))


def read_answers(rows: Iterable[Field], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the filled-in answers of a form or list row by attribute, without the address."""
    answers = {row.attribute: data.get(row.name) for row in rows if row.name != "email"}
    return {name: value for name, value in answers.items() if value not in EMPTY_VALUES}


def erase(rows: Iterable[Field], model_row: models.Participant | models.Registration) -> list[str]:
    """Empty the fields that erasure does not keep; return their names, to be saved."""
    erased_fields = [row for row in rows if not row.kept_because]
    for row in erased_fields:
        setattr(model_row, row.name, row.empty)
    return [row.name for row in erased_fields]


def set_sender_choices(form: forms.Form, host: Organisation | None) -> None:
    """Offer the nominating organisations of a host in a form; without a host, change nothing."""
    if host is not None:
        rows = models.Sender.objects.filter(kept_by=host).order_by("name", "pk")
        form.fields["sender"].queryset = rows  # type: ignore[attr-defined]


class ParticipantForm(DeskForm):
    kind: ClassVar[FormKind]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        questions = {row.name: row.form_field(self.kind) for row in fields_on(self.kind)}
        self.fields = questions | self.fields

    @property
    def main_fields(self) -> list[forms.BoundField]:
        rows = [row for row in fields_on(self.kind) if not row.question.is_for_statistics]
        return [self[row.name] for row in rows]

    @property
    def statistics_fields(self) -> list[forms.BoundField]:
        return [self[row.name] for row in fields_on(self.kind) if row.question.is_for_statistics]


class ApplyForm(ParticipantForm):
    """The form on the public page of a training, for applicants without an account."""

    kind = FormKind.APPLICATION
    sent_key = forms.UUIDField(widget=forms.HiddenInput)


class RegistrationByStaffForm(ParticipantForm):
    kind = FormKind.REGISTRATION
    field_by_error_code = {"trainings_already_registered": "email"}
    sent_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, host: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_sender_choices(self, host)


class CorrectParticipantForm(ParticipantForm):
    kind = FormKind.CORRECTION
    field_by_error_code = {"trainings_address_taken": "email"}
    edited = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @staticmethod
    def initial_values(person: models.Participant) -> dict[str, Any]:
        rows = fields_on(FormKind.CORRECTION)
        stored = {row.name: getattr(person, row.attribute) for row in rows}
        return stored | {"edited": person.edited}

    def field_values(self) -> dict[str, Any]:
        """Return the values by attribute of the participant, such as `country_id`."""
        return {row.attribute: self.cleaned_data[row.name] for row in fields_on(self.kind)}

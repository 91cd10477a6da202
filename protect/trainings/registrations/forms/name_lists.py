"""What a person types about organisations that send people, and the lists of names they bring."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from protect.directory.facts.sentences import language_name
from protect.kernel import clock
from protect.orgs import languages
from protect.orgs.models import Organisation
from protect.reference import vocabulary
from protect.reference.formats import country_name
from protect.trainings.base.fields import NamedField
from protect.trainings.registrations.models import Cohort, Sender
from protect.trainings.registrations.name_lists import tables
from protect.trainings.registrations.name_lists.tables import Cells
from protect.trainings.registrations.people_words import understood
from protect.ui.forms import DeskForm
from protect.uploads.upload_handler import content_of

LONGEST_TEXT = 60_000  # characters
MISTAKEN_FILES = (
    *("file_too_large", "file_not_readable", "upload_refused", "parsers_busy"),
    *("trainings_roster_no_table", "trainings_roster_columns_missing", "trainings_roster_long"),
)


def countries() -> list[tuple[str, str]]:
    """Return countries as choices, by their names in the language of the page."""
    tag = get_language() or "en"
    named = {code: country_name(code, tag) for code in vocabulary.countries()}
    return sorted(named.items(), key=lambda pair: pair[1])


def mail_languages() -> list[tuple[str, str]]:
    """Return the languages in which there is mail, as choices."""
    return [(each, language_name(each)) for each in languages.of_mail()]


class SenderForm(DeskForm):
    """An organisation or a school that sends people."""

    mended_at: ClassVar = {"trainings_sender_known": "name"}
    name = forms.CharField(
        # Translators: the name of an organisation that sends people to trainings.
        label=_("Name"),
        max_length=160,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    country = forms.ChoiceField(
        # Translators: the country of an organisation.
        label=_("Country")
    )
    email = forms.EmailField(
        # Translators: of an organisation that sends people to trainings.
        label=_("E-mail address"),
        help_text=_("Its link for naming people can be mailed there."),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(
        # Translators: the language in which an organisation gets mail.
        label=_("Language of its mail")
    )
    is_school = forms.BooleanField(
        # Translators: a box to tick: an organisation is a school whose students come by classes.
        label=_("It is a school: students come as a class"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = countries()  # type: ignore[attr-defined]
        self.fields["language"].choices = mail_languages()  # type: ignore[attr-defined]

    def field_values(self) -> dict[str, Any]:
        """Return the model fields of the organisation, as the actions take them."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "country_id": data["country"],
            "language_id": data["language"],
            "email": data["email"],
            "is_school": data["is_school"],
        }


class CohortForm(DeskForm):
    """A class of a school."""

    programme = forms.CharField(
        # Translators: what students of a school learn, such as: Bachelor of social work.
        label=_("Programme"),
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    year = forms.CharField(
        # Translators: of a class of students.
        label=_("Year"),
        help_text=_("As the school calls it, such as 2 or 2026/27."),
        max_length=20,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class RosterForm(DeskForm):
    """A list of names: typed, pasted or in a file."""

    mended_at: ClassVar = dict.fromkeys(MISTAKEN_FILES, "file") | {
        "trainings_roster_empty": "names",
        "trainings_group_large": "is_together",
    }
    sender = NamedField(
        # Translators: the organisation that sends somebody to a training.
        label=_("Sent by"),
        queryset=Sender.objects.none(),
        required=False,
        # Translators: somebody comes to a training by themselves.
        empty_label=_("Nobody: they come by themselves"),
    )
    cohort = forms.ModelChoiceField(
        # Translators: a class of students.
        label=_("Class"),
        queryset=Cohort.objects.none(),
        required=False,
        # Translators: people of a list are not from a class of students.
        empty_label=_("No class"),
    )
    names = forms.CharField(
        # Translators: where somebody types a list of people.
        label=_("Names and e-mail addresses"),
        help_text=_("One person on each line: name, then e-mail address."),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 6, "autocomplete": "off"}),
    )
    file = forms.FileField(
        # Translators: a list of people as a file.
        label=_("Or a list as a file"),
        help_text=_(
            "CSV or XLSX. The first row says what stands where: name, email and, if you know them, "
            "country, language, sex, age, profession, sector."
        ),
        required=False,
    )
    country = forms.ChoiceField(
        # Translators: the country in which participants work.
        label=_("Country they work in"),
        help_text=_("Unless the list says it."),
    )
    language = forms.ChoiceField(
        # Translators: the language in which participants get mail.
        label=_("Language of their mail"),
        help_text=_("Unless the list says it."),
    )
    is_together = forms.BooleanField(
        # Translators: a box to tick: people of a list come as a group.
        label=_("They come together: all get seats, or all wait"),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        host: Organisation | None = None,
        sender: Sender | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = countries()  # type: ignore[attr-defined]
        self.fields["language"].choices = mail_languages()  # type: ignore[attr-defined]
        cohorts = Cohort.objects.select_related("school").order_by("school", "programme", "year")
        if sender is not None:
            del self.fields["sender"]
            self._offer("cohort", cohorts.filter(school=sender))
        elif host is not None:
            rows = Sender.objects.filter(kept_by=host)
            self._offer("sender", rows.order_by("name", "pk"))
            self._offer("cohort", cohorts.filter(school__kept_by=host))

    def _offer(self, name: str, rows: Any) -> None:
        """Let one of these be chosen; a class where there is none is not asked for."""
        if name == "cohort" and not rows.exists():
            del self.fields["cohort"]
            return
        field = self.fields[name]
        field.queryset = rows  # type: ignore[attr-defined]
        if name == "cohort":
            field.label_from_instance = cohort_label  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        has_text, has_file = (bool(self.cleaned_data.get(each)) for each in ("names", "file"))
        if not self.errors and not has_text and not has_file:
            self.add_error("names", _("Type somebody, or choose a file."))
        if has_text and has_file:
            self.add_error("file", _("Choose one: what you typed, or the file."))
        return cleaned

    @property
    def understood(self) -> list[tuple[str, list[str]]]:
        """Return which words of a file are understood, by what they are for."""
        return understood()

    def rows(self) -> list[Cells]:
        """Return the rows as they came. Errors: of `tables`; UploadRefused."""
        sent = self.cleaned_data["file"]
        if sent:
            return tables.of_file(content_of(sent), today=clock.now().date())
        return tables.of_text(self.cleaned_data["names"])


def cohort_label(row: Cohort) -> str:
    """Return how a class stands in a list."""
    return f"{row.school.name} · {row.programme} · {row.year}"

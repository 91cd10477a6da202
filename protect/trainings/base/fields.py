"""Form fields that several forms of trainings use, and their choices."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from protect.directory.facts.sentences import language_name
from protect.orgs.languages import languages_with_mail
from protect.reference import formats, vocabulary
from protect.reference.lookup.fold import fold
from protect.ui.forms import LongCheckboxList


def languages_field(label: Any, help_text: Any = "", *, is_required: bool = True) -> forms.Field:
    """Return a field for several languages; `is_required`: at least one must be chosen."""
    return forms.MultipleChoiceField(
        label=label, help_text=help_text, required=is_required, widget=LongCheckboxList
    )


def language_choices(language_tags: Iterable[str], country: str) -> list[tuple[str, str]]:
    """Return languages as choices: a country's, then those (to be) written here, then others."""
    countries, languages = vocabulary.countries(), vocabulary.languages()
    country_languages = countries[country].languages if country in countries else ()
    name_by_tag = {tag: language_name(tag) for tag in language_tags}

    def sort_key(pair: tuple[str, str]) -> tuple[bool, bool, str]:
        tag, name = pair
        return tag not in country_languages, not languages[tag].has_text, fold(name)

    return sorted(name_by_tag.items(), key=sort_key)


def country_choices() -> list[tuple[str, str]]:
    tag = get_language() or "en"
    named = ((code, formats.country_name(code, tag)) for code in vocabulary.countries())
    return sorted(named, key=lambda pair: pair[1])


def all_languages() -> list[tuple[str, str]]:
    named = ((tag, language_name(tag)) for tag in vocabulary.languages())
    return sorted(named, key=lambda pair: pair[1])


def mail_languages() -> list[tuple[str, str]]:
    return [(tag, language_name(tag)) for tag in languages_with_mail()]


def set_choices(
    form: forms.Form, name: str, rows: QuerySet[Any], label: Callable[[Any], str] = str
) -> None:
    """Let a field of a form choose among rows, each shown with its label."""
    field = form.fields[name]
    field.queryset, field.label_from_instance = rows, label  # type: ignore[attr-defined]


def choice_label(name: str, *parts: str) -> SafeString:
    """Return the label of a choice: its name, and details in small type beside it."""
    details = " · ".join(filter(None, parts))
    return format_html("<span><bdi>{}</bdi><small>{}</small></span>", name, details)


REASON_LENGTH = 400  # characters of a reason in forms of trainings and outreach


def text_field(
    label: Any, max_length: int, help_text: Any = "", *, is_required: bool = True, **attrs: str
) -> forms.CharField:
    """Return a field for one line in any script; `attrs` are added to its input element."""
    widget = forms.TextInput(attrs={"dir": "auto", **attrs})
    return forms.CharField(
        label=label, help_text=help_text, max_length=max_length, required=is_required, widget=widget
    )


def text_area(label: Any, max_length: int, rows: int, help_text: Any = "") -> forms.CharField:
    """Return an optional field for several lines; `rows` is its height in lines."""
    widget = forms.Textarea(attrs={"dir": "auto", "rows": rows})
    return forms.CharField(
        label=label, help_text=help_text, max_length=max_length, required=False, widget=widget
    )


def number_field(
    label: Any, least: int, most: int, help_text: Any = "", *, is_required: bool = True, **more: Any
) -> forms.IntegerField:
    more |= {"min_value": least, "max_value": most, "required": is_required}
    return forms.IntegerField(label=label, help_text=help_text, **more)


def checkbox(label: Any, help_text: Any = "", *, initial: bool | None = None) -> forms.BooleanField:
    return forms.BooleanField(label=label, help_text=help_text, required=False, initial=initial)


def radio_buttons(label: Any, choices: Any = (), *, initial: Any = None) -> forms.ChoiceField:
    widget = forms.RadioSelect
    return forms.ChoiceField(label=label, choices=choices, initial=initial, widget=widget)


def date_field(label: Any, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, widget=widget)


def time_field(label: Any, help_text: Any = "", *, is_required: bool = False) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, help_text=help_text, required=is_required, widget=widget)


class NamedField(forms.ModelChoiceField[Any]):
    """A choice among objects, each shown by its name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


def datetime_field(label: Any, help_text: Any = "") -> forms.DateTimeField:
    """Return an optional field for a date and a time in the active time zone."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, help_text=help_text, required=False, widget=widget)


# The form field to which an error belongs, by `ClockRefused.where`.
FIELD_BY_CLOCK_PART = {"from": "clock_from", "to": "clock_to", "day": "day"}

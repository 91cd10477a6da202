"""Fields that forms of trainings share, and what people choose from in them."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from protect.directory.facts.sentences import language_name
from protect.orgs.languages import of_mail
from protect.reference import formats, vocabulary
from protect.reference.lookup.fold import fold
from protect.ui.forms import LongBoxes


def languages_field(
    label: Any, hint: Any = "", *, is_asked: bool = True
) -> forms.MultipleChoiceField:
    """Return a field for several languages. `is_asked`: at least one is needed."""
    return forms.MultipleChoiceField(
        label=label, help_text=hint, required=is_asked, widget=LongBoxes
    )


def by_name(tags: Iterable[str], country: str) -> list[tuple[str, str]]:
    """Return languages by name as choices: first the country's, then those of our public pages."""
    countries, languages = vocabulary.countries(), vocabulary.languages()
    own = countries[country].languages if country in countries else ()
    named = {tag: language_name(tag) for tag in tags}

    def place(pair: tuple[str, str]) -> tuple[bool, bool, str]:
        tag, name = pair
        return tag not in own, not languages[tag].has_text, fold(name)

    return sorted(named.items(), key=place)


def countries() -> list[tuple[str, str]]:
    """Return all countries as choices, by their names in the reader's language."""
    tag = get_language() or "en"
    named = ((code, formats.country_name(code, tag)) for code in vocabulary.countries())
    return sorted(named, key=lambda pair: pair[1])


def languages() -> list[tuple[str, str]]:
    """Return all languages as choices, by their names in the reader's language."""
    named = ((tag, language_name(tag)) for tag in vocabulary.languages())
    return sorted(named, key=lambda pair: pair[1])


def mail_languages() -> list[tuple[str, str]]:
    return [(tag, language_name(tag)) for tag in of_mail()]


def offer(
    form: forms.Form, name: str, rows: QuerySet[Any], label: Callable[[Any], str] = str
) -> None:
    """Offer rows in a field of a form, each by its label."""
    field = form.fields[name]
    field.queryset, field.label_from_instance = rows, label  # type: ignore[attr-defined]


def choice(name: str, *words: str) -> SafeString:
    """Return the label of a choice: its name, and smaller words beside it."""
    details = " · ".join(filter(None, words))
    return format_html("<span><bdi>{}</bdi><small>{}</small></span>", name, details)


REASON_LENGTH = 400


def text(
    label: Any, most: int, hint: Any = "", *, is_asked: bool = True, **attrs: str
) -> forms.CharField:
    """Return a field for one line, in any script. `attrs`: more of its input."""
    widget = forms.TextInput(attrs={"dir": "auto", **attrs})
    return forms.CharField(
        label=label, help_text=hint, max_length=most, required=is_asked, widget=widget
    )


def area(label: Any, most: int, rows: int, hint: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"dir": "auto", "rows": rows})
    return forms.CharField(
        label=label, help_text=hint, max_length=most, required=False, widget=widget
    )


def number(
    label: Any, least: int, most: int, hint: Any = "", *, is_asked: bool = True, **more: Any
) -> forms.IntegerField:
    bounds: dict[str, Any] = {"min_value": least, "max_value": most}
    return forms.IntegerField(label=label, help_text=hint, required=is_asked, **bounds, **more)


def tick(label: Any, hint: Any = "", *, initial: bool | None = None) -> forms.BooleanField:
    return forms.BooleanField(label=label, help_text=hint, required=False, initial=initial)


def radio(label: Any, choices: Any = (), *, initial: Any = None) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, initial=initial, widget=forms.RadioSelect
    )


def day(label: Any, hint: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=hint, widget=widget)


def clock(label: Any, hint: Any = "", *, is_asked: bool = False) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, help_text=hint, required=is_asked, widget=widget)


class NamedField(forms.ModelChoiceField[Any]):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


def moment(label: Any, hint: Any = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, help_text=hint, required=False, widget=widget)


AT = {"from": "clock_from", "to": "clock_to", "day": "day"}

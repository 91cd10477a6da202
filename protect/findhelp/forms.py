"""Forms of the public site. Details of a person are optional and are never stored."""

import re
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.directory.facts import FACTS
from protect.directory.services.forms import set_choices
from protect.matching.questions import Child
from protect.reference import vocabulary, wording
from protect.verification.enums import ReportClaim
from protect.verification.reports.reports import MAXIMUM_TEXT_LENGTH, Report

MAX_CHILDREN = 8  # most children of one gender
OLDEST_CHILD = 25  # years; no service asks for older ones
UNRECORDED_INPUT = {"autocomplete": "off", "spellcheck": "false"}  # not kept by the browser
NUMERIC_INPUT = {**UNRECORDED_INPUT, "inputmode": "numeric"}

type ReportChoices = dict[str, tuple[Promise, tuple[str, ...]]]
AGES_INVALID = _("Write ages as numbers, for example: 9, 13")  # For translators: of children
AGE = _("Age")  # For translators: label; in years
AGE_INVALID = _("Write the age as a number, for example: 27")  # For translators: error at "Age"
PAPERS = _("Your papers")  # For translators: label; residence papers, not only identity ones
NO_ANSWER = _("I do not say")  # For translators: first choice in a list: no answer to a question


class PlaceForm(forms.Form):
    q = forms.CharField(
        label=_("Town or village"),  # For translators: label of a field: where the person is
        max_length=80,
        strip=True,
        widget=forms.TextInput(attrs=UNRECORDED_INPUT),
    )


class AgesField(forms.CharField):
    """Ages of children: "9, 13" or "9 and 13", with words and digits of any script."""

    widget = forms.TextInput(attrs=NUMERIC_INPUT)

    def clean(self, value: Any) -> tuple[int, ...]:
        text = super().clean(value)
        ages = tuple(int(number) for number in re.findall(r"\d+", text))
        if text.strip() and not ages:
            raise forms.ValidationError(self.error_messages["invalid"])
        if len(ages) > MAX_CHILDREN or any(age > OLDEST_CHILD for age in ages):
            raise forms.ValidationError(self.error_messages["invalid"])
        return ages


def _fact_choices() -> ReportChoices:
    """Return the complaints of the facts by code: the words of each and the facts it concerns."""
    complaints: ReportChoices = {}
    for fact, fact_type in FACTS.items():
        if fact_type.complaint:
            code, words = fact_type.complaint
            _words, facts = complaints.get(code, (words, ()))
            complaints[code] = (words, (*facts, fact))
    return complaints


REPORT_CHOICES: ReportChoices = {  # what a visitor can report as wrong, and the facts concerned
    **_fact_choices(),
    # Translators: something is wrong about a service: it does not exist any more.
    "closed": (_("It is closed for good"), (ReportClaim.CLOSED,)),
    "other": (_("Something else"), ()),  # For translators: last choice: an error about a service
}


class ReportForm(forms.Form):
    wrong = forms.MultipleChoiceField(
        choices=[(code, words) for code, (words, _facts) in REPORT_CHOICES.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    text = forms.CharField(
        label=_("In your own words, if you want"),  # For translators: label of a short text field
        required=False,
        max_length=MAXIMUM_TEXT_LENGTH,
        widget=forms.Textarea(
            attrs={**UNRECORDED_INPUT, "rows": 3, "dir": "auto", "aria-describedby": "id_text-hint"}
        ),
    )

    def to_report(self, tag: str) -> Report:
        """Return a report in the language `tag`, even an invalid one: saving refuses it."""
        self.full_clean()
        chosen = [code for code in self.cleaned_data.get("wrong", ()) if code in REPORT_CHOICES]
        return Report(
            facts=tuple(str(fact) for code in chosen for fact in REPORT_CHOICES[code][1]),
            text=str(self.data.get("text", "")),
            language=tag,
            is_other="other" in chosen,
        )


class RefineForm(forms.Form):
    """Details of the person. A blank answer means "not answered" and removes no service."""

    language = forms.ChoiceField(
        label=_("Language you want to speak"),  # For translators: label; in which help is wanted
        required=False,
    )
    gender = forms.ChoiceField(
        label=_("You are"),  # For translators: label; the person says what she or he is
        required=False,
        choices=[
            ("", NO_ANSWER),
            ("f", _("Woman or girl")),  # For translators: gender of an adult or child
            ("m", _("Man or boy")),  # For translators: gender of an adult or child
            ("x", _("Non-binary or another")),  # For translators: gender: neither, or both
        ],
        widget=forms.RadioSelect,
    )
    age = forms.IntegerField(
        label=AGE,
        required=False,
        min_value=0,
        max_value=120,
        widget=forms.TextInput(attrs={**NUMERIC_INPUT, "class": "short"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), AGE_INVALID),
    )
    status = forms.ChoiceField(label=PAPERS, required=False)
    sons = AgesField(
        label=_("Ages of your sons who come with you"),  # For translators: label; children
        required=False,
        max_length=40,
        error_messages={"invalid": AGES_INVALID},
    )
    daughters = AgesField(
        label=_("Ages of your daughters who come with you"),  # For translators: label; children
        required=False,
        max_length=40,
        error_messages={"invalid": AGES_INVALID},
    )
    quiet = forms.BooleanField(
        label=_("I cannot speak now"),  # For translators: switch: only chat and text messages
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoken = ((tag, each.endonym) for tag, each in vocabulary.languages().items())
        statuses = ((c, wording.STATUS_NAMES.get(c, c)) for c in vocabulary.statuses())
        set_choices(self, "language", [("", NO_ANSWER), *spoken])
        set_choices(self, "status", [("", NO_ANSWER), *statuses])

    def readable_data(self) -> dict[str, Any]:
        """Return the valid fields; an invalid field does not discard the others."""
        self.full_clean()
        return self.cleaned_data

    def children(self) -> tuple[Child, ...] | None:
        """Return the children in the form; None (not answered) if no age was entered."""
        data = self.readable_data()
        children = [Child(age, "m") for age in data.get("sons") or ()]
        children += [Child(age, "f") for age in data.get("daughters") or ()]
        return tuple(children) or None

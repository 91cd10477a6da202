"""What a visitor may type. Every field is optional, and nothing is stored."""

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
UNRECORDED_INPUT = {"autocomplete": "off", "spellcheck": "false"}
NUMERIC_INPUT = {**UNRECORDED_INPUT, "inputmode": "numeric"}

type ReportChoices = dict[str, tuple[Promise, tuple[str, ...]]]
# Translators: error beside a field for the ages of children.
AGES_INVALID = _("Write ages as numbers, for example: 9, 13")
# Translators: label; in years.
AGE = _("Age")
# Translators: error beside the field "Age".
AGE_INVALID = _("Write the age as a number, for example: 27")
# Translators: first choice of a list: the person does not answer this question.
NO_ANSWER = _("I do not say")


class PlaceForm(forms.Form):
    q = forms.CharField(
        # Translators: label above a field; the person types where she is.
        label=_("Town or village"),
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
    complaints: ReportChoices = {}
    for fact, fact_type in FACTS.items():
        if fact_type.complaint:
            code, words = fact_type.complaint
            _words, facts = complaints.get(code, (words, ()))
            complaints[code] = (words, (*facts, fact))
    return complaints


# What a visitor can report as wrong, and the facts that each choice concerns.
REPORT_CHOICES: ReportChoices = {
    **_fact_choices(),
    # Translators: something is wrong about a service: it does not exist any more.
    "closed": (_("It is closed for good"), (ReportClaim.CLOSED,)),
    # Translators: the last choice of a list of what may be wrong about a service.
    "other": (_("Something else"), ()),
}


class ReportForm(forms.Form):
    wrong = forms.MultipleChoiceField(
        choices=[(code, words) for code, (words, _facts) in REPORT_CHOICES.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    text = forms.CharField(
        # Translators: label above a field for a short text; it may be left empty.
        label=_("In your own words, if you want"),
        required=False,
        max_length=MAXIMUM_TEXT_LENGTH,
        widget=forms.Textarea(
            attrs={**UNRECORDED_INPUT, "rows": 3, "dir": "auto", "aria-describedby": "id_text-hint"}
        ),
    )

    def to_report(self, tag: str) -> Report:
        """Return the report even if it is invalid: storing it refuses it with a reason."""
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
        # Translators: label; the language in which the person wants to be helped.
        label=_("Language you want to speak"),
        required=False,
    )
    gender = forms.ChoiceField(
        # Translators: label; the person says what she or he is.
        label=_("You are"),
        required=False,
        choices=[
            ("", NO_ANSWER),
            # Translators: gender of an adult or child.
            ("f", _("Woman or girl")),
            # Translators: gender of an adult or child.
            ("m", _("Man or boy")),
            # Translators: gender: neither woman nor man, or both.
            ("x", _("Non-binary or another")),
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
    status = forms.ChoiceField(
        # Translators: label; residence papers or permits, not identity papers alone.
        label=_("Your papers"),
        required=False,
    )
    sons = AgesField(
        # Translators: label; children who come along.
        label=_("Ages of your sons who come with you"),
        required=False,
        max_length=40,
        error_messages={"invalid": AGES_INVALID},
    )
    daughters = AgesField(
        # Translators: label; children who come along.
        label=_("Ages of your daughters who come with you"),
        required=False,
        max_length=40,
        error_messages={"invalid": AGES_INVALID},
    )
    quiet = forms.BooleanField(
        # Translators: switch; the person must not be heard: only chat and text messages.
        label=_("I cannot speak now"),
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
        data = self.readable_data()
        children = [Child(age, "m") for age in data.get("sons") or ()]
        children += [Child(age, "f") for age in data.get("daughters") or ()]
        return tuple(children) or None

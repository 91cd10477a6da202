"""What a visitor may type. Everything can be left out; nothing is kept."""

import re
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.directory.facts import FACTS
from protect.directory.services.forms import choose
from protect.matching.questions import Child
from protect.reference import vocabulary, wording
from protect.verification.enums import Claim
from protect.verification.reports.reports import LONGEST, Report

MAX_CHILDREN = 8  # of one gender
OLDEST_CHILD = 25  # years; no service asks for older ones
FORGIVING = {"autocomplete": "off", "spellcheck": "false"}

type Complaints = dict[str, tuple[Promise, tuple[str, ...]]]
# Translators: error beside a field for the ages of children.
AGES_INVALID = _("Write ages as numbers, for example: 9, 13")
# Translators: label; in years.
AGE = _("Age")
# Translators: error beside the field "Age".
AGE_INVALID = _("Write the age as a number, for example: 27")
# Translators: first choice of a list: the person does not answer this question.
NOT_SAID = _("I do not say")


class PlaceForm(forms.Form):
    q = forms.CharField(
        # Translators: label above a field; the person types where she is.
        label=_("Town or village"),
        max_length=80,
        strip=True,
        widget=forms.TextInput(attrs=FORGIVING),
    )


class AgesField(forms.CharField):
    """Ages of children: "9, 13" or "9 and 13", in words and digits of any script."""

    widget = forms.TextInput(attrs={**FORGIVING, "inputmode": "numeric"})

    def clean(self, value: Any) -> tuple[int, ...]:
        text = super().clean(value)
        ages = tuple(int(number) for number in re.findall(r"\d+", text))
        if text.strip() and not ages:
            raise forms.ValidationError(self.error_messages["invalid"])
        if len(ages) > MAX_CHILDREN or any(age > OLDEST_CHILD for age in ages):
            raise forms.ValidationError(self.error_messages["invalid"])
        return ages


def _of_facts() -> Complaints:
    complaints: Complaints = {}
    for fact, fact_type in FACTS.items():
        if fact_type.complaint:
            code, words = fact_type.complaint
            _words, facts = complaints.get(code, (words, ()))
            complaints[code] = (words, (*facts, fact))
    return complaints


# What a visitor may report, and which facts it is about.
WRONG: Complaints = {
    **_of_facts(),
    # Translators: something is wrong about a service: it does not exist any more.
    "closed": (_("It is closed for good"), (Claim.CLOSED,)),
    # Translators: the last choice of a list of what may be wrong about a service.
    "other": (_("Something else"), ()),
}


class ReportForm(forms.Form):
    wrong = forms.MultipleChoiceField(
        choices=[(code, words) for code, (words, _facts) in WRONG.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    text = forms.CharField(
        # Translators: label above a field for a short text; it may be left empty.
        label=_("In your own words, if you want"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(
            attrs={**FORGIVING, "rows": 3, "dir": "auto", "aria-describedby": "id_text-hint"}
        ),
    )

    def report(self, tag: str) -> Report:
        """Return what was chosen and typed, however much it is: the action refuses."""
        self.full_clean()
        chosen = [code for code in self.cleaned_data.get("wrong", ()) if code in WRONG]
        return Report(
            facts=tuple(str(fact) for code in chosen for fact in WRONG[code][1]),
            text=str(self.data.get("text", "")),
            language=tag,
            is_other="other" in chosen,
        )


class RefineForm(forms.Form):
    """Details of the person. A blank answer means "not said" and removes no service."""

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
            ("", NOT_SAID),
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
        widget=forms.TextInput(attrs={**FORGIVING, "inputmode": "numeric", "class": "short"}),
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
        choose(self, "language", [("", NOT_SAID), *spoken])
        choose(self, "status", [("", NOT_SAID), *statuses])

    def readable_data(self) -> dict[str, Any]:
        """Return the valid fields: an invalid one does not discard the others."""
        self.full_clean()
        return self.cleaned_data

    def children(self) -> tuple[Child, ...] | None:
        data = self.readable_data()
        children = [Child(age, "m") for age in data.get("sons") or ()]
        children += [Child(age, "f") for age in data.get("daughters") or ()]
        return tuple(children) or None

"""Forms of the public site: to type a place, and to report what is wrong."""

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.directory.facts import FACTS
from protect.verification.enums import ReportClaim
from protect.verification.reports.reports import MAXIMUM_TEXT_LENGTH, Report

UNRECORDED_INPUT = {"autocomplete": "off", "spellcheck": "false"}  # not kept by the browser

type ReportChoices = dict[str, tuple[Promise, tuple[str, ...]]]
AGE = _("Age")  # For translators: label; in years
PAPERS = _("Your papers")  # For translators: label; residence papers, not only identity ones


class PlaceForm(forms.Form):
    q = forms.CharField(
        label=_("Town or village"),  # For translators: label of a field: where the person is
        max_length=80,
        strip=True,
        widget=forms.TextInput(attrs=UNRECORDED_INPUT),
    )


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

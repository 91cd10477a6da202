from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from protect.directory.enums import Fact
from protect.directory.facts import sentences
from protect.directory.services.forms import set_choices
from protect.ui.forms import DeskForm
from protect.verification import labels, models, rules
from protect.verification.enums import CorrectionState, Reporter
from protect.verification.reports.reports import MAXIMUM_TEXT_LENGTH, Report, ReportDecision

ALL_CHOICE = ("", gettext_lazy("All"))  # For translators: in a filter: nothing is left out
OTHER = "other"  # box "Something else" among the reported facts
# Translators, of each below: what a moderator says of a report.
DECISION_LABELS = {
    CorrectionState.ACCEPTED: gettext_lazy("The report is right"),
    CorrectionState.PARTLY: gettext_lazy("The report is right in part"),
    CorrectionState.REJECTED: gettext_lazy("The report is not right"),
    CorrectionState.DUPLICATE: gettext_lazy("Another report says the same"),
}


class CountryStateFilter(forms.Form):
    """The filter by country and state above the lists of reports and of duplicate pairs."""

    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, data: Mapping[str, str], countries: Iterable[str], state: str = "") -> None:
        """`state`: the state that is shown if the user has chosen no state."""
        chosen = {name: data.get(name, "") for name in self.base_fields}
        super().__init__({**chosen, "state": chosen["state"] or state})
        self.is_narrow = any(chosen.values())  # whether any filter is set
        names = sentences.countries_by_name(countries)
        set_choices(self, "country", [ALL_CHOICE, *names])
        if len(names) < 2:  # one country needs no choice
            self.fields["country"].widget = forms.HiddenInput()

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class MemberReportForm(DeskForm):
    # Translators: a page: a member says what is wrong about a service.
    page = gettext_lazy("Report a problem")
    field_by_error_code = {
        "verification_report_not_safe": "text",
        "verification_report_incomplete": "facts",
    }
    facts = forms.MultipleChoiceField(
        # Translators: over boxes to tick: parts of an entry of the directory.
        label=gettext_lazy("What is wrong?"),
        choices=[
            *labels.SUBJECT_LABELS.items(),
            # Translators: last of boxes to tick: nothing of the list; the text says it.
            (OTHER, gettext_lazy("Something else")),
        ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one thing that is wrong.")},
    )
    text = forms.CharField(
        # Translators: a field for a short text about what is wrong.
        label=gettext_lazy("What do you know about it?"),
        help_text=gettext_lazy(
            "No address, no map link, nothing about a person. A moderator reads it."
        ),
        max_length=MAXIMUM_TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"dir": "auto"}),
    )

    def report(self, language: str) -> Report:
        chosen = self.cleaned_data["facts"]
        facts = tuple(code for code in chosen if code != OTHER)
        return Report(facts, self.cleaned_data["text"], language, is_other=OTHER in chosen)


class ReportFilter(CountryStateFilter):
    reporter = forms.ChoiceField(label=gettext_lazy("Reported by"), required=False)
    service = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, str], countries: Iterable[str]) -> None:
        super().__init__(data, countries)
        set_choices(self, "state", [ALL_CHOICE, *CorrectionState.choices])
        set_choices(self, "reporter", [ALL_CHOICE, *Reporter.choices])


class ReportDecisionForm(DeskForm):
    # Translators: a page: a report about a service is judged.
    page = gettext_lazy("Decide on a report")
    field_by_error_code = {
        "verification_report_not_safe": "reason",
        "verification_report_incomplete": "verdict",
    }
    verdict = forms.ChoiceField(
        label=gettext_lazy("Is the report right?"),  # For translators: over a choice about a report
        choices=list(DECISION_LABELS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose whether the report is right.")},
    )
    facts = forms.MultipleChoiceField(
        # Translators: over boxes to tick: parts of a report.
        label=gettext_lazy("Which parts are right?"),
        help_text=gettext_lazy("Only if the report is right in part."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    duplicate_of = forms.ChoiceField(
        # Translators: over a choice of other reports.
        label=gettext_lazy("Which report says the same?"),
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),  # For translators: why a report was judged so
        help_text=gettext_lazy("Required if the report is not right. Only desk users see it."),
        max_length=rules.MAX_NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"dir": "auto"}),
    )

    def __init__(
        self,
        *args: Any,
        reported: Iterable[str] | None = None,
        others: Iterable[tuple[models.Correction, str]] | None = None,
        **kwargs: Any,
    ) -> None:
        """`reported`: its codes; `others`: other reports, with labels. None: keep every field."""
        super().__init__(*args, **kwargs)
        self.reported = list(reported if reported is not None else Fact.values)
        listed = [(str(report.pk), report, words) for report, words in others or ()]
        self.others = {key: report for key, report, _words in listed}
        set_choices(self, "facts", [(code, labels.SUBJECT_LABELS[code]) for code in self.reported])
        # Translators: first of a list of choices: nothing is chosen.
        choices = [("", _("None")), *((key, words) for key, _report, words in listed)]
        set_choices(self, "duplicate_of", choices)
        decision_choices = dict(DECISION_LABELS)
        if reported is not None and len(self.reported) < 2:
            del decision_choices[CorrectionState.PARTLY], self.fields["facts"]
        if others is not None and not self.others:
            del decision_choices[CorrectionState.DUPLICATE], self.fields["duplicate_of"]
        set_choices(self, "verdict", list(decision_choices.items()))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        data = self.cleaned_data
        verdict, chosen = data.get("verdict"), data.get("facts") or ()
        if verdict == CorrectionState.PARTLY and not 0 < len(chosen) < len(self.reported):
            self.add_error(
                "facts",
                _(
                    "Tick at least one part, but not all. If all are right, choose “The report "
                    "is right”."
                ),
            )
        if verdict == CorrectionState.REJECTED and not data.get("reason", "").strip():
            self.add_error("reason", _("Enter why the report is not right."))
        if verdict == CorrectionState.DUPLICATE and not data.get("duplicate_of"):
            self.add_error("duplicate_of", _("Choose the report that says the same."))
        return cleaned

    def decision(self) -> ReportDecision:
        data = self.cleaned_data
        facts, verdict = tuple(data.get("facts") or ()), CorrectionState(data["verdict"])
        original = self.others.get(data.get("duplicate_of", ""))
        return ReportDecision(verdict, facts, data["reason"], duplicate_of=original)

"""Forms for a member's report and for a moderator's decision."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext as _, gettext_lazy

from protect.directory.enums import Fact
from protect.directory.facts import LABELS
from protect.directory.services.forms import choose
from protect.reference.formats import country_name
from protect.ui.forms import DeskForm
from protect.verification import models, rules
from protect.verification.enums import Claim, CorrectionState, Reporter
from protect.verification.reports.reports import LONGEST, Judgement, Report

# Translators: in a filter: nothing is left out.
EVERYTHING = ("", gettext_lazy("All"))
OTHER = "other"
# Translators, of each below: what a moderator says of a report.
VERDICTS = {
    CorrectionState.ACCEPTED: gettext_lazy("It is right"),
    CorrectionState.PARTLY: gettext_lazy("Some of it is right"),
    CorrectionState.REJECTED: gettext_lazy("It is not right"),
    CorrectionState.DUPLICATE: gettext_lazy("Another report says the same"),
}


class NarrowingForm(forms.Form):
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, data: Mapping[str, str], countries: Iterable[str], state: str = "") -> None:
        """`state`: the one that is shown where none is chosen."""
        chosen = {name: data.get(name, "") for name in self.base_fields}
        super().__init__({**chosen, "state": chosen["state"] or state})
        self.is_narrow = any(chosen.values())  # whether something is looked for
        tag = get_language() or "en"
        names = sorted((country_name(code, tag), code) for code in countries)
        choose(self, "country", [EVERYTHING, *((code, name) for name, code in names)])
        if len(names) < 2:  # there is nothing to choose
            self.fields["country"].widget = forms.HiddenInput()

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class MemberReportForm(DeskForm):
    # Translators: a page: a member says what is wrong about a service.
    page = gettext_lazy("Say that something is wrong")
    mended_at = {"verification_report_not_safe": "text", "verification_report_incomplete": "facts"}
    facts = forms.MultipleChoiceField(
        # Translators: over boxes to tick: parts of an entry of the directory.
        label=gettext_lazy("What is wrong?"),
        choices=[
            *((fact.value, LABELS[fact]) for fact in Fact),
            *Claim.choices,
            # Translators: last of boxes to tick: nothing of the list; the text says it.
            (OTHER, gettext_lazy("Something else")),
        ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one thing that is wrong.")},
    )
    text = forms.CharField(
        # Translators: a field for a short text about what is wrong.
        label=gettext_lazy("What do you know?"),
        help_text=gettext_lazy(
            "No address, no map link, nothing about a person. A moderator reads it."
        ),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"dir": "auto"}),
    )

    def report(self, tag: str) -> Report:
        chosen = self.cleaned_data["facts"]
        return Report(
            facts=tuple(code for code in chosen if code != OTHER),
            text=self.cleaned_data["text"],
            language=tag,
            is_other=OTHER in chosen,
        )


class CorrectionFilter(NarrowingForm):
    reporter = forms.ChoiceField(label=gettext_lazy("From whom"), required=False)
    service = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, str], countries: Iterable[str]) -> None:
        super().__init__(data, countries)
        choose(self, "state", [EVERYTHING, *CorrectionState.choices])
        choose(self, "reporter", [EVERYTHING, *Reporter.choices])


class JudgeForm(DeskForm):
    # Translators: a page: a report about a service is judged.
    page = gettext_lazy("Judge a report")
    mended_at = {
        "verification_report_not_safe": "reason",
        "verification_report_incomplete": "verdict",
    }
    verdict = forms.ChoiceField(
        # Translators: over a choice: is a report right?
        label=gettext_lazy("Is it right?"),
        choices=list(VERDICTS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say whether it is right.")},
    )
    facts = forms.MultipleChoiceField(
        # Translators: over boxes to tick: parts of a report.
        label=gettext_lazy("Which parts are right?"),
        help_text=gettext_lazy("Only if some of it is right."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    duplicate_of = forms.ChoiceField(
        # Translators: over a choice of other reports.
        label=gettext_lazy("Which report says the same?"),
        required=False,
    )
    reason = forms.CharField(
        # Translators: why a report was judged so.
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("Needed if it is not right. Only the desk reads it."),
        max_length=rules.LONGEST,
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
        """`reported`: codes that the report names; `others`: other reports and their words."""
        super().__init__(*args, **kwargs)
        self.reported = list(reported if reported is not None else Fact.values)
        listed = [(str(each.pk), each, words) for each, words in others or ()]
        self.others = {key: each for key, each, _words in listed}
        labels_by_code: dict[str, Any] = dict([*LABELS.items(), *Claim.choices])
        choose(self, "facts", [(code, labels_by_code[code]) for code in self.reported])
        # Translators: first of a list of choices: nothing is chosen.
        none = _("None")
        choose(self, "duplicate_of", [("", none), *((key, words) for key, _each, words in listed)])
        left = dict(VERDICTS)
        if reported is not None and len(self.reported) < 2:
            del left[CorrectionState.PARTLY], self.fields["facts"]
        if others is not None and not self.others:
            del left[CorrectionState.DUPLICATE], self.fields["duplicate_of"]
        choose(self, "verdict", list(left.items()))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        data = self.cleaned_data
        verdict, chosen = data.get("verdict"), data.get("facts") or ()
        if verdict == CorrectionState.PARTLY and not 0 < len(chosen) < len(self.reported):
            self.add_error("facts", _("Tick what is right, and leave out what is not."))
        if verdict == CorrectionState.REJECTED and not data.get("reason", "").strip():
            self.add_error("reason", _("Write why it is not right."))
        if verdict == CorrectionState.DUPLICATE and not data.get("duplicate_of"):
            self.add_error("duplicate_of", _("Choose the report that says the same."))
        return cleaned

    def judgement(self) -> Judgement:
        data = self.cleaned_data
        return Judgement(
            verdict=CorrectionState(data["verdict"]),
            facts=tuple(data.get("facts") or ()),
            reason=data["reason"],
            duplicate_of=self.others.get(data.get("duplicate_of", "")),
        )

"""Forms for a member's report and for a moderator's decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from protect.directory.enums import Fact
from protect.directory.facts import LABELS
from protect.directory.services.forms import choose
from protect.ui.forms import DeskForm
from protect.verification import labels as verification_labels
from protect.verification.enums import Claim, CorrectionState, Reporter
from protect.verification.models import Correction
from protect.verification.reports.filters import EVERYTHING, NarrowingForm
from protect.verification.reports.moderation import Judgement
from protect.verification.reports.reports import LONGEST, Report

REASON = 400  # characters
OTHER = "other"
VERDICTS = {
    # Translators: what a moderator says of a report.
    CorrectionState.ACCEPTED: gettext_lazy("It is right"),
    # Translators: what a moderator says of a report that names several things.
    CorrectionState.PARTLY: gettext_lazy("Some of it is right"),
    # Translators: what a moderator says of a report.
    CorrectionState.REJECTED: gettext_lazy("It is not right"),
    # Translators: what a moderator says of a report: another one says the same.
    CorrectionState.DUPLICATE: gettext_lazy("Another report says the same"),
}


class MemberReportForm(DeskForm):
    """A member's report about a service."""

    mended_at = {"verification_report_not_safe": "text", "verification_report_incomplete": "facts"}
    facts = forms.MultipleChoiceField(
        # Translators: over boxes to tick: parts of an entry of the directory.
        label=gettext_lazy("What is wrong?"),
        choices=[
            *((fact.value, LABELS[fact]) for fact in Fact),
            (Claim.CLOSED.value, verification_labels.CLAIMS[Claim.CLOSED]),
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
        """Return what was chosen and typed."""
        chosen = self.cleaned_data["facts"]
        return Report(
            facts=tuple(code for code in chosen if code != OTHER),
            text=self.cleaned_data["text"],
            language=tag,
            is_other=OTHER in chosen,
        )


class CorrectionFilter(NarrowingForm):
    """The filter of reports; about one service where its page leads here."""

    reporter = forms.ChoiceField(label=gettext_lazy("From whom"), required=False)
    service = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, str], countries: Iterable[tuple[str, str]]) -> None:
        super().__init__(data, countries)
        choose(self, "state", [EVERYTHING, *verification_labels.STATES.items()])
        choose(self, "reporter", [EVERYTHING, *verification_labels.REPORTERS.items()])


class JudgeForm(DeskForm):
    """A moderator's decision on a report or on a part of it."""

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
        label=gettext_lazy("What of it is right?"),
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
        max_length=REASON,
        required=False,
        widget=forms.Textarea(attrs={"dir": "auto"}),
    )

    def __init__(
        self,
        *args: Any,
        reported: Iterable[str] | None = None,
        others: Iterable[tuple[Correction, str]] | None = None,
        **kwargs: Any,
    ) -> None:
        """`reported`: codes that the report names; `others`: other reports and their words."""
        super().__init__(*args, **kwargs)
        self.reported = list(reported if reported is not None else Fact.values)
        self.others = {str(each.pk): each for each, _words in others or ()}
        labels_by_code = {**LABELS, **verification_labels.CLAIMS}
        choose(self, "facts", [(code, labels_by_code[code]) for code in self.reported])
        listed = [(str(each.pk), words) for each, words in others or ()]
        # Translators: first of a list of choices: nothing is chosen.
        choose(self, "duplicate_of", [("", _("None")), *listed])
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
        """Return the moderator's decision."""
        data = self.cleaned_data
        return Judgement(
            verdict=CorrectionState(data["verdict"]),
            facts=tuple(data.get("facts") or ()),
            reason=data["reason"],
            duplicate_of=self.others.get(data.get("duplicate_of", "")),
        )


def kept_judging() -> DeskForm:
    """Return the form with every field, for a submission kept while the session was locked."""
    return JudgeForm()


def is_from_service(correction: Correction) -> bool:
    """Return whether a report proposes values."""
    return correction.reporter == Reporter.PROVIDER and bool(correction.proposed)

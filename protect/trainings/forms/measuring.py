"""What a planner types about the questions of an edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from protect.orgs.languages import of_desk
from protect.questionnaires.access import form_of, published
from protect.questionnaires.enums import FormKind
from protect.questionnaires.models import FormVersion
from protect.trainings.actions.choosing import Chosen
from protect.trainings.actions.slips import MOST
from protect.trainings.enums import Assessment, Phase, SetOrder
from protect.ui.forms import DeskForm

type Choices = Sequence[tuple[str, str]]

KINDS = {
    Phase.PRE: FormKind.TEST,
    Phase.POST: FormKind.TEST,
    Phase.EVALUATION: FormKind.EVALUATION,
    Phase.NAMED: FormKind.ASSESSMENT,
    Phase.FOLLOW_UP: FormKind.FOLLOW_UP,
}


class ChooseForm(DeskForm):
    """Which forms an edition asks, and what shows that somebody has learned enough."""

    mended_at = {"trainings_sets_differ": Phase.POST.value}
    order = forms.ChoiceField(
        # Translators: whether a course asks the same test before and after, or two equivalent ones.
        label=_("Tests"),
        choices=SetOrder.choices,
        widget=forms.RadioSelect,
    )
    assessment = forms.ChoiceField(
        # Translators: what shows that somebody has learned enough for a certificate.
        label=_("For a certificate"),
        choices=Assessment.choices,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        self._versions: dict[str, FormVersion] = {}
        for phase, kind in KINDS.items():
            rows = published(kind)
            self._versions |= {str(each.pk): each for each in rows}
            choices = [(str(each.pk), _titled(each, language)) for each in rows]
            self.fields[phase.value] = form_field(phase, choices)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        is_same = told.get("order") == SetOrder.SAME
        must_ask(self, {phase: phase.value for phase in KINDS}, is_same=is_same)
        return told

    def chosen(self) -> Chosen:
        """Return what the form says, as the action takes it."""
        told = self.cleaned_data
        return Chosen(
            SetOrder(told["order"]),
            Assessment(told["assessment"]),
            {phase: self._versions[told[phase.value]] for phase in KINDS if told[phase.value]},
        )


def form_field(phase: Phase, choices: Choices) -> forms.ChoiceField:
    """Return a field for the questionnaire of a phase."""
    # Translators: in a list of questionnaires: none of them.
    nothing = ("", _("Nothing is asked"))
    return forms.ChoiceField(label=phase.label, required=False, choices=[nothing, *choices])


def choices_of(phase: Phase, code: str = "") -> Choices:
    """Return the questionnaires of a phase by code, with the one that stands."""
    language = get_language() or "en"
    known = {each.code: form_of(each, language).title.text for each in published(KINDS[phase])}
    return [*({code: code} | known if code else known).items()]


def must_ask(form: DeskForm, names: Mapping[Phase, str], *, is_same: bool) -> None:
    """Note where a certificate wants a test that nobody chose. `names`: of the fields."""
    told = form.cleaned_data
    first = Phase.PRE if is_same else Phase.POST
    wanted = {Assessment.NAMED: Phase.NAMED, Assessment.VOUCHER: first}
    phase = wanted.get(told.get("assessment", ""))
    if phase is not None and not told.get(names[phase]):
        # Translators: a certificate wants a test, and no test was chosen.
        form.add_error(names[phase], _("The certificate wants a test: choose one."))


class PrintForm(DeskForm):
    """How many cards or slips, and in which language."""

    number = forms.IntegerField(
        # Translators: how many cards or slips are printed.
        label=_("How many"),
        min_value=1,
        max_value=MOST,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    language = forms.ChoiceField(
        # Translators: in which language a paper is printed.
        label=_("Language of the paper")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            (tag, each.endonym) for tag, each in of_desk().items()
        ]


def _titled(version: FormVersion, language: str) -> str:
    return f"{form_of(version, language).title.text} ({version.code} {version.number})"

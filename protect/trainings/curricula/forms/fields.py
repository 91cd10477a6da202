"""Fields for the questionnaires of a course: which there are, and which must be chosen."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from protect.questionnaires.access import form_of, published
from protect.questionnaires.enums import FormKind
from protect.trainings.base.enums import Assessment, Phase
from protect.ui.forms import DeskForm

type Choices = Sequence[tuple[str, str]]


KINDS = {
    Phase.PRE: FormKind.TEST,
    Phase.POST: FormKind.TEST,
    Phase.EVALUATION: FormKind.EVALUATION,
    Phase.NAMED: FormKind.ASSESSMENT,
    Phase.FOLLOW_UP: FormKind.FOLLOW_UP,
}


def form_field(phase: Phase, choices: Choices) -> forms.ChoiceField:
    """Return a field for the questionnaire of a phase."""
    # Translators: in a list of questionnaires: none of them.
    nothing = ("", _("Nothing is asked"))
    return forms.ChoiceField(label=phase.label, required=False, choices=[nothing, *choices])


def choices_of(phase: Phase, code: str = "") -> Choices:
    """Return the questionnaires of a phase by code, with the current one."""
    language = get_language() or "en"
    titles = {each.code: form_of(each, language).title.text for each in published(KINDS[phase])}
    return [*({code: code} | titles if code else titles).items()]


def must_ask(form: DeskForm, name: str) -> None:
    """Add an error where a certificate needs a test and none is chosen in the field `name`."""
    values = form.cleaned_data
    if values.get("assessment") == Assessment.NAMED and not values.get(name):
        # Translators: a certificate wants a test, and no test was chosen.
        form.add_error(name, _("The certificate wants a test: choose one."))

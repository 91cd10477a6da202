"""What people type who answer without an account: the code of a card, the code of a slip."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.trainings.measuring.codes import Mistake, read
from protect.trainings.measuring.wording import MISTAKES
from protect.ui.forms import DeskForm

LONGEST = 40  # characters that are looked at


class CardForm(DeskForm):
    """The code on a participant's card."""

    mended_at = {"trainings_card_used": "code", "trainings_card_unknown": "code"}
    code = forms.CharField(
        # Translators: label: a code on a small card that somebody has drawn.
        label=_("Code on your card"),
        # Translators: under the field for a code. Nobody notes who has which card.
        help_text=_("Nobody knows whose card it is. It only joins your two tests."),
        max_length=LONGEST,
        widget=forms.TextInput(
            attrs={"class": "short", "dir": "ltr", "autocomplete": "off", "autocapitalize": "off"}
        ),
    )

    def clean_code(self) -> str:
        found = read(self.cleaned_data["code"])
        if isinstance(found, Mistake):
            raise forms.ValidationError(str(MISTAKES[found]), code=found.value)
        return found


class SlipForm(CardForm):
    """The code that the anonymous test has shown."""

    mended_at = {"trainings_slip_unknown": "code", "trainings_slip_failed": "code"}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        # Translators: label: a code that a test shows at its end.
        self.fields["code"].label = _("Code that the test has shown")
        self.fields["code"].help_text = _(
            "It says whether you have passed, and not what you answered."
        )

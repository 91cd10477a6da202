"""What two people hear who call a number, one after the other."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.directory.forms.checking import LONGEST
from protect.ui.forms import DeskForm

SAME, OTHER = "same", "other"


class FirstCallForm(DeskForm):
    mended_at = {"directory_tells_where": "heard"}
    heard = forms.CharField(
        # Translators: what the first of two people hears who call a number.
        label=_("Who answered, and in which words?"),
        help_text=_(
            "For example: a woman said the name of the house, in Maltese and English. Write "
            "nothing about a person."
        ),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 3}),
    )


class SecondCallForm(DeskForm):
    mended_at = {"directory_tells_where": "heard"}
    answer = forms.ChoiceField(
        # Translators: the second of two people called a number; a colleague had called before.
        label=_("You called too. Is it the same?"),
        choices=[
            # Translators: an answer: the number leads to the service, as the first person heard.
            (SAME, _("Yes, the same service answers")),
            # Translators: an answer: the number leads somewhere else.
            (OTHER, _("No, something else answers, or nobody")),
        ],
        widget=forms.RadioSelect,
    )
    heard = forms.CharField(
        # Translators: what the second person heard, if it is not the same.
        label=_("What did you hear?"),
        help_text=_("If it is not the same. For the desk only."),
        max_length=LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    @property
    def is_same(self) -> bool:
        """Return whether the same service answered."""
        return bool(self.cleaned_data["answer"] == SAME)

    def clean(self) -> dict[str, Any] | None:
        found = super().clean()
        if self.cleaned_data.get("answer") == OTHER and not self.cleaned_data.get("heard"):
            self.add_error("heard", _("Write what you heard, so that a colleague can go on."))
        return found

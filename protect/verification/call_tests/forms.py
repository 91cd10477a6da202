"""Forms for two callers of a number, each without knowing what the other heard."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.ui.forms import DeskForm

SERVICE, OTHER = "service", "other"
LONGEST = 400  # characters


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
        # Translators: the second of two people calls a number, not knowing what the first heard.
        label=_("Does the service answer?"),
        choices=[
            # Translators: an answer: the number leads to the service.
            (SERVICE, _("Yes, this service answers")),
            # Translators: an answer: the number leads somewhere else, or nobody answers.
            (OTHER, _("No, something else answers, or nobody")),
        ],
        widget=forms.RadioSelect,
    )
    heard = forms.CharField(
        # Translators: what the second of two people hears who call a number.
        label=_("Who answered, and in which words?"),
        help_text=_(
            "For example: a woman said the name of the house, in Maltese and English. Write "
            "nothing about a person."
        ),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 3}),
    )

    @property
    def is_service(self) -> bool:
        """Return whether the service answered."""
        return bool(self.cleaned_data["answer"] == SERVICE)

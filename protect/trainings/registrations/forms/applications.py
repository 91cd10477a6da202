"""The form in which a visitor without an account applies for a training."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.trainings.registrations.forms.name_lists import countries, mail_languages
from protect.trainings.registrations.forms.person_facts import CountedForm


class ApplyForm(CountedForm):
    """An applicant. The form asks only for what is needed."""

    sent_key = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        # Translators: of somebody who applies for a training.
        label=_("Your name"),
        help_text=_("As it shall stand on the certificate."),
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"}),
    )
    email = forms.EmailField(
        # Translators: of somebody who applies for a training.
        label=_("Your e-mail address"),
        help_text=_("The link to your registration goes there."),
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "email"}),
    )
    country = forms.ChoiceField(
        # Translators: of somebody who applies for a training.
        label=_("Country you work in")
    )
    language = forms.ChoiceField(
        # Translators: of somebody who applies for a training.
        label=_("Language of your mail")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = countries()  # type: ignore[attr-defined]
        self.fields["language"].choices = mail_languages()  # type: ignore[attr-defined]

"""What a person types in another language."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.directory.service_models import TEXT_LENGTH
from protect.ui.forms import DeskForm


class TranslationForm(DeskForm):
    mended_at = {"directory_tells_where": "text"}
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    text = forms.CharField(
        # Translators: a text of a service in another language.
        label=_("Translation"),
        help_text=_("Say the same, in everyday words. Leave it empty to take it away."),
        max_length=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"dir": "auto"}),
    )


class ReviewForm(DeskForm):
    """A second person has read it: nothing is typed."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

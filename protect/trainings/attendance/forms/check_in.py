"""What people type to say that they are there."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.ui.forms import DeskForm

LONGEST = 20


class HereForm(DeskForm):
    """The code on the screen, typed by a participant on their own page."""

    mended_at = dict.fromkeys(
        ("trainings_code_early", "trainings_code_over", "trainings_code_unknown"), "code"
    )
    sent_key = forms.UUIDField(widget=forms.HiddenInput)
    code = forms.CharField(
        # Translators: label: the code that stands on the screen of the room.
        label=_("Code on the screen of the room"),
        help_text=_("It changes every minute."),
        max_length=LONGEST,
        widget=forms.TextInput(
            attrs={"class": "short", "dir": "ltr", "autocomplete": "off", "autocapitalize": "off"}
        ),
    )


class HereByAddressForm(HereForm):
    """The code on the screen and an address, typed by a participant without their link."""

    email = forms.EmailField(
        # Translators: label: the address with which somebody registered.
        label=_("E-mail address with which you registered"),
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "email"}),
    )


class ExcuseForm(forms.Form):
    """The session that a participant cannot come to."""

    sent_key = forms.UUIDField()
    session = forms.UUIDField()

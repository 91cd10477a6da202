"""What people without an account type about certificates."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.ui.forms import DeskForm

LONGEST_NUMBER = 200  # letters: a whole address may be typed


class NameForm(DeskForm):
    """A stranger asks whether a certificate belongs to who showed it."""

    mended_at = {"trainings_name_asked_too_often": "name"}
    name = forms.CharField(
        # Translators: a stranger checks a certificate and types whose it is said to be.
        label=_("Name on the certificate"),
        help_text=_("We say whether it is this name. We do not keep what you type."),
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )


class NumberForm(DeskForm):
    """A stranger types the number from a paper: no camera, no file."""

    mended_at = {"trainings_certificate_unknown": "number"}
    number = forms.CharField(
        # Translators: the number of a certificate, printed on it.
        label=_("Certificate number"),
        help_text=_(
            "Beside the square code: eight groups of four. Gaps and capitals do not matter."
        ),
        max_length=LONGEST_NUMBER,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )


class CheckForm(DeskForm):
    """A stranger brings a certificate as a file."""

    mended_at = dict.fromkeys(
        (
            "trainings_certificate_file_large",
            "trainings_certificate_unreadable",
            "trainings_certificate_absent",
            "trainings_certificate_is_picture",
            "parsers_busy",
        ),
        "file",
    )
    file = forms.FileField(
        # Translators: a file that somebody wants to check.
        label=_("File of a certificate"),
        help_text=_("JSON, PDF or PNG, up to 2 MB. It is read and not kept."),
        allow_empty_file=True,
    )


class ShowNameForm(DeskForm):
    """The holder chooses whether strangers see the name."""

    shows_name = forms.BooleanField(
        # Translators: the holder of a certificate chooses.
        label=_("Show my name to whoever checks the certificate"),
        help_text=_("Otherwise they can only ask whether a name is the right one."),
        required=False,
    )

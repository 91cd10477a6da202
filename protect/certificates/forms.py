"""Forms about certificates for visitors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from protect.trainings.editions.forms import CancelForm
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import Page

LONGEST_NUMBER = 200  # letters: a whole address may be typed


class NameForm(DeskForm):
    mended_at = {"certificates_name_asked_too_often": "name"}
    name = forms.CharField(
        # Translators: a stranger checks a certificate and types whose it is said to be.
        label=_("Name on the certificate"),
        help_text=_("We say whether it is this name. We do not keep what you type."),
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )


class NumberForm(DeskForm):
    mended_at = {"certificates_unknown": "number"}
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
    mended_at = dict.fromkeys(
        (
            "certificates_file_large",
            "certificates_unreadable",
            "certificates_absent",
            "certificates_is_picture",
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
    shows_name = forms.BooleanField(
        # Translators: the holder of a certificate chooses.
        label=_("Show my name to whoever checks the certificate"),
        help_text=_("Otherwise they can only ask whether a name is the right one."),
        required=False,
    )


class CertificateReasonForm(CancelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _(
            "Only the coordinators of the organisation that issued it read this. The holder and "
            "people who check the certificate do not."
        )


# Forms that are kept while their author is locked, by name of an address.
PAGES: dict[str, Page] = {
    # Translators: a page: somebody's certificate is revoked.
    "certificates:certificate_revoke": Page(
        gettext_lazy("Revoke a certificate"), CertificateReasonForm
    ),
    # Translators: a page: somebody's certificate is replaced by another.
    "certificates:certificate_replace": Page(
        gettext_lazy("Replace a certificate"), CertificateReasonForm
    ),
    # Translators: a page: somebody gets a certificate after theirs was taken back.
    "certificates:certificate_again": Page(
        gettext_lazy("Issue a certificate again"), CertificateReasonForm
    ),
}

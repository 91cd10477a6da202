"""Forms about certificates for visitors."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.trainings.base import fields
from protect.trainings.editions.forms import CancelForm
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import Page

LONGEST_NUMBER = 200  # letters: a whole address may be typed
OF_FILE = ("certificates_file_large", "certificates_unreadable", "certificates_absent")


class NameForm(DeskForm):
    mended_at = {"certificates_name_asked_too_often": "name"}
    name = fields.text(
        # Translators: a stranger checks a certificate and types whose it is said to be.
        _("Name on the certificate"),
        120,
        _("We say whether it is this name. We do not keep what you type."),
        autocomplete="off",
    )


class NumberForm(DeskForm):
    mended_at = {"certificates_unknown": "number"}
    number = fields.text(
        # Translators: the number of a certificate, printed on it.
        _("Certificate number"),
        LONGEST_NUMBER,
        _("Beside the square code: eight groups of four. Gaps and capitals do not matter."),
        dir="ltr",
        autocomplete="off",
    )


class CheckForm(DeskForm):
    mended_at = dict.fromkeys((*OF_FILE, "certificates_is_picture", "parsers_busy"), "file")
    file = forms.FileField(
        # Translators: a file that a reader wants to check.
        label=_("File of a certificate"),
        help_text=_("JSON, PDF or PNG, up to 2 MB. It is read and not kept."),
        allow_empty_file=True,
    )


class ShowNameForm(DeskForm):
    shows_name = fields.tick(
        # Translators: the holder of a certificate chooses.
        _("Show my name to people who check the certificate"),
        _("Otherwise they can only ask whether a name is the right one."),
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
    # Translators: a page: a coordinator revokes a participant's certificate.
    "certificates:certificate_revoke": Page(_("Revoke a certificate"), CertificateReasonForm),
    # Translators: a page: a coordinator replaces a participant's certificate by another.
    "certificates:certificate_replace": Page(_("Replace a certificate"), CertificateReasonForm),
    # Translators: a page: a participant gets a certificate after theirs was revoked.
    "certificates:certificate_again": Page(_("Issue a certificate again"), CertificateReasonForm),
}

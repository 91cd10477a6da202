"""Forms of certificates: for visitors who check them, holders and coordinators."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.trainings.base import fields
from protect.trainings.editions.forms import CancelForm
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage

MAX_NUMBER_LENGTH = 200  # characters: a whole URL may be typed
FILE_REFUSALS = ("certificates_file_large", "certificates_unreadable", "certificates_absent")


class NameForm(DeskForm):
    """A name that a visitor compares with the holder's."""

    field_by_error_code = {"certificates_name_asked_too_often": "name"}
    name = fields.text_field(
        _("Name on the certificate"),  # For translators: field: typed by a stranger who checks it
        120,
        _("We tell you whether the name matches. We do not store what you type."),
        autocomplete="off",
    )


class NumberForm(DeskForm):
    """The number of a certificate that a visitor checks."""

    field_by_error_code = {"certificates_unknown": "number"}
    number = fields.text_field(
        _("Certificate number"),  # For translators: the number of a certificate, printed on it
        MAX_NUMBER_LENGTH,
        _(
            "It is printed beside the square code, in eight groups of four. Spaces and "
            "capitals do not matter."
        ),
        dir="ltr",
        autocomplete="off",
    )


class FileCheckForm(DeskForm):
    """A file with a certificate that a visitor checks."""

    field_by_error_code = dict.fromkeys(
        (*FILE_REFUSALS, "certificates_is_picture", "parsers_busy"), "file"
    )
    file = forms.FileField(
        label=_("File of a certificate"),  # For translators: a file that a reader wants to check
        help_text=_("JSON, PDF or PNG, up to 2 MB. It is read and not kept."),
        allow_empty_file=True,
    )


class ShowNameForm(DeskForm):
    shows_name = fields.checkbox(
        _("Show my name to people who check the certificate"),  # For translators: its holder ticks
        _("Otherwise they can only ask whether a name is the right one."),
    )


class ReasonForm(CancelForm):
    """The reason to revoke or replace a certificate, or to issue it again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _(
            "Only the coordinators of the organisation that issued it read this. The holder and "
            "people who check the certificate do not."
        )


PAGES: dict[str, DraftPage] = {  # by URL name: forms kept as drafts during a locked session
    # Translators: a page: a coordinator revokes a participant's certificate.
    "certificates:certificate_revoke": DraftPage(_("Revoke a certificate"), ReasonForm),
    # Translators: a page: a coordinator replaces a participant's certificate with another.
    "certificates:certificate_replace": DraftPage(_("Replace a certificate"), ReasonForm),
    # Translators: a page: a participant gets a certificate after theirs was revoked.
    "certificates:certificate_again": DraftPage(_("Issue a certificate again"), ReasonForm),
}

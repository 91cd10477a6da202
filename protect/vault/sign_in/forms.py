from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError
from protect.orgs.accounts import language_field, own_name_field
from protect.ui.forms import DeskForm
from protect.vault.errors import SessionEnded, Throttled
from protect.vault.sign_in.passkeys import Answer

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MAX_PASSPHRASE_LENGTH = 200  # characters of a passphrase
# Attributes of inputs for words heard or codes on paper: no completion, no correction.
COPIED_INPUT_ATTRS = {"autocomplete": "off", "spellcheck": "false", "dir": "ltr"}
FIELD_BY_REFUSAL = {
    **dict.fromkeys(("password_short", "password_common", "password_repeated"), "password"),
    **dict.fromkeys(("password_personal", "sign_in_refused", "passphrase_refused"), "password"),
    "recovery_code_mistyped": "code",
    "code_wrong": "code",
    "second_factor_refused": "totp",
    "detail_invalid": "name",
}


def passphrase_field(label: "str | _StrPromise", autocomplete: str, **more: Any) -> forms.CharField:
    """Return a passphrase field; `autocomplete` tells the browser's password manager its kind."""
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(
        label=label, strip=False, max_length=MAX_PASSPHRASE_LENGTH, widget=widget, **more
    )


def new_passphrase_field(label: "str | _StrPromise") -> forms.CharField:
    """Return the field for a new passphrase, which stands below six suggested words."""
    hint = _(
        "Use the six words above, or choose at least 15 characters of your own. You"
        " will type it every working day."
    )
    return passphrase_field(label, "new-password", help_text=hint)


def one_time_code_field() -> forms.CharField:
    return forms.CharField(
        label=_("Code from your app"),  # For translators: six digits from an authenticator app
        help_text=_("Six digits. They change every 30 seconds."),
        max_length=12,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "short"}
        ),
    )


def recovery_code_field(help_text: "str | _StrPromise") -> forms.CharField:
    return forms.CharField(
        label=_("Recovery code"),  # For translators: eight groups, printed once and kept on paper
        help_text=help_text,
        max_length=100,
        widget=forms.Textarea(
            attrs={**COPIED_INPUT_ATTRS, "class": "code", "rows": 2, "autocapitalize": "characters"}
        ),
    )


LONG_WAIT_SECONDS = 2  # from this wait on, the page says how to avoid it


class ProofForm(DeskForm):
    """Base of forms that prove identity: a failed attempt can end the session."""

    field_by_error_code = FIELD_BY_REFUSAL
    is_over = False  # whether this attempt ended the session: then no form is shown

    def text_of(self, error: ProtectError) -> str:
        """Return the text of an error, and note in `is_over` whether the session ended."""
        self.is_over = error.code == SessionEnded.code
        return super().text_of(error)


class EmailForm(DeskForm):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


class SignInForm(ProofForm, EmailForm):
    is_slowed = False  # whether the wait is so long that the page explains it
    password = passphrase_field(_("Passphrase"), "current-password")

    def text_of(self, error: ProtectError) -> str:
        """Return the text of an error, and note in `is_slowed` whether the wait is long."""
        waits = int(error.facts.get("seconds", 0))
        self.is_slowed = error.code == Throttled.code and waits >= LONG_WAIT_SECONDS
        return super().text_of(error)


class PasswordForm(ProofForm):  # unlocks a session, or confirms identity in a step-up
    password = passphrase_field(_("Passphrase"), "current-password")


class TotpForm(ProofForm):
    totp = one_time_code_field()


class PasskeyForm(ProofForm):
    """The answer of a passkey, which js/passkey.js fills in."""

    credential = forms.CharField(max_length=20_000, widget=forms.HiddenInput)
    prf = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    def answer(self) -> Answer:
        return Answer(self.cleaned_data["credential"], self.cleaned_data["prf"])


class NewPasskeyForm(PasskeyForm):
    name = forms.CharField(
        label=_("Name of the passkey"),  # For translators: to know it from others, as "my phone"
        help_text=_("For example, the phone or security key that holds it."),
        max_length=60,
    )


class RecoveryCodeForm(ProofForm):
    code = recovery_code_field(
        _("Type the eight groups of your new code from the paper. Lower-case letters are fine.")
    )


class NewPassphraseForm(ProofForm):
    password = new_passphrase_field(_("Passphrase"))
    again = passphrase_field(_("Repeat the passphrase"), "new-password")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        data = self.cleaned_data
        if {"password", "again"} <= data.keys() and data["password"] != data["again"]:
            self.add_error("again", _("The two passphrases differ. Type it again."))
        return cleaned


class EnrolForm(NewPassphraseForm):
    field_order = ("name", "language", "password", "again")
    name = own_name_field()
    language = forms.ChoiceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = language_field()


class ChangePasswordForm(NewPassphraseForm):
    field_order = ("old", "password", "again")
    field_by_error_code = FIELD_BY_REFUSAL | {"passphrase_refused": "old"}
    old = passphrase_field(_("Current passphrase"), "current-password")
    password = new_passphrase_field(_("New passphrase"))


class ResetForm(NewPassphraseForm):
    field_order = ("code", "totp", "password", "again")
    code = recovery_code_field(_("From the paper that you printed last."))
    totp = one_time_code_field()


class ResetByPasskeyForm(PasskeyForm, NewPassphraseForm):
    field_order = ("code", "password", "again")
    code = recovery_code_field(_("From the paper that you printed last."))

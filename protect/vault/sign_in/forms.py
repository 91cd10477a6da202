"""Forms of sign-in, second factors, enrolment and password reset."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError
from protect.orgs.accounts import language_field, name_field
from protect.ui.forms import DeskForm
from protect.vault.errors import SessionEnded, Throttled
from protect.vault.sign_in.passkeys import Answer

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LONGEST = 200  # characters of a passphrase
# Of what is copied from paper or by ear: no browser completes or corrects it.
COPIED = {"autocomplete": "off", "spellcheck": "false", "dir": "ltr"}
PROOFS = {
    **dict.fromkeys(("password_short", "password_common", "password_repeated"), "password"),
    **dict.fromkeys(("password_personal", "sign_in_refused", "passphrase_refused"), "password"),
    "recovery_code_mistyped": "code",
    "code_wrong": "code",
    "second_factor_refused": "totp",
    "detail_invalid": "name",
}


def passphrase(label: "str | _StrPromise", autocomplete: str, **more: Any) -> forms.CharField:
    """Return a field for a passphrase, as its manager in the browser expects it."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        **more,
    )


def new_passphrase(label: "str | _StrPromise") -> forms.CharField:
    """Return a field for a passphrase that stands below six words that are offered."""
    return passphrase(
        label,
        "new-password",
        help_text=_(
            "Take the six words above, or 15 characters and more of your own. "
            "You type it every working day."
        ),
    )


def one_time_code() -> forms.CharField:
    return forms.CharField(
        # Translators: the six digits that an authenticator app shows.
        label=_("Code from your app"),
        help_text=_("Six digits. They change every half minute."),
        max_length=12,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "short"}
        ),
    )


def printed_code(help_text: "str | _StrPromise") -> forms.CharField:
    return forms.CharField(
        # Translators: a code of eight groups, printed once, kept on paper.
        label=_("Recovery code"),
        help_text=help_text,
        max_length=100,
        widget=forms.Textarea(
            attrs={**COPIED, "class": "code", "rows": 2, "autocapitalize": "characters"}
        ),
    )


LONG_WAIT = 2  # seconds from which on the page says how to wait less


class ProofForm(DeskForm):
    mended_at = PROOFS
    is_over = False  # the session ended with this try: nothing can be shown here any more

    def text_of(self, error: ProtectError) -> str:
        self.is_over = error.code == SessionEnded.code
        return super().text_of(error)


class EmailForm(DeskForm):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


class SignInForm(ProofForm, EmailForm):
    is_slowed = False  # for long enough that the page says whose tries count, and where
    password = passphrase(_("Passphrase"), "current-password")

    def text_of(self, error: ProtectError) -> str:
        waits = int(error.facts.get("seconds", 0))
        self.is_slowed = error.code == Throttled.code and waits >= LONG_WAIT
        return super().text_of(error)


class PasswordForm(ProofForm):
    password = passphrase(_("Passphrase"), "current-password")


class TotpForm(ProofForm):
    totp = one_time_code()


class PasskeyForm(ProofForm):
    """The answer of a passkey, filled in by js/passkey.js."""

    credential = forms.CharField(max_length=20_000, widget=forms.HiddenInput)
    prf = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    def answer(self) -> Answer:
        return Answer(self.cleaned_data["credential"], self.cleaned_data["prf"])


class NewPasskeyForm(PasskeyForm):
    name = forms.CharField(
        # Translators: what a user calls a passkey, to know it from others: "my phone".
        label=_("What do you call it?"),
        help_text=_("For example the phone or key that holds it."),
        max_length=60,
    )


class CodeForm(ProofForm):
    code = printed_code(_("Type it from the paper: eight groups. Small letters are fine."))


class NewPassphraseForm(ProofForm):
    password = new_passphrase(_("Passphrase"))
    again = passphrase(_("The same once more"), "new-password")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        data = self.cleaned_data
        if {"password", "again"} <= data.keys() and data["password"] != data["again"]:
            self.add_error("again", _("This is not the same. Type it once more."))
        return cleaned


class EnrolForm(NewPassphraseForm):
    field_order = ("name", "language", "password", "again")
    name = name_field()
    language = forms.ChoiceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = language_field()


class ChangePasswordForm(NewPassphraseForm):
    field_order = ("old", "password", "again")
    mended_at = PROOFS | {"passphrase_refused": "old"}
    old = passphrase(_("Your passphrase now"), "current-password")
    password = new_passphrase(_("New passphrase"))


class ResetForm(NewPassphraseForm):
    field_order = ("code", "totp", "password", "again")
    code = printed_code(_("From the paper that you printed when you signed up."))
    totp = one_time_code()


class ResetByPasskeyForm(PasskeyForm, NewPassphraseForm):
    field_order = ("code", "password", "again")
    code = printed_code(_("From the paper that you printed when you signed up."))

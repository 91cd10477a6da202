"""What people type about teams: names, words that are compared, codes from paper."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from protect.kernel import errors, refusals
from protect.orgs.actions.details import NAME_LENGTH, PURPOSE_LENGTH
from protect.ui.forms import DeskForm
from protect.vault.errors import CodeMistyped, CodeWrong, OfficerWordsDiffer
from protect.vault.formats.credentials.words import WORDS, all_words
from protect.vault.models import RecoveryOfficer, keys
from protect.vault.sign_in import enrolment
from protect.vault.sign_in.forms import COPIED, printed_code
from protect.vault.team_keys import recovery_kit

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

CODE = re.compile(r"[0-9]")  # no word has a digit, and hardly any code has none
CODE_LENGTH = 30  # characters
STOPS = str.maketrans({",": " ", ";": " ", ".": " ", "،": " "})  # some type them between words


class TeamForm(DeskForm):
    mended_at = {"name_taken": "name", "detail_invalid": "name"}
    name = forms.CharField(
        # Translators: the name of a team.
        label=_("Name of the team"),
        help_text=_("Other organisations that work with it see it. Name no street and no house."),
        max_length=NAME_LENGTH,
    )
    purpose = forms.CharField(
        # Translators: what a team is there for, in one sentence.
        label=_("What it does"),
        help_text=_("One sentence."),
        max_length=PURPOSE_LENGTH,
        required=False,
    )


def _six_words(label: "str | _StrPromise", hint: "str | _StrPromise") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=200,
        widget=forms.TextInput(attrs={**COPIED, "autocapitalize": "none"}),
    )


def _without_stops(typed: str) -> str:
    return " ".join(typed.translate(STOPS).split())


class WordsForm(DeskForm):
    mended_at = {"fingerprint_differs": "words", "key_not_ready": "words"}
    # Translators: six words by which two people compare a key, by phone or side by side.
    words = _six_words(
        _("The six words that they read out"),
        _("Type what you hear, in the same order. Small letters are fine."),
    )

    def clean_words(self) -> str:
        return _without_stops(str(self.cleaned_data["words"]))


def slip_in(typed: str) -> str:
    """Return what is wrong with six words that were read out; "" where nothing is."""
    words = typed.lower().split()
    if len(typed.replace("-", "").replace(" ", "")) >= CODE_LENGTH and CODE.search(typed.upper()):
        # Translators: a supervisor typed a secret code where six words belong.
        return gettext(
            "This looks like the secret code. It must not be read out: let the officer be "
            "replaced. Ask for the six words on the paper."
        )
    if len(words) != WORDS:
        # Translators: {count} is how many words a supervisor typed where six belong.
        return gettext("Six words are needed; here are {count}.").format(count=len(words))
    unknown = next((each for each in words if each not in all_words()), None)
    if unknown is not None:
        # Translators: {word} is a word that a supervisor may have misheard or mistyped.
        return gettext(
            "“{word}” is none of the words that we use. Ask again how it is spelled."
        ).format(word=unknown)
    return ""


class KitForm(DeskForm):
    """The six words of each recovery officer without the team's signature."""

    def __init__(self, *args: Any, appointed: Mapping[int, str], **kwargs: Any) -> None:
        """Make the form. `appointed` says of each officer, by slot, who appointed them and when."""
        super().__init__(*args, **kwargs)
        for slot, appointment in appointed.items():
            # Translators: a field for what one of three people reads out; {number} is 1, 2 or 3.
            label = _("The six words of officer {number}").format(number=slot)
            self.fields[f"words_{slot}"] = _six_words(label, appointment)

    def clean(self) -> dict[str, Any] | None:
        """Tell a slip, and a code that was read out, from another person's words."""
        cleaned = super().clean()
        for slot, typed in self.officer_words().items():
            if slip := slip_in(typed):
                self.add_error(f"words_{slot}", slip)
        return cleaned

    def officer_words(self) -> dict[int, str]:
        typed = {slot: self.cleaned_data.get(f"words_{slot}") for slot in keys.SLOTS}
        return {slot: _without_stops(str(words)) for slot, words in typed.items() if words}

    def field_of(self, error: errors.ProtectError) -> str | None:
        if isinstance(error, OfficerWordsDiffer):
            return f"words_{error.facts['slot']}"
        return super().field_of(error)


class OfficerForm(DeskForm):
    code = printed_code(_("Eight groups. Small letters are fine."))

    def __init__(self, *args: Any, officer: RecoveryOfficer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._officer = officer

    def clean_code(self) -> str:
        return opened_by(self._officer, str(self.cleaned_data["code"]))


class PairForm(DeskForm):
    def __init__(self, *args: Any, officers: Mapping[int, RecoveryOfficer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._officers = officers
        for slot in keys.SLOTS:
            field = printed_code("")
            # Translators: a field for the code of one of three people; {number} is 1, 2 or 3.
            field.label = _("Code of officer {number}").format(number=slot)
            field.required = False
            self.fields[f"code_{slot}"] = field

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        typed = self.typed()
        if len(typed) != 2:
            self.add_error(None, _("Two officers type their codes. Leave the third empty."))
            return cleaned
        for slot, code in typed.items():
            try:
                opened_by(self._officers.get(slot), code)
            except forms.ValidationError as slip:
                self.add_error(f"code_{slot}", slip)
        return cleaned

    def typed(self) -> dict[int, str]:
        codes = {slot: str(self.cleaned_data.get(f"code_{slot}", "")) for slot in keys.SLOTS}
        return {slot: code for slot, code in codes.items() if code}


def opened_by(officer: RecoveryOfficer | None, typed: str) -> str:
    """Return a code that opens an officer's key. Errors: ValidationError, with the group."""
    try:
        enrolment.code_of(typed)
        if officer is None:
            raise CodeWrong
        recovery_kit.open_officer(officer, typed)
    except (CodeMistyped, CodeWrong) as slip:
        refusals.tell(slip)  # a form shows it: the history learns only by this of a wrong code
        raise forms.ValidationError(slip.text()) from None
    return typed

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from protect.kernel import errors, refusals
from protect.orgs.actions.details import NAME_LENGTH, PURPOSE_LENGTH
from protect.ui.forms import DeskForm
from protect.vault.errors import CodeMistyped, CodeWrong, OfficerWordsDiffer
from protect.vault.formats.credentials.words import WORDS_PER_PHRASE, load_words
from protect.vault.models import RecoveryOfficer, keys
from protect.vault.sign_in import enrolment
from protect.vault.sign_in.forms import COPIED_INPUT_ATTRS, recovery_code_field
from protect.vault.team_keys import recovery_kit

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

CODE_DIGIT = re.compile(r"[0-9]")  # no word has a digit, and nearly every code has one
MIN_CODE_LENGTH = 30  # characters; a text this long with a digit is probably a secret code
PUNCTUATION_MAP = str.maketrans({",": " ", ";": " ", ".": " ", "،": " "})  # typed between words


class TeamForm(DeskForm):
    field_by_error_code = {"name_taken": "name", "detail_invalid": "name"}
    name = forms.CharField(
        label=_("Name of the team"),  # For translators: the name of a team
        help_text=_("Partner organisations can see it. Do not include a street or building."),
        max_length=NAME_LENGTH,
    )
    purpose = forms.CharField(
        label=_("What it does"),  # For translators: what a team is there for, in one sentence
        help_text=_("One sentence."),
        max_length=PURPOSE_LENGTH,
        required=False,
    )


def _six_words_field(label: "str | _StrPromise", hint: "str | _StrPromise") -> forms.CharField:
    """Return a text field for six words; it does not check that they are six."""
    widget = forms.TextInput(attrs={**COPIED_INPUT_ATTRS, "autocapitalize": "none"})
    return forms.CharField(label=label, help_text=hint, max_length=200, widget=widget)


def _separate_by_spaces(typed: str) -> str:
    return " ".join(typed.translate(PUNCTUATION_MAP).split())


class SixWordsForm(DeskForm):
    field_by_error_code = {"fingerprint_differs": "words", "key_not_ready": "words"}
    # Translators: six words by which two people compare a key, by phone or side by side.
    words = _six_words_field(
        _("The six words that they read out"),
        _("Type what you hear, in the same order. Lower-case letters are fine."),
    )

    def clean_words(self) -> str:
        return _separate_by_spaces(str(self.cleaned_data["words"]))


def find_word_mistake(typed: str) -> str:
    """Return an error message about six words that were read out, "" if they have no mistake."""
    words = typed.lower().split()
    is_long = len(typed.replace("-", "").replace(" ", "")) >= MIN_CODE_LENGTH
    if is_long and CODE_DIGIT.search(typed.upper()):
        return gettext(  # For translators: a supervisor typed a secret code where six words belong
            "This looks like the secret code, which must never be read out. Have the "
            "officer replaced. Ask for the six words on the paper."
        )
    if len(words) != WORDS_PER_PHRASE:
        # Translators: {count} is how many words a supervisor typed where six belong.
        return gettext("Type six words. You typed {count}.").format(count=len(words))
    unknown = next((word for word in words if word not in load_words()), None)
    if unknown is not None:
        # Translators: {word} is a word that a supervisor may have misheard or mistyped.
        text = gettext("“{word}” is not on our list of words. Ask again how it is spelled.")
        return text.format(word=unknown)
    return ""


class KitForm(DeskForm):
    """The six words of each recovery officer with a key that this team has not signed yet."""

    def __init__(self, *args: Any, appointments: Mapping[int, str], **kwargs: Any) -> None:
        """Make the form. `appointments`: for each officer's slot, who appointed them and when."""
        super().__init__(*args, **kwargs)
        for slot, appointment in appointments.items():
            # Translators: a field for what one of three people reads out; {number} is 1, 2 or 3.
            label = _("The six words of officer {number}").format(number=slot)
            self.fields[f"words_{slot}"] = _six_words_field(label, appointment)

    def clean(self) -> dict[str, Any] | None:
        """Report typing mistakes, and a secret code that was read out instead of the words."""
        cleaned = super().clean()
        for slot, typed in self.officer_words().items():
            if message := find_word_mistake(typed):
                self.add_error(f"words_{slot}", message)
        return cleaned

    def officer_words(self) -> dict[int, str]:
        typed = {slot: self.cleaned_data.get(f"words_{slot}") for slot in keys.OFFICER_SLOTS}
        return {slot: _separate_by_spaces(str(words)) for slot, words in typed.items() if words}

    def field_of(self, error: errors.ProtectError) -> str | None:
        if isinstance(error, OfficerWordsDiffer):
            return f"words_{error.facts['slot']}"
        return super().field_of(error)


class OfficerCodeForm(DeskForm):
    code = recovery_code_field(_("Eight groups. Lower-case letters are fine."))

    def __init__(self, *args: Any, officer: RecoveryOfficer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._officer = officer

    def clean_code(self) -> str:
        return must_open_officer_key(self._officer, str(self.cleaned_data["code"]))


class OfficerPairCodesForm(DeskForm):  # for a drill, and to restore a team
    def __init__(self, *args: Any, officers: Mapping[int, RecoveryOfficer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._officers = officers
        for slot in keys.OFFICER_SLOTS:
            field = recovery_code_field("")
            # Translators: a field for the code of one of three people; {number} is 1, 2 or 3.
            field.label = _("Code of officer {number}").format(number=slot)
            field.required = False
            self.fields[f"code_{slot}"] = field

    def clean(self) -> dict[str, Any] | None:
        """Refuse all but two codes, and a code that does not open its officer's key."""
        cleaned = super().clean()
        typed = self.officer_codes()
        if len(typed) != 2:
            self.add_error(None, _("Type the codes of two officers. Leave the third field empty."))
            return cleaned
        for slot, code in typed.items():
            try:
                must_open_officer_key(self._officers.get(slot), code)
            except forms.ValidationError as error:
                self.add_error(f"code_{slot}", error)
        return cleaned

    def officer_codes(self) -> dict[int, str]:
        data = self.cleaned_data
        codes = {slot: str(data.get(f"code_{slot}", "")) for slot in keys.OFFICER_SLOTS}
        return {slot: code for slot, code in codes.items() if code}


def must_open_officer_key(officer: RecoveryOfficer | None, typed: str) -> str:
    """Return `typed` if this code opens the officer's key. Errors: ValidationError."""
    try:
        enrolment.parse_recovery_code(typed)
        if officer is None:
            raise CodeWrong
        recovery_kit.open_officer_secret(officer, typed)
    except (CodeMistyped, CodeWrong) as refusal:
        refusals.report_refusal(refusal)  # so that the history records the wrong code
        raise forms.ValidationError(refusal.text()) from None
    return typed

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError
from protect.ui.forms import DeskForm
from protect.uploads.refusal_reasons import EXTENSIONS
from protect.vault.records import notes

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MAX_SEARCH_LENGTH = 120  # characters
# Browsers must neither send confidential text to a spelling service nor remember it.
PRIVATE_TEXT_ATTRIBUTES = {"autocomplete": "off", "spellcheck": "false", "dir": "auto"}


class MultilineField(forms.CharField):
    """A multi-line text field that changes the browser's CR LF line ends to LF."""

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if text else text

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Omit `maxlength`, because a browser would silently cut a pasted text."""
        return {}


def retention_field(minimum: int, hint: "str | _StrPromise") -> forms.IntegerField:
    """Return the field that asks for how many months a note is kept."""
    return forms.IntegerField(
        label=_("Keep it for how many months?"),  # For translators: how many months a note is kept
        help_text=hint,
        min_value=minimum,
        max_value=notes.MAX_MONTHS,
        initial=notes.DEFAULT_MONTHS,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )


class NoteForm(DeskForm):
    keeps_long_text = True
    title = forms.CharField(
        label=_("Title"),  # For translators: of a note that a team writes down
        help_text=_("A few words that help colleagues to find the note."),
        max_length=notes.MAX_TITLE_LENGTH,
        widget=forms.TextInput(attrs=PRIVATE_TEXT_ATTRIBUTES),
    )
    text = MultilineField(
        label=_("Text"),  # For translators: of a note that a team writes down
        max_length=notes.MAX_TEXT_LENGTH,
        widget=forms.Textarea(attrs={**PRIVATE_TEXT_ATTRIBUTES, "class": "long"}),
    )
    months = retention_field(
        1, _("After that, the note and its files are erased automatically. 24 months is usual.")
    )

    def text_of(self, error: ProtectError) -> str:
        """Return an error's message; if nothing can be sealed, with advice to copy the text."""
        if not error.has_own_page:
            return super().text_of(error)
        # Translators: a team's stored key is another one; a case worker has typed a note.
        advice = _(
            "Your text is below: copy it onto paper and keep it in a safe place. Do not write "
            "anything else here. Phone a colleague in your team and your data protection officer."
        )
        return f"{super().text_of(error)} {advice}"

    def content(self) -> notes.NoteContent:
        values = self.cleaned_data
        return notes.NoteContent(values["title"], values["text"], values["months"])


class SeenVersionForm(DeskForm):
    """A form with the version that was on screen when the user began to type or decide."""

    # Translators: a note has a first, a second, a third version …
    seen = forms.IntegerField(label=_("Version"), min_value=1, widget=forms.HiddenInput)

    def continue_from_version(self, version: int) -> None:
        """Accept the next submission on top of a version that another member has saved."""
        self.set_values(seen=version)

    def set_values(self, **values: int) -> None:
        """Replace values of the submission, for when the form is shown again."""
        new_values = {name: str(value) for name, value in values.items()}
        self.data = {name: self.data[name] for name in self.data} | new_values


class ChangeNoteForm(SeenVersionForm, NoteForm):
    """The form for changing a note. If the months are left as shown, the stored month stays."""

    months = retention_field(
        0,
        _(
            "Months from now; 0 means the end of this month. After that, the note is erased"
            " automatically."
        ),
    )
    had = forms.IntegerField(required=False, widget=forms.HiddenInput)  # months, as shown before

    def is_month_unchanged(self) -> bool:
        return bool(self.cleaned_data["months"] == self.cleaned_data["had"])

    def content(self) -> notes.NoteContent:
        content = super().content()
        return replace(content, months=None) if self.is_month_unchanged() else content

    def continue_after_version(self, version: int, months: int) -> None:
        """Continue from another member's version; `months` replaces a number left unchanged."""
        self.set_values(had=months, **({"months": months} if self.is_month_unchanged() else {}))
        self.continue_from_version(version)


class VersionForm(SeenVersionForm):
    """The choice of an earlier version, to restore its text."""

    version = forms.IntegerField(label=_("Version"), min_value=1, widget=forms.HiddenInput)


class SearchForm(DeskForm):
    q = forms.CharField(
        label=_("Search notes, note numbers and file names"),
        max_length=MAX_SEARCH_LENGTH,
        required=False,
    )


class FileForm(DeskForm):
    field_by_error_code: ClassVar = {"upload_refused": "file", "parsers_busy": "file"}
    file = forms.FileField(
        label=_("Add a file"),
        help_text=_(
            "PDF, JPEG or PNG, up to 20 MB. The file is cleaned: hidden details such as"
            " location, camera and author, and any active content, are removed."
        ),
        allow_empty_file=True,  # the cleaning code refuses an empty file with a reason
        error_messages={"required": _("Choose a file first.")},
        widget=forms.FileInput(attrs={"accept": ",".join(EXTENSIONS)}),
    )

    def uploaded_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        return file

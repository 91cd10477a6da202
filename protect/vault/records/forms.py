"""What people type and send in notes."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError
from protect.ui.forms import DeskForm
from protect.uploads.refusal_reasons import EXTENSIONS
from protect.vault.records.notes import MONTHS, MONTHS_MOST, TEXT_MOST, TITLE_MOST, NoteContent

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SEARCH_MOST = 120  # characters
# Browsers with a spelling service send what one types to it; others keep it for the next form.
UNSEEN = {"autocomplete": "off", "spellcheck": "false", "dir": "auto"}


class Lines(forms.CharField):
    """A long text. Browsers end its lines with CR LF, which is changed to LF."""

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if text else text

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Return no `maxlength`: a browser would cut what is pasted, and say nothing."""
        return {}


def months_field(least: int, hint: "str | _StrPromise") -> forms.IntegerField:
    return forms.IntegerField(
        # Translators: for how many months a note is kept.
        label=_("Keep it for how many months?"),
        help_text=hint,
        min_value=least,
        max_value=MONTHS_MOST,
        initial=MONTHS,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )


class NoteForm(DeskForm):
    keeps_work = True
    title = forms.CharField(
        # Translators: of a note that a team writes down.
        label=_("Title"),
        help_text=_("A few words by which colleagues find it."),
        max_length=TITLE_MOST,
        widget=forms.TextInput(attrs=UNSEEN),
    )
    text = Lines(
        # Translators: of a note that a team writes down.
        label=_("Text"),
        max_length=TEXT_MOST,
        widget=forms.Textarea(attrs={**UNSEEN, "class": "long"}),
    )
    months = months_field(1, _("Then it is erased by itself, with its files. 24 is usual."))

    def text_of(self, error: ProtectError) -> str:
        """Say also what to do with a text that the team's key cannot seal now."""
        if not error.has_own_page:
            return super().text_of(error)
        # Translators: a team's stored key is another one; a case worker has typed a note.
        keep = _(
            "Your text stands below: keep it on paper, in a safe place. Write nothing more here. "
            "Phone a colleague in your team and your data protection officer."
        )
        return f"{super().text_of(error)} {keep}"

    def content(self) -> NoteContent:
        typed = self.cleaned_data
        return NoteContent(typed["title"], typed["text"], typed["months"])


class SeenForm(DeskForm):
    """Carries the version that was on screen when the user began to type, or to decide."""

    # Translators: a note has a first, a second, a third version …
    seen = forms.IntegerField(label=_("Version"), min_value=1, widget=forms.HiddenInput)

    def go_on_from(self, version: int) -> None:
        """Let the next sending come after a version that another member saved meanwhile."""
        self.put(seen=version)

    def put(self, **values: int) -> None:
        """Change what stands in the form when it is shown again."""
        changed = {name: str(value) for name, value in values.items()}
        self.data = {name: self.data[name] for name in self.data} | changed


class ChangeNoteForm(SeenForm, NoteForm):
    """Leaves the month that is set, unless the user types another number than was shown."""

    months = months_field(
        0, _("Counted from now: 0 is the end of this month. Then it is erased by itself.")
    )
    had = forms.IntegerField(required=False, widget=forms.HiddenInput)  # months, as shown

    def is_month_left(self) -> bool:
        """Return whether the number of months is the one that was shown."""
        return bool(self.cleaned_data["months"] == self.cleaned_data["had"])

    def content(self) -> NoteContent:
        content = super().content()
        return replace(content, months=None) if self.is_month_left() else content

    def go_on_after(self, version: int, months: int) -> None:
        """Go on from a version that another member saved, and from its month if it was left."""
        self.put(had=months, **({"months": months} if self.is_month_left() else {}))
        self.go_on_from(version)


class VersionForm(SeenForm):
    """Which earlier version shall stand again."""

    version = forms.IntegerField(label=_("Version"), min_value=1, widget=forms.HiddenInput)


class SearchForm(DeskForm):
    q = forms.CharField(
        label=_("Search notes, numbers and names of files"), max_length=SEARCH_MOST, required=False
    )


class FileForm(DeskForm):
    mended_at: ClassVar = {"upload_refused": "file", "parsers_busy": "file"}
    file = forms.FileField(
        label=_("Add a file"),
        help_text=_(
            "PDF, JPEG or PNG, up to 20 MB. It is written anew: place, camera and author that "
            "stand hidden in it, and everything that could run, are dropped."
        ),
        allow_empty_file=True,  # refused with a reason by the code that cleans it
        error_messages={"required": _("Choose a file first.")},
        widget=forms.FileInput(attrs={"accept": ",".join(EXTENSIONS)}),
    )

    def sent(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        return file

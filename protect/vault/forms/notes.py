"""What people type and send in notes."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from protect.ui.forms import DeskForm
from protect.vault.actions.notes import MONTHS, MONTHS_MOST, TEXT_MOST, TITLE_MOST, Said
from protect.vault.uploads.kinds import EXTENSIONS

SEARCH_MOST = 120  # characters
# Browsers with a spelling service send what one types to it; others keep it for the next form.
UNSEEN = {"autocomplete": "off", "spellcheck": "false", "dir": "auto"}


class Lines(forms.CharField):
    """A long text. Browsers end its lines with two characters that nobody typed."""

    def to_python(self, value: Any) -> str | None:
        found = super().to_python(value)
        return found.replace("\r\n", "\n") if found else found

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Return no `maxlength`: a browser would cut what is pasted, and say nothing."""
        return {}


class NoteForm(DeskForm):
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
    months = forms.IntegerField(
        # Translators: for how many months a note is kept.
        label=_("Keep it for how many months?"),
        help_text=_("Then it is erased by itself, with its files. 24 is usual."),
        min_value=1,
        max_value=MONTHS_MOST,
        initial=MONTHS,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )

    def said(self) -> Said:
        """Return what was typed."""
        typed = self.cleaned_data
        return Said(typed["title"], typed["text"], typed["months"])


class ChangeNoteForm(NoteForm):
    """Knows which version was on screen when somebody began to type."""

    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def go_on_from(self, version: int) -> None:
        """Let the next sending come after a version that somebody else saved meanwhile."""
        self.data = {name: self.data[name] for name in self.data} | {"seen": str(version)}


class FileForm(DeskForm):
    mended_at: ClassVar = {"upload_refused": "file"}
    file = forms.FileField(
        label=_("Add a file"),
        help_text=_(
            "PDF, JPEG or PNG, up to 20 MB. It is written anew: place, camera and author that "
            "stand hidden in it, and everything that could run, are dropped."
        ),
        allow_empty_file=True,  # refused with a reason by who cleans it
        error_messages={"required": _("Choose a file first.")},
        widget=forms.FileInput(attrs={"accept": ",".join(EXTENSIONS)}),
    )

    def sent(self) -> UploadedFile[bytes]:
        """Return the file as it came."""
        found: UploadedFile[bytes] = self.cleaned_data["file"]
        return found

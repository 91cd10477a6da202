"""The form by which a text is added to a page."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.content.enums import SegmentKind
from protect.content.errors import PageChanged, TextsRefused
from protect.content.forms import PROBLEM_NAMES
from protect.content.segments.actions import ADDED_KINDS
from protect.content.texts.translation_checks import MAX_LENGTH
from protect.directory.services.forms import set_choices
from protect.kernel import errors
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage

type Choices = Sequence[tuple[str, str]]


class AddedTextForm(DeskForm):
    """A text, and where it stands."""

    keeps_long_text: ClassVar[bool] = True
    field_by_error_code: ClassVar = {
        "content_unknown_fact": "text",
        "content_texts_refused": "text",
    }

    text = forms.CharField(
        label=_("Text"), max_length=MAX_LENGTH, widget=forms.Textarea(attrs={"rows": 4})
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(each.value, each.label) for each in ADDED_KINDS]
    )
    # Translators: label: the text of a page after which a new one stands.
    after = forms.ChoiceField(label=_("Stands after"))

    def __init__(self, data: Any = None, places: Choices = (), *, tag: str = "en") -> None:
        super().__init__(data, initial={"after": places[-1][0]} if places else {})
        set_choices(self, "after", list(places))
        self.fields["text"].widget.attrs["lang"] = tag

    def field_of(self, error: errors.ProtectError) -> str | None:
        if isinstance(error, TextsRefused):
            for problem in error.problems["text"]:
                self.add_error("text", str(PROBLEM_NAMES[problem]))
        if isinstance(error, PageChanged):
            return "after"
        return super().field_of(error)

    def kind_of_text(self) -> SegmentKind:
        return SegmentKind(self.cleaned_data["kind"])


# Translators: title of a page of the desk.
PAGES = {"content:text_new": DraftPage(_("Add a text"), AddedTextForm)}

"""Forms of the desk with a field for each text of a page."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from protect.content.actions import SourceEdit, TranslationEdit
from protect.content.enums import ChangeClass, PageKind, SegmentKind, TranslationState
from protect.content.errors import PageChanged, TextsRefused
from protect.content.models import Segment
from protect.content.new_pages import NewPage
from protect.content.texts.composition import PageTexts
from protect.content.texts.rules import text_digest
from protect.content.texts.translation_checks import MAX_LENGTH
from protect.directory.services.forms import set_choices
from protect.kernel import errors
from protect.reference.vocabulary import Language
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage

MAX_ROWS = 9  # of a text field
MAX_TITLE, MAX_BODY = 160, 20_000  # characters of a new page
CODE = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
# Kinds of pages that are created at the desk. Pages about rights come with the software, because
# the public site has a place for each.
NEW_KINDS = (PageKind.MATERIAL, PageKind.PROGRAMME)

# Translators, of each below: what is wrong with a translation, or may be.
PROBLEM_NAMES = {
    "numbers": _("A number differs from the source text."),
    "pythonbraceformat": _("A word in {…} differs from the source text. Copy it as it is."),
    "direction": _("The text contains invisible characters. Type it anew."),
    "contact": _("The text has a web or e-mail address that the source text does not have."),
    "too_long": _("The text is longer than 2,000 characters."),
    "order": _("The numbers stand in another order than in the source text: compare them."),
    "doublewords": _("A word stands twice."),
    "endpunc": _("Compare the punctuation at the end with the source text."),
    "long": _("Much longer than the source text: look at it on a phone."),
    "hard": _("A long sentence: two short ones are easier to read."),
}


class _TextsForm(DeskForm):
    """A form with a text field for each segment, named by its key."""

    keeps_long_text: ClassVar[bool] = True

    def __init__(self, data: Any, segments: Sequence[Segment], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.segments = [row for row in segments if row.kind != SegmentKind.BLOCK]
        self.conflicts: dict[str, str] = {}  # what another person saved, by key

    def field_of(self, error: errors.ProtectError) -> str | None:
        if isinstance(error, PageChanged):
            self.conflicts = dict(error.current)
            self.data = {**{name: self.data[name] for name in self.data}, **error.seen}
        if isinstance(error, TextsRefused):
            for key, problems in error.problems.items():
                for problem in problems:
                    self.add_error(f"text_{key}", str(PROBLEM_NAMES[problem]))
        if error.code == "content_change_missing":
            return f"change_{error.facts['title']}"
        if error.code == "content_text_withdrawn":
            return f"text_{error.facts['title']}"
        return super().field_of(error)

    def add_text_field(
        self, segment: Segment, text: str, language: Language | None, *, is_required: bool
    ) -> None:
        attributes: dict[str, object] = {"rows": min(2 + len(segment.text) // 60, MAX_ROWS)}
        if language:
            attributes |= {"lang": language.tag, "dir": language.direction}
        widget = forms.Textarea(attrs=attributes)
        label = SegmentKind(segment.kind).label
        self.fields[f"text_{segment.key}"] = forms.CharField(
            label=label, required=is_required, initial=text, widget=widget, max_length=MAX_LENGTH
        )


class SourceForm(_TextsForm):
    """The source texts of a page, and for each changed one what the change means."""

    untyped_prefixes: ClassVar = ("change_",)

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, texts: PageTexts | None = None, language: Language | None = None
    ) -> None:
        initial = {"seen": texts.current.number} if texts else {}
        super().__init__(data, texts.segments if texts else (), initial=initial)
        # Translators: a choice that was not made yet: what a change of a text means.
        blank = ("", _("Not changed"))
        for segment in self.segments:
            self.add_text_field(segment, segment.text, language, is_required=True)
            self.fields[f"change_{segment.key}"] = forms.ChoiceField(
                label=_("What the change means"),
                choices=[blank, *ChangeClass.choices],
                required=False,
            )

    def edits(self) -> dict[str, SourceEdit]:
        """Return the texts as typed, by key."""
        typed = {}
        for segment in self.segments:
            change = self.cleaned_data[f"change_{segment.key}"]
            text = self.cleaned_data[f"text_{segment.key}"]
            typed[segment.key] = SourceEdit(text, ChangeClass(change) if change else None)
        return typed


class TranslationForm(_TextsForm):
    """The translations of a page in one language."""

    untyped_prefixes: ClassVar = ("source_", "saw_", "keep_")

    def __init__(
        self, data: Any = None, texts: PageTexts | None = None, language: Language | None = None
    ) -> None:
        super().__init__(data, texts.segments if texts else ())
        for segment in self.segments:
            stored = texts.text_in(segment, language.tag) if texts and language else None
            state = texts.state_in(segment, language.tag) if texts and language else None
            is_withdrawn = state == TranslationState.WITHDRAWN  # not kept by mistake
            text = stored.text if stored and not is_withdrawn else ""
            self.add_text_field(segment, text, language, is_required=False)
            seen = {"source": segment.digest, "saw": text_digest(stored.text) if stored else ""}
            for name, digest in seen.items():
                self.fields[f"{name}_{segment.key}"] = forms.CharField(
                    required=False, initial=digest, widget=forms.HiddenInput
                )
            if stored and stored.facts.source_digest != segment.digest and not is_withdrawn:
                self.fields[f"keep_{segment.key}"] = forms.BooleanField(
                    label=_("The translation still says the same"), required=False
                )

    def edits(self) -> dict[str, TranslationEdit]:
        """Return the translations as typed, by key."""
        return {
            row.key: TranslationEdit(
                self.cleaned_data[f"text_{row.key}"],
                self.cleaned_data[f"source_{row.key}"],
                self.cleaned_data[f"saw_{row.key}"],
                is_kept=self.cleaned_data.get(f"keep_{row.key}", False),
            )
            for row in self.segments
        }


class NewPageForm(DeskForm):
    """A page that a person creates."""

    keeps_long_text: ClassVar[bool] = True
    field_by_error_code: ClassVar = {"content_code_taken": "code", "content_unknown_fact": "body"}

    title = forms.CharField(label=_("Title"), max_length=MAX_TITLE)
    code = forms.RegexField(
        CODE,
        label=_("Code"),
        max_length=60,
        help_text=_("Small letters, digits and hyphens, such as poster-for-schools."),
        error_messages={
            "invalid": _("Use small letters a to z, digits and single hyphens between them.")
        },
    )
    # Translators: label: where the texts of a new page are shown.
    kind = forms.ChoiceField(label=_("Shown in"), widget=forms.RadioSelect)
    body = forms.CharField(
        label=_("Texts"),
        max_length=MAX_BODY,
        widget=forms.Textarea(attrs={"rows": 12, "lang": "en"}),
        help_text=_(
            "In English. Each line is a text that is translated as a whole. Begin a heading with # "
            "and an item of a list with -"
        ),
    )
    is_safety = forms.BooleanField(
        label=_("About safety: a wrong text could get a reader hurt"),
        help_text=_("Two people read each text before the public sees it."),
        required=False,
    )

    def __init__(self, data: Any = None, kinds: Sequence[PageKind] = NEW_KINDS) -> None:
        super().__init__(data, initial={"kind": kinds[0]})
        set_choices(self, "kind", [(kind.value, kind.label) for kind in kinds])

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if any(len(line) > MAX_LENGTH for line in body.splitlines()):
            raise ValidationError(PROBLEM_NAMES["too_long"])
        return body

    def field_of(self, error: errors.ProtectError) -> str | None:
        if isinstance(error, TextsRefused):
            for key, problems in error.problems.items():
                field = "title" if key == "title" else "body"
                self.add_error(field, str(PROBLEM_NAMES[problems[0]]))
        return super().field_of(error)

    def new_page(self) -> NewPage:
        data = self.cleaned_data
        kind = PageKind(data["kind"])
        return NewPage(data["code"], kind, data["title"], data["body"], data["is_safety"])


# Translators: title of a page of the desk on which texts of a page are written.
PAGES = {
    "content:source": DraftPage(_("Texts of a page"), SourceForm),
    "content:page_new": DraftPage(_("New page"), NewPageForm),
    "content:translation": DraftPage(_("Translation of a page"), TranslationForm),
}

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy as _

from protect.coordination.groups.models import Member
from protect.coordination.procedures.enums import CommentKind, CommentState, ProcedureKind
from protect.coordination.procedures.errors import ProcedureRefusal
from protect.coordination.procedures.rules import MAX_TEXT
from protect.coordination.procedures.section_table import standard_sections
from protect.orgs.models import Organisation
from protect.reference import vocabulary
from protect.trainings.base import fields
from protect.ui.forms import DeskForm
from protect.ui.press import SCRIPTS
from protect.vault.sign_in.posted import DraftPage

OWN_SECTION = "own"


class LongText(forms.Textarea):
    """A text of several pages. A form with it is sent as multipart, where letters of any script
    take no more room than they need."""

    needs_multipart_form = True


def long_text(label: Any, help_text: Any = "") -> forms.CharField:
    widget = LongText(attrs={"dir": "auto", "rows": 14, "class": "long"})
    return forms.CharField(label=label, help_text=help_text, max_length=MAX_TEXT, widget=widget)


def document_languages() -> list[tuple[str, str]]:
    """Return the languages in which a procedure can be written and printed, by name."""
    languages = vocabulary.languages()
    pairs = fields.all_languages()
    return [pair for pair in pairs if languages[pair[0]].script in SCRIPTS - {"Zxxx"}]


class ProcedureForm(DeskForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=ProcedureKind.choices)
    title = fields.text_field(_("Title"), 160)
    language = forms.ChoiceField(
        label=_("Language"), help_text=_("The text in this language is signed. It stays.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = document_languages()  # type: ignore[attr-defined]
        self.fields["language"].initial = get_language()


class TitleForm(DeskForm):
    title = fields.text_field(_("Title"), 160)


class InForceForm(DeskForm):
    field_by_error_code = {
        "coordination_review_before_start": "review_by",
        "coordination_starts_before_last": "starts",
    }
    # Translators: a field: the first day on which a procedure is in force.
    starts = fields.date_field(_("In force from"))
    # Translators: a field: the day until which a group must read a procedure again.
    review_by = fields.date_field(_("Review by"))


class ReviewForm(DeskForm):
    field_by_error_code = {"coordination_review_before_start": "review_by"}
    # Translators: a field: the day until which a group must read a procedure again.
    review_by = fields.date_field(_("Next review by"))


class NewSectionForm(DeskForm):
    # Translators: a field: which section is added to a procedure.
    code = forms.ChoiceField(label=_("Section"))
    title = fields.text_field(
        _("Title"), 160, _("Of an own section. Others bring theirs."), is_required=False
    )

    def __init__(self, *args: Any, missing: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        table, tag = standard_sections(), get_language() or "en"
        choices = [(code, table[code].title_in(tag)) for code in missing]
        # Translators: a choice: a section of a procedure that is not one of the usual ones.
        own = (OWN_SECTION, _("Own section"))
        self.fields["code"].choices = [own, *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("code") == OWN_SECTION and not values.get("title"):
            self.add_error("title", _("Type a title."))
        return values


class SectionForm(DeskForm):
    field_by_error_code = {"coordination_section_agreed": "title"}
    title = fields.text_field(_("Title"), 160)
    editor = forms.ModelChoiceField(
        # Translators: a field: the member of a group who writes a section.
        label=_("Editor"),
        queryset=Member.objects.none(),
        required=False,
        help_text=_("Writes this section and answers comments on it, as chair and secretary may."),
    )

    def __init__(self, *args: Any, members: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if members is not None:
            fields.set_choices(self, "editor", members, _member_label)


class CommentForm(DeskForm):
    text = fields.text_area(_("Comment"), 1000, 5)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = True


class ProposalForm(DeskForm):
    field_by_error_code = {"coordination_section_too_long": "proposed_text"}
    keeps_long_text = True
    # Translators: a field: another text for a section of a procedure.
    proposed_text = long_text(_("Proposed text"), _("It replaces the whole section."))
    # Translators: a field: why another text is proposed.
    reason = fields.text_area(_("Reason"), 1000, 3)


class AnswerForm(DeskForm):
    """The answer to a comment, or to a proposal: a proposal that is declined needs a reason."""

    state = fields.radio_buttons(_("Answer"))
    # Translators: a field: why a proposal is accepted or declined.
    answer = fields.text_area(_("Reason"), 400, 3)

    def __init__(self, *args: Any, kind: str = CommentKind.PROPOSAL, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [CommentState.RESOLVED]
        if kind == CommentKind.PROPOSAL:
            states = [CommentState.ACCEPTED, CommentState.DECLINED, CommentState.RESOLVED]
        choices = [(state.value, state.label) for state in states]
        self.fields["state"].choices = choices  # type: ignore[attr-defined]
        if len(states) == 1:
            self.fields["state"].initial = states[0]

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("state") == CommentState.DECLINED and not values.get("answer"):
            self.add_error("answer", _("Say why it is declined."))
        return values


class SignatoryForm(DeskForm):
    field_by_error_code = {
        "coordination_signatory_without_role": "position",
        "coordination_signatory_unnamed": "organisation",
    }
    organisation = fields.NamedField(
        label=_("Organisation"), queryset=Organisation.objects.none(), required=False
    )
    organisation_name = fields.text_field(
        # Translators: a field: an organisation that has no account here.
        _("Or an organisation without accounts here"),
        120,
        _("It signs on paper."),
        is_required=False,
    )
    position = fields.text_field(
        # Translators: a field: the function in which a person signs a document.
        _("Function of the person who signs"),
        120,
        _("For example: director."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = Organisation.objects.active().order_by("name")
        fields.set_choices(self, "organisation", active, lambda each: str(each.name))
        refusal = ProcedureRefusal("coordination_signatory_without_role")
        self.fields["position"].error_messages["required"] = refusal.text()


class SignForm(DeskForm):
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    is_read = forms.BooleanField(
        label=_("I have read this text and sign it for my organisation."),
        error_messages={"required": _("Confirm that you have read the text.")},
    )


class SignedPageForm(DeskForm):
    field_by_error_code = {
        **dict.fromkeys(("upload_refused", "parsers_busy"), "file"),
        "coordination_signed_in_future": "signed_on",
    }
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    # Translators: a field: the person who signed a page.
    name = fields.text_field(_("Name of the person who signed"), 120)
    # Translators: a field: the day on which a page was signed.
    signed_on = fields.date_field(_("Signed on"))
    file = forms.FileField(
        # Translators: a field: the picture of a page with a signature.
        label=_("Signed page"),
        help_text=_("PDF or a scanned page, up to 20 MB."),
        allow_empty_file=True,  # the cleaning code refuses an empty file with a reason
        error_messages={"required": _("Choose a file first.")},
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


class TranslationForm(DeskForm):
    language = forms.ChoiceField(label=_("Language"))
    title = fields.text_field(_("Title"), 160, _("The title in this language."))

    def __init__(self, *args: Any, without: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = set(without)
        choices = [pair for pair in document_languages() if pair[0] not in taken]
        self.fields["language"].choices = choices  # type: ignore[attr-defined]


class TranslatedSectionForm(DeskForm):
    field_by_error_code = {"coordination_section_too_long": "text"}
    keeps_long_text = True
    title = fields.text_field(_("Title"), 160)
    text = long_text(_("Translation"))
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    source = forms.CharField(widget=forms.HiddenInput, max_length=64)


def _member_label(member: Member) -> str:
    return f"{member.person} · {member.organisation_name}"


# Translators, of each below: title of a page of the desk.
PAGES: dict[str, DraftPage] = {  # by URL name, for `vault.sign_in.posted`
    "coordination:group_procedure_new": DraftPage(_("New procedure"), ProcedureForm),
    "coordination:version_rename": DraftPage(_("Title"), TitleForm),
    "coordination:version_in_force": DraftPage(_("Put in force"), InForceForm),
    "coordination:version_review": DraftPage(_("Record a review"), ReviewForm),
    "coordination:version_section_new": DraftPage(_("New section"), NewSectionForm),
    "coordination:version_signatory_new": DraftPage(_("New signatory"), SignatoryForm),
    "coordination:version_translation_new": DraftPage(_("New translation"), TranslationForm),
    "coordination:section_edit": DraftPage(_("Section"), SectionForm),
    "coordination:section_comment": DraftPage(_("New comment"), CommentForm),
    "coordination:section_propose": DraftPage(_("New proposal"), ProposalForm),
    "coordination:section_translation": DraftPage(_("Translation"), TranslatedSectionForm),
    "coordination:comment_answer": DraftPage(_("Answer"), AnswerForm),
    "coordination:signatory_sign": DraftPage(_("Sign"), SignForm),
    "coordination:signatory_page": DraftPage(_("Signed page"), SignedPageForm),
}

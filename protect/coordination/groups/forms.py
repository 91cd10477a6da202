from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy as _

from protect.coordination.groups.enums import MemberRole
from protect.orgs.models import Organisation
from protect.reference import formats, vocabulary
from protect.trainings.base import fields
from protect.ui import press
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage

SIGNED = "Zxxx"  # ISO 15924: not written, as sign languages


class GroupForm(DeskForm):
    field_by_error_code = {"coordination_group_elsewhere": "country"}
    organisation = fields.NamedField(label=_("Organisation"), queryset=Organisation.objects.none())
    # Translators: a field: the name of a working group.
    name = fields.text_field(_("Name"), 120)
    purpose = fields.text_field(
        # Translators: a field: what a working group is for.
        _("Purpose"),
        400,
        _("What the group decides or prepares, in a sentence."),
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    language = forms.ChoiceField(
        # Translators: a field: the language in which a working group writes its minutes.
        label=_("Language of the minutes"),
        help_text=_("They can be printed beside a translation."),
    )

    def __init__(self, *args: Any, countries: Iterable[str] = (), **kwargs: Any) -> None:
        organisations = kwargs.pop("organisations", None)
        super().__init__(*args, **kwargs)
        tag = get_language() or "en"
        named = sorted((formats.country_name(code, tag), code) for code in countries)
        choices = [(code, name) for name, code in named]
        # Translators: a choice in place of a country: a working group of all countries.
        self.fields["country"].choices = [*choices, ("", _("The whole region"))]  # type: ignore[attr-defined]
        languages = fields.language_choices(written_languages(), next(iter(countries), ""))
        self.fields["language"].choices = languages  # type: ignore[attr-defined]
        if organisations is None:
            del self.fields["organisation"]
        else:
            fields.set_choices(self, "organisation", organisations, lambda each: str(each.name))
            if len(organisations) == 1:
                self.fields["organisation"].initial = organisations[0]

    def values(self) -> dict[str, Any]:
        """Return what was typed, by the names of the group's columns."""
        data = self.cleaned_data
        return data | {"country_id": data["country"] or None}


def written_languages() -> list[str]:
    """Return the tags of the languages that the fonts of papers can print."""
    return [
        tag
        for tag, language in vocabulary.languages().items()
        if language.script in press.SCRIPTS and language.script != SIGNED
    ]


class MemberForm(DeskForm):
    """A member of a group; without an address in the form of a member that exists."""

    field_by_error_code = {
        "coordination_member_twice": "email",
        "coordination_guest_unnamed": "email",
    }
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_(
            "If an account here has it, the person finds the group at the desk. Others are guests: "
            "they get a link by mail and need no account."
        ),
        max_length=254,
    )
    organisation_name = fields.text_field(
        _("Organisation"), 120, _("Of a guest. An account brings its own."), is_required=False
    )
    position = fields.text_field(
        # Translators: a field: what a person does in an organisation, such as "Head of shelter".
        _("Function"),
        120,
        _("For example: head of the shelter. Guests are shown by it, not by their names."),
        is_required=False,
    )
    role = forms.ChoiceField(label=_("Role in the group"), choices=MemberRole.choices)
    mailbox = forms.EmailField(
        # Translators: a field: an address of a function, such as legal@….
        label=_("Mailbox for the contact list"),
        help_text=_("An address of the function, which stays when people change."),
        max_length=254,
        required=False,
    )
    language = forms.ChoiceField(label=_("Language of mails to a guest"))

    def __init__(self, *args: Any, is_new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = fields.mail_languages()  # type: ignore[attr-defined]
        if is_new:
            self.fields["role"].initial = MemberRole.MEMBER
            self.fields["language"].initial = get_language()
        else:
            for name in ("email", "organisation_name", "language"):
                del self.fields[name]


class TermsForm(DeskForm):
    field_by_error_code = dict.fromkeys(("upload_refused", "parsers_busy"), "file")
    file = forms.FileField(
        label=_("Document"),
        help_text=_("PDF or a scanned page, up to 20 MB. Earlier versions are kept."),
        allow_empty_file=True,  # the cleaning code refuses an empty file with a reason
        error_messages={"required": _("Choose a file first.")},
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


# Translators, of each below: title of a page of the desk.
PAGES: dict[str, DraftPage] = {  # by URL name, for `vault.sign_in.posted`
    "coordination:group_new": DraftPage(_("New working group"), GroupForm),
    "coordination:group_edit": DraftPage(_("Working group"), GroupForm),
    "coordination:group_member_new": DraftPage(_("New member"), MemberForm),
    "coordination:member_edit": DraftPage(_("Member"), MemberForm),
    "coordination:group_terms_new": DraftPage(_("Terms of reference"), TermsForm),
}

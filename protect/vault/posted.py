"""The forms of the pages of the vault, for posts that were kept while the user was locked."""

from django import forms
from django.utils.translation import gettext_lazy

from protect.orgs.accounts import AccountForm
from protect.orgs.roles import role_name, roles
from protect.ui.forms import DeskForm
from protect.vault.organisations.forms import (
    FirstForm,
    InvitationForm,
    ProposalForm,
    RoleForm,
    SameNameForm,
    VouchForm,
)
from protect.vault.records.forms import ChangeNoteForm, FileForm, NoteForm, SearchForm
from protect.vault.sign_in.forms import NewPasskeyForm
from protect.vault.sign_in.posted import Page
from protect.vault.teams.forms import TeamForm, WordsForm


def _of_roles(form_class: type[RoleForm]) -> DeskForm:
    """Offer every role by its name alone."""
    form = form_class(roles=())
    field = form.fields["role"]
    if isinstance(field, forms.ChoiceField):
        field.choices = [(code, role_name(code)) for code in roles()]
    return form


# By name of an address, as in `vault.sign_in.posted`.
PAGES = {
    "orgs:account": Page(gettext_lazy("Your account"), AccountForm, can_go_on=True),
    "vault:note_list": Page(gettext_lazy("Notes"), SearchForm),
    "vault:note_new": Page(gettext_lazy("Write a note"), NoteForm, can_go_on=True),
    "vault:note_edit": Page(gettext_lazy("Change a note"), ChangeNoteForm, can_go_on=True),
    "vault:note_file_add": Page(gettext_lazy("Add a file"), FileForm),
    "vault:team_new": Page(gettext_lazy("Found a team"), TeamForm, can_go_on=True),
    "vault:team_edit": Page(gettext_lazy("Change a team"), TeamForm, can_go_on=True),
    "vault:team_admit": Page(gettext_lazy("Let a person in"), WordsForm),
    "vault:partner_compare": Page(gettext_lazy("Compare a key"), WordsForm),
    "vault:organisation_new": Page(
        gettext_lazy("Propose an organisation"), ProposalForm, can_go_on=True
    ),
    "vault:organisation_vouch": Page(
        gettext_lazy("Give your organisation's word"), lambda: VouchForm(mine=())
    ),
    "vault:organisation_leave": Page(
        gettext_lazy("End an organisation"), lambda: SameNameForm(wanted="")
    ),
    "vault:invitation_new": Page(
        gettext_lazy("Invite a person"), lambda: _of_roles(InvitationForm), can_go_on=True
    ),
    "vault:team_invitation_new": Page(
        gettext_lazy("Invite a person"), lambda: _of_roles(InvitationForm), can_go_on=True
    ),
    "vault:invitation_first": Page(
        gettext_lazy("Invite the first administrator"), FirstForm, can_go_on=True
    ),
    "vault:place_role": Page(gettext_lazy("Change the role"), lambda: _of_roles(RoleForm)),
    "vault:passkey_new": Page(gettext_lazy("Add a passkey"), NewPasskeyForm),
}

"""The forms of the pages of the vault, for posts that were kept while the user was locked."""

from functools import partial

from django import forms
from django.utils.translation import gettext_lazy as _

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
    form = form_class(roles=())
    field = form.fields["role"]
    if isinstance(field, forms.ChoiceField):
        field.choices = [(code, role_name(code)) for code in roles()]
    return form


INVITATION = Page(_("Invite a person"), partial(_of_roles, InvitationForm), can_go_on=True)
# By name of an address, as in `vault.sign_in.posted`.
PAGES = {
    "orgs:account": Page(_("Your account"), AccountForm, can_go_on=True),
    "vault:note_list": Page(_("Notes"), SearchForm),
    "vault:note_new": Page(_("Write a note"), NoteForm, can_go_on=True),
    "vault:note_edit": Page(_("Change a note"), ChangeNoteForm, can_go_on=True),
    "vault:note_file_add": Page(_("Add a file"), FileForm),
    "vault:team_new": Page(_("Found a team"), TeamForm, can_go_on=True),
    "vault:team_edit": Page(_("Change a team"), TeamForm, can_go_on=True),
    "vault:team_admit": Page(_("Let a person in"), WordsForm),
    "vault:partner_compare": Page(_("Compare a key"), WordsForm),
    "vault:organisation_new": Page(_("Propose an organisation"), ProposalForm, can_go_on=True),
    "vault:organisation_vouch": Page(
        _("Give your organisation's word"), partial(VouchForm, mine=())
    ),
    "vault:organisation_leave": Page(_("End an organisation"), partial(SameNameForm, wanted="")),
    "vault:invitation_new": INVITATION,
    "vault:team_invitation_new": INVITATION,
    "vault:invitation_first": Page(_("Invite the first administrator"), FirstForm, can_go_on=True),
    "vault:place_role": Page(_("Change the role"), partial(_of_roles, RoleForm)),
    "vault:passkey_new": Page(_("Add a passkey"), NewPasskeyForm),
}

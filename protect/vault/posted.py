"""The forms of the vault's pages, by which a draft is shown with the labels of its fields."""

from functools import partial

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.orgs.accounts import AccountForm
from protect.orgs.roles import role_name, roles
from protect.ui.forms import DeskForm
from protect.vault.organisations.forms import (
    ConfirmNameForm,
    InvitationForm,
    InviteeForm,
    ProposalForm,
    RoleForm,
    VouchForm,
)
from protect.vault.records.forms import ChangeNoteForm, FileForm, NoteForm, SearchForm
from protect.vault.sign_in.forms import NewPasskeyForm
from protect.vault.sign_in.posted import DraftPage
from protect.vault.teams.forms import SixWordsForm, TeamForm


def _role_form(form_class: type[RoleForm]) -> DeskForm:
    """Return a form with the choices of all roles, so that a draft shows its role by name."""
    form = form_class(roles=())
    field = form.fields["role"]
    if isinstance(field, forms.ChoiceField):
        field.choices = [(code, role_name(code)) for code in roles()]
    return form


INVITE_PAGE = DraftPage(_("Invite a person"), partial(_role_form, InvitationForm), can_resume=True)
# URL name → the page of that name, with the form that shows its draft again.
PAGES = {
    "orgs:account": DraftPage(_("Your account"), AccountForm, can_resume=True),
    "vault:note_list": DraftPage(_("Notes"), SearchForm),
    "vault:note_new": DraftPage(_("Write a note"), NoteForm, can_resume=True),
    "vault:note_edit": DraftPage(_("Change a note"), ChangeNoteForm, can_resume=True),
    "vault:note_file_add": DraftPage(_("Add a file"), FileForm),
    "vault:team_new": DraftPage(_("Create a team"), TeamForm, can_resume=True),
    "vault:team_edit": DraftPage(_("Change a team"), TeamForm, can_resume=True),
    "vault:team_admit": DraftPage(_("Let a person into the team"), SixWordsForm),
    "vault:partner_compare": DraftPage(_("Compare the key of a partner team"), SixWordsForm),
    "vault:organisation_new": DraftPage(
        _("Propose an organisation"), ProposalForm, can_resume=True
    ),
    "vault:organisation_vouch": DraftPage(
        _("Vouch for an organisation"), partial(VouchForm, organisations=())
    ),
    "vault:organisation_leave": DraftPage(
        _("End the participation of an organisation"), partial(ConfirmNameForm, expected="")
    ),
    "vault:invitation_new": INVITE_PAGE,
    "vault:team_invitation_new": INVITE_PAGE,
    "vault:invitation_first": DraftPage(
        _("Invite the first administrator"), InviteeForm, can_resume=True
    ),
    "vault:place_role": DraftPage(_("Change the role"), partial(_role_form, RoleForm)),
    "vault:passkey_new": DraftPage(_("Add a passkey"), NewPasskeyForm),
}

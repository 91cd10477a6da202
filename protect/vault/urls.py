from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import URLPattern, path

from protect.vault.accounts import account_views
from protect.vault.organisations import history_export
from protect.vault.organisations.views import invitations, organisations, people
from protect.vault.records.views import files, notes, versions
from protect.vault.sign_in.views import drafts, sign_in
from protect.vault.teams.views import recovery, teams

app_name = "vault"


def _page(route: str, view: Callable[..., HttpResponseBase]) -> URLPattern:
    """Return a URL pattern that is named like its view."""
    return path(route, view, name=view.__name__)


urlpatterns = [
    # sign-in, enrolment, locking and password reset
    _page("sign-in", sign_in.sign_in),
    _page("sign-in/second-factor", sign_in.second_factor),
    _page("unlock", sign_in.unlock),
    _page("lock", sign_in.lock),
    _page("stay", sign_in.stay),
    _page("confirm", sign_in.step_up),
    _page("sign-out", sign_in.sign_out),
    _page("invited/<str:token>", sign_in.invited),
    _page("recovery-code", sign_in.code_confirm),
    _page("second-factor", sign_in.factor_new),
    _page("forgot", account_views.forgot),
    _page("forgot/sent", account_views.forgot_sent),
    _page("reset/<str:token>", account_views.reset),
    _page("restart/<str:token>", account_views.restart),
    # what protects one's own account, and drafts
    _page("security", account_views.security),
    _page("security/passphrase", account_views.password_change),
    _page("security/app", account_views.totp_change),
    _page("security/app/remove", account_views.totp_remove),
    _page("security/passkeys/new", account_views.passkey_new),
    _page("security/passkeys/<uuid:pk>/remove", account_views.passkey_remove),
    _page("security/code", account_views.code_change),
    _page("security/sessions/end", account_views.sessions_end),
    _page("security/sessions/<uuid:pk>/end", account_views.session_end),
    _page("drafts", drafts.draft_list),
    _page("drafts/<uuid:pk>", drafts.draft),
    _page("drafts/<uuid:pk>/drop", drafts.draft_drop),
    # organisations, their people and invitations
    _page("organisations", organisations.organisation_list),
    _page("organisations/new", organisations.organisation_new),
    _page("organisations/<uuid:pk>", organisations.organisation),
    _page("organisations/<uuid:pk>/people", people.organisation_people),
    _page("organisations/<uuid:pk>/vouch", organisations.organisation_vouch),
    _page("organisations/<uuid:pk>/suspend", organisations.organisation_suspend),
    _page("organisations/<uuid:pk>/reactivate", organisations.organisation_reactivate),
    _page("organisations/<uuid:pk>/leave", organisations.organisation_leave),
    _page("organisations/<uuid:pk>/history.csv", history_export.history_export),
    _page("organisations/<uuid:pk>/invitations", invitations.invitation_list),
    _page("organisations/<uuid:pk>/invite", invitations.invitation_new),
    _page("organisations/<uuid:pk>/invite-first", invitations.invitation_first),
    _page("teams/<uuid:pk>/invite", invitations.team_invitation_new),
    _page("invitations/<uuid:pk>/again", invitations.invitation_again),
    _page("invitations/<uuid:pk>/revoke", invitations.invitation_revoke),
    _page("places/<uuid:pk>", people.place),
    _page("places/<uuid:pk>/end", people.place_end),
    _page("places/<uuid:pk>/role", people.place_role),
    _page("places/<uuid:pk>/restart", people.place_restart),
    _page("accounts/<uuid:pk>/suspend", people.account_suspend),
    _page("accounts/<uuid:pk>/reactivate", people.account_reactivate),
    # teams, their keys and their members
    _page("teams", teams.team_list),
    _page("organisations/<uuid:pk>/teams/new", teams.team_new),
    _page("teams/<uuid:pk>", teams.team),
    _page("teams/<uuid:pk>/edit", teams.team_edit),
    _page("teams/<uuid:pk>/retire", teams.team_retire),
    _page("teams/<uuid:pk>/key", teams.team_make_key),
    _page("places/<uuid:pk>/admit", teams.team_admit),
    _page("teams/<uuid:pk>/renew", teams.team_rotate),
    _page("teams/<uuid:pk>/kit", recovery.team_kit),
    _page("places/<uuid:pk>/restore", recovery.team_restore),
    _page("organisations/<uuid:pk>/officers", recovery.officer_list),
    _page("organisations/<uuid:pk>/officers/<int:slot>/appoint", recovery.officer_appoint),
    _page("organisations/<uuid:pk>/officers/<int:slot>/confirm", recovery.officer_confirm),
    _page("teams/<uuid:pk>/partners", teams.partner_list),
    _page("teams/<uuid:pk>/partners/<uuid:partner>", teams.partner_compare),
    # notes
    _page("teams/<uuid:pk>/notes", notes.note_list),
    _page("teams/<uuid:pk>/notes/new", notes.note_new),
    _page("notes/<uuid:pk>", notes.note),
    _page("notes/<uuid:pk>/edit", notes.note_edit),
    _page("notes/<uuid:pk>/versions", versions.note_versions),
    _page("notes/<uuid:pk>/erase", notes.note_erase),
    _page("notes/<uuid:pk>/files", files.note_file_add),
    _page("notes/<uuid:pk>/files/<uuid:file>", files.note_file),
    _page("notes/<uuid:pk>/files/<uuid:file>/remove", files.note_file_remove),
]

"""Addresses of sign-in, of one's own security, and of everything that teams' keys are part of."""

from __future__ import annotations

from django.urls import path

from protect.vault.accounts import reset_views, security_views
from protect.vault.organisations import history_export
from protect.vault.organisations.views import invitations, organisations, people
from protect.vault.records.views import files, notes, versions
from protect.vault.sign_in.views import drafts, enrolment, sign_in
from protect.vault.teams.views import admissions, partners, recovery, teams

app_name = "vault"
urlpatterns = [
    # sign-in, enrolment, locking and password reset
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-in/second-factor", sign_in.second_factor, name="second_factor"),
    path("unlock", sign_in.unlock, name="unlock"),
    path("lock", sign_in.lock, name="lock"),
    path("stay", sign_in.stay, name="stay"),
    path("confirm", sign_in.step_up, name="step_up"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("invited/<str:token>", enrolment.invited, name="invited"),
    path("recovery-code", enrolment.code_confirm, name="code_confirm"),
    path("second-factor", enrolment.factor_new, name="factor_new"),
    path("forgot", reset_views.forgot, name="forgot"),
    path("forgot/sent", reset_views.forgot_sent, name="forgot_sent"),
    path("reset/<str:token>", reset_views.reset, name="reset"),
    path("restart/<str:token>", reset_views.restart, name="restart"),
    # what protects one's own account, and drafts
    path("security", security_views.security, name="security"),
    path("security/passphrase", security_views.password_change, name="password_change"),
    path("security/app", security_views.totp_change, name="totp_change"),
    path("security/app/remove", security_views.totp_remove, name="totp_remove"),
    path("security/passkeys/new", security_views.passkey_new, name="passkey_new"),
    path(
        "security/passkeys/<uuid:pk>/remove", security_views.passkey_remove, name="passkey_remove"
    ),
    path("security/code", security_views.code_change, name="code_change"),
    path("security/sessions/end", security_views.sessions_end, name="sessions_end"),
    path("security/sessions/<uuid:pk>/end", security_views.session_end, name="session_end"),
    path("drafts", drafts.draft_list, name="draft_list"),
    path("drafts/<uuid:pk>", drafts.draft, name="draft"),
    path("drafts/<uuid:pk>/drop", drafts.draft_drop, name="draft_drop"),
    # organisations, their people and invitations
    path("organisations", organisations.organisation_list, name="organisation_list"),
    path("organisations/new", organisations.organisation_new, name="organisation_new"),
    path("organisations/<uuid:pk>", organisations.organisation, name="organisation"),
    path("organisations/<uuid:pk>/people", people.organisation_people, name="organisation_people"),
    path(
        "organisations/<uuid:pk>/vouch", organisations.organisation_vouch, name="organisation_vouch"
    ),
    path(
        "organisations/<uuid:pk>/suspend",
        organisations.organisation_suspend,
        name="organisation_suspend",
    ),
    path(
        "organisations/<uuid:pk>/reactivate",
        organisations.organisation_reactivate,
        name="organisation_reactivate",
    ),
    path(
        "organisations/<uuid:pk>/leave", organisations.organisation_leave, name="organisation_leave"
    ),
    path(
        "organisations/<uuid:pk>/history.csv", history_export.history_export, name="history_export"
    ),
    path(
        "organisations/<uuid:pk>/invitations", invitations.invitation_list, name="invitation_list"
    ),
    path("organisations/<uuid:pk>/invite", invitations.invitation_new, name="invitation_new"),
    path(
        "organisations/<uuid:pk>/invite-first",
        invitations.invitation_first,
        name="invitation_first",
    ),
    path("teams/<uuid:pk>/invite", invitations.team_invitation_new, name="team_invitation_new"),
    path("invitations/<uuid:pk>/again", invitations.invitation_again, name="invitation_again"),
    path("invitations/<uuid:pk>/revoke", invitations.invitation_revoke, name="invitation_revoke"),
    path("places/<uuid:pk>", people.place, name="place"),
    path("places/<uuid:pk>/end", people.place_end, name="place_end"),
    path("places/<uuid:pk>/role", people.place_role, name="place_role"),
    path("places/<uuid:pk>/restart", people.place_restart, name="place_restart"),
    path("accounts/<uuid:pk>/suspend", people.account_suspend, name="account_suspend"),
    path("accounts/<uuid:pk>/reactivate", people.account_reactivate, name="account_reactivate"),
    # teams, their keys and their members
    path("teams", teams.team_list, name="team_list"),
    path("organisations/<uuid:pk>/teams/new", teams.team_new, name="team_new"),
    path("teams/<uuid:pk>", teams.team, name="team"),
    path("teams/<uuid:pk>/edit", teams.team_edit, name="team_edit"),
    path("teams/<uuid:pk>/retire", teams.team_retire, name="team_retire"),
    path("teams/<uuid:pk>/key", teams.team_key, name="team_key"),
    path("places/<uuid:pk>/admit", admissions.team_admit, name="team_admit"),
    path("teams/<uuid:pk>/renew", admissions.team_rotate, name="team_rotate"),
    path("teams/<uuid:pk>/kit", recovery.team_kit, name="team_kit"),
    path("places/<uuid:pk>/restore", recovery.team_restore, name="team_restore"),
    path("organisations/<uuid:pk>/officers", recovery.officer_list, name="officer_list"),
    path(
        "organisations/<uuid:pk>/officers/<int:slot>/appoint",
        recovery.officer_appoint,
        name="officer_appoint",
    ),
    path(
        "organisations/<uuid:pk>/officers/<int:slot>/confirm",
        recovery.officer_confirm,
        name="officer_confirm",
    ),
    path("teams/<uuid:pk>/partners", partners.partner_list, name="partner_list"),
    path(
        "teams/<uuid:pk>/partners/<uuid:partner>",
        partners.partner_compare,
        name="partner_compare",
    ),
    # notes
    path("teams/<uuid:pk>/notes", notes.note_list, name="note_list"),
    path("teams/<uuid:pk>/notes/new", notes.note_new, name="note_new"),
    path("notes/<uuid:pk>", notes.note, name="note"),
    path("notes/<uuid:pk>/edit", notes.note_edit, name="note_edit"),
    path("notes/<uuid:pk>/versions", versions.note_versions, name="note_versions"),
    path("notes/<uuid:pk>/erase", notes.note_erase, name="note_erase"),
    path("notes/<uuid:pk>/files", files.note_file_add, name="note_file_add"),
    path("notes/<uuid:pk>/files/<uuid:file>", files.note_file, name="note_file"),
    path(
        "notes/<uuid:pk>/files/<uuid:file>/remove", files.note_file_remove, name="note_file_remove"
    ),
]

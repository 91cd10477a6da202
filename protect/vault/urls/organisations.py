"""Organisations, their people and invitations."""

from __future__ import annotations

from django.urls import path

from protect.vault.views import exports, invitations, organisations, people

urlpatterns = [
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
    path("organisations/<uuid:pk>/history.csv", exports.history_export, name="history_export"),
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
]

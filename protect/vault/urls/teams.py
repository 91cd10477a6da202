"""Teams, their keys, and who is let in."""

from __future__ import annotations

from django.urls import path

from protect.vault.views import admitting, partners, recovery, teams

urlpatterns = [
    path("teams", teams.team_list, name="team_list"),
    path("organisations/<uuid:pk>/teams/new", teams.team_new, name="team_new"),
    path("teams/<uuid:pk>", teams.team, name="team"),
    path("teams/<uuid:pk>/edit", teams.team_edit, name="team_edit"),
    path("teams/<uuid:pk>/retire", teams.team_retire, name="team_retire"),
    path("teams/<uuid:pk>/key", teams.team_key, name="team_key"),
    path("places/<uuid:pk>/admit", admitting.team_admit, name="team_admit"),
    path("teams/<uuid:pk>/renew", admitting.team_rotate, name="team_rotate"),
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
]

"""Addresses of sign-in, of one's own security, and of everything that teams' keys are part of."""

from __future__ import annotations

from protect.vault.urls import coming_in, notes, organisations, security, teams

app_name = "vault"
urlpatterns = [
    *coming_in.urlpatterns,
    *security.urlpatterns,
    *organisations.urlpatterns,
    *teams.urlpatterns,
    *notes.urlpatterns,
]

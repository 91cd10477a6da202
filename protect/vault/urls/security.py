"""What protects one's own account, and what was typed and not sent."""

from __future__ import annotations

from django.urls import path

from protect.vault.views import drafts, security

urlpatterns = [
    path("security", security.security, name="security"),
    path("security/passphrase", security.password_change, name="password_change"),
    path("security/app", security.totp_change, name="totp_change"),
    path("security/app/remove", security.totp_remove, name="totp_remove"),
    path("security/passkeys/new", security.passkey_new, name="passkey_new"),
    path("security/passkeys/<uuid:pk>/remove", security.passkey_remove, name="passkey_remove"),
    path("security/code", security.code_change, name="code_change"),
    path("security/sessions/end", security.sessions_end, name="sessions_end"),
    path("security/sessions/<uuid:pk>/end", security.session_end, name="session_end"),
    path("drafts", drafts.draft_list, name="draft_list"),
    path("drafts/<uuid:pk>", drafts.draft, name="draft"),
    path("drafts/<uuid:pk>/drop", drafts.draft_drop, name="draft_drop"),
]

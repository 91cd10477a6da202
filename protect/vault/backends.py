"""The user of a session. A password alone signs no user in: see actions/authentication.py."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.backends import BaseBackend

from protect.orgs.models import User


class VaultBackend(BaseBackend):
    """Finds the account of a session; knows no password and gives no permissions."""

    def get_user(self, user_id: UUID) -> User | None:
        """Return an account that is not closed."""
        return User.objects.filter(pk=user_id, is_active=True).first()

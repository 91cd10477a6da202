"""Sessions in the database that stores hashes of their keys only."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession

from protect.kernel import clock
from protect.vault.models import Session


def hashed(key: str) -> str:
    """Return what stands in the database for a cookie's value: SHA-256 in hexadecimal digits."""
    return hashlib.sha256(key.encode()).hexdigest()


class SessionStore(DatabaseStore):
    """Django keeps raw session keys (ticket 21076); a stolen table would be stolen sessions."""

    @classmethod
    def get_model_class(cls) -> type[AbstractBaseSession]:
        return Session

    @property
    def key_salt(self) -> str:
        """Sign what a session says for its own cookie: copied into another row, it says nothing."""
        return f"{super().key_salt} {hashed(self.session_key or '')}"

    def exists(self, session_key: str) -> bool:
        return super().exists(hashed(session_key))

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            super().delete(hashed(key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        session = super().create_model_instance(data)
        session.session_key = hashed(session.session_key)
        return session

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        key = hashed(self.session_key or "")
        session = Session.objects.filter(session_key=key, expire_date__gt=clock.now()).first()
        if session is None:
            self._session_key = None
        return session

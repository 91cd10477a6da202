"""Sessions, second factors and reset links. The database stores hashes of cookies only."""

import hashlib
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from protect.kernel import clock, database
from protect.vault.enums import SessionState
from protect.vault.models.base import sealed_constraint


class Session(AbstractBaseSession):
    """Django's session, stored under the SHA-256 of its key."""

    session_key = models.CharField(max_length=64, primary_key=True)

    class Meta:
        db_table = "vault_session"

    @classmethod
    def get_session_store_class(cls) -> Any:
        return SessionStore

    def __str__(self) -> str:
        return "session"


class UnlockSession(database.UuidModel):
    """A session with the user's secret, sealed under its cookie. A crash empties this table."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    user_version = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=SessionState)
    token_hash = models.BinaryField(unique=True, null=True)  # keyed hash; none while locked
    blob = models.BinaryField(default=b"")
    started = models.DateTimeField()
    seen = models.DateTimeField()  # the user's last activity
    stepped_up = models.DateTimeField(null=True)  # last proof of identity
    tries = models.PositiveSmallIntegerField(default=0)  # attempts since the last right one

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=SessionState.LOCKED, token_hash__isnull=True, blob=b"")
                | (~models.Q(state=SessionState.LOCKED) & models.Q(token_hash__isnull=False)),
                name="vault_unlocksession_locked_holds_nothing",
            ),
            sealed_constraint("vault_unlocksession", "blob", may_be_empty=True),
        ]


class TotpDevice(database.UuidModel):
    """An authenticator app. Its seed is sealed under a key derived from the pepper. A new one is
    stored beside the old one until its first code is right, so that no user is locked out."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    pepper = models.PositiveSmallIntegerField()  # number of the seed's pepper
    seed = models.BinaryField()
    last_step = models.BigIntegerField(default=0)  # step of the last used code
    created = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            sealed_constraint("vault_totpdevice", "seed"),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(confirmed_at__isnull=False),
                name="vault_totpdevice_one_confirmed",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(confirmed_at__isnull=True),
                name="vault_totpdevice_one_new",
            ),
        ]


class Passkey(database.UuidModel):
    """A passkey: a second factor and, with PRF, a way to open the user's secret."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    credential = models.BinaryField(unique=True)
    public = models.BinaryField()
    count = models.BigIntegerField(default=0)  # uses, as the passkey reports them
    name = models.CharField(max_length=60)
    prf_salt = models.BinaryField()
    created = models.DateTimeField()
    used = models.DateTimeField(null=True)


class ResetLink(models.Model):
    """A mailed link to reset a password or restart an account. It opens nothing by itself."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", primary_key=True
    )
    token_hash = models.BinaryField(unique=True)
    is_restart = models.BooleanField(default=False)  # makes a new key pair
    expires = models.DateTimeField()

    def __str__(self) -> str:
        return "reset link"


def stored_session_key(session_key: str) -> str:
    """Return a session key as the database stores it: its SHA-256 in hexadecimal digits."""
    return hashlib.sha256(session_key.encode()).hexdigest()


class SessionStore(DatabaseStore):
    """Store sessions under hashed keys, so that a stolen table opens none (Django ticket 21076)."""

    @classmethod
    def get_model_class(cls) -> type[AbstractBaseSession]:
        return Session

    @property
    def key_salt(self) -> str:
        """Return a salt that ties session data to its own key: a copy in another row is invalid."""
        return f"{super().key_salt} {stored_session_key(self.session_key or '')}"

    def exists(self, session_key: str) -> bool:
        return super().exists(stored_session_key(session_key))

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            super().delete(stored_session_key(key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        session = super().create_model_instance(data)
        session.session_key = stored_session_key(session.session_key)
        return session

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        key = stored_session_key(self.session_key or "")
        session = Session.objects.filter(session_key=key, expire_date__gt=clock.now()).first()
        if session is None:
            self._session_key = None
        return session

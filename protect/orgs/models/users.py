"""Accounts, and counters of failed sign-ins. Memberships hold an account's permissions."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import CheckConstraint, Index, Q
from django.db.models.functions import Lower

from protect.kernel import clock


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Save an account, its e-mail in lower case. Without a password, none is accepted."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """An account that signs in. It is a custom model, because Django cannot swap it later."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120, default="", blank=True)  # as colleagues see it
    language = models.CharField(max_length=35, default="en")  # BCP 47, of screens and mail
    created = models.DateTimeField(default=clock.now)
    is_active = models.BooleanField(default=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    device_epoch = models.PositiveIntegerField(default=0)  # raising it forgets all browsers

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            CheckConstraint(name="orgs_user_email_lower", condition=Q(email=Lower("email"))),
            CheckConstraint(
                name="orgs_user_inactive_while_suspended",
                condition=Q(is_active=True, suspended_at=None)
                | Q(is_active=False, suspended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"user {self.pk}"  # without a name, because this string reaches logs


class Attempt(models.Model):
    """A counter of one day's sign-in tries. Its key can only be computed with the site's secret."""

    # HMAC-SHA256 under the day's salt, in hexadecimal digits.
    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()  # for an account: the last assigned turn
    turn_at = models.DateTimeField(null=True)  # for a pair: its next turn

    class Meta:
        indexes = [Index(fields=["last_at"], name="orgs_attempt_age")]

    def __str__(self) -> str:
        return "attempt"  # without its key, which would identify a person's tries in a log
